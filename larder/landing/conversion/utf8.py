"""Find text that is not valid UTF-8, which no reader can decode."""

import pyarrow as pa

from larder.lake.columnar import Values, chunked


def find_invalid(column: Values) -> Values | None:
    """Where a text column has bytes that are not UTF-8; None if all of it is valid."""
    if _is_valid(column):
        return None
    places: set[int] = set()
    pending = [(0, len(column))]
    while pending:
        start, length = pending.pop()
        # A slice's neighbours count too, unless its values are copied out.
        part = chunked([column.slice(start, length).combine_chunks().take(pa.array(range(length)))])
        if _is_valid(part):
            continue
        if length == 1:
            places.add(start)
        else:
            half = length // 2
            pending += [(start, half), (start + half, length - half)]
    return chunked([pa.array([place in places for place in range(len(column))])])


def _is_valid(column: Values) -> bool:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
