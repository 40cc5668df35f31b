"""What Prefect and dbt find in their environment, set before either is imported."""

import os

from larder import settings
from larder.errors import LarderError


def prepare() -> None:
    """Keep Prefect's state in the state folder and all anonymous usage reports off; settings given stay.

    Raises:
        LarderError: dbt's target is a developer's own.
    """
    if os.environ.get("DBT_TARGET") == "dev":
        raise LarderError(
            "DBT_TARGET is dev, a developer's own schemas, and runs write production's. Unset it, or set it "
            "to local or cluster; `dbt build --target dev` builds models into your own schemas."
        )
    # dbt runs from a copy of profiles.yml elsewhere: the default beside that file would not be found.
    os.environ["LARDER_HOME"] = str(settings.home())
    prefect_home = settings.home() / "prefect"
    # Prefect makes the folder itself, but not those above it.
    prefect_home.mkdir(parents=True, exist_ok=True)
    defaults = {
        "PREFECT_HOME": str(prefect_home),
        "PREFECT_PROFILES_PATH": str(prefect_home / "profiles.toml"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "alerts",
        # The UI has every node's log; a terminal gets our own lines, and an error once.
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_USE_COLORS": "false",
        "DO_NOT_TRACK": "1",
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
