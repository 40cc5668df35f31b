"""What Bronze (or `ops`) already holds: every incremental load reads its cursor from here.

No state is kept beside the data, so that a load that was killed, repeated or moved to another machine
continues exactly where Bronze ends.
"""

from datetime import datetime

import numpy as np
import pyarrow as pa

from larder.lake.catalog import BRONZE
from larder.lake.tables import ALL, rows_where

PLACE = "_place"


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
