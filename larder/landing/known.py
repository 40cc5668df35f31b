"""What Bronze (or `ops`) already has, which every incremental load compares its rows with.

There is no state besides the data, so a load that was killed, repeated or moved to another machine continues
exactly where Bronze ends.
"""

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from pyiceberg.expressions import GreaterThanOrEqual

from larder.lake.catalog import BRONZE
from larder.lake.tables import table

PLACE = "_place"


def versions_since(
    name: str, key: tuple[str, ...], cursor: str, since: Any, namespace: str = BRONZE
) -> pa.Table | None:
    """Keys and cursor values of the rows with a cursor at or after `since`; None without a table."""
    found = table(name, namespace)
    if found is None:
        return None
    value = since.isoformat() if hasattr(since, "isoformat") else since
    condition = GreaterThanOrEqual(cursor, value)  # type: ignore[call-arg,misc,arg-type] # as its documentation says
    return found.scan(row_filter=condition, selected_fields=(*key, cursor)).to_arrow()


def latest_rows(
    name: str, key: tuple[str, ...], values: tuple[str, ...], namespace: str = BRONZE
) -> pa.Table | None:
    """Key and values of each key's most recently loaded row, for small tables; None before the first load."""
    found = table(name, namespace)
    if found is None:
        return None
    rows = found.scan(selected_fields=(*key, *values, "_loaded_at")).to_arrow()
    load_times = rows.group_by(list(key)).aggregate([("_loaded_at", "max")])
    load_times = load_times.rename_columns([*key, "_loaded_at"])
    places = rows.select([*key, "_loaded_at"]).append_column(PLACE, pa.array(np.arange(rows.num_rows)))
    kept = places.join(load_times, keys=[*key, "_loaded_at"], join_type="inner")[PLACE]
    return rows.take(kept.combine_chunks()).select([*key, *values])


def exclude(batch: pa.Table, seen: pa.Table | None) -> pa.Table:
    """The rows of a batch whose values do not occur in `seen`, by its columns; two nulls are equal."""
    if seen is None or seen.num_rows == 0:
        return batch
    columns = seen.column_names
    known = seen.cast(pa.schema([batch.schema.field(column) for column in columns]))
    same = " and ".join(f'known."{column}" is not distinct from places."{column}"' for column in columns)
    with duckdb.connect() as database:
        database.register("known", known)
        database.register(
            "places", batch.select(columns).append_column(PLACE, pa.array(np.arange(batch.num_rows)))
        )
        new: Any = database.sql(
            f"select {PLACE} from places anti join known on {same} order by {PLACE}"  # noqa: S608 own columns
        ).to_arrow_table()
    return batch.take(new[PLACE].combine_chunks())
