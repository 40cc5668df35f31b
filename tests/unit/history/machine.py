"""Histories that hypothesis makes up, and makes shorter when one of them fails.

    python -m tests.unit.history.machine <examples>

Each step of the machine lets things happen in the shop, loads and builds a business date, and compares silver
and gold with what the deliveries mean. A history that fails is printed as its steps.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.unit.history import bronze
from tests.unit.history.actions import ACTIONS, deliver_next, sell
from tests.unit.history.oracle import differences
from tests.unit.history.play import build, ingest, start_spark
from tests.unit.history.runs import FIRST, Run
from tests.unit.history.shop import Shop
from tests.unit.history.truth import Truth

STEPS = 8
NAMES = {action.__name__: action for action in ACTIONS}


class ShopHistory(RuleBasedStateMachine):
    """A shop whose days hypothesis chooses; `random` decides the details, and is chosen by it, too."""

    shop: Shop
    truth: Truth

    @initialize(random=st.randoms(use_true_random=False))
    def begin(self, random: Random) -> None:
        """An empty lake, and a first date with some baskets."""
        bronze.empty()
        bronze.begin()
        self.shop, self.truth = Shop(random), Truth()
        for _ in range(FIRST):
            sell(self.shop)
        self._run(days=0, late=0, is_full_refresh=True, names=["sell"] * FIRST)

    @rule(
        names=st.lists(st.sampled_from(sorted(NAMES)), max_size=10),
        days=st.sampled_from([1, 0, 2, 4]),
        late=st.sampled_from([0, 0, 0, 3]),
        is_full_refresh=st.sampled_from([False] * 9 + [True]),
    )
    def day(self, names: list[str], days: int, late: int, is_full_refresh: bool) -> None:
        """Things happen, then a date is run: the next, the same again, or after some that were missed.

        Args:
            names: what happens.
            days: how far the business date moves on.
            late: by how many days the run is late.
            is_full_refresh: whether it rebuilds all.
        """
        for name in names:
            NAMES[name](self.shop)
        self._run(days=days, late=late, is_full_refresh=is_full_refresh, names=names)

    def _run(self, *, days: int, late: int, is_full_refresh: bool, names: list[str]) -> None:
        self.shop.today += timedelta(days=days)
        business_date = self.shop.today - timedelta(days=late)
        run = Run(business_date, is_full_refresh, names, deliver_next(self.shop))
        ingest(self.truth, run)
        build(business_date, full_refresh=is_full_refresh, excluded=[])
        self.truth.take_snapshots()
        wrong = differences(self.truth, with_rebuilt=True)
        assert not wrong, "\n".join(f"{table}: {text}" for table, text in wrong.items())


if __name__ == "__main__":
    Path(os.environ["LARDER_HOME"]).mkdir(parents=True, exist_ok=True)
    start_spark()
    run_state_machine_as_test(
        ShopHistory,
        settings=settings(
            max_examples=int(sys.argv[1]),
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
