"""Rejected rows as incidents, one per table, until none of its records is open."""

from datetime import datetime
from pathlib import Path

import duckdb

from larder.alerts import oncall
from larder.alerts.diagnosis import add_owners, read_lineage
from larder.alerts.incident import Incident, Kind, Run
from larder.ops.lineage import Lineage
from larder.quarantine import records
from larder.quarantine.schema import OPEN

KIND: Kind = "quarantine"
MOST = 5  # rules that an alert names; the rest is counted

# The open records of each table: how many, and what is wrong, the most frequent first.
BROKEN = """
    with rules as (
        select
            resource,
            any_value(table_name) as table_name,
            concat_ws(' of ', rule, column_name) as broken_rule,
            count(*) as record_count,
            count(*) filter (where last_seen_at >= $since) as seen_count
        from records
        group by resource, broken_rule
    )

    select
        resource,
        any_value(table_name),
        sum(record_count)::bigint,
        sum(seen_count)::bigint,
        list(concat(broken_rule, ': ', record_count) order by record_count desc, broken_rule)
    from rules
    group by resource
    order by resource
"""


def settle(run: Run, target: Path, since: datetime) -> None:
    """Raise an incident for each table with open records, and close those of the others.

    Args:
        run: the run that may have set rows aside.
        target: dbt's target folder, whose manifest names the owners.
        since: when the run began (UTC).
    """
    columns = ("resource", "table_name", "rule", "column_name", "last_seen_at")
    with duckdb.connect() as database:
        database.register("records", records.read(state=OPEN, columns=columns))
        found = database.execute(BROKEN, {"since": since}).fetchall()
    lineage, remark = read_lineage(target) if found else (Lineage({}), "")
    for resource, table_name, count, seen, rules in found:
        remarks = (_describe_seen(resource, seen), *filter(None, [remark]))
        incident = _build_incident(run, resource, count, rules, remarks)
        nodes = [name for name, node in lineage.nodes.items() if _table_name(node) == table_name]
        oncall.raise_incident(add_owners(incident, lineage, nodes))
    _close_others({resource for resource, *_ in found})


def close_finished() -> None:
    """Close the incidents of tables without open records, after a person has closed records."""
    _close_others(set(records.read(state=OPEN, columns=["resource"])["resource"].to_pylist()))


def _build_incident(
    run: Run, resource: str, count: int, rules: list[str], remarks: tuple[str, ...]
) -> Incident:
    more = [f"{len(rules) - MOST} other rules"] if len(rules) > MOST else []
    named = ", ".join([*rules[:MOST], *more])
    rows = "1 row is" if count == 1 else f"{count:,} rows are"
    return Incident(
        kind=KIND,
        subject=resource,
        run=run,
        summary=f"{run.name}: {rows} in quarantine instead of {resource} ({named})",
        failed=f"{resource}: {named}",
        error="",
        retry=f"larder quarantine replay --resource {resource}",
        row_count=count,
        remarks=remarks,
    )


def _describe_seen(resource: str, seen: int) -> str:
    return f"{seen:,} of them rejected by this run; see larder quarantine list --resource {resource}"


def _table_name(node: dict[str, object]) -> str:
    """The table of a node of dbt; only a source has an identifier."""
    return f"{node.get('schema')}.{node.get('identifier') or node.get('alias')}"


def _close_others(open_resources: set[object]) -> None:
    oncall.close_incidents(KIND, except_subjects=[str(resource) for resource in open_resources])
