"""A source that is down and data that are wrong stop the run in one line; mended, the next run is green."""

from tests.e2e.played import Played, difference
from tests.e2e.steps import DAYS, Step

GREEN = (*DAYS, Step.AGAIN, Step.BACKFILL, Step.REBUILT)


def test_all_other_runs_are_green(played: Played) -> None:
    outcomes = {step: played.outcomes[step] for step in GREEN}
    assert not [step for step, outcome in outcomes.items() if "error" in outcome], outcomes
    for outcome in outcomes.values():
        assert outcome["built"].keys() <= {"success", "pass", "no-op"}, outcomes


def test_api_that_is_down_stops_the_run_in_one_line(played: Played) -> None:
    outcome = played.outcomes[Step.API_DOWN]
    assert outcome["type"] == "SourceUnavailable"
    assert "\n" not in outcome["error"]
    assert "marketing API http://127.0.0.1:" in outcome["error"]
    assert "does not answer" in outcome["error"]
    assert "run the date again" in outcome["error"]


def test_nothing_is_half_loaded_or_built_while_the_api_is_down(played: Played) -> None:
    for name in played.tables(Step.FIRST):
        if not name.startswith("bronze.shop_") and name != "bronze.load_log":
            assert difference(played.table(Step.FIRST, name), played.table(Step.API_DOWN, name)) == [], name
    # What the shop had given before stays: the next run does not ask for it again.
    assert played.table(Step.API_DOWN, "bronze.shop_baskets").num_rows > (
        played.table(Step.FIRST, "bronze.shop_baskets").num_rows
    )


def test_wrong_data_stop_the_run_in_one_line(played: Played) -> None:
    outcome = played.outcomes[Step.LINE_MISSING]
    assert outcome["type"] == "BuildFailed"
    assert "\n" not in outcome["error"]
    assert "gold_equals_shop_control_totals" in outcome["error"]
    assert "run the date again" in outcome["error"]


def test_nodes_after_a_failed_test_are_skipped(played: Played) -> None:
    statuses = played.statuses(Step.LINE_MISSING)
    assert [node for node, status in statuses.items() if status in ("fail", "error")] == [
        "test.larder.gold_equals_shop_control_totals"
    ]
    skipped = {node.rpartition(".")[2] for node, status in statuses.items() if status == "skipped"}
    assert {
        "store_sales_daily",
        "store_summary",
        "customer_lifetime_value",
        "campaign_performance",
    } <= skipped
    assert "fct_baskets" not in skipped


def test_marts_after_a_failed_test_stay_as_they_were(played: Played) -> None:
    for name in ("gold.store_summary", "gold.customer_lifetime_value"):
        assert difference(played.table(Step.SECOND, name), played.table(Step.LINE_MISSING, name)) == [], name
