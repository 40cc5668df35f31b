"""A run that was killed leaves nothing that the next one does not complete or undo."""

import random
from pathlib import Path

from tests.kills.harness import Harness

POINTS = 2


def test_the_run_after_a_killed_one_ends_with_the_tables_of_an_undisturbed_run(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # shown if the test fails
    source = random.Random(seed)  # noqa: S311 no secret
    harness = Harness(tmp_path, is_short=True)
    with harness.retailer():
        assert {
            "bronze.shop_baskets",
            "silver.stg_shop__baskets",
            "gold.fct_baskets",
        } <= harness.expected.keys()
        for _ in range(POINTS):
            point = harness.kill(source)
            assert not point.differing, f"{point}: {point.differing}"
