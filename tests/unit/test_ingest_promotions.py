"""Ingesting the promotion files: each version once, and whole drops or nothing."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest import promotions
from larder.errors import IngestError, SourceChanged
from larder.landing import feed
from larder.landing.load import ingest
from tests.unit.bronze_tables import names, rows, values
from tests.unit.quarantine_rows import rejected

DAY = date(2017, 3, 1)
DROPPED_AT = datetime(2017, 1, 1, 6, tzinfo=UTC)
REISSUED_AT = datetime(2017, 1, 6, 6, tzinfo=UTC)


@pytest.fixture
def folder(home: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    drop = tmp_path / "a drop"
    drop.mkdir()
    monkeypatch.setenv("SOURCES__PROMOTIONS__BUCKET_URL", drop.as_uri())
    return drop


def drop(
    folder: Path,
    week: int,
    *stores: int,
    modified_at: datetime = DROPPED_AT,
    name: str = "",
    columns: dict[str, Any] | None = None,
) -> Path:
    """Put a week's file in the folder, with a row for each store."""
    table: dict[str, Any] = {
        "product_id": [7] * len(stores),
        "store_id": list(stores),
        "display_location": ["A"] * len(stores),
        "mailer_location": ["0"] * len(stores),
        "week": pa.array([week] * len(stores), pa.int32()),
    }
    path = folder / (name or f"promotions_2017-W{week:02d}.parquet")
    pq.write_table(pa.table({k: v for k, v in (table | (columns or {})).items() if v is not None}), path)
    return set_modified_at(path, modified_at)


def set_modified_at(path: Path, modified_at: datetime) -> Path:
    os.utime(path, (modified_at.timestamp(), modified_at.timestamp()))
    return path


def placements() -> list[tuple[Any, ...]]:
    return values("promotions_placements", "_file_name", "store_id")


def listed_files() -> list[tuple[Any, ...]]:
    return values("promotions_files", "file_name", "modified_at", "row_count")


def ingest_error(kind: type[IngestError] = IngestError) -> str:
    """The one-line error that an ingest of the files ends with; none of their rows is in Bronze."""
    with pytest.raises(kind) as caught:
        ingest("promotions", DAY)
    line = str(caught.value)
    assert "\n" not in line
    assert "again" in line
    assert placements() == listed_files() == []
    return line


def test_each_file_is_loaded_once(folder: Path) -> None:
    drop(folder, 1, 10, 20)
    (folder / "promotions_2017-W02.arriving").write_text("half a file")
    (folder / "notes.txt").write_text("not a promotion")
    assert ingest("promotions", DAY).rows == {"promotions_placements": 2, "promotions_files": 1}
    drop(folder, 2, 30)
    assert ingest("promotions", DAY).rows == {"promotions_placements": 1, "promotions_files": 1}
    assert ingest("promotions", DAY).rows == {"promotions_placements": 0, "promotions_files": 0}
    one, two = "promotions_2017-W01.parquet", "promotions_2017-W02.parquet"
    assert placements() == [(one, 10), (one, 20), (two, 30)]
    assert listed_files() == [(one, DROPPED_AT, 2), (two, DROPPED_AT, 1)]
    assert {row["_file_modified_at"] for row in rows("promotions_placements")} == {DROPPED_AT}


def test_a_changed_file_is_loaded_beside_its_earlier_version(folder: Path) -> None:
    name = drop(folder, 1, 10, 20).name
    ingest("promotions", DAY)
    drop(folder, 1, 10, modified_at=REISSUED_AT)
    ingest("promotions", DAY)
    assert listed_files() == [(name, DROPPED_AT, 2), (name, REISSUED_AT, 1)]
    assert placements() == [(name, 10), (name, 10), (name, 20)]


def test_files_of_the_same_week_and_time_are_all_loaded_even_in_several_loads(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "ROWS_PER_LOAD", 1)
    for part in ("a", "b"):
        drop(folder, 1, 10, name=f"promotions_{part}.parquet")
    ingest("promotions", DAY)
    assert placements() == [("promotions_a.parquet", 10), ("promotions_b.parquet", 10)]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"this is not a Parquet file, however long it is"])
def test_an_invalid_parquet_file_holds_up_the_drop_until_it_is_replaced(folder: Path, content: bytes) -> None:
    drop(folder, 1, 10)
    bad = folder / "promotions_2017-W02.parquet"
    bad.write_bytes(content)
    assert bad.name in ingest_error()
    drop(folder, 2, 20)
    ingest("promotions", DAY)
    assert [store for _, store in placements()] == [10, 20]


def test_a_file_broken_in_its_middle_is_named(folder: Path) -> None:
    drop(folder, 1, 10)
    bad = drop(folder, 2, *range(2000))
    content = bytearray(bad.read_bytes())
    content[4:400] = b"\xff" * 396
    bad.write_bytes(content)
    assert bad.name in ingest_error()


def test_rows_that_a_killed_run_did_not_list_are_not_loaded_twice(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = drop(folder, 1, 10, 20).name

    class Killed(BaseException):
        """As if the process ended here."""

    def die(*_: object) -> None:
        raise Killed

    steps: list[object] = []

    def first_step_only(*arguments: Any) -> list[Any]:
        if steps:
            die()
        steps.append(arguments)
        return load(*arguments)

    from larder.landing.load import load  # noqa: PLC0415 - the one that is about to be replaced

    with monkeypatch.context() as patch:
        patch.setattr("larder.landing.load.load", first_step_only)
        with pytest.raises(Killed):
            ingest("promotions", DAY)
    assert placements() == [(name, 10), (name, 20)]
    assert listed_files() == []
    ingest("promotions", DAY)
    assert placements() == [(name, 10), (name, 20)]
    assert listed_files() == [(name, DROPPED_AT, 2)]


def test_an_empty_folder_is_not_an_error(folder: Path) -> None:
    assert ingest("promotions", DAY).rows == {"promotions_placements": 0, "promotions_files": 0}
    assert {"promotions_placements", "promotions_files"} <= names()


@pytest.mark.parametrize("form", ["file://{}/nowhere", "{}/nowhere"])
def test_a_missing_folder_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setenv("SOURCES__PROMOTIONS__BUCKET_URL", form.format(folder))
    line = ingest_error()
    assert "nowhere" in line
    assert "SOURCES__PROMOTIONS__BUCKET_URL" in line


def test_a_plain_path_works_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(folder, 1, 10)
    monkeypatch.setenv("SOURCES__PROMOTIONS__BUCKET_URL", str(folder))
    assert ingest("promotions", DAY).rows["promotions_placements"] == 1


@pytest.mark.parametrize("weeks", [[1, 2], [None, None]])
def test_a_file_without_exactly_one_week_is_refused(folder: Path, weeks: list[int | None]) -> None:
    bad = drop(folder, 1, 10, 20, columns={"week": pa.array(weeks, pa.int32())})
    assert bad.name in ingest_error()


def test_a_file_without_rows_is_refused(folder: Path) -> None:
    bad = drop(folder, 1)
    assert bad.name in ingest_error()


@pytest.mark.parametrize(
    ("column", "becomes"),
    [("week", None), ("store_id", None), ("store_id", ["ten"]), ("display_location", [1])],
)
def test_a_file_that_breaks_the_contract_holds_up_the_drop(
    folder: Path, monkeypatch: pytest.MonkeyPatch, column: str, becomes: list[Any] | None
) -> None:
    monkeypatch.setattr(feed, "ROWS_PER_LOAD", 1)
    drop(folder, 1, 10)
    bad = drop(folder, 2, 20, columns={column: becomes})
    line = ingest_error(SourceChanged)
    assert bad.name in line
    assert column in line


def test_a_new_column_is_loaded(folder: Path) -> None:
    drop(folder, 1, 10)
    ingest("promotions", DAY)
    drop(folder, 2, 20, columns={"price": [1.5], "kind": pa.array(["x"]).dictionary_encode()})
    drop(folder, 3, 30)
    ingest("promotions", DAY)
    found = {row["store_id"]: (row["price"], row["kind"]) for row in rows("promotions_placements")}
    assert found == {10: (None, None), 20: (1.5, "x"), 30: (None, None)}


def test_a_placement_without_a_location_is_set_aside(folder: Path) -> None:
    drop(folder, 1, 10, 20, columns={"mailer_location": ["0", None]})
    loaded = ingest("promotions", DAY)
    assert (loaded.rows["promotions_placements"], loaded.quarantined["promotions_placements"]) == (1, 1)
    assert rejected("promotions_placements") == [("not_null", "mailer_location")]


def test_a_large_file_is_loaded_in_batches(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promotions, "BATCH_ROWS", 3)
    drop(folder, 1, *range(10))
    assert len(ingest("promotions", DAY).load_ids) == 2, "one load of rows, one of the list"
    assert [store for _, store in placements()] == list(range(10))
