"""The steps of the story, and its size."""

from datetime import date
from enum import StrEnum

SAMPLE_HOUSEHOLDS = 60
LAYERS = ("bronze", "silver", "gold")

FIRST = date(2017, 12, 28)
SECOND = date(2017, 12, 29)
THIRD = date(2017, 12, 30)
FOURTH = date(2017, 12, 31)
# All late baskets, corrections and voids have arrived by then: the shop's completed baskets are the source's.
CAUGHT_UP = date(2018, 1, 4)


class Step(StrEnum):
    """A run of the daily flow; its contents are saved under its value."""

    FIRST = "first"
    API_DOWN = "api_down"
    SECOND = "second"
    BASKET_MISSING = "basket_missing"
    THIRD = "third"
    FOURTH = "fourth"
    AGAIN = "again"
    BACKFILL = "backfill"
    CAUGHT_UP = "caught_up"
    REBUILT = "rebuilt"


# The steps after which a business date is complete and correct, in order.
DAYS = {
    Step.FIRST: FIRST,
    Step.SECOND: SECOND,
    Step.THIRD: THIRD,
    Step.FOURTH: FOURTH,
    Step.CAUGHT_UP: CAUGHT_UP,
}
