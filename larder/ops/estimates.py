"""How long a build will take and how many rows it makes, from what earlier ones took."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from larder.lake import tables
from larder.ops.ledger import Row, query

# Seconds of a model and its tests: the median over its builds of new rows, and over those of all rows.
# Microbatches by day are also counted per day.
SECONDS = """
    with nodes as (
        select unique_id, coalesce(tested_node, unique_id) as model from stg_ops__dbt_nodes
        where resource_type in ('model', 'snapshot', 'test')
    ),

    spent as (
        select
            nodes.model, results.invocation_id, sum(results.execution_seconds) as seconds,
            any_value(invocations.is_full_refresh or window_to - window_from > 366) as is_all,
            any_value(window_to - window_from) as days
        from dbt_run_results as results
        join nodes using (unique_id)
        join dbt_invocations as invocations using (invocation_id)
        where results.status in ('success', 'pass', 'warn')
        group by nodes.model, results.invocation_id
        having bool_or(results.unique_id = nodes.model)
    )

    select
        spent.model as unique_id,
        median(seconds) filter (not is_all) as seconds_of_new,
        median(seconds) filter (is_all) as seconds_of_all,
        median(seconds / days) filter (not is_all and incremental_strategy = 'microbatch') as seconds_per_day
    from spent
    left join stg_ops__dbt_nodes as known on spent.model = known.unique_id
    group by spent.model
"""

# Of a build's seconds by node, how many pass on the clock: nodes run in parallel, and dbt needs some itself.
PARALLEL = """
    select median(elapsed_seconds / seconds) as factor
    from dbt_invocations
    join (
        select invocation_id, sum(execution_seconds) as seconds from dbt_run_results group by all
    ) using (invocation_id)
    where command = 'build' and seconds > 0
"""

RUN_SECONDS = """
    select median(epoch(finished_at) - epoch(started_at)) as seconds
    from flow_runs where flow_name = 'daily' and outcome = 'completed' and not is_full_refresh
"""


@dataclass(frozen=True)
class History:
    """What earlier builds took; None for what there is no history of."""

    seconds: dict[str, Row]
    factor: float
    run_seconds: float | None

    def expect(self, unique_id: str, days: int | None, all_days: int) -> float | None:
        """The seconds on the clock to build a model.

        Args:
            unique_id: the model.
            days: how many days of it are made; None for all of it.
            all_days: how many days it has.
        """
        known = self.seconds.get(unique_id)
        if known is None:
            return None
        new, everything = known["seconds_of_new"], known["seconds_of_all"]
        if days is None:
            found = everything or new
        elif known["seconds_per_day"]:
            found = known["seconds_per_day"] * days
        else:
            # Between a build of what is new and one of everything.
            least, most = new or everything, everything or new
            found = least + max(most - least, 0) * min(days / max(all_days, 1), 1)
        return float(found * self.factor)


def read_history(session: duckdb.DuckDBPyConnection) -> History:
    """The history in a session of `larder.ops.ledger.opened`."""
    [parallel], [run] = query(session, PARALLEL), query(session, RUN_SECONDS)
    seconds = {row["unique_id"]: row for row in query(session, SECONDS)}
    return History(seconds, parallel["factor"] or 1.0, run["seconds"])


@dataclass(frozen=True)
class Size:
    """A table's rows, how many of them are of the dates asked for, and how many days it has (0: unknown)."""

    rows: int
    rows_of_dates: int
    days: int


def measure(name: str, dates: tuple[date, ...]) -> Size | None:
    """The size of a table such as "gold.fct_baskets", from its metadata alone; None if it does not exist.

    If it is partitioned by day, its rows of the dates are counted, else they are a share of all rows.
    """
    namespace, _, table_name = name.partition(".")
    found = tables.table(table_name, namespace)
    if found is None or tables.is_empty(found):
        return None
    partitions = found.inspect.partitions()
    counts: list[int] = partitions["record_count"].to_pylist()  # type: ignore[assignment]
    total = sum(counts)
    if "partition" not in partitions.column_names:
        return Size(total, total, 0)
    values: list[dict[str, Any]] = partitions["partition"].to_pylist()  # type: ignore[assignment]
    days = [next(iter(one.values())) for one in values]
    if not all(isinstance(one, date) for one in days):
        return Size(total, total, 0)
    asked = set(dates)
    of_dates = sum(count for day, count in zip(days, counts, strict=True) if day in asked)
    return Size(total, of_dates, len(days))
