"""A table's staging model: its columns' names, order, expressions and descriptions."""

import re
from dataclasses import dataclass

from larder.scaffold.described import Column, Table
from larder.scaffold.names import RESERVED_WORDS, singular

LOADED_AT = "loaded_at"
# Names that the model itself uses.
OWN_NAMES = {LOADED_AT, "version_number", "duplicate_number"}
TIMES = ("timestamp", "local_timestamp")
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
        if self.bronze_name in RESERVED_WORDS:
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
    names = _names(table, entity)
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


def _names(table: Table, entity: str) -> dict[str, str]:
    """The columns' names in the house's style, by the source's own; Bronze's where two would be the same."""
    wanted = {column.name: _house_name(column, entity) for column in table.columns}
    taken = [column.bronze_name for column in table.columns] + list(wanted.values())
    return {
        column.name: wanted[column.name]
        if wanted[column.name] == column.bronze_name or taken.count(wanted[column.name]) == 1
        else _plain_name(column, entity)
        for column in table.columns
    }


def _house_name(column: Column, entity: str) -> str:
    name = column.bronze_name
    if name in ("id", "uuid") or (name == "at" and column.kind in TIMES):
        return f"{entity}_{name}"
    if column.kind == "bool" and not re.match(r"(is|has|can|was|may|should|does|did)_", name):
        return f"is_{name}"
    if column.kind in TIMES and not name.endswith("_at") and name not in RESERVED_WORDS:
        return re.sub(r"_(on|ts|time|timestamp|datetime|utc)$", "", name) + "_at"
    return _plain_name(column, entity)


def _plain_name(column: Column, entity: str) -> str:
    name = column.bronze_name
    return f"{entity}_{name}" if name in RESERVED_WORDS | OWN_NAMES else name


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
