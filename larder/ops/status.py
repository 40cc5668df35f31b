"""What is missing, late or out of date: the ledger of business dates against the project as it is now."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from larder.ops.code_versions import Manifest, Node, built_nodes, code_versions, lineage_versions
from larder.ops.ledger import Row, query
from larder.ops.service_levels import read_late

# A node's dates without data. Such dates come last: a run for a later date would have covered them.
GAPS = """
    select
        unique_id, resource_type, concat_ws('.', source_name, name) as name, schema_name, table_name,
        min(business_date) as first_date, max(business_date) as last_date,
        max(state = 'failed') as has_failed
    from interval_ledger
    where state in ('missing', 'failed')
    group by all
    order by resource_type desc, unique_id
"""

STALE = """
    select
        ledger.unique_id, ledger.name, ledger.resource_type, ledger.build_scope,
        max(ledger.code_version is distinct from now.code_version) as is_own_change,
        min(ledger.business_date) as first_date, max(ledger.business_date) as last_date,
        count(*) as date_count
    from interval_ledger as ledger
    join code as now using (unique_id)
    where ledger.lineage_version is not null and ledger.lineage_version != now.lineage_version
    group by all
    order by is_own_change desc, ledger.unique_id
"""

LAST_RUN = """
    select flow_run_id, run_name, business_date, outcome, failed_step, error, finished_at
    from flow_runs order by finished_at desc limit 1
"""

# Dates whose latest run failed, if no run for them or a later date has succeeded since.
FAILED_RUNS = """
    select flow_run_id, run_name, business_date, failed_step, error, finished_at
    from flow_runs as failed
    where outcome = 'failed' and not exists (
        from flow_runs as later
        where later.outcome = 'completed' and later.flow_name = failed.flow_name
            and later.business_date >= failed.business_date and later.finished_at > failed.finished_at
    )
    qualify row_number() over (partition by flow_name, business_date order by finished_at desc) = 1
    order by finished_at
"""

# Publications that did not end well, after which none did.
UNPUBLISHED = """
    select publication_id, flow_run_id, business_date, arg_max(state, "at") as state,
        arg_max(coalesce(message, ''), "at") as message, max("at") as happened_at
    from publications
    group by publication_id, flow_run_id, business_date
    having bool_and(state != 'published')
        and max("at") > coalesce((select max("at") from publications where state = 'published'), '1900-01-01')
    order by happened_at
"""

UNFINISHED_BACKFILLS = """
    select backfill_id, any_value(request_json) as request_json, max("at") as begun_at
    from backfills group by backfill_id having bool_and(state = 'begun') order by begun_at
"""


@dataclass(frozen=True)
class Status:
    """What there is to do; each list holds rows, column names to values.

    Attributes:
        business_date: the date up to which data are due.
        last_run: the latest run, if there was one.
        gaps: nodes with dates that were not loaded or built.
        late: nodes that are not ready in time.
        stale: nodes whose data were made by other code than the project's.
        unbuilt: models and snapshots that no run has recorded yet.
        unmade: tables of silver and gold that no model makes.
        failed_runs: runs that failed, and nothing has made up for it.
        unpublished: publications that were refused or did not end.
        backfills: backfills that did not end.
    """

    business_date: date
    last_run: Row | None
    gaps: list[Row]
    late: list[Row]
    stale: list[Row]
    unbuilt: list[str]
    unmade: list[str]
    failed_runs: list[Row]
    unpublished: list[Row]
    backfills: list[Row]

    def is_complete(self) -> bool:
        """Whether there is nothing to do."""
        lists: list[list[Any]] = [
            self.gaps, self.late, self.stale, self.unbuilt, self.unmade, self.failed_runs, self.unpublished,
            self.backfills,
        ]  # fmt: skip
        return not any(lists)


def examine(
    session: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    existing: set[str],
    now: datetime,
) -> Status:
    """Examine the ledger.

    Args:
        session: a session of `larder.ops.ledger.opened`.
        manifest: that of the project as it is now.
        existing: the tables that exist in silver and gold, such as "gold.dim_stores".
        now: the time (UTC, business clock); data are due up to the day before.
    """
    add_code(session, manifest)
    made = _made_nodes(manifest)
    recorded = {row["unique_id"] for row in query(session, "select distinct unique_id from interval_ledger")}
    return Status(
        business_date=now.date() - timedelta(days=1),
        last_run=next(iter(query(session, LAST_RUN)), None),
        gaps=query(session, GAPS),
        late=[
            {"unique_id": one.unique_id, "name": one.label, "owner": one.owner, "ready_by": one.ready_by}
            | {"business_date": one.business_date, "cause": one.cause()}
            for one in read_late(session, now)
        ],
        stale=query(session, STALE),
        unbuilt=sorted(node["name"] for node in made if node["unique_id"] not in recorded),
        unmade=sorted(existing - {table_name(node) for node in built_nodes(manifest)}),
        failed_runs=query(session, FAILED_RUNS),
        unpublished=query(session, UNPUBLISHED),
        backfills=query(session, UNFINISHED_BACKFILLS),
    )


def add_code(session: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """Add the table `code`: each model's and snapshot's versions in a manifest."""
    versions = code_versions(manifest)
    lineages = lineage_versions(manifest, versions)
    session.execute("create table code (unique_id varchar, code_version varchar, lineage_version varchar)")
    session.executemany(
        "insert into code values (?, ?, ?)", [(name, versions[name], lineages[name]) for name in versions]
    )


def table_name(node: Node) -> str:
    """The layer and name of a node's table in production, whatever target the manifest is of."""
    return f"{node['config'].get('schema')}.{node.get('alias') or node['name']}"


def _made_nodes(manifest: Manifest) -> list[Node]:
    """The project's models and snapshots that have a table or view, without those over `ops`."""
    return [
        node
        for node in built_nodes(manifest)
        if node["package_name"] == manifest["metadata"]["project_name"]
        and node["config"].get("schema") != "ops"
        and node["config"].get("materialized") != "ephemeral"
    ]
