"""What Bronze (or `ops`) already has, which every incremental load compares its rows with.

There is no state besides the data, so a load that was killed, repeated or moved to another machine continues
exactly where Bronze ends.
"""

from typing import Any

import numpy as np
import pyarrow as pa
from pyiceberg.expressions import GreaterThanOrEqual
from pyiceberg.table import Table

from larder.lake.catalog import BRONZE
from larder.lake.columnar import Values, pc
from larder.lake.tables import table
from larder.landing.arrow_sql import PLACE, query

DELETED, LOADED = "_is_deleted", "_loaded_at"


def versions_since(
    name: str, key: tuple[str, ...], cursor: str, since: Any, namespace: str = BRONZE
) -> pa.Table | None:
    """Keys and cursor values of the rows with a cursor at or after `since`; None without a table.

    A key whose record was deleted has none: a record that comes back is new, even with its old cursor value.
    """
    found = _find(name, (*key, cursor), namespace)
    if found is None:
        return None
    value = since.isoformat() if hasattr(since, "isoformat") else since
    condition = GreaterThanOrEqual(cursor, value)  # type: ignore[call-arg,misc,arg-type] # as its documentation says
    columns = (*key, cursor)
    if DELETED not in found.schema().column_names:
        return found.scan(row_filter=condition, selected_fields=columns).to_arrow()
    rows = found.scan(row_filter=condition, selected_fields=(*columns, DELETED, LOADED)).to_arrow()
    return _without_deleted(rows, key).select(columns)


def latest_rows(
    name: str, key: tuple[str, ...], values: tuple[str, ...], namespace: str = BRONZE
) -> pa.Table | None:
    """Key and values of each key's most recently loaded row, for small tables; None before the first load.

    A key whose record was deleted has none.
    """
    found = _find(name, key, namespace)
    if found is None:
        return None
    marks = [DELETED] if DELETED in found.schema().column_names else []
    rows = found.scan(selected_fields=(*key, *values, LOADED, *marks)).to_arrow()
    load_times = rows.group_by(list(key)).aggregate([(LOADED, "max")])
    load_times = load_times.rename_columns([*key, LOADED])
    places = rows.select([*key, LOADED]).append_column(PLACE, pa.array(np.arange(rows.num_rows)))
    kept = places.join(load_times, keys=[*key, LOADED], join_type="inner")[PLACE]
    latest = rows.take(kept.combine_chunks())
    if marks:
        latest = latest.filter(pc.invert(pc.fill_null(latest[DELETED], False)))
    return latest.select([*key, *values])


def unknown_places(batch: pa.Table, seen: pa.Table | None) -> Values | None:
    """The places of the rows whose values do not occur in `seen`, by its columns; None for all rows.

    Two nulls are equal.
    """
    if seen is None or seen.num_rows == 0 or batch.num_rows == 0:
        return None
    columns = seen.column_names
    known = seen.cast(pa.schema([batch.schema.field(column) for column in columns]))
    same = " and ".join(f'known."{column}" is not distinct from places."{column}"' for column in columns)
    new = query(
        f"select {PLACE} from places anti join known on {same} order by {PLACE}",  # noqa: S608 own columns
        known=known,
        places=batch.select(columns).append_column(PLACE, pa.array(np.arange(batch.num_rows))),
    )
    return None if new.num_rows == batch.num_rows else new[PLACE].combine_chunks()


def exclude(batch: pa.Table, seen: pa.Table | None) -> pa.Table:
    """The rows of a batch whose values do not occur in `seen`, as `unknown_places` finds them."""
    places = unknown_places(batch, seen)
    return batch if places is None else batch.take(places)


def _find(name: str, columns: tuple[str, ...], namespace: str) -> Table | None:
    """The table; None if it lacks one of these columns, because all rows so far were set aside."""
    found = table(name, namespace)
    return found if found is not None and set(columns) <= set(found.schema().column_names) else None


def _without_deleted(rows: pa.Table, key: tuple[str, ...]) -> pa.Table:
    """The rows that were loaded after the last tombstone of their key."""
    tombstones = rows.filter(pc.fill_null(rows[DELETED], False))
    if tombstones.num_rows == 0:
        return rows
    same = " and ".join(f'rows."{column}" = tombstones."{column}"' for column in key)
    return query(
        f"select * from rows anti join tombstones on {same} "  # noqa: S608 names of our own columns
        f"and rows.{LOADED} <= tombstones.{LOADED}",
        rows=rows,
        tombstones=tombstones,
    )
