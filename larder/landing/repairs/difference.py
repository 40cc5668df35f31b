"""The difference between the keys that a source lists and what Bronze knows, and what it means."""

from dataclasses import dataclass

import pyarrow as pa

from larder.landing.arrow_sql import among, names, query, without


@dataclass(frozen=True)
class Known:
    """What Bronze knows of a table.

    Attributes:
        key: the key's columns.
        cursor: the cursor; None if there is none.
        live: key, cursor and load time of the live versions.
        rejected: key and cursor of the rows in quarantine.
    """

    key: tuple[str, ...]
    cursor: str | None
    live: pa.Table
    rejected: pa.Table

    @property
    def version(self) -> tuple[str, ...]:
        """The columns that identify a version."""
        return identify_versions(self.key, self.cursor)

    @property
    def schema(self) -> pa.Schema:
        """These columns with their types in Bronze."""
        return self.live.select([*self.version]).schema


@dataclass(frozen=True)
class Difference:
    """What the keys of a source and of Bronze do not have in common.

    Attributes:
        changed: the source's keys, with cursor, whose version is not live in Bronze.
        absent: Bronze's live versions whose key the source does not list.
    """

    changed: pa.Table
    absent: pa.Table

    def keys(self, key: tuple[str, ...]) -> pa.Table:
        """The keys of both, each once."""
        both = pa.concat_tables([self.changed.select(list(key)), self.absent.select(list(key))])
        return both.group_by(list(key)).aggregate([])


@dataclass(frozen=True)
class Findings:
    """What Bronze does not know yet.

    Attributes:
        deleted: Bronze's live versions of keys that the source no longer has.
        reverted: Bronze's live versions that are later than the source's: it went back to an earlier one.
        late: whole rows of the source whose version is not live in Bronze.
    """

    deleted: pa.Table
    reverted: pa.Table
    late: pa.Table


def identify_versions(key: tuple[str, ...], cursor: str | None) -> tuple[str, ...]:
    """The columns that identify a version: the key and the cursor."""
    return tuple(dict.fromkeys([*key, *([cursor] if cursor else [])]))


def find_difference(listed: pa.Table, covered: pa.Table, known: Known) -> Difference:
    """Compare the keys that a source lists with Bronze's.

    Args:
        listed: key and cursor of the source's rows.
        covered: those of Bronze's live versions that the source would list if it had them.
        known: what Bronze knows.
    """
    changed = _drop_rejected(without(listed, known.live, known.version), known)
    return Difference(changed, without(covered, listed, known.key))


def explain_difference(difference: Difference, found: pa.Table, known: Known) -> Findings:
    """Explain a difference by the rows that the source still has of its keys.

    Args:
        difference: the differing keys.
        found: the whole rows of the source.
        known: what Bronze knows.
    """
    late = _drop_rejected(without(found, known.live, known.version), known)
    deleted = without(difference.absent, found, known.key)
    return Findings(deleted, _find_reverted(late, known), late)


def _find_reverted(late: pa.Table, known: Known) -> pa.Table:
    key, cursor, live = names(known.key), known.cursor, among(known.live, late, known.key)
    if cursor is None or live.num_rows == 0:
        return live.slice(0, 0)
    reverted = query(
        f'select {key} from live inner join (select {key}, max("{cursor}") as __highest from late group by '  # noqa: S608
        f'{key}) using ({key}) where live."{cursor}" > __highest',
        live=live,
        late=late.select(list(known.version)),
    )
    return among(live, reverted, known.key)


def _drop_rejected(rows: pa.Table, known: Known) -> pa.Table:
    """The rows without those in quarantine: with the same key and cursor, or if theirs cannot be read."""
    if known.cursor is None:
        return without(rows, known.rejected, known.key)
    unreadable = known.rejected.filter(known.rejected[known.cursor].is_null())
    return without(without(rows, known.rejected, known.version), unreadable, known.key)
