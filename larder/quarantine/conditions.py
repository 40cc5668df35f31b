"""Conditions on the records that a scan reads or a commit replaces."""

from collections.abc import Iterable
from typing import Any

from pyiceberg.expressions import BooleanExpression, EqualTo, In


def equals(column: str, value: Any) -> BooleanExpression:
    """The column has the value."""
    return EqualTo(column, value)  # type: ignore[call-arg,misc,arg-type] # as its documentation says


def is_one_of(column: str, values: Iterable[Any]) -> BooleanExpression:
    """The column has one of the values."""
    return In(column, set(values))  # type: ignore[call-arg,misc,arg-type] # as its documentation says
