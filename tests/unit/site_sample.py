"""Sample rows of everything that the site shows, and text that attempts an injection."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from larder.report.tables import TABLES
from tests.unit.site_tables import DAY, OWNER, at, column_type, write

HARM = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"&</pre>"
DATES = [DAY - timedelta(days=number) for number in range(5, -1, -1)]
STATUSES = {"ops.run_history": "completed", "ops.test_run_history": "pass", "ops.freshness_history": "pass"}


def write_everything() -> None:
    """Write rows for each date to each table, and for the last date failures with HARM in every text."""
    for table, reads in TABLES.items():
        rows = [
            {column: _value(table, column, number, day) for column in reads.columns}
            for number, day in enumerate(DATES)
        ]
        write(table, rows)
    failed = {
        "flow_run_id": "run-5",
        "business_date": DAY,
        "owner": HARM,
        "message": HARM,
        "finished_at": at(6),
    }
    write("ops.test_run_history", [failed | {"unique_id": "t", "test_name": HARM, "status": "fail"}])
    write("ops.model_run_history", [failed | {"unique_id": "m", "model_name": HARM, "status": "error"}])
    write(
        "ops.incident_history",
        [
            {
                "incident_id": "1",
                "kind": HARM,
                "subject": HARM,
                "summary": HARM,
                "is_open": True,
                "opened_at": at(6),
            }
        ],
    )
    run = {"flow_run_id": "run-9", "run_name": HARM, "outcome": "failed", "failed_step": HARM, "error": HARM}
    write("ops.run_history", [run | {"business_date": DATES[0], "started_at": at(9), "finished_at": at(9)}])


def _value(table: str, column: str, number: int, day: date) -> Any:
    """A value of the column's type, different on each date."""
    found = column_type(column)
    if pa.types.is_string(found):
        return _text(table, column, number)
    if pa.types.is_boolean(found):
        return table != "ops.incident_history"
    if pa.types.is_temporal(found):
        return _time(column, day)
    if pa.types.is_decimal(found):
        return Decimal(1000 + number)
    counts = {"months_since_first": number, "failed_count": 0}
    return counts.get(column, 40 + number)


def _time(column: str, day: date) -> date:
    if pa.types.is_timestamp(column_type(column)):
        return datetime(day.year, day.month, day.day, 5)
    return day.replace(day=1) if "month" in column else day


def _text(table: str, column: str, number: int) -> str:
    match column:
        case "flow_run_id":
            return f"run-{number}"
        case "status" | "outcome":
            return STATUSES.get(table, "success")
        case "schema_name":
            return "gold"
        case "owner":
            return OWNER
        case _:
            return column
