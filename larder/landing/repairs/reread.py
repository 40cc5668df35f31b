"""Compare the keys of any resource by reading it from its start: fit for a table of a few pages."""

from collections.abc import Callable, Iterator
from datetime import date

import pyarrow as pa

from larder.landing.conversion.batch import Batch
from larder.landing.hints import KeyComparison
from larder.landing.repairs.comparison import Comparison


class Reread(Comparison):
    """All keys of a resource.

    If any differ, it is read a second time: pages may shift while they are read, and hide a row.
    """

    def __init__(
        self, read: Callable[[], Iterator[Batch]], version: tuple[str, ...], hint: KeyComparison
    ) -> None:
        """Compare a resource by the columns of its key and cursor; `read` yields all its rows each time."""
        self.max_deleted_share = hint.max_deleted_share
        self._read, self._version, self._hint = read, version, hint

    def is_due(self, business_date: date) -> bool:
        """Whether it is the day of the week."""
        return self._hint.weekday in (None, business_date.weekday())

    def list_keys(self) -> Iterator[pa.Table]:
        """Yield all keys, with their cursor."""
        for batch in self._read():
            yield batch.rows.select(list(self._version))

    def read_rows(self, keys: pa.Table) -> Iterator[Batch]:
        """Yield all rows."""
        return self._read()
