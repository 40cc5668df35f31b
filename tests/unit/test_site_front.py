"""The front page says whether a date's data can be used, and if not, why."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from larder.report.blocks import Block, Failure, Sentence, Table, Tiles
from larder.report.page import Page
from larder.report.pages.front.page import build_front_page
from larder.report.warehouse import Warehouse
from tests.unit.site_tables import DAY, OWNER, at, data_test_run, model_run, run, service_level, write

UI = "http://127.0.0.1:4200"
EVE = date(2017, 12, 30)


def page(ui: str | None = UI) -> Page:
    """The front page as it is now."""
    with Warehouse(DAY) as warehouse:
        return build_front_page(warehouse, ui)


def blocks(found: Page, title: str) -> list[Block]:
    """The blocks of a section."""
    return [block for one in found.groups[0].sections if one.title == title for block in one.blocks]


def tiles(found: Page) -> dict[str, str]:
    """The figures at a glance."""
    return {
        tile.label: tile.value
        for block in blocks(found, "At a glance")
        if isinstance(block, Tiles)
        for tile in block.tiles
    }


def banner(found: Page) -> tuple[str, str, str, list[str]]:
    """Colour, word, sentence and facts."""
    assert found.banner is not None
    return found.banner.tone, found.banner.word, found.banner.sentence, list(found.banner.facts)


def test_without_tables_each_section_says_in_one_sentence_that_it_has_no_data(home: Path) -> None:
    found = page()
    assert banner(found)[:2] == ("idle", "Nothing yet")
    for section in found.groups[0].sections:
        (only,) = section.blocks
        assert isinstance(only, Sentence)
        assert only.text.startswith("No data yet: there is no table ops.")


def test_empty_tables_show_that_there_is_nothing_yet(home: Path) -> None:
    write("ops.run_history", [])
    write("ops.incident_history", [])
    found = page()
    assert banner(found)[2] == "No run is recorded yet. The first daily run fills this page."
    assert blocks(found, "Open incidents") == [Sentence("No incident is open.", "good")]


def test_a_date_is_ready_since_its_first_good_run(home: Path) -> None:
    write("ops.run_history", [run(1, outcome="failed", failed_step="dbt build"), run(2), run(3)])
    write(
        "ops.test_run_history",
        [data_test_run(3, "a", "pass"), data_test_run(3, "b", "pass"), data_test_run(1, "a", "fail")],
    )
    write("ops.model_run_history", [model_run(3, "sales"), model_run(1, "sales", "error")])
    write("ops.freshness_history", [])
    found = page()
    tone, word, _, facts = banner(found)
    assert (tone, word, facts) == ("good", "Ready", ["since 2018-01-01 05:02 UTC"])
    assert tiles(found)["Tests passed"] == "2 of 2"
    assert blocks(found, "What failed") == [Sentence("Nothing failed.", "good")]


def test_failures_show_the_first_cause_its_owner_and_its_error_but_nothing_skipped(home: Path) -> None:
    error = "dbt build: 2 of 9 failed"
    write(
        "ops.run_history",
        [run(1, EVE), run(2, outcome="failed", failed_step="dbt build", error=error, skipped_count=4)],
    )
    write(
        "ops.model_run_history",
        [
            model_run(2, "prices", "error", message="Division by zero", finished_at=at(5, 30)),
            model_run(2, "summary", "skipped"),
        ],
    )
    since = at(5, 1)
    failed = data_test_run(
        2,
        "totals",
        "fail",
        message="Got 7 results",
        failure_count=7,
        column_name="amount",
        failing_since=since,
    )
    write(
        "ops.test_run_history",
        [failed, data_test_run(2, "keys", "pass"), data_test_run(1, "keys", "fail", EVE)],
    )
    write("ops.freshness_history", [])
    found = page()
    tone, word, sentence, facts = banner(found)
    assert (tone, word) == ("bad", "Not ready")
    assert "stopped at “dbt build”" in sentence
    assert "The latest date that is ready is 2017-12-30." in sentence
    assert facts == ["stopped at 2018-01-01 05:02 UTC"]
    first, second, step, skipped = blocks(found, "What failed")
    assert isinstance(first, Failure) and isinstance(second, Failure) and isinstance(step, Failure)
    assert (first.title, first.what, first.error) == ("totals", "test failed", "Got 7 results")
    assert dict(first.facts) == {
        "Owner": OWNER, "Tests": "sales.amount", "Rows that fail": "7", "Failing since": "2018-01-01 05:01",
    }  # fmt: skip
    assert (second.title, second.error) == ("prices", "Division by zero")
    assert (step.title, step.error) == ("dbt build", error)
    assert skipped == Sentence("4 nodes skipped because of this.")


def test_a_completed_run_with_failed_tests_is_not_ready(home: Path) -> None:
    write("ops.run_history", [run(1, failed_count=1)])
    assert banner(page())[1] == "Not ready"


def test_a_stale_source_is_a_cause(home: Path) -> None:
    write("ops.run_history", [run(1, outcome="failed", failed_step="source freshness")])
    stale: dict[str, Any] = {
        "flow_run_id": "run-1", "unique_id": "source.shop.baskets", "source_name": "shop",
        "table_name": "baskets", "business_date": DAY, "status": "error", "age_hours": 50.4,
        "warn_after_hours": 24.0, "error_after_hours": 48.0, "checked_at": at(4, 30),
    }  # fmt: skip
    fresh = stale | {
        "unique_id": "source.shop.stores",
        "table_name": "stores",
        "status": "pass",
        "age_hours": 2.0,
    }
    write("ops.freshness_history", [stale, fresh])
    found = page()
    causes = [block for block in blocks(found, "What failed") if isinstance(block, Failure)]
    assert [(cause.title, dict(cause.facts).get("Age")) for cause in causes] == [
        ("baskets", "2.1 days"),
        ("source freshness", None),
    ]
    (table,) = blocks(found, "Source freshness")
    assert isinstance(table, Table)
    assert [(row[0].text, row[2].text) for row in table.rows] == [
        ("baskets", "error"),
        ("stores", "fresh"),
    ]


def test_missed_service_levels_are_shown_even_if_the_date_is_ready(home: Path) -> None:
    write("ops.run_history", [run(1)])
    levels = [
        service_level("summary", is_kept=False, ready_at=at(8, 35), minutes_late=95),
        service_level("segments", is_kept=True, ready_at=at(6)),
        service_level("campaigns", is_kept=None),
    ]
    write("ops.service_level_history", levels)
    found = page()
    tone, word, sentence, _ = banner(found)
    assert (tone, word) == ("warn", "Ready, but late")
    assert "1 service level was missed." in sentence
    assert tiles(found)["Ready tables"] == "2 of 3"
    others, kept = blocks(found, "Service levels")
    assert isinstance(others, Table) and isinstance(kept, Table)
    assert [(row[0].text, row[1].text, row[1].detail) for row in (*others.rows, *kept.rows)] == [
        ("summary", "missed", "1 h 35 min late"),
        ("campaigns", "not due yet", ""),
        ("segments", "kept", "1 h 0 min to spare"),
    ]
    assert (others.summary, kept.summary) == ("", "1 of 3 kept")


def test_a_date_without_a_run_is_late_once_a_service_level_is_missed(home: Path) -> None:
    write("ops.run_history", [run(1, EVE)])
    assert banner(page())[:2] == ("idle", "Not run yet")
    write("ops.service_level_history", [service_level("summary", is_kept=False)])
    tone, word, sentence, _ = banner(page())
    assert (tone, word) == ("bad", "Late: not run yet")
    assert "1 service level is missed by now. The latest date that is ready is 2017-12-30." in sentence


def test_open_incidents_show_owner_and_opening_time(home: Path) -> None:
    opened = {
        "incident_id": "1", "kind": "run failed", "subject": "daily", "summary": "totals differ",
        "owner": OWNER, "business_date": EVE, "is_open": True, "opened_at": at(5, 2),
    }  # fmt: skip
    write("ops.incident_history", [opened, opened | {"incident_id": "2", "is_open": False}])
    (table,) = blocks(page(), "Open incidents")
    assert isinstance(table, Table)
    (row,) = table.rows
    assert [cell.text for cell in row] == ["daily", OWNER, "2018-01-01 05:02", "2017-12-30", "totals differ"]


def test_loads_are_those_of_the_latest_run(home: Path) -> None:
    write("ops.run_history", [run(1), run(2)])
    load = {
        "source": "shop", "table_name": "baskets", "business_date": DAY, "size_bytes": 2048,
        "finished_at": at(4),
    }  # fmt: skip
    loads = [
        load | {"flow_run_id": "run-1", "row_count": 900},
        load | {"flow_run_id": "run-2", "row_count": 1234},
    ]
    write(
        "ops.load_history", [*loads, load | {"flow_run_id": "run-2", "row_count": 0, "table_name": "stores"}]
    )
    found = page()
    assert tiles(found)["Rows loaded"] == "1,234"
    (table,) = blocks(found, "What was loaded")
    assert isinstance(table, Table)
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["baskets", "1,234", "2.0 KiB"],
        ["stores", "0", "2.0 KiB"],
    ]


@pytest.mark.parametrize(
    ("ui", "link"), [(f"{UI}/", f"{UI}/runs/flow-run/run-1"), (UI, f"{UI}/runs/flow-run/run-1"), (None, "")]
)
def test_runs_link_to_prefect_if_it_has_a_ui(home: Path, ui: str | None, link: str) -> None:
    write("ops.run_history", [run(1)])
    found = page(ui)
    assert found.banner is not None and found.banner.link == link
    (table,) = blocks(found, "Latest runs")
    assert isinstance(table, Table)
    assert table.rows[0][0].link == link


def test_a_missing_column_hides_its_table_and_nothing_else(home: Path) -> None:
    write("ops.run_history", [run(1)])
    write("ops.incident_history", [], without="owner")
    found = page()
    assert banner(found)[1] == "Ready"
    expected = "The table ops.incident_history has no column owner: rebuild its model."
    assert blocks(found, "Open incidents") == [Sentence(expected, "idle")]


def test_a_table_whose_files_are_lost_is_shown_as_unreadable(home: Path) -> None:
    write("ops.run_history", [run(1)])
    write("ops.incident_history", [{"incident_id": "1", "is_open": True, "opened_at": at(5)}])
    for file in (home / "warehouse").rglob("*incident_history/data/*"):
        file.unlink()
    found = page()
    assert banner(found)[1] == "Ready"
    (only,) = blocks(found, "Open incidents")
    assert isinstance(only, Sentence)
    assert only.text.startswith("The table ops.incident_history could not be read: ")


def test_a_date_whose_runs_cannot_be_read_is_neither_ready_nor_empty(home: Path) -> None:
    write("ops.run_history", [], without="outcome")
    tone, word, sentence, _ = banner(page())
    assert (tone, word) == ("warn", "Unknown")
    assert sentence == "The table ops.run_history has no column outcome: rebuild its model."


def rejected(rule: str, day: date = DAY, **counts: int) -> dict[str, Any]:
    """A row of `ops.quarantine_history`."""
    return {
        "source": "shop", "table_name": "shop_baskets", "rule": rule, "column_name": "status", "owner": OWNER,
        "business_date": day, "record_count": 0, "open_count": 0, "resolved_count": 0, "replayed_count": 0,
        "discarded_count": 0, "open_since": at(5), "last_seen_at": at(6),
    } | counts  # fmt: skip


def test_rejected_rows_are_shown_by_source_and_rule(home: Path) -> None:
    write("ops.run_history", [run(1)])
    write(
        "ops.quarantine_history",
        [
            rejected("type", record_count=3, open_count=2),
            rejected("type", EVE, record_count=9, open_count=4),
            rejected("unique", record_count=1),
            rejected("not_null", EVE, record_count=5),
        ],
    )
    found = page()
    assert tiles(found)["Rejected rows open"] == "6"
    (table,) = blocks(found, "Rejected rows")
    assert isinstance(table, Table)
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["shop", "type", "3", "6", "2018-01-01 05:00"],
        ["shop", "unique", "1", "0", "2018-01-01 05:00"],
    ]


def test_without_rejected_rows_a_sentence_says_so(home: Path) -> None:
    write("ops.run_history", [run(1)])
    write("ops.quarantine_history", [])
    found = page()
    assert tiles(found)["Rejected rows open"] == "0"
    assert blocks(found, "Rejected rows") == [Sentence("No rejected row is open.", "good")]
