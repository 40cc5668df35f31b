"""A shorthand for dlt's column hints."""

import re
from pathlib import Path
from typing import Any

import yaml

DECIMAL = re.compile(r"decimal_(\d+)_(\d+)")


def columns(optional: dict[str, Any] | None = None, **names_by_type: list[str]) -> dict[str, Any]:
    """Column hints by dlt's data type: `columns(bigint=["store_id"], text=["store_name"])`.

    Beyond dlt's own names, `decimal_12_2` is a decimal of 12 digits, 2 of them after the point, and
    `local_timestamp` a timestamp without a time zone. What is optional, such as
    `optional=columns(text=["phone"])`, rows of an API may leave out: it is null there.
    """
    always = {name: _hint(kind) for kind, names in names_by_type.items() for name in names}
    return always | {name: hint | {"nullable": True} for name, hint in (optional or {}).items()}


def read_columns(module: str) -> dict[str, dict[str, Any]]:
    """The columns of a source's tables, from the file beside its module: `read_columns(__file__)`.

    `ingest/loyalty_columns.yml` has for each table what `columns` takes.
    """
    file = Path(module).with_name(f"{Path(module).stem}_columns.yml")
    tables = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {
        table: columns(optional=columns(**types.pop("optional", {})), **types)
        for table, types in tables.items()
    }


def _hint(kind: str) -> dict[str, Any]:
    if found := DECIMAL.fullmatch(kind):
        return {"data_type": "decimal", "precision": int(found[1]), "scale": int(found[2])}
    if kind == "local_timestamp":
        return {"data_type": "timestamp", "timezone": False}
    return {"data_type": kind}
