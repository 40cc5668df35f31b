"""An unreachable source or wrong data stops the run in one line; once fixed, the next run is green."""

from tests.e2e.steps import DAYS, Step
from tests.e2e.story_result import StoryResult, difference

GREEN = (*DAYS, Step.AGAIN, Step.BACKFILL, Step.REBUILT)


def test_all_other_runs_are_green(story: StoryResult) -> None:
    outcomes = {step: story.outcomes[step] for step in GREEN}
    assert not [step for step, outcome in outcomes.items() if "error" in outcome], outcomes
    for outcome in outcomes.values():
        assert outcome["built"].keys() <= {"success", "pass", "no-op"}, outcomes


def test_unreachable_api_stops_the_run_with_a_one_line_error(story: StoryResult) -> None:
    outcome = story.outcomes[Step.API_DOWN]
    assert outcome["type"] == "SourceUnavailable"
    assert "\n" not in outcome["error"]
    assert "marketing_campaigns: http://127.0.0.1:" in outcome["error"]
    assert "does not answer" in outcome["error"]
    assert "run the date again" in outcome["error"]


def test_nothing_is_half_loaded_or_built_while_the_api_is_down(story: StoryResult) -> None:
    for name in story.tables(Step.FIRST):
        if not name.startswith("bronze.shop_") and name != "bronze.load_log":
            assert difference(story.table(Step.FIRST, name), story.table(Step.API_DOWN, name)) == [], name
    # Rows that the shop sent before the failure stay, and the next run does not ask for them again.
    assert story.table(Step.API_DOWN, "bronze.shop_baskets").num_rows > (
        story.table(Step.FIRST, "bronze.shop_baskets").num_rows
    )


def test_wrong_data_stops_the_run_with_a_one_line_error(story: StoryResult) -> None:
    outcome = story.outcomes[Step.BASKET_MISSING]
    assert outcome["type"] == "BuildFailed"
    assert "\n" not in outcome["error"]
    assert "gold_equals_shop_control_totals" in outcome["error"]
    assert "run the date again" in outcome["error"]


def test_nodes_downstream_of_a_failed_test_are_skipped(story: StoryResult) -> None:
    statuses = story.statuses(Step.BASKET_MISSING)
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


def test_readers_keep_the_last_published_state_although_most_models_were_built(story: StoryResult) -> None:
    assert story.statuses(Step.BASKET_MISSING)["model.larder.product_sales_daily"] == "success"
    # The story took a basket out of these by hand.
    damaged = {"gold.fct_baskets", "gold.fct_basket_lines"}
    names = [name for name in story.tables(Step.SECOND) if name.startswith(("silver.", "gold."))]
    assert len(names) > 20
    for name in set(names) - damaged:
        assert difference(story.table(Step.SECOND, name), story.table(Step.BASKET_MISSING, name)) == [], name
