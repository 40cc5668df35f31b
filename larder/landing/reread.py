"""Compare the keys of any resource by reading it from its start: fit for a table of a few pages."""

from collections.abc import Callable, Iterator
from datetime import date

import pyarrow as pa

from larder.landing.columnar import among
from larder.landing.comparison import Comparison
from larder.landing.hints import KeyComparison


class Reread(Comparison):
    """All keys of a resource.

    A key that is missing is looked for in a second reading, since pages may shift while they are read.
    """

    def __init__(
        self, read: Callable[[], Iterator[pa.Table]], version: tuple[str, ...], hint: KeyComparison
    ) -> None:
        """Compare a resource by its key and cursor; `read` yields all its rows each time."""
        self.max_deleted_share = hint.max_deleted_share
        self._read, self._version, self._hint = read, version, hint

    def is_due(self, business_date: date) -> bool:
        """Whether it is the day of the week."""
        return self._hint.weekday in (None, business_date.weekday())

    def keys(self) -> Iterator[pa.Table]:
        """Yield all keys, with their cursor."""
        for rows in self._read():
            yield rows.select(list(self._version))

    def rows(self, keys: pa.Table) -> Iterator[pa.Table]:
        """Yield the rows of some keys."""
        for rows in self._read():
            yield among(rows, keys, tuple(keys.column_names))
