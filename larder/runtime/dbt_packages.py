"""Which dbt packages `dbt_packages/` has: the real ones, or the stand-ins from `airgap/`."""

from pathlib import Path

from larder.settings import PROJECT

MARK = ".installed"  # dbt ignores files here; a manual `dbt deps` removes this with everything else


def installed(project: Path = PROJECT) -> str:
    """A text that identifies the contents of `dbt_packages/`; it begins with "stand-ins" or "hub"."""
    mark = project / "dbt_packages" / MARK
    return mark.read_text() if mark.exists() else "hub, by `dbt deps`"


def has_stand_ins(project: Path = PROJECT) -> bool:
    """Whether the stand-ins from `airgap/` replace the real packages."""
    return installed(project).startswith("stand-ins")
