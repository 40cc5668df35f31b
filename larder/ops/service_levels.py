"""Find the tables that are not ready in time, from the raw tables of `ops`, without Spark.

The model `service_level_history` alone defines what is due and what counts as ready. Here it runs in DuckDB,
as of now.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from larder.lake import tables
from larder.ops import schema
from larder.ops.model_sql import DUCKDB_FUNCTIONS, translate_model
from larder.ops.schema import OPS

OLDEST = timedelta(days=2)  # before today: includes the last due date at any time of day

# For each node, the last date that was due. A node whose `ready_by` is not a time of day is never due.
LATE = """
    with due as (
        select * from service_level_history
        where due_at <= $now
        qualify row_number() over (partition by unique_id order by business_date desc) = 1
    ),

    late as (
        select unique_id, business_date, true as is_readable
        from due
        where ready_at is null
        union all
        select unique_id, $before_yesterday, false
        from stg_ops__dbt_nodes
        where try_to_timestamp(concat($before_yesterday, ' ', ready_by)) is null and ready_by is not null
    )

    select
        nodes.unique_id,
        concat(if(resource_type = 'source', concat('source ', source_name, '.'), ''), name) as label,
        coalesce(nodes.owner, '') as owner,
        nodes.ready_by,
        late.business_date,
        late.is_readable,
        arg_max(runs.run_name, runs.finished_at) as run_name,
        arg_max(runs.flow_run_id, runs.finished_at) as flow_run_id,
        arg_max(case when runs.outcome = 'failed' then runs.failed_step else '' end, runs.finished_at)
            as failed_step,
        arg_max(coalesce(runs.error, ''), runs.finished_at) as error
    from late
    join stg_ops__dbt_nodes as nodes using (unique_id)
    left join flow_runs as runs on runs.business_date >= late.business_date
    group by all
    order by nodes.unique_id
"""

READERS = """
    select
        concat(coalesce(exposure_type, 'exposure'), ' ', coalesce(label, name)) as label,
        concat_ws(' ', owner, '<' || owner_email || '>') as owner,
        depends_on_nodes_json
    from stg_ops__dbt_nodes
    where resource_type = 'exposure'
    order by label
"""


@dataclass(frozen=True)
class LateNode:
    """A node that is not ready, and the latest run that should have built it, if there was one."""

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
        """The cause, in a few words that stay the same as long as the cause does."""
        if not self.is_readable:
            return "ready_by is not a time of day"
        if self.run_name is None:
            return "no run"
        return f"failed run: {self.failed_step}" if self.failed_step else "not built"


def find_late(now: datetime) -> tuple[list[LateNode], list[dict[str, Any]]]:
    """The nodes that are not ready at a time (UTC, business clock), and all exposures.

    An exposure is a row with `label`, `owner` and `depends_on_nodes_json`.
    """
    schema.ensure_tables()
    before_yesterday = now.date() - OLDEST
    with duckdb.connect() as session:
        session.execute(f"set timezone = 'UTC'; {DUCKDB_FUNCTIONS}")
        for table in ("flow_runs", "dbt_run_results", "dbt_nodes", "dlt_loads", "publications"):
            session.register(table, _read_recent(table, before_yesterday))
        for model in ("stg_ops__dbt_nodes", "service_level_history"):
            query = translate_model(model, business_now=f"timestamp '{now:%Y-%m-%d %H:%M:%S}'")
            session.execute(f"create view {model} as {query}")
        return read_late(session, now), _query(session, READERS)


def read_late(session: duckdb.DuckDBPyConnection, now: datetime) -> list[LateNode]:
    """The nodes that are not ready at a time (UTC, business clock).

    Args:
        session: a session with `flow_runs`, `stg_ops__dbt_nodes` and `service_level_history`.
        now: the time.
    """
    return [LateNode(**row) for row in _query(session, LATE, now=now, before_yesterday=now.date() - OLDEST)]


def last_clock_offset() -> timedelta:
    """The business clock minus the machine's in the latest recorded run; zero without one."""
    columns = ("finished_at", "clock_offset_seconds")
    runs = tables.rows_where("flow_runs", tables.ALL, columns, OPS)
    if runs is None or runs.num_rows == 0:
        return timedelta()
    latest = runs.sort_by([("finished_at", "descending")])
    return timedelta(seconds=latest["clock_offset_seconds"][0].as_py() or 0)


def _read_recent(table: str, since: date) -> Any:
    """A table of `ops`: all rows if it defines service levels, else those since a date."""
    condition = tables.ALL if table in ("flow_runs", "dbt_nodes") else f"_business_date >= '{since}'"
    columns = (*schema.TABLES[table][0], "_loaded_at", "_business_date")
    return tables.rows_where(table, condition, columns, OPS)


def _query(session: duckdb.DuckDBPyConnection, query: str, **parameters: Any) -> list[dict[str, Any]]:
    answer = session.execute(query, parameters or None)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
