"""The site's front page says at a glance whether a date's data can be used."""

from tests.e2e.steps import Step
from tests.e2e.story_result import StoryResult


def front_page(story: StoryResult, step: Step) -> str:
    """The front page from the step's report."""
    return (story.folder / "site" / step / "index.html").read_text()


def test_a_date_whose_test_failed_is_not_ready_and_says_why(story: StoryResult) -> None:
    page = front_page(story, Step.BASKET_MISSING)
    assert "Not ready" in page
    assert "Do not use the data of this date yet" in page
    assert "gold_equals_shop_control_totals" in page
    assert "Analytics engineering" in page, "the owner of what failed"


def test_a_date_that_was_built_is_ready(story: StoryResult) -> None:
    page = front_page(story, Step.REBUILT)
    assert "Not ready" not in page
    assert "Do not use the data" not in page
