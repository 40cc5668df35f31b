"""What is told of runs: the tables of ops and the models over them, against what the runs themselves left."""

import json
from datetime import timedelta

import pytest

from tests.e2e.played import Played, assert_same
from tests.e2e.steps import CAUGHT_UP, FIRST, SECOND, THIRD, Step

CONTROL = "test.larder.gold_equals_shop_control_totals"


def test_every_run_is_told_with_its_outcome(played: Played) -> None:
    told = (
        played.at(Step.REBUILT)
        .sql("select outcome, error from ops.run_history order by started_at")
        .fetchall()
    )
    expected = [
        ("failed", outcome["error"]) if "error" in outcome else ("completed", None)
        for outcome in played.outcomes.values()
    ]
    assert [(outcome, error and error[:60]) for outcome, error in told] == [
        (outcome, error and error[:60]) for outcome, error in expected
    ]


def test_counts_of_a_run_are_those_of_its_results(played: Played) -> None:
    statuses = list(played.statuses(Step.LINE_MISSING).values())
    told = played.at(Step.REBUILT).sql(
        "select passed_count, warned_count, failed_count, skipped_count from ops.run_history"
        f" where business_date = '{THIRD}' and outcome = 'failed'"
    )
    passed = statuses.count("success") + statuses.count("pass")
    assert told.fetchall() == [
        (passed, statuses.count("warn"), statuses.count("fail"), statuses.count("skipped"))
    ]


def test_monitors_look_at_all_of_a_build_and_at_sources_alone_where_it_failed(played: Played) -> None:
    told = played.at(Step.REBUILT).sql(
        "select run.outcome, test.unique_id"
        " from ops.test_run_history as test inner join ops.run_history as run using (flow_run_id)"
        f" where test.test_kind like 'elementary.%' and run.business_date = '{THIRD}'"
    )
    nodes = json.loads((played.folder / "target" / "manifest.json").read_text())["nodes"].values()
    monitors = {node["unique_id"]: node for node in nodes if "elementary-tests" in node["tags"]}
    of_sources = {name for name, node in monitors.items() if node["sources"]}
    assert set() < of_sources < monitors.keys()
    assert sorted(told.fetchall()) == sorted(
        [("completed", name) for name in monitors] + [("failed", name) for name in of_sources]
    )


def test_a_source_that_is_down_is_the_step_that_failed(played: Played) -> None:
    told = played.at(Step.REBUILT).sql(
        f"select failed_step from ops.run_history where business_date = '{SECOND}' and outcome = 'failed'"
    )
    assert told.fetchall() == [("ingest marketing",)]


def test_a_test_fails_since_the_run_in_which_it_broke(played: Played) -> None:
    told = played.at(Step.REBUILT).sql(
        "select test.status, test.failing_since = test.finished_at, run.business_date"
        " from ops.test_run_history as test inner join ops.run_history as run using (flow_run_id)"
        f" where test.unique_id = '{CONTROL}' and test.status not in ('pass', 'skipped')"
    )
    assert told.fetchall() == [("fail", True, THIRD)]


def test_the_row_that_broke_a_test_is_kept(played: Played) -> None:
    found = played.at(Step.REBUILT).sql(
        f"select row_json from ops.dbt_failure_samples where unique_id = '{CONTROL}'"
    )
    (row,) = [json.loads(text) for (text,) in found.fetchall()]
    assert row["sold_date"] == (THIRD - timedelta(days=4)).isoformat()
    # Gold has the line that the shop lost.
    assert int(row["gold_line_count"]) == int(row["shop_line_count"]) + 1


def test_model_times_are_dbts_own(played: Played) -> None:
    results = json.loads((played.folder / "run_results" / f"{Step.REBUILT}.json").read_text())
    expected = {
        result["unique_id"]: result["execution_time"]
        for result in results["results"]
        if result["unique_id"].startswith(("model.larder.", "snapshot.larder."))
    }
    told = played.at(Step.REBUILT).sql(
        "select unique_id, execution_seconds from ops.model_run_history"
        f" where invocation_id = '{results['metadata']['invocation_id']}'"
    )
    assert dict(told.fetchall()) == pytest.approx(expected)


def test_loads_bring_what_the_load_log_says(played: Played) -> None:
    # An ingest that failed is in neither; one of a run that failed later is in both.
    assert_same(
        played.at(Step.REBUILT),
        "select source, table_name, row_count, started_at from ops.load_history",
        "select source, table_name, row_count, started_at from bronze.load_log",
    )


def test_row_counts_and_nulls_are_those_of_the_tables(played: Played) -> None:
    connection = played.at(Step.REBUILT)
    assert_same(
        connection,
        "select row_count from ops.table_history where schema_name = 'gold' and table_name = 'dim_products'"
        " qualify row_number() over (order by measured_at desc) = 1",
        "select count(*) from gold.dim_products",
    )
    assert_same(
        connection,
        "select value_count, null_count from ops.null_rate_history"
        " where table_name = 'dim_households' and column_name = 'income_band'"
        " qualify row_number() over (order by measured_at desc) = 1",
        "select count(*), count(*) filter (where income_band is null) from gold.dim_households",
    )


def test_freshness_is_told_of_each_source_table(played: Played) -> None:
    told = played.at(Step.REBUILT).sql(
        "select count(distinct unique_id), bool_and(age_hours < warn_after_hours), bool_and(status = 'pass')"
        " from ops.freshness_history"
    )
    assert told.fetchall() == [(12, True, True)]


def test_service_levels_are_kept_on_the_shops_own_clock(played: Played) -> None:
    connection = played.at(Step.REBUILT)
    told = connection.sql(
        "select distinct is_kept, minutes_late from ops.service_level_history"
        f" where business_date = '{CAUGHT_UP}'"
    )
    assert told.fetchall() == [(True, 0)]
    days = connection.sql(
        "select min(business_date), max(business_date) from ops.service_level_history"
    ).fetchall()
    assert days[0][0] == FIRST
