"""What a resource may tell landing beyond dlt's hints: `resource.apply_hints(additional_table_hints=…)`."""

from typing import Any

LOADED_AFTER = "x-loaded-after"
ONLY_NEW_ROWS = "x-only-new-rows"


def loaded_after(*resources: str) -> dict[str, Any]:
    """The resource is loaded after these of its source, so that what it refers to is there."""
    return {LOADED_AFTER: list(resources)}


def only_new_rows() -> dict[str, Any]:
    """The resource itself yields only what Bronze does not have: its rows are not compared."""
    return {ONLY_NEW_ROWS: True}
