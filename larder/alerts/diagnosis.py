"""What failed first in a run, what is affected by it and who owns that: from dbt's artifacts, or an error."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from larder.alerts.incident import Incident, Kind, Run
from larder.alerts.samples import of_test
from larder.errors import LarderError
from larder.ops import artifacts
from larder.ops.artifacts import Row
from larder.ops.dbt_variables import FAILED_STATUSES
from larder.ops.lineage import TESTS, Lineage
from larder.ops.steps import BUILD, Step
from larder.redaction import foreign, said, without_values

PASSED = ("success", "pass", "warn", "no-op")
LATEST = "9999"  # where an artifact gives no time
# What reading JSON of another shape than expected raises.
UNEXPECTED = (AttributeError, IndexError, KeyError, OSError, TypeError, ValueError)

Result = dict[str, Any]


def of_build(
    run: Run, error: BaseException, target: Path, since: datetime, samples: list[Row] | None = None
) -> Incident:
    """The incident of a `dbt build` that failed.

    Args:
        run: the flow run.
        error: what it raised; all that is known where dbt left no artifacts.
        target: dbt's target folder.
        since: when the run began (UTC): older artifacts are another run's.
        samples: rows of `ops.dbt_failure_samples`, see `alerts.samples`.
    """
    plain = _plain("run", BUILD, run, error)
    lineage, remark = _lineage(target)
    if remark:
        return _remarking(plain, remark)
    try:
        results = _results(target, since)
        return _of_results(plain, results, lineage, samples or []) if _failed(results) else plain
    except LarderError as unread:
        return _remarking(plain, f"what failed first is not known: {unread}")
    except UNEXPECTED as unread:
        return _remarking(plain, f"what failed first is not known: {_unlike(target, 'run_results', unread)}")


def of_step(run: Run, step: Step, error: BaseException, target: Path, since: datetime) -> Incident:
    """The incident of a step without dbt's run results: `ingest <source>` or `source freshness`.

    `since` as in `of_build`.
    """
    plain = _plain("run", step, run, error)
    lineage, remark = _lineage(target)
    if remark:
        return _remarking(plain, remark)
    try:
        sources = _unloaded(step, lineage, target, since)
        return _owned(replace(plain, affected=tuple(lineage.downstream(sources))), lineage, sources)
    except LarderError as unread:
        return _remarking(plain, f"what is affected is not known: {unread}")
    except UNEXPECTED as unread:
        return _remarking(plain, f"what is affected is not known: {_unlike(target, 'sources', unread)}")


def of_report(run: Run, step: Step, error: BaseException) -> Incident:
    """The incident of a report that could not be made; the run's data are published all the same."""
    return replace(_plain("report", step, run, error), retry="larder report")


def of_telling(run: Run, step: Step, error: BaseException) -> Incident:
    """The incident of a run of which not all can be told; its data are published all the same."""
    return _plain("record", step, run, error)


def _plain(kind: Kind, step: Step, run: Run, error: BaseException) -> Incident:
    """All that an error alone tells."""
    # Our own errors hold no one's data; a library's, and what dbt repeats of the engine's, may.
    is_ours = isinstance(error, LarderError) and not step.quotes_engine
    words = str(error) if is_ours else foreign(error)
    return Incident(
        kind=kind,
        subject=step.name,
        run=run,
        summary=f"{run.name}: {step} failed",
        failed=step.name,
        error=words,
        retry=run.retry(),
    )


def _lineage(target: Path) -> tuple[Lineage, str]:
    """dbt's lineage, and why it is not known where it is not."""
    try:
        return Lineage(artifacts.read(target, "manifest")), ""
    except LarderError as unread:
        return Lineage({}), f"owners and what is affected are not known: {unread}"
    except UNEXPECTED as unread:
        return Lineage(
            {}
        ), f"owners and what is affected are not known: {_unlike(target, 'manifest', unread)}"


def _unlike(target: Path, name: str, error: Exception) -> str:
    return f"{target / name}.json is not what dbt writes ({type(error).__name__})"


def _results(target: Path, since: datetime) -> list[Result]:
    found = artifacts.read(target, "run_results")
    at = artifacts.time(found["metadata"]["generated_at"])
    if at is None or at < since:
        raise LarderError(f"dbt ended before it wrote {target}/run_results.json")
    results: list[Result] = found["results"]
    return results


def _failed(results: list[Result]) -> list[Result]:
    return [result for result in results if result["status"] in FAILED_STATUSES]


def _of_results(plain: Incident, results: list[Result], lineage: Lineage, samples: list[Row]) -> Incident:
    first = _first(_failed(results), lineage)
    name = first["unique_id"]
    subjects = lineage.subjects(name)
    what = _in_words(name, lineage)
    affected = lineage.downstream(subjects)
    count = first.get("failures") if _is_test(name, lineage) else None
    rows = f" ({count:,} row{'' if count == 1 else 's'})" if count else ""
    found = replace(
        plain,
        subject=name,
        summary=f"{plain.run.name}: {what} failed{rows}",
        failed=what,
        error=said(without_values(first.get("message") or first["status"])),
        row_count=count,
        samples=of_test(samples, name),
        affected=tuple(affected),
        lasting=tuple(result["unique_id"] for result in results if result["status"] not in PASSED),
    )
    return _owned(found, lineage, [name])


def _first(failed: list[Result], lineage: Lineage) -> Result:
    """The earliest of the failures that none of the others can have caused."""
    names = {result["unique_id"] for result in failed}
    causes = [result for result in failed if not lineage.ancestors(result["unique_id"]) & names]
    return min(causes or failed, key=_ended_at)


def _ended_at(result: Result) -> str:
    times = [step.get("completed_at") or "" for step in result.get("timing") or []]
    return max(times, default="") or LATEST


def _is_test(name: str, lineage: Lineage) -> bool:
    return lineage.nodes.get(name, {}).get("resource_type") in TESTS


def _in_words(name: str, lineage: Lineage) -> str:
    node = lineage.nodes.get(name, {})
    words = f"{node.get('resource_type', name.partition('.')[0])} {lineage.label(name)}"
    if not _is_test(name, lineage):
        return words
    return f"{words} of {', '.join(map(lineage.label, lineage.subjects(name)))}"


def _unloaded(step: Step, lineage: Lineage, target: Path, since: datetime) -> list[str]:
    """The source tables that a step was to load, or found too old."""
    tables = {name: node for name, node in lineage.nodes.items() if node.get("resource_type") == "source"}
    if step.source:
        return [name for name, node in tables.items() if node["source_name"] == step.source]
    found = artifacts.read(target, "sources", since)["results"]
    return [result["unique_id"] for result in found if result["status"] in FAILED_STATUSES]


def _owned(incident: Incident, lineage: Lineage, names: list[str]) -> Incident:
    """The incident with the owners of these nodes; a node without one is said, and where to declare it."""
    owners = {name: lineage.owner(name) for name in names}
    known = tuple(dict.fromkeys(filter(None, owners.values())))
    orphans = [subject for name, owner in owners.items() if not owner for subject in lineage.subjects(name)]
    files = dict.fromkeys(lineage.declared_in(name) for name in orphans)
    return _remarking(
        replace(incident, owners=known), *(f"no owner: declare meta.owner in {file}" for file in files)
    )


def _remarking(incident: Incident, *remarks: str) -> Incident:
    return replace(incident, remarks=(*incident.remarks, *remarks))
