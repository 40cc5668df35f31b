"""How a resource's keys are compared with those in Bronze, to find deleted and late rows.

Only keys are read from the source, and whole rows of the keys that differ.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa

from larder.landing.conversion.batch import Batch

# More deleted rows than these, and a load stops: the source may just have answered with nothing.
MAX_DELETED_SHARE = 0.5
MAX_DELETED_ROWS = 10


class Comparison(ABC):
    """Compares the keys of one table: all of them, unless a subclass narrows that down.

    Attributes:
        max_deleted_share: the share of the compared rows from which on deletions stop the load.
    """

    max_deleted_share: float = MAX_DELETED_SHARE

    def is_due(self, business_date: date) -> bool:
        """Whether to compare keys in this run, after the regular load."""
        return True

    @abstractmethod
    def list_keys(self) -> Iterator[pa.Table]:
        """Yield the keys that the source has now, each with its cursor's value."""

    @abstractmethod
    def read_rows(self, keys: pa.Table) -> Iterator[Batch]:
        """Yield the whole rows of those of the keys that the source still has; others may be among them."""

    def find_start(self) -> Any:
        """The earliest cursor value of the versions to compare with; None for all versions."""
        return None

    def pick_covered(self, live: pa.Table) -> pa.Table:
        """Those of Bronze's live versions that would be among the keys if they still existed."""
        return live

    def is_unexplained(self) -> bool:
        """Whether something is known to differ that no difference of the keys explained."""
        return False

    def describe_rest(self) -> str:
        """What differs even after the repair, in one line for the log; empty if nothing is known to."""
        return ""
