"""Rejected rows as the gate hands them to the quarantine, and the records that it has."""

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from larder.quarantine import records
from larder.quarantine.schema import REJECTS

DAY = date(2017, 3, 1)


def at(hour: int) -> datetime:
    """A time of the day on which the rejects of these tests are seen."""
    return datetime(2017, 3, 2, hour, tzinfo=UTC)


def reject(payload: str, hour: int = 0, **changed: Any) -> dict[str, Any]:
    """A rejected row of the shop's baskets; `changed` has values that are not the usual ones."""
    return {
        "source": "shop",
        "resource": "shop_baskets",
        "table_name": "bronze.shop_baskets",
        "key_json": None,
        "rule": "not_null",
        "column_name": "store_id",
        "reason": "store_id is null",
        "payload_json": payload,
        "run_id": None,
        "business_date": DAY,
        "seen_at": at(hour),
    } | changed


def rejects(*rows: dict[str, Any]) -> pa.Table:
    """Rejected rows as a table."""
    return pa.Table.from_pylist(list(rows), schema=pa.schema(list(REJECTS.items())))


def note(*rows: dict[str, Any]) -> None:
    """Set rows aside."""
    records.note(rejects(*rows))


def by_payload(*columns: str) -> dict[str, Any]:
    """All records: the payload to the values of some columns, or to the value of a single one."""
    found = records.read().to_pylist()
    assert len({one["payload_json"] for one in found}) == len(found)
    values = {one["payload_json"]: tuple(one[column] for column in columns) for one in found}
    return {payload: one[0] if len(columns) == 1 else one for payload, one in values.items()}
