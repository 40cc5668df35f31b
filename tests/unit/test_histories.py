"""After each run of any history of a shop, silver and gold are what the shop's deliveries mean.

`LARDER_FUZZ_EXAMPLES=10 pytest tests/unit/test_histories.py` plays as many histories of 12 runs, and others
each time, and lets hypothesis make up as many. A failure names its seed: `LARDER_FUZZ_SEED=<seed>` plays that
history again; hypothesis prints the steps of the shortest that it found.
"""

import os
from pathlib import Path
from random import SystemRandom

import pytest

from tests.unit import spark_process
from tests.unit.history.kinds import find_kinds

EXAMPLES = int(os.environ.get("LARDER_FUZZ_EXAMPLES", "0"))
SEED = os.environ.get("LARDER_FUZZ_SEED")
RUNS = 12 if EXAMPLES or SEED else 4
# A short history that has most kinds of change; `test_deletions.py` deletes baskets.
FIXED = 10185
KINDS = {
    "a campaign without an end",
    "a day after the business date",
    "a day comes due",
    "a file is issued for another week",
    "an older version of a voided basket",
    "another day",
    "another household_id",
    "another status",
    "another store_id",
    "deleted shop_basket_lines",
    "restored",
}


def seeds() -> list[int]:
    """The histories to play."""
    if SEED:
        return [int(SEED)]
    return [SystemRandom().randrange(1_000_000) for _ in range(EXAMPLES)] or [FIXED]


def test_the_short_history_has_these_kinds_of_change() -> None:
    assert find_kinds(FIXED, 4) == KINDS


@pytest.mark.parametrize("seed", seeds())
def test_each_run_leaves_what_the_shop_delivered(tmp_path: Path, seed: int) -> None:
    spark_process.run("tests.unit.history.play", tmp_path, seed, RUNS)


@pytest.mark.skipif(not EXAMPLES, reason="takes minutes for each history: set LARDER_FUZZ_EXAMPLES")
def test_histories_that_hypothesis_makes_up(tmp_path: Path) -> None:
    spark_process.run("tests.unit.history.machine", tmp_path, EXAMPLES)
