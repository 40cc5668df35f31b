"""The runs of a random history; the same for the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tests.unit.history.actions import act
from tests.unit.history.shop import Ingest, Shop

# How much happens before the first run, and how often a later one rebuilds all.
FIRST, FULL_REFRESHES = 25, 0.1


@dataclass(frozen=True)
class Run:
    """A run: what happened before it, by name, and what its ingest brings."""

    business_date: date
    is_full_refresh: bool
    actions: list[str]
    brought: Ingest


def runs(seed: int, count: int) -> Iterator[Run]:
    """The runs of a history; the same for the same seed."""
    random = Random(seed)  # noqa: S311 not for secrets
    shop = Shop(Random(seed))  # noqa: S311
    for number in range(count):
        # Mostly the next date; some are missed, run again, or run late.
        shop.today += timedelta(days=random.choice([0, 1, 1, 1, 2, 4])) if number else timedelta()
        business_date = shop.today - timedelta(days=random.choice([0] * 7 + [3]))
        is_full_refresh = number == 0 or random.random() < FULL_REFRESHES
        actions, brought = act(shop, FIRST if number == 0 else random.choice([0, 4, 6, 8, 10]))
        yield Run(business_date, is_full_refresh, actions, brought)
