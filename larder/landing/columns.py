"""A short way to write dlt's column hints."""

from typing import Any


def columns(**names_by_type: list[str]) -> dict[str, Any]:
    """Column hints by dlt's data type: `columns(bigint=["store_id"], text=["store_name"])`."""
    return {name: {"data_type": kind} for kind, names in names_by_type.items() for name in names}
