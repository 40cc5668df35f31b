"""Names of a staging model's columns in the house's style: ids, `is_`, `_at`, no reserved words."""

import re

from larder.scaffold.described import Column, Table
from larder.scaffold.names import RESERVED_WORDS

LOADED_AT = "loaded_at"
# Names that the model itself uses.
OWN_NAMES = {LOADED_AT, "version_number", "duplicate_number"}
TIMES = ("timestamp", "local_timestamp")


def house_names(table: Table, entity: str) -> dict[str, str]:
    """The columns' names in the house's style, by the source's own; Bronze's if two would be the same."""
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
