"""Names of a staging model's columns in the house's style: ids, `is_`, `_at`, no reserved words."""

import re
import unicodedata
from collections import Counter

from larder.scaffold.described import Column, Table
from larder.scaffold.names import RESERVED_WORDS

LOADED_AT = "loaded_at"
# Names that the model itself uses.
OWN_NAMES = {LOADED_AT, "is_deleted", "_closed_at", "version_number", "duplicate_number"}
TIMES = ("timestamp", "local_timestamp")


def house_names(table: Table, entity: str) -> dict[str, str]:
    """The columns' names in the house's style, by the source's own; Bronze's if two would be the same."""
    wanted = {column.name: _house_name(column, entity) for column in table.columns}
    taken = [column.bronze_name for column in table.columns] + list(wanted.values())
    names = {
        column.name: wanted[column.name]
        if wanted[column.name] == column.bronze_name or taken.count(wanted[column.name]) == 1
        else _plain_name(column, entity)
        for column in table.columns
    }
    # Letters that ASCII lacks may make two names the same, or leave nothing of one.
    counts = Counter(names.values())
    return {
        name: house if house and (counts[house] == 1 or name.isascii()) else f"column_{place}"
        for place, (name, house) in enumerate(names.items(), 1)
    }


def _house_name(column: Column, entity: str) -> str:
    name = _in_ascii(column)
    if name in ("id", "uuid") or (name == "at" and column.kind in TIMES):
        return f"{entity}_{name}"
    if column.kind == "bool" and not re.match(r"(is|has|can|was|may|should|does|did)_", name):
        return _with_entity(f"is_{name}", entity)
    if column.kind in TIMES and not name.endswith("_at") and name not in RESERVED_WORDS:
        name = re.sub(r"_(on|ts|time|timestamp|datetime|utc)$", "", name) + "_at"
    return _with_entity(name, entity)


def _plain_name(column: Column, entity: str) -> str:
    return _with_entity(_in_ascii(column), entity)


def _with_entity(name: str, entity: str) -> str:
    """A name, with the entity's in it if it would otherwise mean something else."""
    if name not in RESERVED_WORDS | OWN_NAMES:
        return name
    return f"is_{entity}_{name[3:]}" if name.startswith("is_") else f"{entity}_{name}"


def _in_ascii(column: Column) -> str:
    """Its name in Bronze in plain letters, which SQL needs no quotes for; empty if it has none."""
    if column.bronze_name.isascii():
        return column.bronze_name
    plain = unicodedata.normalize("NFKD", column.bronze_name.replace("ß", "ss"))
    return re.sub(r"_+", "_", "".join(one for one in plain if one.isascii())).strip("_")
