"""What Bronze (or `ops`) already holds: the cursor of every incremental load is read from here.

No state is kept beside the data, so that a load that was killed, repeated or moved to another machine
goes on exactly where Bronze ends.
"""

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.table import Table

from ingest.destination import BRONZE, catalog

ALL = "true"
PLACE = "_place"


def table(name: str, namespace: str = BRONZE) -> Table | None:
    """The table of that name, or None before its first load."""
    try:
        return catalog().load_table(f"{namespace}.{name}")
    except NoSuchTableError:
        return None


def schema(name: str, namespace: str = BRONZE) -> pa.Schema | None:
    """The columns of the table of that name as Arrow types; None before its first load."""
    found = table(name, namespace)
    return None if found is None else found.schema().as_arrow()


def high_water(name: str, column: str, namespace: str = BRONZE) -> Any:
    """The largest value of a timestamp or date column, from the files' metadata alone; None for no rows."""
    found = table(name, namespace)
    return None if found is None else upper_bound(found, column)


def upper_bound(found: Table, column: str) -> Any:
    """As `high_water`, of any Iceberg table."""
    if found.current_snapshot() is None:
        return None
    metrics = found.inspect.data_files().select(["readable_metrics"]).flatten().flatten()
    return pc.max(metrics[f"readable_metrics.{column}.upper_bound"]).as_py()


def rows_where(
    name: str, condition: str, columns: tuple[str, ...], namespace: str = BRONZE
) -> pa.Table | None:
    """The named columns of the rows that meet a condition; None before the table's first load."""
    found = table(name, namespace)
    return None if found is None else found.scan(row_filter=condition, selected_fields=columns).to_arrow()


def versions_since(
    name: str, key: tuple[str, ...], cursor: str, since: datetime, namespace: str = BRONZE
) -> pa.Table | None:
    """Keys and cursor values of the rows whose cursor lies at or after `since`: the lag window's content."""
    return rows_where(name, f"{cursor} >= '{since.isoformat()}'", (*key, cursor), namespace)


def latest(
    name: str, key: tuple[str, ...], values: tuple[str, ...], namespace: str = BRONZE
) -> pa.Table | None:
    """Key and values of each key's most recently loaded row, of a small table; None before its first load."""
    rows = rows_where(name, ALL, (*key, *values, "_loaded_at"), namespace)
    if rows is None:
        return None
    newest = rows.group_by(list(key)).aggregate([("_loaded_at", "max")])
    newest = newest.rename_columns([*key, "_loaded_at"])
    return rows.join(newest, keys=[*key, "_loaded_at"], join_type="inner").select([*key, *values])


def without(batch: pa.Table, seen: pa.Table | None) -> pa.Table:
    """The rows of a batch whose values in `seen`'s columns do not occur there (an anti-join in Arrow)."""
    if seen is None or seen.num_rows == 0:
        return batch
    keys = seen.column_names
    known = seen.cast(pa.schema([batch.schema.field(key) for key in keys]))
    # Only keys take part in the join: it does not know all types, such as lists, that rows may hold.
    places = batch.select(keys).append_column(PLACE, pa.array(np.arange(batch.num_rows)))
    new = places.join(known, keys=keys, join_type="left anti")[PLACE]
    return batch.take(new.combine_chunks().sort())
