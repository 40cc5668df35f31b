"""Values of several kinds, and of types that no other engine has, land as themselves or are set aside."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
import pytest

from larder.errors import SourceChanged
from larder.landing.checks.payload import to_payloads
from larder.landing.conversion import arrow
from larder.landing.conversion.types import cast, store
from larder.landing.conversion.values import Column, to_column
from tests.unit.bronze_tables import rows
from tests.unit.landing_helpers import land_resources
from tests.unit.quarantine_rows import rejected

TABLE = "loyalty_people"
INFINITE = [[float("nan"), 1.5, float("-inf")]]


def columns(*chunks: list[Any]) -> list[Any]:
    """The values of a new column that comes in chunks."""
    joined = Column.join([to_column(chunk, None) for chunk in chunks])
    return [joined.originals.get(place, value) for place, value in enumerate(joined.values.to_pylist())]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (["Ann", {"a": 1}], ["Ann", '{"a": 1}']),
        ([1.0, True], ["1", "true"]),
        (["x", 1.5, 2, -0.0], ["x", "1.5", "2", "-0"]),
        ([datetime(2020, 1, 1, 12), 1], ["2020-01-01T12:00:00", "1"]),
        ([date(2020, 1, 1), datetime(2020, 1, 1, 12, tzinfo=timezone(timedelta(hours=1)))],
         ["2020-01-01", "2020-01-01T11:00:00+00:00"]),
        ([Decimal("1.50"), "x"], ["1.50", "x"]),
        ([time(9, 30), 1], ["09:30:00.000000", "1"]),
        ([float("inf"), "x"], ["inf", "x"]),
        (["x", b"\xff"], ["x", b"\xff"]),
    ],
)  # fmt: skip
def test_values_of_several_kinds_keep_their_own_words(values: list[Any], texts: list[Any]) -> None:
    assert columns(values) == texts
    assert columns(*([value] for value in values)) == texts, "in chunks of one row"


def test_chunks_of_numbers_stay_numbers() -> None:
    assert columns([1], [1.5]) == [1.0, 1.5]
    assert columns([Decimal("1.5")], [Decimal("22.25")], [3]) == [
        Decimal("1.5"),
        Decimal("22.25"),
        Decimal(3),
    ]
    assert columns([2**63], [1]) == [Decimal(2**63), Decimal(1)]


def test_a_number_that_a_decimal_cannot_hold_fails() -> None:
    for column in (pa.array([89]), pa.array(["89"]), pa.array([Decimal(89)]), pa.array([89.0])):
        converted = cast(pa.chunked_array([column]), pa.decimal128(38, 38))
        assert converted.values.to_pylist() == [None]
        assert converted.failed is not None


@pytest.mark.parametrize(
    ("kind", "values", "found"),
    [
        (pa.list_(pa.float64()), INFINITE, ["NaN", 1.5, "-Infinity"]),
        (pa.list_(pa.decimal128(38, 38)), [[Decimal("0.5")]], ["0." + "5".ljust(38, "0")]),
    ],
)
def test_json_is_valid(kind: Any, values: list[Any], found: list[Any]) -> None:
    column: Any = pa.chunked_array([pa.array(values, kind)])
    [text] = store(column).values.to_pylist()
    assert json.loads(text, parse_constant=pytest.fail) == found
    [payload] = to_payloads(pa.table({"a": column, "b": [12]}), {}).to_pylist()
    read = json.loads(payload, parse_constant=pytest.fail)["a"]
    assert (json.loads(read) if isinstance(read, str) else read) == found


def test_a_payload_keeps_the_digits_of_decimals_beside_a_faulty_value() -> None:
    price = Decimal("12345678901234567890.123456789")
    [payload] = to_payloads(pa.table({"a": [price], "b": [None]}), {"b": {0: "\ud800"}}).to_pylist()
    assert json.loads(payload) == {"a": str(price), "b": "\ud800"}


def people(items: list[Any], **hints: Any) -> Any:
    """A resource of people."""
    return dlt.resource(items, name="people", primary_key="id", columns=hints)


def test_a_contract_of_another_kind_than_bronzes_column_is_refused(home: Path) -> None:
    land_resources(people([{"id": 1, "x": 1}], x={"data_type": "bigint"}))
    with pytest.raises(SourceChanged, match=r"^loyalty_people: x is string now, and int64 in Bronze\."):
        land_resources(people([{"id": 2, "x": "a"}], x={"data_type": "text"}))
    land_resources(people([{"id": 3, "x": 1.5}], x={"data_type": "double"}))
    assert [row["x"] for row in rows(TABLE)] == [1.0, 1.5]


def test_a_text_column_takes_numbers_and_no_bytes(home: Path) -> None:
    land_resources(people([{"id": 1, "x": "a"}]))
    later = [{"id": 2, "x": 7}, {"id": 3, "x": b"a"}, {"id": 4, "x": datetime(2020, 1, 1, tzinfo=UTC)}]
    for _ in range(2):
        land_resources(people(later))
    assert [row["x"] for row in rows(TABLE)] == ["a", "7", "2020-01-01T00:00:00+00:00"]
    assert rejected(TABLE) == [("type", "x")]


def test_the_words_of_a_value_do_not_depend_on_its_neighbours(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow, "ROWS_AT_ONCE", 2)
    items = [{"id": number, "x": x} for number, x in enumerate(["a", 1.5, 65536, 2.5, True, None])]
    assert land_resources(people(items)).rows[TABLE] == 6
    assert land_resources(people(items)).rows[TABLE] == 0


def test_a_chunk_of_another_kind_does_not_reject_the_others(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrow, "ROWS_AT_ONCE", 2)
    land_resources(people([{"id": 0, "x": 1}]))
    land_resources(people([{"id": number, "x": x} for number, x in enumerate([1, 2, "a", "b"], 1)]))
    assert [row["x"] for row in rows(TABLE)] == [1, 1, 2]
    assert rejected(TABLE) == [("type", "x")] * 2
