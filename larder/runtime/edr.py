"""Run `edr`, the command of the package elementary-data, in this process to make Elementary's report.

edr's own dbt project is read from its installation, with our dbt packages; its output goes to our folder.
"""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from larder import settings
from larder.errors import LarderError
from larder.redaction import redact_error
from larder.variables import temporary_environment

DAYS_BACK = 14

# The page must not send requests. Its calls to Elementary's service get this empty answer.
OFFLINE = """
<meta http-equiv="Content-Security-Policy" content="default-src 'unsafe-inline' 'unsafe-eval' data: blob:">
<link rel="icon" href="data:,">
<script>window.VITE_API_BASE_URL = "data:application/json,{}#";</script>
"""


def make_page(work: Path) -> str:
    """Make the report's page, which loads nothing from other hosts. edr's own files and logs go into `work`.

    Raises:
        LarderError: the report cannot be made.
    """
    # Imported late: edr imports the clients of all storage and messaging services.
    from elementary.config.config import Config
    from elementary.monitor.data_monitoring.report.data_monitoring_report import DataMonitoringReport

    # dbt's log has what edr would log, and errors are reported once.
    edr = logging.getLogger("elementary")
    edr.propagate, edr.handlers = False, [logging.NullHandler()]
    errors: Any = _Errors()
    with _environment(work):
        try:
            config = Config(
                config_dir=str(work),
                profiles_dir=str(settings.PROJECT),
                target_path=str(work),
                env=os.environ.get("DBT_TARGET", "local"),
                run_dbt_deps_if_needed=False,
            )
            report = DataMonitoringReport(config, errors)
            is_made, path = report.generate_report(
                days_back=DAYS_BACK,
                file_path=str(work / "report.html"),
                should_open_browser=False,
                exclude_elementary_models=True,
                project_name=settings.CATALOG,
            )
        except Exception as error:
            raise _build_error(error, work) from error
    if not is_made:
        reason = errors.found[-1] if errors.found else RuntimeError("edr gave no reason")
        raise _build_error(reason, work) from reason
    return block_requests(Path(path).read_text(encoding="utf-8"))


def _build_error(error: Exception, work: Path) -> LarderError:
    return LarderError(
        f"Elementary's report could not be made: {redact_error(error)}; the log {work / 'dbt.log'} has all "
        f"of it; fix it, then `larder report`"
    )


class _Errors:
    """Replaces edr's tracking: keeps its errors, and sends nothing."""

    def __init__(self) -> None:
        self.found: list[Exception] = []

    def record_internal_exception(self, error: Exception) -> None:
        self.found.append(error)

    def register_group(self, *about: object) -> None:
        """Send nothing."""

    def set_env(self, *about: object) -> None:
        """Send nothing."""


@contextmanager
def _environment(work: Path) -> Iterator[None]:
    """Set the environment variables of edr and the dbt that it runs, and restore them afterwards."""
    values = {
        "DBT_RUNNER_METHOD": "api",
        "DBT_PACKAGES_FOLDER": str(settings.PROJECT / "dbt_packages"),
        "EDR_INTERNAL_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work),
        "DBT_LOG_LEVEL": "none",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    with temporary_environment(values):
        yield


def block_requests(page: str) -> str:
    """Remove external fonts and icons from the page, and forbid the browser to load anything."""
    start, head, rest = page.partition("<head>")
    links, script, code = rest.partition("<script")
    return start + head + OFFLINE + re.sub(r"<link\b[^>]*>", "", links) + script + code
