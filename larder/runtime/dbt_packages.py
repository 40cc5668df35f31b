"""Which dbt packages `dbt_packages/` holds: the real ones, or the stand-ins of `airgap/`."""

from pathlib import Path

from larder.settings import PROJECT

MARK = ".installed"  # dbt looks at the folders only; `dbt deps` by hand removes this with everything else


def installed(project: Path = PROJECT) -> str:
    """What `dbt_packages/` holds, as a text that changes with it; it begins with "stand-ins" or "hub"."""
    mark = project / "dbt_packages" / MARK
    return mark.read_text() if mark.exists() else "hub, by `dbt deps`"


def has_stand_ins(project: Path = PROJECT) -> bool:
    """Whether the stand-ins of `airgap/` take the real packages' place."""
    return installed(project).startswith("stand-ins")
