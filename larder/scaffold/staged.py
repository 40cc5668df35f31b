"""A table's staging model: its columns' names, order, expressions and descriptions."""

import re
from dataclasses import dataclass

from larder.scaffold.described import Column, Table
from larder.scaffold.house_names import LOADED_AT, house_names
from larder.scaffold.names import RESERVED_WORDS, singular

WIDE = 40  # columns: listed twice, more of them make a model too long
# The house order: ids, attributes, numbers, booleans, dates and times.
ORDER = ("id", "attribute", "number", "bool", "date", "timestamp", "local_timestamp")
PERSONAL = re.compile(
    r"(^|_)(e_?mail|phone|mobile|fax|(first|last|full|given|family|middle|maiden)_?name|surname|birth\w*|born|dob|"
    r"street|address|postcode|postal_code|zip|zip_code|iban|ssn|passport|gender|sex|ip|ip_address|latitude|"
    r"longitude)(_|$)"
)


@dataclass(frozen=True)
class StagedColumn:
    """A column of a staging model: what it is in Bronze, what it is called, what is said of it."""

    bronze_name: str
    name: str
    description: str
    is_personal: bool

    @property
    def expression(self) -> str:
        """How it is selected from Bronze."""
        if self.bronze_name in RESERVED_WORDS or not self.bronze_name.isascii():
            return f"`{self.bronze_name}` as {self.name}"
        return self.name if self.bronze_name == self.name else f"{self.bronze_name} as {self.name}"


@dataclass(frozen=True)
class StagedTable:
    """A staging model. `key` and `cursor` are its own columns' names."""

    source: str
    table: Table
    entity: str
    columns: tuple[StagedColumn, ...]
    key: tuple[str, ...]
    cursor: str | None

    @property
    def name(self) -> str:
        """The model's name."""
        return f"stg_{self.source}__{self.table.resource}"

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns, without what Bronze adds."""
        return tuple(column.name for column in self.columns)

    @property
    def listed(self) -> tuple[str, ...]:
        """What it selects at its end: its columns by name, unless that made it too long."""
        if len(self.columns) <= WIDE:
            return (*self.names, LOADED_AT)
        return ("* except (_closed_at)",) if self.key else ("* except (duplicate_number)",)

    @property
    def order(self) -> tuple[str, ...]:
        """The columns that order the versions of a key."""
        return (self.cursor, LOADED_AT) if self.cursor else (LOADED_AT,)

    @property
    def grain(self) -> str:
        """What one row is."""
        if self.key:
            return f"One row per {self.entity.replace('_', ' ')}, in its latest version."
        return f"One row per row of {self.table.resource}, as of the latest load: it has no primary key."

    @property
    def about(self) -> str:
        """What the table holds."""
        words = self.table.resource.replace("_", " ")
        return sentence(self.table.comment or f"{words[0].upper()}{words[1:]}")

    @property
    def row_key(self) -> str:
        """The key that a table without one gets."""
        return f"{self.entity}_row_key"


def stage(source: str, table: Table) -> StagedTable:
    """The staging model of a table."""
    entity = singular(table.resource)
    names = house_names(table, entity)
    columns = sorted(table.columns, key=lambda column: _place(column, names[column.name], table))
    staged = tuple(
        StagedColumn(
            column.bronze_name,
            names[column.name],
            _description(column, names[column.name], table, entity),
            bool(PERSONAL.search(column.bronze_name)),
        )
        for column in columns
    )
    key = tuple(names[column] for column in table.key)
    return StagedTable(source, table, entity, staged, key, names[table.cursor] if table.cursor else None)


def _place(column: Column, name: str, table: Table) -> tuple[int, int]:
    if column.name in table.key:
        return 0, table.key.index(column.name)
    if name == "updated_at" or column.name == table.cursor:
        return len(ORDER), 0
    if name.endswith(("_id", "_uuid")):
        return 1, 0
    group = "number" if column.kind in ("bigint", "double") or column.kind[:7] == "decimal" else column.kind
    return 1 + (ORDER.index(group) if group in ORDER else ORDER.index("attribute")), 0


def _description(column: Column, name: str, table: Table, entity: str) -> str:
    words = name.replace("_", " ")
    if column.comment:
        text = sentence(column.comment)
    elif name == "updated_at" and column.kind == "timestamp":
        return "{{ doc('updated_at') }}"
    elif table.key == (column.name,):
        text = f"Key: which {entity.replace('_', ' ')} it is."
    elif name.endswith("_id"):
        text = f"The {words.removesuffix(' id')}."
    elif column.kind == "bool" and name.startswith("is_"):
        text = f"Whether it is {words.removeprefix('is ')}."
    elif name.endswith("_at"):
        text = f"{words[0].upper()}{words[1:]}{' (UTC)' if column.kind == 'timestamp' else ''}."
    else:
        text = f"{words[0].upper()}{words[1:]}."
    if column.name in table.key and len(table.key) > 1:
        text += " Part of the key."
    return f"{text} {column.note}." if column.note else text


def sentence(comment: str) -> str:
    """A comment as one line that dbt does not take for a template."""
    line = re.sub(r"\{(?=[{%#])", "{ ", " ".join(comment.split()))
    return line if line.endswith((".", "!", "?")) else f"{line}."
