"""Plan a backfill from the ledger of business dates and the project as it is now."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

from larder.errors import LarderError
from larder.ops import backfills, ledger
from larder.ops.code_versions import Manifest, build_scope, built_nodes
from larder.ops.ledger import Row, query
from larder.ops.lineage import Lineage
from larder.ops.status import add_code, table_name
from larder.runtime.backfill_plan import DAY, Model, Plan, Request, Step, plan_rebuilds, plan_runs
from larder.runtime.dbt_process import ask
from larder.runtime.project import current_manifest

# The dates of a range by node: whether they have data, and whether the code has changed since.
DATES = """
    select
        ledger.unique_id, ledger.resource_type, ledger.business_date,
        ledger.state in ('missing', 'failed') as is_missing,
        coalesce(ledger.lineage_version != code.lineage_version, false) as is_stale,
        coalesce(
            ledger.published_at > $begun_at and ledger.lineage_version = code.lineage_version, false
        ) as is_done
    from interval_ledger as ledger
    left join code using (unique_id)
    where ledger.business_date between $first and $last
    order by ledger.unique_id, ledger.business_date
"""

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def make_plan(request: Request, selected: frozenset[str] | None = None) -> Plan:
    """Plan what a request needs and has not been done.

    Args:
        request: what was asked for.
        selected: the unique ids that `request.select` means; found by dbt unless they are given.

    Raises:
        LarderError: the dates are in the wrong order, or later than the business clock.
    """
    if request.last < request.first:
        raise LarderError(f"backfill: {request.last} is before {request.first}; name the earlier date first")
    now, manifest = ledger.business_now(), current_manifest()
    if request.last >= now.date():
        raise LarderError(
            f"backfill: {request.last} is not over; the last date that can be complete is {now.date() - DAY}"
        )
    begun = backfills.find_open(as_json(request))
    with ledger.opened(now) as session:
        add_code(session, manifest)
        begun_at = begun.begun_at if begun else NEVER
        dates = query(session, DATES, first=request.first, last=request.last, begun_at=begun_at)
    if request.select:
        return _plan_selected(
            request, manifest, dates, find_selected(request) if selected is None else selected
        )
    return _plan_missing(request, manifest, dates)


def find_selected(request: Request) -> frozenset[str]:
    """The unique ids of the models and snapshots that a request selects, by dbt itself.

    Raises:
        LarderError: dbt does not understand the selection, or it selects nothing.
    """
    kinds = ("--resource-type", "model", "--resource-type", "snapshot")
    listed = ask("ls", "--select", *request.select, *kinds, "--output", "json", "--output-keys", "unique_id")
    # Without a match, dbt prints a warning.
    found = [json.loads(line)["unique_id"] for line in listed if line.startswith("{")]
    if not found:
        raise LarderError(f"backfill: no model is {' '.join(request.select)}; `dbt ls` lists all")
    return frozenset(found)


def as_json(request: Request) -> str:
    """A request as `ops.backfills` has it."""
    return json.dumps(asdict(request), default=str, sort_keys=True)


def _plan_missing(request: Request, manifest: Manifest, dates: list[Row]) -> Plan:
    missing = {row["business_date"] for row in dates if row["is_missing"]}
    if not dates:
        # Nothing was ever run, so nothing is known of any date.
        missing = set(_days(request))
    runs = plan_runs(missing, each_date=request.each_date)
    stale = [row for row in dates if row["is_stale"] and row["business_date"] not in missing]
    models, left_out = _describe_models(manifest, stale, "made by older code")
    if runs:
        # A run makes these anyway.
        models = [model for model in models if model.scope != "whole"]
    steps: list[Step] = [*runs, *plan_rebuilds(models, Lineage(manifest), each_date=request.each_date)]
    return Plan(request, tuple(models), tuple(steps), left_out)


def _plan_selected(request: Request, manifest: Manifest, dates: list[Row], selected: frozenset[str]) -> Plan:
    done = {(row["unique_id"], row["business_date"]) for row in dates if row["is_done"]}
    asked = [
        {"unique_id": name, "business_date": day}
        for name in sorted(selected)
        for day in _days(request)
        if (name, day) not in done
    ]
    models, left_out = _describe_models(manifest, asked, "asked for")
    steps = plan_rebuilds(models, Lineage(manifest), each_date=request.each_date)
    unloaded = sorted(
        {row["business_date"] for row in dates if row["is_missing"] and row["resource_type"] == "source"}
    )
    if unloaded:
        left_out["the sources"] = (
            f"not loaded for {unloaded[0]} to {unloaded[-1]}; a backfill without --select loads them first"
        )
    return Plan(request, tuple(models), tuple(steps), left_out)


def _describe_models(manifest: Manifest, rows: list[Row], reason: str) -> tuple[list[Model], dict[str, str]]:
    """The models of some dates, and by name those that are left out, with the reason."""
    dates: dict[str, list[date]] = {}
    for row in rows:
        dates.setdefault(row["unique_id"], []).append(row["business_date"])
    models, left_out = [], {}
    for node in built_nodes(manifest):
        if node["unique_id"] not in dates or node["config"].get("materialized") == "ephemeral":
            continue
        scope = build_scope(node, manifest)
        if scope == "history":
            left_out[node["name"]] = (
                f"a history is not made by dates; `larder snapshots rebuild {node['name']}`"
            )
        else:
            models.append(
                Model(
                    node["unique_id"],
                    node["name"],
                    table_name(node),
                    scope,
                    tuple(dates[node["unique_id"]]),
                    reason,
                )
            )
    return models, left_out


def _days(request: Request) -> Iterator[date]:
    for number in range((request.last - request.first).days + 1):
        yield request.first + timedelta(days=number)
