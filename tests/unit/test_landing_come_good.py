"""Open records close once a later load has brought their key to Bronze."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from larder.lake import tables
from larder.lake.catalog import BRONZE, open_catalog
from larder.landing.replays import bronze_lookup
from larder.landing.replays.come_good import close_come_good
from larder.quarantine import records
from tests.unit.quarantine_rejects import at, by_payload, note, reject

KEY = ("basket_id",)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path))
    monkeypatch.delenv("LARDER_WAREHOUSE", raising=False)
    open_catalog().create_namespace_if_not_exists(BRONZE)


def load(hour: int, *rows: dict[str, Any], **types: pa.DataType) -> None:
    """Rows of `bronze.shop_baskets`, loaded at an hour; `types` has those of other columns."""
    schema = pa.schema(
        [
            ("basket_id", types.pop("basket_id", pa.int64())),
            ("updated_at", pa.timestamp("us", "UTC")),
            ("_loaded_at", pa.timestamp("us", "UTC")),
            *types.items(),
        ]
    )
    tables.append(
        "shop_baskets", pa.Table.from_pylist([row | {"_loaded_at": at(hour)} for row in rows], schema)
    )


def close(key: tuple[str, ...] = KEY, cursor: str | None = "updated_at") -> int:
    return close_come_good("shop", "shop_baskets", "shop_baskets", key, cursor)


def test_a_record_closes_once_its_key_is_loaded() -> None:
    note(reject('{"basket_id": 1}', 1, key_json='{"basket_id": 1}'))
    note(reject('{"basket_id": 2}', 1, key_json='{"basket_id": 2}'))
    load(2, {"basket_id": 1, "updated_at": at(2)})
    assert close() == 1
    assert by_payload("state") == {'{"basket_id": 1}': "resolved", '{"basket_id": 2}': "open"}
    assert close() == 0


@pytest.mark.parametrize("hour", [0, 1])
def test_a_row_that_was_loaded_no_later_does_not_count(hour: int) -> None:
    note(reject("{}", 1, key_json='{"basket_id": 1}'))
    load(hour, {"basket_id": 1, "updated_at": at(5)})
    assert close() == 0


@pytest.mark.parametrize(
    ("cursor", "rule", "is_good"),
    [
        ("2017-03-02T04:00:00+00:00", "not_null", True),
        ("2017-03-02T05:00:00Z", "not_null", True),
        ("2017-03-02T06:00:00+00:00", "not_null", False),
        # Not a time: nothing is known about the version.
        ("soon", "type", True),
        (None, "cursor", True),
        # Later than it can be: it was rejected for that.
        ("2099-01-01T00:00:00Z", "cursor", True),
    ],
)
def test_an_earlier_version_in_bronze_does_not_count(cursor: str | None, rule: str, is_good: bool) -> None:
    value = "null" if cursor is None else f'"{cursor}"'
    note(reject(f'{{"updated_at": {value}}}', 1, key_json='{"basket_id": 1}', rule=rule))
    load(6, {"basket_id": 1, "updated_at": at(5)})
    assert close() == int(is_good)


def test_without_a_cursor_the_key_is_enough() -> None:
    note(reject('{"updated_at": "2099-01-01T00:00:00Z"}', 1, key_json='{"basket_id": 1}'))
    load(2, {"basket_id": 1, "updated_at": None})
    assert close(cursor=None) == 1


def test_a_tombstone_does_not_count() -> None:
    note(reject("1", 1, key_json='{"basket_id": 1}'), reject("2", 1, key_json='{"basket_id": 2}'))
    gone = {"basket_id": 1, "updated_at": at(2), "_is_deleted": True}
    load(2, gone, {"basket_id": 2, "updated_at": at(2)}, _is_deleted=pa.bool_())
    assert close() == 1
    assert by_payload("state") == {"1": "open", "2": "resolved"}


def test_a_record_without_a_key_stays_open() -> None:
    note(
        reject("1", 1),
        reject("2", 1, key_json='{"basket_id": null}'),
        reject("3", 1, key_json='{"basket_id": "x"}'),
    )
    load(2, {"basket_id": 1, "updated_at": at(2)}, {"basket_id": None, "updated_at": at(2)})
    assert close() == 0
    assert close(key=()) == 0


def test_all_columns_of_a_key_must_match() -> None:
    note(reject("1", 1, key_json='{"basket_id": 1, "order": "a"}'))
    note(reject("2", 1, key_json='{"basket_id": 1, "order": "b"}'))
    load(2, {"basket_id": 1, "updated_at": at(2), "order": "a"}, order=pa.string())
    assert close(key=("basket_id", "order")) == 1
    assert by_payload("state") == {"1": "resolved", "2": "open"}


@pytest.mark.parametrize(
    ("value", "text", "kind"),
    [
        ("7", '"7"', pa.string()),
        (date(2017, 1, 2), '"2017-01-02"', pa.date32()),
        (
            datetime(2017, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
            '"2017-01-02T03:04:05.000678+00:00"',
            pa.timestamp("us", "UTC"),
        ),
        (Decimal("7.50"), "7.50", pa.decimal128(10, 2)),
        (Decimal("7.50"), '"7.5"', pa.decimal128(10, 2)),
        (True, "true", pa.bool_()),
    ],
)
def test_a_key_is_compared_in_its_own_type(value: Any, text: str, kind: pa.DataType) -> None:
    note(reject("{}", 1, key_json=f'{{"basket_id": {text}}}'))
    load(2, {"basket_id": value, "updated_at": at(2)}, basket_id=kind)
    assert close() == 1


@pytest.mark.parametrize("most", [200, 2])
def test_many_records_close_at_once(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bronze_lookup, "MOST_VALUES", most)
    note(*(reject(str(number), 1, key_json=f'{{"basket_id": {number}}}') for number in range(5)))
    load(2, *({"basket_id": number, "updated_at": at(2)} for number in range(4)))
    assert close() == 4


def test_only_files_that_were_loaded_since_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    load(1, {"basket_id": 1, "updated_at": at(1)})
    note(reject("{}", 2, key_json='{"basket_id": 1}'))
    load(3, {"basket_id": 1, "updated_at": at(3)})
    found = tables.table("shop_baskets")
    assert found is not None
    [earlier] = found.scan(row_filter="_loaded_at < '2017-03-02T02:00:00+00:00'").plan_files()
    Path(earlier.file.file_path.removeprefix("file://")).unlink()
    assert close() == 1


def test_other_resources_stay_open_and_a_table_that_was_never_loaded_closes_none() -> None:
    note(reject("{}", 1, key_json='{"basket_id": 1}', resource="shop_stores"))
    load(2, {"basket_id": 1, "updated_at": at(2)})
    assert close() == 0
    assert close_come_good("shop", "shop_stores", "shop_stores", KEY, None) == 0
    assert records.find_open("shop", "shop_stores").num_rows == 1
