"""Rejected rows as JSON text, for the quarantine."""

import base64
import json
from typing import Any

import pyarrow as pa

from larder.lake.columnar import Values, chunked, pc
from larder.landing.arrow_sql import query
from larder.landing.json_text import plain_text
from larder.landing.types import decode, is_binary, is_text, plain
from larder.landing.utf8 import find_invalid


def to_payloads(rows: pa.Table, originals: dict[str, dict[int, Any]]) -> Values:
    """Each row as the text of a JSON object, its fields in the order of their names.

    Bytes are written as base64, and text that is not UTF-8 with escapes such as `\\xe9`.

    Args:
        rows: the rows as the source sent them.
        originals: values that Arrow cannot hold, by column and the row's place.
    """
    texts = to_json(pa.table({name: _writable(rows[name]) for name in sorted(rows.column_names)}))
    patched = {place for values in originals.values() for place in values}
    if not patched:
        return texts
    written = texts.to_pylist()
    for place in patched:
        row = json.loads(written[place])
        row |= {name: values[place] for name, values in originals.items() if place in values}
        written[place] = json.dumps(row, sort_keys=True, default=plain_text)
    return pa.array(written, pa.string())


def to_json(rows: pa.Table) -> Values:
    """Each row as the text of a JSON object, of columns that DuckDB can read."""
    found = query("select cast(to_json(__batch) as varchar) as payload from __batch", __batch=rows)
    return found["payload"].combine_chunks()


def _writable(column: Values) -> Values:
    """A column that DuckDB can write as JSON."""
    kind = plain(column.type)
    if is_binary(kind):
        encoded = [value and base64.b64encode(value).decode() for value in decode(column).to_pylist()]
        return chunked([pa.array(encoded, pa.string())])
    if is_text(kind) and find_invalid(decode(column)) is not None:
        values = decode(column).cast(pa.binary()).to_pylist()
        escaped = [value if value is None else value.decode("utf-8", "backslashreplace") for value in values]
        return chunked([pa.array(escaped, pa.string())])
    if pa.types.is_decimal256(kind) or (pa.types.is_floating(kind) and not _are_finite(decode(column))):
        return decode(column).cast(pa.string())
    return decode(column)


def _are_finite(column: Values) -> bool:
    """Whether JSON can write all numbers: it has no infinity."""
    return pc.all(pc.is_finite(column)).as_py() is not False
