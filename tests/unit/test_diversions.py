"""Rows that fail tests with `meta.quarantine` are moved to `quarantine.records`, and the build goes on."""

import json
import shutil
from typing import Any

import pytest

from larder.settings import PROJECT
from tests.unit import spark_process

MACROS = (
    "generate_schema_name",
    "get_where_subquery",
    "materialization_test",
    "tested_from",
    "value_list",
)


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The outcome of each step, by its name."""
    folder = tmp_path_factory.mktemp("diversions")
    project = folder / "project"
    shutil.copytree(PROJECT / "tests" / "airgap" / "quarantine", project)
    shutil.copy(PROJECT / "profiles.yml", project)
    shutil.copytree(PROJECT / "macros" / "quarantine", project / "macros" / "quarantine")
    for name in MACROS:
        shutil.copy(PROJECT / "macros" / f"{name}.sql", project / "macros")
    for name in ("dbt_utils", "elementary"):
        shutil.copytree(PROJECT / "airgap" / name, project / "dbt_packages" / name)
    spark_process.run("tests.unit.diversions", folder, folder)
    found: dict[str, dict[str, Any]] = json.loads((folder / "steps.json").read_text())
    return found


def of_lines(step: dict[str, Any], *columns: str) -> dict[int, tuple[Any, ...]]:
    """Some columns of the records of lines, by the line's number."""
    return {
        json.loads(one["key_json"])["line_id"]: tuple(one[column] for column in columns)
        for one in step["records"]
        if one["resource"] == "lines"
    }


def of_line(step: dict[str, Any], line_id: int) -> list[dict[str, Any]]:
    """The records of one line."""
    return [
        one for one in step["records"] if one["key_json"] == json.dumps({"line_id": line_id}).replace(" ", "")
    ]


def ids(step: dict[str, Any]) -> list[int]:
    """The lines that the table has."""
    return [int(line[0]) for line in step["lines"]]


def test_tests_without_failures_pass_and_set_nothing_aside(steps: dict[str, dict[str, Any]]) -> None:
    good = steps["good"]
    assert {message.partition(":")[0] for message in good["messages"].values()} == {"success", "pass"}
    assert good["records"] == []


def test_rows_that_fail_are_moved_and_what_is_downstream_is_built_without_them(
    steps: dict[str, dict[str, Any]],
) -> None:
    diverted = steps["diverted"]
    assert ids(diverted) == [2, 3, 8]
    assert diverted["sums"] == [["2017-01-01", "1"], ["2017-01-02", "1"], ["2017-01-03", "1"]]
    assert diverted["messages"]["not_null_lines_quantity"].startswith("warn: Got 1 result")
    # Line 5 breaks two rules; the test that came first moved it.
    rules = of_lines(diverted, "rule", "column_name")
    assert rules.pop(5) in (("accepted_values", "status"), ("accepted_range", "quantity"))
    assert rules == {
        1: ("not_null", "quantity"),
        4: ("relationships", "product_id"),
        6: ("accepted_range", "quantity"),
        7: ("expression_is_true", None),
    }


def test_a_record_has_the_whole_row_but_its_load_time(steps: dict[str, dict[str, Any]]) -> None:
    (record,) = (one for one in steps["diverted"]["records"] if one["key_json"] == '{"line_id":1}')
    assert json.loads(record["payload_json"]) == {
        "line_id": 1,
        "sold_date": "2017-01-01",
        "product_id": 7,
        "status": "completed",
        "quantity": None,
        "price_usd": 1.5,
        "sold_at": "2017-01-01T10:00:00.123456Z",
        "note": None,
    }
    assert {record[column] for column in ("source", "resource", "table_name", "state")} == {
        "dbt",
        "lines",
        "silver.lines",
        "open",
    }
    assert record["reason"] == "quantity is null"
    assert record["business_date"] == "2017-01-03"
    assert record["first_seen_at"] == record["last_seen_at"]


def test_all_rows_with_a_repeated_key_are_moved(steps: dict[str, dict[str, Any]]) -> None:
    diverted = steps["diverted"]
    assert diverted["products"] == [["7"]]
    names = [
        json.loads(one["payload_json"])["product_name"]
        for one in diverted["records"]
        if one["resource"] == "products"
    ]
    assert sorted(names) == ["b", "c"]


def test_rows_of_bronze_are_moved_under_the_name_of_their_source(steps: dict[str, dict[str, Any]]) -> None:
    diverted = steps["diverted"]
    assert diverted["stores"] == [["1"]]
    (record,) = (one for one in diverted["records"] if one["resource"] == "shop_stores")
    assert (record["source"], record["key_json"], record["table_name"]) == (
        "shop",
        '{"store_id":2}',
        "bronze.shop_stores",
    )


def test_days_that_lost_a_row_count_as_loaded_later(steps: dict[str, dict[str, Any]]) -> None:
    # Line 2 did not change, but line 1 of its day did, from a good version to a bad one.
    loaded = {line[0]: line[2] for line in steps["diverted"]["lines"]}
    assert loaded["2"] > loaded["8"]


def test_a_record_is_resolved_once_its_key_comes_with_good_values(steps: dict[str, dict[str, Any]]) -> None:
    corrected = steps["corrected"]
    assert 1 in ids(corrected)
    states = of_lines(corrected, "state")
    assert states.pop(1) == ("resolved",)
    assert set(states.values()) == {("open",)}


def test_the_same_rows_are_the_same_records_in_either_sql_mode(steps: dict[str, dict[str, Any]]) -> None:
    diverted, again = steps["diverted"]["records"], steps["diverted again"]["records"]
    assert [one["record_id"] for one in diverted] == [one["record_id"] for one in again]
    assert [one["first_seen_at"] for one in diverted] == [one["first_seen_at"] for one in again]
    assert {one["state"] for one in again} == {"open"}
    assert ids(steps["diverted again"]) == [8]


def test_a_replayed_row_is_back_and_its_record_closed(steps: dict[str, dict[str, Any]]) -> None:
    replayed = steps["replayed"]
    assert replayed["lines"][0][:2] == ["6", "6"]
    assert replayed["lines"][0][2] > replayed["lines"][1][2], "what is downstream sees it as loaded last"
    assert {one["state"] for one in of_line(replayed, 6)} == {"replayed"}
    assert 6 in ids(steps["rebuilt"])
    assert ["2017-01-02", "1"] in steps["rebuilt"]["sums"]


def test_a_row_that_fails_its_test_again_stays_aside(steps: dict[str, dict[str, Any]]) -> None:
    again = steps["rejected again"]
    assert again["messages"]["replayed"] == []
    assert len(again["messages"]["rejected"]) == 1
    assert ids(again) == ids(steps["diverted again"])
    found = [(one["state"], json.loads(one["payload_json"])["quantity"]) for one in of_line(again, 6)]
    assert sorted(found) == [("open", -7), ("replayed", -6)]


def test_a_row_whose_key_is_there_is_not_replayed_again(steps: dict[str, dict[str, Any]]) -> None:
    twice = steps["replayed twice"]
    assert twice["messages"]["replayed"] == []
    assert len(twice["messages"]["present"]) == 1
    assert twice["lines"] == steps["replayed"]["lines"]


def test_many_failing_rows_fail_the_test_and_stay(steps: dict[str, dict[str, Any]]) -> None:
    too_many = steps["too many"]
    assert too_many["messages"]["dbt_utils_accepted_range_lines_quantity__0"].startswith("fail: Got 20")
    assert too_many["messages"]["sums"].startswith("skipped")
    assert len(ids(too_many)) > 20
    assert len(too_many["records"]) == len(steps["rebuilt"]["records"])


def test_without_the_quarantine_the_error_says_what_to_do(steps: dict[str, dict[str, Any]]) -> None:
    message = steps["no quarantine"]["messages"]["not_null_lines_quantity"]
    assert "the table quarantine.records is missing" in message
    assert "larder run" in message


def test_a_view_cannot_set_rows_aside(steps: dict[str, dict[str, Any]]) -> None:
    message = steps["view"]["messages"]["not_null_views_line_id"]
    assert "does not test a table with a unique_key" in message
