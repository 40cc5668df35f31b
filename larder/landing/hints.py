"""Hints for landing beyond those of dlt: `resource.apply_hints(additional_table_hints=…)`."""

from typing import Any

LOADED_AFTER = "x-loaded-after"
ONLY_NEW_ROWS = "x-only-new-rows"
RENAMED = "x-renamed"


def loaded_after(*resources: str) -> dict[str, Any]:
    """Load the resource after these of the same source, so that the rows it refers to exist."""
    return {LOADED_AFTER: list(resources)}


def only_new_rows() -> dict[str, Any]:
    """The resource yields only rows that Bronze does not have, so they are not compared."""
    return {ONLY_NEW_ROWS: True}


def renamed(**old_names: str) -> dict[str, Any]:
    """Columns that the source has renamed: `renamed(new_name="old_name")`. Bronze keeps the old names."""
    return {RENAMED: old_names}
