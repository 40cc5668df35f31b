"""Hints for landing beyond those of dlt: `resource.apply_hints(additional_table_hints=…)`."""

from dataclasses import dataclass
from typing import Any

from larder.landing.repairs.comparison import MAX_DELETED_SHARE, Comparison

LOADED_AFTER = "x-loaded-after"
ONLY_NEW_ROWS = "x-only-new-rows"
COMPARED = "x-compared"
RENAMED = "x-renamed"


@dataclass(frozen=True)
class KeyComparison:
    """How a resource is compared that has no comparison of its own; attributes as in `compare_keys`."""

    weekday: int | None
    max_deleted_share: float


def loaded_after(*resources: str) -> dict[str, Any]:
    """Load the resource after these of the same source, so that the rows it refers to exist."""
    return {LOADED_AFTER: list(resources)}


def only_new_rows() -> dict[str, Any]:
    """The resource yields only rows that Bronze does not have, so they are not compared."""
    return {ONLY_NEW_ROWS: True}


def compare_keys(weekday: int | None = None, max_deleted_share: float = MAX_DELETED_SHARE) -> dict[str, Any]:
    """Find deleted and late rows by reading the resource from its start and comparing keys.

    Args:
        weekday: only for business dates on this day of the week, such as `calendar.MONDAY`; None: always.
        max_deleted_share: if more than ten rows and this share of the table were deleted, the load stops.
    """
    return {COMPARED: KeyComparison(weekday, max_deleted_share)}


def compare(comparison: Comparison) -> dict[str, Any]:
    """Find deleted and late rows by a comparison that reads only keys from the source."""
    return {COMPARED: comparison}


def renamed(**old_names: str) -> dict[str, Any]:
    """Columns that the source has renamed: `renamed(new_name="old_name")`. Bronze keeps the old names."""
    return {RENAMED: old_names}
