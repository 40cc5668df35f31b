"""What is known of a new source: its tables, their columns, keys and cursors."""

from dataclasses import dataclass, field
from typing import Any

from larder.landing import names


@dataclass(frozen=True)
class Column:
    """A column as the source has it.

    Attributes:
        name: the source's own name.
        kind: its type, in the words of `larder.landing.columns`.
        comment: what the source says of it.
        is_optional: whether rows may leave it out.
        note: how it is stored, if that is not obvious.
    """

    name: str
    kind: str
    comment: str = ""
    is_optional: bool = False
    note: str = ""

    @property
    def bronze_name(self) -> str:
        """Its name in Bronze."""
        return names.column_name(self.name)


@dataclass(frozen=True)
class Table:
    """A table of a database, or an endpoint of an API. `key` and `cursor` are the source's own names.

    Attributes:
        name: the source's own name.
        columns: its columns, in the source's order.
        key: the columns of its key; none if it has none, and each load replaces it.
        cursor: the column that says what changed since; None if whole rows are compared.
        comment: what the source says of it.
        endpoint: of an API, dlt's configuration of the endpoint.
        unknown: fields that had no value, so that their type is not known.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    cursor: str | None = None
    comment: str = ""
    endpoint: dict[str, Any] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()

    @property
    def resource(self) -> str:
        """Its name in dbt, and after the source's in Bronze."""
        return names.bronze_name(self.name)


@dataclass(frozen=True)
class NewSource:
    """A source that is to be written.

    Attributes:
        name: its name.
        tables: its tables.
        settings: its settings with their values, by which it was looked at.
        options: what its module's template needs beyond that.
    """

    name: str
    tables: tuple[Table, ...]
    settings: dict[str, str]
    options: dict[str, Any]
