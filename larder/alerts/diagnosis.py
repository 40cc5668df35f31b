"""Build incidents: the root cause of a failure, what it affects and who owns that, from dbt's artifacts."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from larder.alerts.incident import Incident, Kind, Run
from larder.alerts.samples import select_samples
from larder.errors import LarderError
from larder.ops import artifacts
from larder.ops.artifacts import Row
from larder.ops.dbt_variables import FAILED_STATUSES
from larder.ops.lineage import TESTS, Lineage
from larder.ops.steps import BUILD, Step
from larder.redaction import redact, redact_error, to_one_line

PASSED = ("success", "pass", "warn", "no-op")
LATEST = "9999"  # sorts last: a result without a time
# The errors of reading JSON with an unexpected structure.
UNEXPECTED = (AttributeError, IndexError, KeyError, OSError, TypeError, ValueError)

Result = dict[str, Any]


def diagnose_build(
    run: Run, error: BaseException, target: Path, since: datetime, samples: list[Row] | None = None
) -> Incident:
    """The incident of a `dbt build` that failed.

    Args:
        run: the flow run.
        error: what it raised; the only information if dbt wrote no artifacts.
        target: dbt's target folder.
        since: when the run began (UTC); older artifacts belong to another run.
        samples: rows of `ops.dbt_failure_samples`, see `alerts.samples`.
    """
    incident = _build_from_error("run", BUILD, run, error)
    lineage, remark = read_lineage(target)
    if remark:
        return _add_remarks(incident, remark)
    try:
        results = _read_results(target, since)
        return _add_root_cause(incident, results, lineage, samples or []) if _failures(results) else incident
    except LarderError as unreadable:
        return _add_remarks(incident, f"what failed first is not known: {unreadable}")
    except UNEXPECTED as unreadable:
        problem = _describe_unexpected(target, "run_results", unreadable)
        return _add_remarks(incident, f"what failed first is not known: {problem}")


def diagnose_step(run: Run, step: Step, error: BaseException, target: Path, since: datetime) -> Incident:
    """The incident of a step without dbt's run results: `ingest <source>` or `source freshness`.

    `since` as in `diagnose_build`.
    """
    incident = _build_from_error("run", step, run, error)
    lineage, remark = read_lineage(target)
    if remark:
        return _add_remarks(incident, remark)
    try:
        sources = _missing_sources(step, lineage, target, since)
        return add_owners(replace(incident, affected=tuple(lineage.downstream(sources))), lineage, sources)
    except LarderError as unreadable:
        return _add_remarks(incident, f"what is affected is not known: {unreadable}")
    except UNEXPECTED as unreadable:
        problem = _describe_unexpected(target, "sources", unreadable)
        return _add_remarks(incident, f"what is affected is not known: {problem}")


def diagnose_report(run: Run, step: Step, error: BaseException) -> Incident:
    """The incident of a report that could not be made. The run's data are published regardless."""
    return replace(_build_from_error("report", step, run, error), retry="larder report")


def diagnose_closing(run: Run, step: Step, error: BaseException) -> Incident:
    """The incident of a closing step that failed. The run's data are published regardless."""
    return _build_from_error("record", step, run, error)


def _build_from_error(kind: Kind, step: Step, run: Run, error: BaseException) -> Incident:
    """The incident as far as the error alone describes it."""
    # Our own errors hold no personal data. Those of libraries, and of the engine as dbt quotes it, may.
    is_ours = isinstance(error, LarderError) and not step.quotes_engine
    words = str(error) if is_ours else redact_error(error)
    return Incident(
        kind=kind,
        subject=step.name,
        run=run,
        summary=f"{run.name}: {step} failed",
        failed=step.name,
        error=words,
        retry=run.retry(),
    )


def read_lineage(target: Path) -> tuple[Lineage, str]:
    """dbt's lineage; if it cannot be read, an empty one and the reason."""
    try:
        return Lineage(artifacts.read_artifact(target, "manifest")), ""
    except LarderError as unreadable:
        return Lineage({}), f"owners and what is affected are not known: {unreadable}"
    except UNEXPECTED as unreadable:
        problem = _describe_unexpected(target, "manifest", unreadable)
        return Lineage({}), f"owners and what is affected are not known: {problem}"


def _describe_unexpected(target: Path, name: str, error: Exception) -> str:
    return f"{target / name}.json is not what dbt writes ({type(error).__name__})"


def _read_results(target: Path, since: datetime) -> list[Result]:
    found = artifacts.read_artifact(target, "run_results")
    at = artifacts.parse_time(found["metadata"]["generated_at"])
    if at is None or at < since:
        raise LarderError(f"dbt ended before it wrote {target}/run_results.json")
    results: list[Result] = found["results"]
    return results


def _failures(results: list[Result]) -> list[Result]:
    return [result for result in results if result["status"] in FAILED_STATUSES]


def _add_root_cause(
    incident: Incident, results: list[Result], lineage: Lineage, samples: list[Row]
) -> Incident:
    first = _find_root_cause(_failures(results), lineage)
    name = first["unique_id"]
    subjects = lineage.subjects(name)
    what = _describe_node(name, lineage)
    affected = lineage.downstream(subjects)
    count = first.get("failures") if _is_test(name, lineage) else None
    rows = f" ({count:,} row{'' if count == 1 else 's'})" if count else ""
    found = replace(
        incident,
        subject=name,
        summary=f"{incident.run.name}: {what} failed{rows}",
        failed=what,
        error=to_one_line(redact(first.get("message") or first["status"])),
        row_count=count,
        samples=select_samples(samples, name),
        affected=tuple(affected),
        lasting=tuple(result["unique_id"] for result in results if result["status"] not in PASSED),
    )
    return add_owners(found, lineage, [name])


def _find_root_cause(failed: list[Result], lineage: Lineage) -> Result:
    """The earliest failure without a failed ancestor."""
    names = {result["unique_id"] for result in failed}
    causes = [result for result in failed if not lineage.ancestors(result["unique_id"]) & names]
    return min(causes or failed, key=_ended_at)


def _ended_at(result: Result) -> str:
    times = [step.get("completed_at") or "" for step in result.get("timing") or []]
    return max(times, default="") or LATEST


def _is_test(name: str, lineage: Lineage) -> bool:
    return lineage.nodes.get(name, {}).get("resource_type") in TESTS


def _describe_node(name: str, lineage: Lineage) -> str:
    node = lineage.nodes.get(name, {})
    words = f"{node.get('resource_type', name.partition('.')[0])} {lineage.label(name)}"
    if not _is_test(name, lineage):
        return words
    return f"{words} of {', '.join(map(lineage.label, lineage.subjects(name)))}"


def _missing_sources(step: Step, lineage: Lineage, target: Path, since: datetime) -> list[str]:
    """The source tables that a step did not load, or found stale."""
    tables = {name: node for name, node in lineage.nodes.items() if node.get("resource_type") == "source"}
    if step.source:
        return [name for name, node in tables.items() if node["source_name"] == step.source]
    found = artifacts.read_artifact(target, "sources", since)["results"]
    return [result["unique_id"] for result in found if result["status"] in FAILED_STATUSES]


def add_owners(incident: Incident, lineage: Lineage, names: list[str]) -> Incident:
    """Add the owners of these nodes; if one has no owner, a remark says where to declare it."""
    owners = {name: lineage.owner(name) for name in names}
    known = tuple(dict.fromkeys(filter(None, owners.values())))
    orphans = [subject for name, owner in owners.items() if not owner for subject in lineage.subjects(name)]
    files = dict.fromkeys(lineage.declared_in(name) for name in orphans)
    return _add_remarks(
        replace(incident, owners=known), *(f"no owner: declare meta.owner in {file}" for file in files)
    )


def _add_remarks(incident: Incident, *remarks: str) -> Incident:
    return replace(incident, remarks=(*incident.remarks, *remarks))
