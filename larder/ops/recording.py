"""Record a run in the namespace `ops`: dbt's artifacts, dlt's load info, the flow run itself.

After each daily run, `larder run` reads dbt's target folder, the results of the ingests and Iceberg's
metadata, and appends them with dlt in one load. Idempotent: recording a run again adds nothing.

`larder.ops.schema` has the contract of each table.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from larder.errors import IngestError
from larder.lake import metrics
from larder.landing import known
from larder.landing.destination import pipeline
from larder.landing.errors import in_one_line
from larder.landing.load import LoadResult, load
from larder.ops import artifacts
from larder.ops.artifacts import Row
from larder.ops.schema import OPS, feed


@dataclass(frozen=True)
class FlowRun:
    """A run of a flow and its outcome; the columns of `ops.flow_runs`."""

    flow_run_id: str
    flow_name: str
    run_name: str
    business_date: date
    outcome: str
    failed_step: str | None
    error: str | None
    is_full_refresh: bool
    clock_offset_seconds: int
    started_at: datetime
    finished_at: datetime


def record(
    run: FlowRun, target: Path, artifacts: list[str], loads: list[LoadResult], samples: list[Row]
) -> dict[str, int]:
    """Append a run to the tables of `ops`; returns the number of rows by table.

    Args:
        run: the flow run.
        target: dbt's target folder.
        artifacts: which of "run_results", "monitors" and "sources" this run wrote.
        loads: the results of its ingests.
        samples: rows of `ops.dbt_failure_samples`, masked.

    Raises:
        IngestError: an artifact is missing or has another schema version. The run itself, its loads, the
            tables' metrics and the other artifacts are recorded anyway.
    """
    rows: dict[str, list[Row]] = {
        "flow_runs": [asdict(run)],
        "dlt_loads": _build_loads(loads, run.flow_run_id),
    }
    rows["table_metrics"], rows["column_metrics"] = metrics.measure_tables(run.flow_run_id, run.finished_at)
    first_error: IngestError | None = None
    try:
        for name in artifacts:
            try:
                found = _read_artifact(run, target, name, samples)
            except IngestError as error:
                # The other artifacts may be valid.
                first_error = first_error or error
            else:
                # From the manifest, so the same for each artifact.
                rows["dbt_nodes"] = found.pop("dbt_nodes")
                for table, added in found.items():
                    rows[table] = [*rows.get(table, []), *added]
        # Removed first: if the comparison fails, they are not appended unfiltered.
        if (nodes := rows.pop("dbt_nodes", None)) is not None:
            rows["dbt_nodes"] = _find_changes(nodes)
    finally:
        # The run is recorded even if dbt's artifacts are invalid.
        counts = _append(rows, run.business_date)
    if first_error:
        raise first_error
    return counts


def _read_artifact(run: FlowRun, target: Path, name: str, samples: list[Row]) -> dict[str, list[Row]]:
    manifest = artifacts.read_artifact(target, "manifest")
    found = artifacts.read_artifact(target, name, run.started_at)
    rows: dict[str, list[Row]] = {
        "dbt_invocations": [artifacts.build_invocation(found, manifest, run.flow_run_id)],
        "dbt_nodes": artifacts.build_nodes(manifest),
    }
    if name in artifacts.RESULTS:
        rows["dbt_run_results"] = artifacts.build_results(found, manifest, run.flow_run_id)
    if name == "run_results":
        rows["dbt_failure_samples"] = samples
    if name == "sources":
        rows["dbt_source_freshness"] = artifacts.build_freshness(found, run.flow_run_id)
    try:
        for table, table_rows in rows.items():
            feed(table, table_rows)
    except pa.ArrowException as error:
        # Checked here, before everything is loaded at once.
        raise IngestError(
            f"dbt artifacts: {target / name}.json is not what dbt writes "
            f"({type(error).__name__} for {table}); "
            "run `larder run` to write it again"
        ) from error
    return rows


def _find_changes(nodes: list[Row]) -> list[Row]:
    """The nodes that are new, changed or removed since they were last recorded."""
    found = known.latest_rows("dbt_nodes", ("unique_id",), ("checksum", "is_current"), OPS)
    recorded = {row["unique_id"]: row for row in (found.to_pylist() if found else [])}
    current = {name: row["checksum"] for name, row in recorded.items() if row["is_current"]}
    removed = current.keys() - {node["unique_id"] for node in nodes}
    generated_at = nodes[0]["generated_at"] if nodes else None
    return [
        *(node for node in nodes if node["checksum"] != current.get(node["unique_id"])),
        *(
            {"unique_id": name, "checksum": current[name], "is_current": False, "generated_at": generated_at}
            for name in removed
        ),
    ]


def _build_loads(loads: list[LoadResult], flow_run_id: str) -> list[Row]:
    return [
        {
            "load_id": ",".join(loaded.load_ids),
            "flow_run_id": flow_run_id,
            "source": loaded.source,
            "table_name": table,
            "row_count": count,
            "file_count": loaded.files.get(table, 0),
            "size_bytes": loaded.bytes.get(table, 0),
            "started_at": loaded.started_at,
            "finished_at": loaded.finished_at,
        }
        for loaded in loads
        for table, count in loaded.rows.items()
    ]


def _append(rows: dict[str, list[Row]], business_date: date) -> dict[str, int]:
    with in_one_line(OPS):
        feeds = [feed(table, found) for table, found in rows.items()]
        load(pipeline(OPS, OPS), feeds, business_date)
    return {one.table: one.gate.counts.accepted for one in feeds}
