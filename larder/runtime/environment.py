"""The environment of Prefect and dbt, set before either is imported."""

import os
import tomllib
from collections.abc import Iterator
from typing import Any

from larder import settings
from larder.errors import LarderError


def prepare() -> None:
    """Keep Prefect's state in the state folder, and turn off usage reports. Existing variables win.

    Raises:
        LarderError: dbt's target is a developer's own schemas.
    """
    if os.environ.get("DBT_TARGET") == "dev":
        raise LarderError(
            "DBT_TARGET is dev, a developer's own schemas, and runs write production's. Unset it, or set it "
            "to local or cluster; `dbt build --target dev` builds models into your own schemas."
        )
    # dbt runs from a copy of profiles.yml, where the default path next to that file does not exist.
    os.environ["LARDER_HOME"] = str(settings.home())
    prefect_home = settings.home() / "prefect"
    # Prefect creates this folder, but not its parents.
    prefect_home.mkdir(parents=True, exist_ok=True)
    defaults = {
        "PREFECT_HOME": str(prefect_home),
        "PREFECT_PROFILES_PATH": str(prefect_home / "profiles.toml"),
        # The UI has every node's log; the terminal gets our own lines, and each error once. Prefect reads its
        # logging configuration from the environment only.
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_USE_COLORS": "false",
        "DO_NOT_TRACK": "1",
        **_prefect_settings(),
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


def _prefect_settings() -> dict[str, str]:
    """The settings of `prefect.toml` as variables, for processes that run in another folder."""
    with (settings.PROJECT / "prefect.toml").open("rb") as file:
        return dict(_variables("PREFECT", tomllib.load(file)))


def _variables(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield a table of settings as environment variables."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from _variables(f"{name}_{key}".upper(), inner)
        case list():
            yield name, ",".join(value)
        case bool():
            yield name, str(value).lower()
        case _:
            yield name, str(value)
