"""Keys and cursors of a source's rows in Bronze's types, and those of rows in quarantine."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from larder.lake.columnar import Values, repeat
from larder.landing.arrow_sql import names, query
from larder.landing.conversion import types
from larder.quarantine import records

# Where a row is: the number of its table, and its place in it.
TABLE, PLACE = "__table", "__place"


def read_keys(tables: Iterable[pa.Table], key: tuple[str, ...], version: pa.Schema) -> pa.Table:
    """Key and cursor of rows, and where the rows are.

    A cursor that does not convert is null. Rows without a key are left out: Bronze cannot have them. Of
    several rows with the same key, that with the latest cursor counts, or else the last one.

    Args:
        tables: rows as the source sent them.
        key: the key's columns.
        version: key and cursor, with their types in Bronze.
    """
    shape = pa.schema([*((one.name, one.type) for one in version), (TABLE, pa.int64()), (PLACE, pa.int64())])
    found = [shape.empty_table()]
    for number, rows in enumerate(tables):
        columns: list[Values] = [_convert(rows[field.name], field.type) for field in version]
        places = [repeat(number, pa.int64(), rows.num_rows), pa.array(np.arange(rows.num_rows))]
        found.append(pa.table([*columns, *places], schema=shape))
    is_known = " and ".join(f'"{name}" is not null' for name in key)
    order = [f'"{name}" desc nulls last' for name in version.names if name not in key]
    latest = query(
        f"select * from rows where {is_known} qualify row_number() over (partition by {names(key)} "  # noqa: S608
        f"order by {', '.join([*order, f'{TABLE} desc', f'{PLACE} desc'])}) = 1",
        rows=pa.concat_tables(found),
    )
    return latest.cast(shape)


def read_rejected(source: str, resource: str, key: tuple[str, ...], version: pa.Schema) -> pa.Table:
    """Key and cursor of a resource's open records in the quarantine; null for a cursor that is invalid.

    Args:
        source: the source's name.
        resource: the resource, as records name it.
        key: the key's columns.
        version: key and cursor, with their types in Bronze.
    """
    found = records.find_open(source, resource, ("key_json", "rule", "payload_json"))
    texts = [
        f"""json_extract_string(key_json, '$."{name}"') as "{name}" """
        if name in key
        else f"""if(rule = 'cursor', null, json_extract_string(payload_json, '$."{name}"')) as "{name}" """
        for name in version.names
    ]
    rows = query(f"select {', '.join(texts)} from records", records=found)  # noqa: S608 our own columns
    return pa.table({field.name: _convert(rows[field.name], field.type) for field in version})


def _convert(column: Values, kind: pa.DataType) -> Values:
    return types.cast(types.store(column).values, kind).values
