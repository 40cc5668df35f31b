"""Arrow data for a type checker: pyarrow's stubs lack much of what columns are used for here."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute

# A pyarrow.ChunkedArray or pyarrow.Array.
Values = Any
# A pyarrow.DataType with the attributes of its kind, such as a decimal's precision.
Kind = Any
pc: Any = pyarrow.compute


def nulls(count: int, kind: Kind) -> Values:
    """A column of nulls."""
    return chunked([pa.nulls(count, kind)], kind)


def repeat(value: Any, kind: Kind, count: int) -> Values:
    """A column with the same value in all rows."""
    return pa.repeat(pa.scalar(value, kind), count)


def chunked(chunks: Sequence[Values], kind: Kind = None) -> Values:
    """A column of chunks; its type is needed if there may be none."""
    return pa.chunked_array(list(chunks), kind)
