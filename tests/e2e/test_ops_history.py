"""The tables of ops and the models built on them, against the artifacts that the runs left."""

import json
from datetime import timedelta

import pytest

from tests.e2e.steps import CAUGHT_UP, FIRST, SECOND, THIRD, Step
from tests.e2e.story_result import StoryResult, assert_same

CONTROL = "test.larder.gold_equals_shop_control_totals"


def test_every_run_is_recorded_with_its_outcome(story: StoryResult) -> None:
    recorded = (
        story.at(Step.REBUILT)
        .sql("select outcome, error from ops.run_history order by started_at")
        .fetchall()
    )
    expected = [
        ("failed", outcome["error"]) if "error" in outcome else ("completed", None)
        for outcome in story.outcomes.values()
    ]
    assert [(outcome, error and error[:60]) for outcome, error in recorded] == [
        (outcome, error and error[:60]) for outcome, error in expected
    ]


def test_a_runs_counts_match_its_results(story: StoryResult) -> None:
    statuses = list(story.statuses(Step.BASKET_MISSING).values())
    recorded = story.at(Step.REBUILT).sql(
        "select passed_count, warned_count, failed_count, skipped_count from ops.run_history"
        f" where business_date = '{THIRD}' and outcome = 'failed'"
    )
    passed = statuses.count("success") + statuses.count("pass")
    assert recorded.fetchall() == [
        (passed, statuses.count("warn"), statuses.count("fail"), statuses.count("skipped"))
    ]


def test_monitors_check_the_whole_build_or_only_sources_if_it_failed(story: StoryResult) -> None:
    recorded = story.at(Step.REBUILT).sql(
        "select run.outcome, test.unique_id"
        " from ops.test_run_history as test inner join ops.run_history as run using (flow_run_id)"
        f" where test.test_kind like 'elementary.%' and run.business_date = '{THIRD}'"
    )
    nodes = json.loads((story.folder / "target" / "manifest.json").read_text())["nodes"].values()
    monitors = {node["unique_id"]: node for node in nodes if "elementary-tests" in node["tags"]}
    of_sources = {name for name, node in monitors.items() if node["sources"]}
    assert set() < of_sources < monitors.keys()
    assert sorted(recorded.fetchall()) == sorted(
        [("completed", name) for name in monitors] + [("failed", name) for name in of_sources]
    )


def test_an_unreachable_source_is_the_failed_step(story: StoryResult) -> None:
    recorded = story.at(Step.REBUILT).sql(
        f"select failed_step from ops.run_history where business_date = '{SECOND}' and outcome = 'failed'"
    )
    assert recorded.fetchall() == [("ingest marketing",)]


def test_a_test_is_failing_since_the_run_that_broke_it(story: StoryResult) -> None:
    recorded = story.at(Step.REBUILT).sql(
        "select test.status, test.failing_since = test.finished_at, run.business_date"
        " from ops.test_run_history as test inner join ops.run_history as run using (flow_run_id)"
        f" where test.unique_id = '{CONTROL}' and test.status not in ('pass', 'skipped')"
    )
    assert recorded.fetchall() == [("fail", True, THIRD)]


def test_the_row_that_broke_a_test_is_kept(story: StoryResult) -> None:
    found = story.at(Step.REBUILT).sql(
        f"select row_json from ops.dbt_failure_samples where unique_id = '{CONTROL}'"
    )
    (row,) = [json.loads(text) for (text,) in found.fetchall()]
    assert row["sold_date"] == (THIRD - timedelta(days=4)).isoformat()
    # Gold has lost a basket that the shop has.
    assert int(row["gold_basket_count"]) == int(row["shop_basket_count"]) - 1


def test_model_times_equal_dbts_own(story: StoryResult) -> None:
    results = json.loads((story.folder / "run_results" / f"{Step.REBUILT}.json").read_text())
    expected = {
        result["unique_id"]: result["execution_time"]
        for result in results["results"]
        if result["unique_id"].startswith(("model.larder.", "snapshot.larder."))
    }
    recorded = story.at(Step.REBUILT).sql(
        "select unique_id, execution_seconds from ops.model_run_history"
        f" where invocation_id = '{results['metadata']['invocation_id']}'"
    )
    assert dict(recorded.fetchall()) == pytest.approx(expected)


def test_load_history_equals_the_load_log(story: StoryResult) -> None:
    # An ingest that failed is in neither; one of a run that failed later is in both.
    assert_same(
        story.at(Step.REBUILT),
        "select source, table_name, row_count, started_at from ops.load_history",
        "select source, table_name, row_count, started_at from bronze.load_log",
    )


def test_row_counts_and_nulls_match_the_tables(story: StoryResult) -> None:
    connection = story.at(Step.REBUILT)
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


def test_freshness_is_recorded_for_each_source_table(story: StoryResult) -> None:
    recorded = story.at(Step.REBUILT).sql(
        "select count(distinct unique_id), bool_and(age_hours < warn_after_hours), bool_and(status = 'pass')"
        " from ops.freshness_history"
    )
    assert recorded.fetchall() == [(12, True, True)]


def test_service_levels_are_met_on_the_shops_clock(story: StoryResult) -> None:
    connection = story.at(Step.REBUILT)
    recorded = connection.sql(
        "select distinct is_kept, minutes_late from ops.service_level_history"
        f" where business_date = '{CAUGHT_UP}'"
    )
    assert recorded.fetchall() == [(True, 0)]
    days = connection.sql(
        "select min(business_date), max(business_date) from ops.service_level_history"
    ).fetchall()
    assert days[0][0] == FIRST
