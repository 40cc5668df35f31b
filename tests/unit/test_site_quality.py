"""The quality page and the runs page: what fails, how measures change, what is slow."""

from datetime import date
from pathlib import Path
from typing import Any

from larder.report.blocks import Block, Chart, Section, Sentence, Table, Tiles
from larder.report.page import Page
from larder.report.pages.quality.page import build_quality_page
from larder.report.pages.runs.page import build_runs_page
from larder.report.warehouse import Warehouse
from tests.unit.site_tables import DAY, OWNER, at, data_test_run, model_run, run, write

EVE = date(2017, 12, 30)


def sections(page: Page) -> dict[str, Section]:
    """The sections by title."""
    return {section.title: section for group in page.groups for section in group.sections}


def quality_sections() -> dict[str, Section]:
    """The sections of the page of quality."""
    with Warehouse(DAY) as warehouse:
        return sections(build_quality_page(warehouse))


def runs_sections() -> dict[str, Section]:
    """The sections of the page of runs."""
    with Warehouse(DAY) as warehouse:
        return sections(build_runs_page(warehouse, None))


def only(found: Section) -> Block:
    """A section's single block."""
    (block,) = found.blocks
    return block


def table(found: Section) -> list[list[str]]:
    """The texts of a section's table."""
    block = only(found)
    assert isinstance(block, Table)
    return [[cell.text for cell in row] for row in block.rows]


def lines(found: Section) -> dict[str, list[Any]]:
    """The heights of a chart's lines and bars, by name."""
    block = only(found)
    assert isinstance(block, Chart)
    return {trace["name"]: trace["y"] for trace in block.figure["data"]}


def test_each_section_says_what_is_missing(home: Path) -> None:
    for section in (*quality_sections().values(), *runs_sections().values()):
        block = only(section)
        assert isinstance(block, Sentence)
        assert block.text.startswith("No data yet: there is no table ops.")


def test_empty_tables_are_described_in_a_sentence(home: Path) -> None:
    for name in (
        "test_run_history",
        "run_history",
        "model_run_history",
        "table_history",
        "freshness_history",
    ):
        write(f"ops.{name}", [])
    write("ops.null_rate_history", [])
    write("ops.load_history", [])
    for section in (*quality_sections().values(), *runs_sections().values()):
        assert isinstance(only(section), Sentence)


def test_failing_now_shows_the_latest_run_of_each_test(home: Path) -> None:
    write(
        "ops.test_run_history",
        [
            data_test_run(1, "fixed", "fail"),
            data_test_run(2, "fixed", "pass"),
            data_test_run(1, "broken", "pass"),
            data_test_run(
                2, "broken", "fail", failing_since=at(5, 2), failure_count=3, message="Got 3 results"
            ),
            data_test_run(3, "broken", "skipped"),
            data_test_run(2, "odd", "warn", failing_since=at(4), failure_count=1),
        ],
    )
    assert table(quality_sections()["Failing now"]) == [
        ["broken", "fail", "2018-01-01 05:02", OWNER, "3", "Got 3 results"],
        ["odd", "warn", "2018-01-01 04:00", OWNER, "1", ""],
    ]


def test_tests_are_counted_by_their_latest_run_of_each_date(home: Path) -> None:
    write(
        "ops.test_run_history",
        [
            data_test_run(1, "a", "fail", EVE),
            data_test_run(2, "a", "pass", EVE),
            data_test_run(2, "b", "warn", EVE),
            data_test_run(3, "a", "error"),
            data_test_run(3, "b", "skipped"),
        ],
    )
    found = quality_sections()
    assert lines(found["Tests by status"]) == {
        "Passed": [1, 0],
        "Warned": [1, 0],
        "Failed": [0, 1],
        "Skipped": [0, 1],
    }
    assert table(found["Tests that come and go"]) == [
        ["a", "1", "0", "pass", "error"],
        ["b", "0", "1", "warn", "skipped"],
    ]


def test_growth_and_nulls_are_measured_from_the_first_date(home: Path) -> None:
    rows = [("baskets", EVE, 200, 1), ("baskets", DAY, 250, 2), ("stores", EVE, 9, 1), ("stores", DAY, 18, 2)]
    write(
        "ops.table_history",
        [
            {
                "schema_name": "bronze", "table_name": name, "business_date": day, "row_count": count,
                "row_count_change": 50, "size_bytes": 1024, "measured_at": at(5, minute),
            }
            for name, day, count, minute in rows
        ],
    )  # fmt: skip
    nulls = [("brand", EVE, 10.0, 1), ("brand", DAY, 12.5, 2), ("id", DAY, 0.0, 2), ("_loaded", DAY, 9, 2)]
    write(
        "ops.null_rate_history",
        [
            {
                "schema_name": "gold", "table_name": "sales", "column_name": column, "business_date": day,
                "null_count": 4, "null_pct": pct, "measured_at": at(5, minute),
            }
            for column, day, pct, minute in nulls
        ],
    )  # fmt: skip
    found = quality_sections()
    assert lines(found["Growth of tables"]) == {"bronze.baskets": [0.0, 25.0]}
    assert lines(found["Share of nulls"]) == {"sales.brand": [0.0, 2.5]}
    assert [row[:3] for row in table(found["Rows of each table"])] == [
        ["baskets", "250", "+50"],
        ["stores", "18", "+50"],
    ]
    assert [row[:3] for row in table(found["Columns with nulls"])] == [["brand", "12.50 %", "+2.50 points"]]


def test_freshness_is_shown_as_a_share_of_the_allowed_age(home: Path) -> None:
    check = {"source_name": "shop", "status": "pass", "warn_after_hours": 24.0, "error_after_hours": 48.0}
    ages = [("baskets", EVE, 6.0), ("baskets", DAY, 12.0), ("stores", DAY, 18.0)]
    write(
        "ops.freshness_history",
        [
            check
            | {"unique_id": name, "table_name": name, "checked_at": at(4)}
            | {"business_date": day, "age_hours": age}
            for name, day, age in ages
        ],
    )  # fmt: skip
    assert lines(quality_sections()["Source freshness"])["shop"] == [25.0, 75.0]


def test_slower_than_usual_means_half_as_long_again_and_a_second_more(home: Path) -> None:
    models = [("slow", 9.0, 6.0), ("steady", 9.0, 6.1), ("tiny", 0.9, 0.3), ("new", 30.0, None)]
    write(
        "ops.model_run_history",
        [model_run(1, name, execution_seconds=took, usual_seconds=usual) for name, took, usual in models],
    )
    found = runs_sections()
    assert table(found["Slower than usual"]) == [["slow", "9.0 s", "6.0 s", "+50 %", "", OWNER]]
    assert [row[0] for row in table(found["Slowest models"])] == ["new", "slow", "steady", "tiny"]


def test_runs_are_summarized_and_listed(home: Path) -> None:
    broken = run(
        3, outcome="failed", failed_step="ingest shop", error="the shop does not answer", duration_seconds=5.0
    )
    write("ops.run_history", [run(1, EVE, duration_seconds=100.0), run(2, duration_seconds=130.0), broken])
    found = runs_sections()
    block = only(found["In short"])
    assert isinstance(block, Tiles)
    assert {tile.label: tile.value for tile in block.tiles} == {
        "Runs": "3", "Completed": "67 %", "Usual duration": "1 min 55 s", "Latest run": "5.0 s",
    }  # fmt: skip
    assert lines(found["How long runs took"]) == {"Completed": [100.0, 130.0], "Failed": [5.0]}
    first = table(found["All runs"])[0]
    assert (first[0], first[2], first[-1]) == (
        "daily 2017-12-31",
        "failed: ingest shop",
        "the shop does not answer",
    )


def test_rejected_rows_are_listed_by_table_rule_and_column_open_ones_first(home: Path) -> None:
    old = {"source": "shop", "table_name": "shop_baskets", "rule": "type", "column_name": "status"}
    row = old | {
        "owner": OWNER, "business_date": EVE, "record_count": 4, "open_count": 0, "resolved_count": 1,
        "replayed_count": 2, "discarded_count": 1, "last_seen_at": at(6),
    }  # fmt: skip
    ancient = {"business_date": date(2017, 1, 1), "last_seen_at": at(5)}
    write(
        "ops.quarantine_history",
        [
            row,
            row | ancient | {"rule": "unique", "column_name": None, "open_count": 3, "open_since": at(4)},
            row | ancient | {"rule": "not_null"},
        ],
    )
    assert table(quality_sections()["Rejected rows"]) == [
        ["shop_baskets", "unique", "3", "1", "2", "1", "2018-01-01 04:00", "2018-01-01 05:00", OWNER],
        ["shop_baskets", "type", "0", "1", "2", "1", "", "2018-01-01 06:00", OWNER],
    ]


def test_without_rejected_rows_a_sentence_says_so(home: Path) -> None:
    write("ops.quarantine_history", [])
    assert only(quality_sections()["Rejected rows"]) == Sentence("No row was rejected.", "good")
