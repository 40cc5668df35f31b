"""Which of a table's versions in Bronze are live: the latest of each record, unless it was deleted.

A tombstone (`_is_deleted`) closes the versions of its key that were loaded before it. A record that the
source restores later is live again, even with a cursor value that Bronze has seen before.
"""

from typing import Any

import pyarrow as pa
from pyiceberg.expressions import AlwaysTrue, And, BooleanExpression, GreaterThanOrEqual, LessThanOrEqual

from larder.lake.catalog import BRONZE, open_catalog
from larder.lake.columnar import pc
from larder.lake.tables import table
from larder.landing.arrow_sql import names, query

LOADED_AT, IS_DELETED = "_loaded_at", "_is_deleted"
# The columns that Bronze adds to each row.
STAMPS = (LOADED_AT, "_business_date", "_dlt_load_id", "_dlt_id", IS_DELETED)


def read_versions(
    name: str, columns: tuple[str, ...], cursor: str | None = None, since: Any = None, namespace: str = BRONZE
) -> pa.Table | None:
    """Columns of a table's versions, with load time and tombstone mark; None before the table's first load.

    Args:
        name: the table.
        columns: columns to read; those that the table does not have are left out.
        cursor: its cursor, for `since`.
        since: leave out versions with an earlier cursor value; None reads all.
        namespace: the table's namespace.
    """
    found = table(name, namespace)
    if found is None:
        return None
    existing = found.schema().column_names
    wanted = [column for column in dict.fromkeys([*columns, LOADED_AT, IS_DELETED]) if column in existing]
    scanned = found.scan(row_filter=_at_least(cursor, since), selected_fields=tuple(wanted)).to_arrow()
    # Without the information which columns are required, so that tables of any origin can be combined.
    versions = scanned.cast(pa.schema([(one.name, one.type) for one in scanned.schema]))
    if IS_DELETED not in existing:
        versions = versions.append_column(IS_DELETED, pa.nulls(versions.num_rows, pa.bool_()))
    return versions


def read_near(name: str, versions: pa.Table, columns: tuple[str, ...], namespace: str = BRONZE) -> pa.Table:
    """All columns of a table's rows whose values lie between the smallest and the largest of some versions'.

    Args:
        name: the table.
        versions: at least one version.
        columns: the columns by whose values rows are found; Iceberg skips files by them.
        namespace: the table's namespace.
    """
    found = open_catalog().load_table(f"{namespace}.{name}")
    condition: BooleanExpression = AlwaysTrue()
    for column in columns:
        if versions[column].null_count == 0:
            condition = And(condition, _at_least(column, pc.min(versions[column]).as_py()))
            condition = And(condition, _at_most(column, pc.max(versions[column]).as_py()))
    return found.scan(row_filter=condition).to_arrow()


def _at_least(column: str | None, value: Any) -> BooleanExpression:
    if column is None or value is None:
        return AlwaysTrue()
    return GreaterThanOrEqual(column, _literal(value))  # type: ignore[call-arg,misc,arg-type] # as documented


def _at_most(column: str, value: Any) -> BooleanExpression:
    return LessThanOrEqual(column, _literal(value))  # type: ignore[call-arg,misc,arg-type] # as documented


def _literal(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def pick_latest(versions: pa.Table, key: tuple[str, ...], cursor: str | None) -> pa.Table:
    """The version of each key that holds: the latest by cursor, then by load time; it may be a tombstone.

    A closed version only holds if none was loaded after its tombstone.
    """
    order = [f'"{cursor}" desc nulls last'] if cursor else []
    latest = query(
        f"select * exclude (__closed_at) from ({_with_closing_time(key)}) "  # noqa: S608 our own columns
        f"qualify row_number() over (partition by {names(key)} order by "
        f"{', '.join(['coalesce(_loaded_at > __closed_at, true) desc', *order, '_loaded_at desc'])}) = 1",
        versions=versions,
    )
    return latest.cast(versions.schema)


def pick_live(versions: pa.Table, key: tuple[str, ...], cursor: str | None) -> pa.Table:
    """The version of each key that holds, of the keys that are not deleted."""
    return drop_deleted(pick_latest(versions, key, cursor))


def drop_deleted(latest: pa.Table) -> pa.Table:
    """The versions that are not tombstones."""
    return latest.filter(pc.field(IS_DELETED).is_null() | ~pc.field(IS_DELETED))


def _with_closing_time(key: tuple[str, ...]) -> str:
    return (
        f"select *, max(_loaded_at) filter (_is_deleted) over (partition by {names(key)}) as __closed_at "  # noqa: S608
        f"from versions"
    )
