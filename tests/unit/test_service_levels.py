"""What is late, computed from a few made-up rows in `ops` at a fixed time of the business's clock."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from flows.service_levels import alert_missed, find_missed
from larder import clock
from larder.alerts import oncall, service_levels, store
from larder.lake.tables import append
from larder.ops import schema
from larder.ops.lineage import AffectedNode
from larder.ops.schema import OPS

FIRST, DAY = date(2017, 12, 27), date(2017, 12, 28)
STAMP = datetime(2017, 12, 29, 5, 0, tzinfo=UTC)
BEFORE, AFTER = datetime(2017, 12, 29, 6, 59, tzinfo=UTC), datetime(2017, 12, 29, 7, 0, tzinfo=UTC)
SALES, STORES, UNIQUE = "model.store_sales", "model.dim_stores", "test.unique_stores"
MARTS, ALL = {SALES, STORES}, {SALES, STORES, "source.shop.stores"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path / "home"))
    _promise()
    return tmp_path / "home"


def _add(table: str, *rows: dict[str, Any], day: date = DAY) -> None:
    """Append rows as a run of a business date would; values left out are empty or null."""
    schema.ensure_tables()
    columns = schema.feed(table, []).schema()
    empty = {
        field.name: "" if pa.types.is_string(field.type) and not field.nullable else None for field in columns
    }
    stamps = {"finished_at": STAMP, "_business_date": day, "_dlt_load_id": "1"}
    stamps = {name: value for name, value in stamps.items() if name in columns.names}
    # Later information is loaded later.
    filled = [empty | stamps | {"_loaded_at": row.get("generated_at", STAMP)} | row for row in rows]
    append(table, pa.Table.from_pylist(filled, schema=columns), OPS)


def _promise(ready_by: str = "07:00", generated_at: datetime = STAMP) -> None:
    """Two marts, one of them with a test, the source behind them, and a dashboard."""
    promised = {
        "is_current": True,
        "generated_at": generated_at,
        "ready_by": ready_by,
        "owner": "Stores <s@example.com>",
    }
    plain = {"is_current": True, "generated_at": generated_at}
    _add(
        "dbt_nodes",
        promised | {"unique_id": SALES, "resource_type": "model", "name": "store_sales"},
        promised | {"unique_id": STORES, "resource_type": "model", "name": "dim_stores", "owner": None},
        promised
        | {"unique_id": "source.shop.stores", "resource_type": "source", "name": "stores"}
        | {"source_name": "shop", "alias": "shop_stores"},
        plain | {"unique_id": UNIQUE, "resource_type": "test", "tested_node": STORES},
        plain
        | {"unique_id": "exposure.trading", "resource_type": "exposure", "exposure_type": "dashboard"}
        | {"label": "Trading", "owner": "Ops", "owner_email": "o@example.com"}
        | {"depends_on_nodes_json": f'["{SALES}"]'},
    )


def _run(
    day: date, *, failed_step: str | None = None, name: str = "", offset: int = 0, **statuses: str
) -> None:
    """Record a run of a business date: the statuses of marts and test, and whether its source was loaded."""
    run = name or f"run {day}"
    row = {
        "flow_run_id": run,
        "run_name": run,
        "business_date": day,
        "outcome": "failed" if failed_step else "completed",
        "failed_step": failed_step,
        "error": "it broke" if failed_step else None,
        "clock_offset_seconds": offset,
        # A later run has a longer name.
        "started_at": STAMP + timedelta(days=(day - DAY).days, minutes=len(name) - 1),
        "finished_at": STAMP + timedelta(minutes=len(name)),
    }
    _add("flow_runs", row, day=day)
    if failed_step != "ingest shop":
        _add(
            "dlt_loads",
            {"flow_run_id": run, "source": "shop", "table_name": "shop_stores", "row_count": 0},
            day=day,
        )
    names = {"sales": SALES, "stores": STORES, "unique": UNIQUE}
    results = [
        {"invocation_id": run, "flow_run_id": run, "unique_id": names[mart], "status": status}
        for mart, status in statuses.items()
    ]
    if results:
        _add("dbt_run_results", *results, day=day)


def _late(now: datetime = AFTER) -> dict[str, set[str]]:
    """The late nodes by cause."""
    labels = {"store_sales": SALES, "dim_stores": STORES, "source shop.stores": "source.shop.stores"}
    return {
        incident.subject: {labels[one.name] for one in incident.affected if one.name in labels}
        for incident in service_levels.find_missed_levels(now)
    }


def test_nothing_is_late_before_the_first_run() -> None:
    assert _late() == {}


def test_marts_that_were_built_in_time_are_not_late() -> None:
    _run(DAY, sales="success", stores="success", unique="pass")
    assert _late() == {}


def test_a_backfill_makes_nothing_due_for_its_dates() -> None:
    _run(DAY + timedelta(days=1), sales="error")
    _run(FIRST, failed_step="dbt build", name="a backfill, days later" * 200, sales="error")
    assert _late() == {}


def test_nothing_is_due_for_a_demo_whose_retailer_is_stopped(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(FIRST, sales="success", stores="success", offset=-3600)
    assert _late() == {}
    monkeypatch.setattr(clock, "clock_offset", lambda: timedelta(hours=-1))
    assert _late() == {"no run": ALL}


def test_a_day_without_a_run_is_late_once_it_is_due() -> None:
    _run(FIRST, sales="success", stores="success")
    assert _late(BEFORE) == {}, "only the day before is due, and it is ready"
    assert _late(AFTER) == {"no run": ALL}


def test_marts_that_a_failed_run_did_not_build_are_late() -> None:
    _run(FIRST, sales="success", stores="success")
    _run(DAY, failed_step="dbt build", sales="skipped", stores="success")
    assert _late() == {"failed run: dbt build": {SALES}}


def test_a_source_that_was_not_loaded_is_late() -> None:
    _run(FIRST, sales="success", stores="success")
    _run(DAY, failed_step="ingest shop")
    assert _late() == {"failed run: ingest shop": ALL}


@pytest.mark.parametrize(("status", "late"), [("fail", {STORES}), ("error", {STORES}), ("warn", set())])
def test_a_mart_with_a_failing_test_is_not_ready(status: str, late: set[str]) -> None:
    _run(DAY, failed_step="dbt build", sales="success", stores="success", unique=status)
    assert _late().get("failed run: dbt build", set()) == late


def test_a_later_run_covers_an_earlier_date() -> None:
    _run(FIRST, sales="success", stores="success")
    _run(DAY + timedelta(days=1), sales="success", stores="success")
    assert _late() == {}


def test_a_mart_left_out_of_a_run_has_a_cause_of_its_own() -> None:
    _run(DAY, sales="success")
    assert _late() == {"not built": {STORES}}


def test_the_latest_run_is_the_cause() -> None:
    _run(DAY, failed_step="ingest shop", name="one")
    _run(DAY, failed_step="dbt build", name="later", sales="error", stores="success")
    assert _late() == {"failed run: dbt build": {SALES}}


def test_a_node_without_a_service_level_any_longer_is_not_late() -> None:
    _run(FIRST)
    gone = {"unique_id": SALES, "is_current": False, "generated_at": STAMP + timedelta(days=1)}
    changed = {"unique_id": STORES, "is_current": True, "generated_at": STAMP + timedelta(days=1)}
    _add("dbt_nodes", gone, changed)
    assert _late() == {"no run": {"source.shop.stores"}}


def test_an_invalid_ready_by_is_reported() -> None:
    _promise("7 o'clock", STAMP + timedelta(days=1))
    _run(DAY, sales="success", stores="success")
    assert _late() == {"ready_by is not a time of day": ALL}


def test_many_marts_late_for_one_cause_are_one_incident_that_lists_them() -> None:
    _run(FIRST)
    [incident] = service_levels.find_missed_levels(AFTER)
    assert incident.summary == "not ready by 07:00 for 2017-12-28: 3 tables (no run)"
    assert incident.retry == "larder run --date 2017-12-28"
    assert incident.affected == (
        AffectedNode("dim_stores", ""),
        AffectedNode("store_sales", "Stores <s@example.com>"),
        AffectedNode("source shop.stores", "Stores <s@example.com>"),
        AffectedNode("dashboard Trading", "Ops <o@example.com>"),
    )
    assert incident.remarks == ("no owner of dim_stores: declare meta.owner",)


def test_the_flow_alerts_once_and_again_when_it_is_over(capfd: pytest.CaptureFixture[str]) -> None:
    _run(FIRST, sales="success", stores="success")
    for _ in range(2):
        alert_missed.fn(find_missed.fn(AFTER))
    assert capfd.readouterr().err.count("not ready by 07:00") == 1
    _run(DAY, sales="success", stores="success")
    alert_missed.fn(find_missed.fn(AFTER))
    assert capfd.readouterr().err == "alert: Over: not ready by 07:00 for 2017-12-28: 3 tables (no run)\n"
    assert [one.closed_at is None for one in store.read()] == [False]


def test_a_cause_that_another_replaces_is_not_reported_as_over(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    _run(FIRST, sales="success", stores="success")
    alert_missed.fn(find_missed.fn(AFTER))
    _run(DAY, failed_step="ingest shop")
    capfd.readouterr()
    # Not delivered at first; the later message is the same.
    with monkeypatch.context() as patched:
        patched.setattr("larder.alerts.oncall._deliver_pending", lambda recorded: None)
        alert_missed.fn(find_missed.fn(AFTER))
    late = "not ready by 07:00 for 2017-12-28: 3 tables"
    alert_missed.fn(find_missed.fn(AFTER))
    assert capfd.readouterr().err.splitlines() == [
        f"alert: Changed: {late} (no run); now: {late} (failed run: ingest shop)",
        f"alert: {late} (failed run: ingest shop)",
    ]
    _run(DAY, name="later", sales="success", stores="success")
    alert_missed.fn(find_missed.fn(AFTER))
    assert capfd.readouterr().err == f"alert: Over: {late} (failed run: ingest shop)\n"


def test_a_failing_check_is_an_incident(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(now: datetime) -> None:
        raise OSError("disk")

    with monkeypatch.context() as patched:
        patched.setattr("flows.service_levels.find_missed_levels", broken)
        with pytest.raises(OSError, match="disk"):
            find_missed.fn(AFTER)
    assert "service levels cannot be checked" in capfd.readouterr().err
    oncall.close_incidents(service_levels.KIND)
