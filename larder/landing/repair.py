"""Find what an incremental load cannot see: rows that the source deleted, and rows that came too late.

The keys that a source lists (see `larder.landing.comparison`) are compared with the live versions in Bronze.
A row that the source no longer has gets a tombstone: a version with the values of the last one, and
`_is_deleted`. Comparing again finds nothing, and after a killed load it finds the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from larder.errors import IngestError
from larder.landing.columnar import among
from larder.landing.comparison import MAX_DELETED_ROWS, Comparison
from larder.landing.difference import (
    Difference,
    Findings,
    Known,
    explain_difference,
    find_difference,
    identify_versions,
)
from larder.landing.versions import (
    IS_DELETED,
    LOADED_AT,
    STAMPS,
    pick_latest,
    pick_live,
    read_near,
    read_versions,
)


@dataclass(frozen=True)
class Compared:
    """A table of Bronze whose keys are compared.

    Attributes:
        source: its source.
        table: its name.
        key: the key's columns.
        cursor: the cursor; None if there is none.
        where: the resource's name in errors.
        comparison: how the source's keys and rows are read.
        rejected: key and cursor of its rows in quarantine; None if there are none.
    """

    source: str
    table: str
    key: tuple[str, ...]
    cursor: str | None
    where: str
    comparison: Comparison
    rejected: pa.Table | None = None

    @property
    def version(self) -> tuple[str, ...]:
        """The columns that identify a version."""
        return identify_versions(self.key, self.cursor)


def find_repair(compared: Compared, *, allow_deletes: bool = False) -> Findings | None:
    """The rows that were deleted and those that came late; None if Bronze agrees with the source.

    Args:
        compared: the table, after its regular load.
        allow_deletes: accept that most rows were deleted.

    Raises:
        IngestError: most rows were deleted.
    """
    since = compared.comparison.since()
    known = _read_known(compared, since)
    if known is None:
        return None
    listed = _collect(compared.comparison.keys(), known)
    difference = _compare(compared, listed, known)
    if (earlier := _find_earlier(difference, known, since)) is not None:
        known = _read_known(compared, earlier) or known
        difference = _compare(compared, listed, known)
    keys = difference.keys(compared.key)
    if keys.num_rows == 0:
        return None
    findings = explain_difference(difference, _collect(compared.comparison.rows(keys), known), known)
    if not allow_deletes:
        _check_share(compared, findings.deleted.num_rows, known.live.num_rows)
    return findings


def read_tombstones(compared: Compared, versions: pa.Table) -> pa.Table:
    """Tombstones of live versions: their rows in Bronze, marked as deleted, without Bronze's other stamps.

    Args:
        compared: the table.
        versions: key, cursor and load time of at least one version.
    """
    bounds = (LOADED_AT, *([compared.cursor] if compared.cursor else []))
    rows = read_near(compared.table, versions, bounds)
    rows = pick_latest(among(rows, versions, (*compared.version, LOADED_AT)), compared.key, compared.cursor)
    rows = rows.drop_columns([name for name in STAMPS if name in rows.column_names])
    return rows.append_column(IS_DELETED, pa.repeat(pa.scalar(True), rows.num_rows))


def _read_known(compared: Compared, since: Any) -> Known | None:
    versions = read_versions(compared.table, compared.version, compared.cursor, since)
    if versions is None:
        return None
    live = pick_live(versions, compared.key, compared.cursor)
    none = live.select([*compared.version]).slice(0, 0)
    rejected = none if compared.rejected is None else compared.rejected.cast(none.schema)
    return Known(compared.key, compared.cursor, live, rejected)


def _compare(compared: Compared, listed: pa.Table, known: Known) -> Difference:
    return find_difference(listed, compared.comparison.covered(known.live), known)


def _find_earlier(difference: Difference, known: Known, since: Any) -> Any:
    """The earliest cursor of the changed keys, if Bronze may know them from before `since`; else None."""
    if known.cursor is None or since is None:
        return None
    earliest = pc.min(difference.changed[known.cursor]).as_py()
    return earliest if earliest is not None and earliest < since else None


def _collect(tables: Iterable[pa.Table], known: Known) -> pa.Table:
    """The source's tables as one, with key and cursor in Bronze's types."""
    version = known.live.select([*known.version]).schema
    typed = [version.empty_table()]
    for found in tables:
        fields = [
            version.field(name) if name in version.names else found.field(name) for name in found.column_names
        ]
        typed.append(found.cast(pa.schema(fields)))
    return pa.concat_tables(typed, promote_options="default")


def _check_share(compared: Compared, deleted: int, known: int) -> None:
    if deleted > MAX_DELETED_ROWS and deleted >= compared.comparison.max_deleted_share * known:
        raise IngestError(
            f"{compared.where}: the source no longer has {deleted:,} of {known:,} compared rows, so none of "
            f"them was marked as deleted. Check the source, then run the date again; if they were deleted, "
            f"run `larder ingest {compared.source} --allow-deletes` first."
        )
