"""Sample the rows that failed each test, personal data masked: for the alert and for `ops`.

dbt runs the test's compiled query again, in this process, where Spark is already running.
"""

import json
import logging
from datetime import datetime
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg

from larder import settings
from larder.alerts.masking import columns, mask_row
from larder.errors import LarderError
from larder.ops import artifacts
from larder.ops.artifacts import Row
from larder.ops.lineage import Lineage
from larder.publication.branch import VARIABLE
from larder.variables import temporary_environment

TESTS, ROWS = 5, 5  # at most this many tests, and rows per test, to keep alerts short
logger = logging.getLogger(__name__)


def sample_failures(target: Path, since: datetime, branch: str = "") -> list[Row]:
    """Sample the failed tests, as rows of `ops.dbt_failure_samples`; none if that fails.

    Args:
        target: dbt's target folder.
        since: when the run began (UTC); older artifacts belong to another run.
        branch: the branch that the run built on, if any.
    """
    try:
        with temporary_environment({VARIABLE: branch}):
            return _sample(target, since)
    except Exception as error:  # the alert and the record work without samples, too
        logger.warning("no samples of the failed tests (%s)", type(error).__name__)
        return []


def _sample(target: Path, since: datetime) -> list[Row]:
    artifact = artifacts.read_artifact(target, "run_results")
    finished_at = artifacts.parse_time(artifact["metadata"]["generated_at"])
    lineage = Lineage(artifacts.read_artifact(target, "manifest"))
    failed = [result for result in artifact["results"] if result["status"] == "fail"]
    if finished_at is None or finished_at < since:
        return []
    known = columns(lineage)
    return [
        {
            "invocation_id": artifact["metadata"]["invocation_id"],
            "unique_id": result["unique_id"],
            "row_number": number,
            "row_json": json.dumps(mask_row(row, lineage.nodes.get(result["unique_id"], {}), known)),
            "finished_at": finished_at,
        }
        for result in failed[:TESTS]
        for number, row in enumerate(_rows(result["compiled_code"]), 1)
    ]


def _rows(query: str) -> list[dict[str, Any]]:
    """The first rows of a query, run by dbt. They are never printed or logged: they are not masked yet."""
    previews: list[str] = []

    def listen(event: EventMsg) -> None:
        if event.info.name == "ShowNode":
            previews.append(event.data.preview)

    # The limit is part of the query: dbt-spark's session method has no other.
    limited = f"select * from (\n{query}\n) as failures limit {ROWS}"  # noqa: S608 dbt's own query
    done = dbtRunner(callbacks=[listen]).invoke(
        ["--log-level", "none", "--log-level-file", "none", "--no-print", "--no-write-json", "show",
         "--inline-direct", limited, "--limit", "-1", "--output", "json",
         "--project-dir", str(settings.PROJECT), "--profiles-dir", str(settings.PROJECT)]
    )  # fmt: skip
    if not done.success:
        raise LarderError(f"dbt show: {type(done.exception).__name__}")
    rows: list[dict[str, Any]] = json.loads(previews[0]) if previews else []
    return rows
