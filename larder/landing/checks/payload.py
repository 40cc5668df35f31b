"""Rejected rows as JSON text, for the quarantine."""

import base64
import json
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from larder.lake.columnar import Values, chunked, pc
from larder.landing.arrow_sql import query
from larder.landing.conversion.json_text import finite, in_words
from larder.landing.conversion.types import (
    NOT_JSON,
    decode,
    has_wide_fraction,
    is_binary,
    is_text,
    plain,
    store,
)
from larder.landing.conversion.utf8 import find_invalid


def to_payloads(rows: pa.Table, originals: dict[str, dict[int, Any]]) -> Values:
    """Each row as the text of a JSON object, its fields in the order of their names.

    Bytes are written as base64, and text that is not UTF-8 with escapes such as `\\xe9`.

    Args:
        rows: the rows as the source sent them.
        originals: values that Arrow cannot hold, by column and the row's place.
    """
    texts = to_json(pa.table({name: _writable(rows[name]) for name in sorted(rows.column_names)}))
    odd = pc.match_substring_regex(texts, NOT_JSON).to_numpy(zero_copy_only=False)
    patched = {place for values in originals.values() for place in values} | set(np.flatnonzero(odd).tolist())
    if not patched:
        return texts
    written = texts.to_pylist()
    decimals = [field.name for field in rows.schema if pa.types.is_decimal(plain(field.type))]
    for place in patched:
        row = json.loads(written[place])
        # Not as numbers of Python's, which would lose digits.
        row |= {name: rows[name][place].as_py() for name in decimals}
        row |= {name: values[place] for name, values in originals.items() if place in values}
        written[place] = json.dumps(finite(row), sort_keys=True, default=in_words)
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
    if pa.types.is_nested(kind) and has_wide_fraction(kind):
        return store(column).values
    # Times as in Bronze, which a text column that is already known has too.
    if pa.types.is_time(kind) or pa.types.is_decimal256(kind) or has_wide_fraction(kind):
        return decode(column).cast(pa.string())
    return decode(column) if _can_write(decode(column)) else _in_words(decode(column))


def _can_write(column: Values) -> bool:
    """Whether DuckDB can write a column: it lacks unions, structs without fields and very long durations."""
    if not (pa.types.is_nested(column.type) or pa.types.is_duration(column.type)):
        return True
    try:
        to_json(pa.table({"value": column}))
    except (pa.ArrowException, duckdb.Error):
        return False
    return True


def _in_words(column: Values) -> Values:
    """The values as Bronze has them; those that have no equal there as Arrow prints them."""
    stored = store(column)
    if stored.failed is None:
        return stored.values
    texts = stored.values.to_pylist()
    for place in np.flatnonzero(stored.failed.to_numpy()):
        value = column.slice(place, 1).combine_chunks()
        texts[place] = value.to_string(skip_new_lines=True, indent=0)
    return chunked([pa.array(texts, pa.string())])
