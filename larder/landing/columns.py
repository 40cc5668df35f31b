"""A shorthand for dlt's column hints."""

from typing import Any


def columns(**names_by_type: list[str]) -> dict[str, Any]:
    """Column hints from names by dlt data type: `columns(bigint=["store_id"], text=["store_name"])`."""
    return {name: {"data_type": kind} for kind, names in names_by_type.items() for name in names}
