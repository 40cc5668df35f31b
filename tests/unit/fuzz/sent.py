"""What a test sends: columns with, for each row, what the source is given and what that means.

A meaning is a plain Python value: int, float, Decimal, bool, str, bytes, date, a datetime in UTC, or one of
the classes below.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Words:
    """A value of a type that Bronze has only as text, such as a time."""

    text: str


@dataclass(frozen=True)
class Digits:
    """A number that may arrive as text: it has too many digits for Arrow, or others beside it have."""

    number: Decimal | float


@dataclass(frozen=True)
class Span:
    """A length of time in microseconds, which Bronze has as text."""

    microseconds: int


@dataclass(frozen=True)
class Json:
    """An object or a list, which Bronze has as JSON; with its numbers, texts and nulls as Python's."""

    value: Any


@dataclass(frozen=True)
class Beyond:
    """A date or time outside the years 1 to 9999, which fits no column."""


@dataclass(frozen=True)
class Column:
    """A column of a delivery.

    Attributes:
        kind: its type, in the words of its source.
        given: what the source holds in each row; `...` if the row lacks the field.
        meanings: what that is, None for no value.
    """

    kind: Any
    given: list[Any]
    meanings: list[Any]


@dataclass(frozen=True)
class Delivery:
    """All rows of a table at one time: columns by the source's names. Ids start at `first_id`."""

    columns: dict[str, Column]
    row_count: int
    first_id: int = 1
    options: dict[str, Any] = field(default_factory=dict)

    def ids(self) -> list[int]:
        """The keys of its rows."""
        return list(range(self.first_id, self.first_id + self.row_count))

    def rows(self) -> dict[int, dict[str, Any]]:
        """The meanings by key and the source's names."""
        return {
            key: {name: column.meanings[place] for name, column in self.columns.items()}
            for place, key in enumerate(self.ids())
        }
