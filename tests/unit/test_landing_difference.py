"""What a comparison of keys finds, for any history of a table, against plain Python sets."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from larder.landing.repairs.difference import Findings, Known, explain_difference, find_difference
from larder.landing.repairs.versions import IS_DELETED, pick_live

Key = tuple[int, str]

KEY, CURSOR = ("basket_id", "place"), "updated_at"
EPOCH = datetime(2017, 1, 1, tzinfo=UTC)
COLUMNS: dict[str, pa.DataType] = {"basket_id": pa.int64(), "place": pa.string(), CURSOR: pa.int64()}
VERSION = pa.schema(COLUMNS)
STAMPS: dict[str, pa.DataType] = {"_loaded_at": pa.timestamp("us", "UTC"), IS_DELETED: pa.bool_()}
BRONZE = pa.schema([*VERSION, *(pa.field(name, kind) for name, kind in STAMPS.items())])

settings.register_profile("queries", deadline=None, max_examples=40)
settings.load_profile("queries")

keys = st.tuples(st.integers(1, 3), st.sampled_from("ab"))
sources = st.dictionaries(keys, st.integers(0, 3))
rejected = st.dictionaries(keys, st.none() | st.integers(0, 3), max_size=2)


def versions(rows: dict[Key, int] | dict[Key, int | None]) -> pa.Table:
    """Key and cursor of rows, as a table."""
    return pa.Table.from_pylist(
        [{"basket_id": number, "place": place, CURSOR: at} for (number, place), at in rows.items()], VERSION
    )


def to_dict(table: pa.Table) -> dict[Key, int]:
    return {(row["basket_id"], row["place"]): row[CURSOR] for row in table.to_pylist()}


@dataclass
class Bronze:
    """The versions of a table, as loads append them."""

    table: pa.Table = field(default_factory=BRONZE.empty_table)
    loads: int = 0

    def live(self) -> dict[Key, int]:
        return to_dict(pick_live(self.table, KEY, CURSOR))

    def append(self, rows: pa.Table, is_deleted: bool | None = None) -> None:
        self.loads += 1
        stamped = rows.select(VERSION.names).append_column(
            "_loaded_at",
            pa.array([EPOCH + timedelta(seconds=self.loads)] * rows.num_rows, BRONZE.field(3).type),
        )
        stamped = stamped.append_column(IS_DELETED, pa.array([is_deleted] * rows.num_rows, pa.bool_()))
        self.table = pa.concat_tables([self.table, stamped])

    def find(self, source: dict[Key, int], known_rejects: dict[Key, int | None] | None = None) -> Findings:
        """What is different from a source, which answers both questions with the same rows."""
        known = Known(KEY, CURSOR, pick_live(self.table, KEY, CURSOR), versions(known_rejects or {}))
        difference = find_difference(versions(source), known.live, known)
        wanted = {(row["basket_id"], row["place"]) for row in difference.keys(KEY).to_pylist()}
        return explain_difference(
            difference, versions({key: at for key, at in source.items() if key in wanted}), known
        )

    def repair(self, source: dict[Key, int]) -> None:
        found = self.find(source)
        self.append(pa.concat_tables([found.deleted, found.reverted]), is_deleted=True)
        self.append(found.late)


@given(st.lists(sources, max_size=6))
def test_after_each_repair_the_live_versions_are_those_of_the_source(history: list[dict[Key, int]]) -> None:
    bronze = Bronze()
    for source in history:
        bronze.repair(source)
        assert bronze.live() == source
        again = bronze.find(source)
        assert [again.deleted.num_rows, again.reverted.num_rows, again.late.num_rows] == [0, 0, 0]


@given(sources, sources)
def test_the_findings_are_the_difference_of_two_sets(before: dict[Key, int], now: dict[Key, int]) -> None:
    bronze = Bronze()
    bronze.append(versions(before))
    found = bronze.find(now)
    assert to_dict(found.deleted) == {key: at for key, at in before.items() if key not in now}
    assert to_dict(found.late) == {key: at for key, at in now.items() if before.get(key) != at}
    assert to_dict(found.reverted) == {key: at for key, at in before.items() if key in now and now[key] < at}


@given(sources, sources, rejected)
def test_a_row_in_quarantine_is_neither_late_nor_deleted(
    before: dict[Key, int], now: dict[Key, int], known: dict[Key, int | None]
) -> None:
    bronze = Bronze()
    bronze.append(versions(before))
    found = bronze.find(now, known)
    is_known = {key for key in now if key in known and known[key] in (None, now[key])}
    assert to_dict(found.late) == {
        key: at for key, at in now.items() if before.get(key) != at and key not in is_known
    }
    assert not set(to_dict(found.deleted)) & set(now)
