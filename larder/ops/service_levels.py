"""Which tables are not ready although they were promised: from the raw tables of `ops`, without Spark.

A node with `ready_by` is promised for each business date from that of the run that began first, at that time
(UTC) of the day after. It is ready once a run for that date or a later one built it with no test on it
failing; a source's table once such a run loaded it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from larder.lake import tables
from larder.ops import schema
from larder.ops.dbt_variables import FAILED_STATUSES
from larder.ops.schema import OPS

OLDEST = timedelta(days=2)  # before today: what was due last, whatever time of day it is

LATE = """
    with nodes as (
        select * from dbt_nodes
        qualify row_number() over (partition by unique_id order by generated_at desc, _loaded_at desc) = 1
    ),

    promised as (
        select
            unique_id,
            resource_type,
            if(resource_type = 'source', concat('source ', source_name, '.'), '') || name as label,
            alias,
            owner,
            ready_by,
            try_cast(ready_by as time) as due_time,
            cast(if(due_time <= $clock, $yesterday, $before_yesterday) as date) as business_date
        from nodes
        where is_current and ready_by is not null
    ),

    faulty as (
        select distinct results.invocation_id, nodes.tested_node as unique_id
        from dbt_run_results as results
        inner join nodes on nodes.unique_id = results.unique_id
        where nodes.resource_type = 'test' and list_contains($failed, results.status)
    ),

    ready as (
        select results.unique_id, runs.business_date
        from dbt_run_results as results
        inner join flow_runs as runs on runs.flow_run_id = results.flow_run_id
        anti join faulty
            on faulty.invocation_id = results.invocation_id and faulty.unique_id = results.unique_id
        where results.status = 'success'
        union all
        select promised.unique_id, loads._business_date
        from dlt_loads as loads
        inner join promised on promised.alias = loads.table_name
        where promised.resource_type = 'source'
    ),

    late as (
        select * from promised
        where
            due_time is null
            or business_date >= (select arg_min(business_date, started_at) from flow_runs)
            and not exists (
                select * from ready
                where ready.unique_id = promised.unique_id and ready.business_date >= promised.business_date
            )
    )

    select
        late.unique_id,
        late.label,
        coalesce(late.owner, '') as owner,
        late.ready_by,
        late.business_date,
        late.due_time is not null as is_readable,
        arg_max(runs.run_name, runs.finished_at) as run_name,
        arg_max(runs.flow_run_id, runs.finished_at) as flow_run_id,
        arg_max(case when runs.outcome = 'failed' then runs.failed_step else '' end, runs.finished_at)
            as failed_step,
        arg_max(coalesce(runs.error, ''), runs.finished_at) as error
    from late
    left join flow_runs as runs on runs.business_date >= late.business_date
    group by all
    order by late.unique_id
"""

READERS = """
    select
        concat(coalesce(exposure_type, 'exposure'), ' ', coalesce(label, name)) as label,
        concat_ws(' ', owner, '<' || owner_email || '>') as owner,
        depends_on_nodes_json
    from dbt_nodes
    where resource_type = 'exposure'
    qualify row_number() over (partition by unique_id order by generated_at desc, _loaded_at desc) = 1
        and is_current
    order by label
"""


@dataclass(frozen=True)
class Late:
    """A node that is not ready, and the latest run that should have made it so, where there was one."""

    unique_id: str
    label: str
    owner: str
    ready_by: str
    business_date: date
    is_readable: bool
    run_name: str | None
    flow_run_id: str | None
    failed_step: str | None
    error: str | None

    def cause(self) -> str:
        """Why, in a few words that stay the same as long as the cause does."""
        if not self.is_readable:
            return "ready_by is no time of day"
        if self.run_name is None:
            return "no run"
        return f"failed run: {self.failed_step}" if self.failed_step else "not built"


def find_late(now: datetime) -> tuple[list[Late], list[dict[str, Any]]]:
    """The nodes that are not ready at a time (UTC, business clock), and the exposures there are.

    An exposure is a row `label`, `owner`, `depends_on_nodes_json`.
    """
    schema.ensure_tables()
    with duckdb.connect() as session:
        for table in ("flow_runs", "dbt_run_results", "dbt_nodes", "dlt_loads"):
            session.register(table, _recent(table, now.date() - OLDEST))
        late = _asked(
            session,
            LATE,
            clock=now.time().replace(tzinfo=None),
            yesterday=now.date() - timedelta(days=1),
            before_yesterday=now.date() - OLDEST,
            failed=list(FAILED_STATUSES),
        )
        return [Late(**row) for row in late], _asked(session, READERS)


def last_clock_offset() -> timedelta:
    """The business's clock minus the machine's in the latest run that is recorded; zero without a run."""
    columns = ("finished_at", "clock_offset_seconds")
    runs = tables.rows_where("flow_runs", tables.ALL, columns, OPS)
    if runs is None or runs.num_rows == 0:
        return timedelta()
    latest = runs.sort_by([("finished_at", "descending")])
    return timedelta(seconds=latest["clock_offset_seconds"][0].as_py() or 0)


def _recent(table: str, since: date) -> Any:
    """A table of `ops`, whole where it tells what was promised, else of the dates that still matter."""
    condition = tables.ALL if table in ("flow_runs", "dbt_nodes") else f"_business_date >= '{since}'"
    columns = (*schema.TABLES[table][0], "_loaded_at", "_business_date")
    return tables.rows_where(table, condition, columns, OPS)


def _asked(session: duckdb.DuckDBPyConnection, query: str, **parameters: Any) -> list[dict[str, Any]]:
    answer = session.execute(query, parameters or None)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
