"""After each run of any history of a shop, silver and gold are what the shop's deliveries mean.

`LARDER_FUZZ_EXAMPLES=10 pytest tests/unit/test_histories.py` plays as many histories of 12 runs, and others
each time. A failure names its seed: `LARDER_FUZZ_SEED=<seed>` plays that history again.
"""

import os
import subprocess
import sys
from pathlib import Path
from random import SystemRandom

import pytest

from larder.settings import PROJECT

EXAMPLES = int(os.environ.get("LARDER_FUZZ_EXAMPLES", "0"))
SEED = os.environ.get("LARDER_FUZZ_SEED")
RUNS = 12 if EXAMPLES or SEED else 4
# A few runs of this history move, void, delete and restore baskets, and bring versions out of order.
FIXED = 1


def seeds() -> list[int]:
    """The histories to play."""
    if SEED:
        return [int(SEED)]
    return [SystemRandom().randrange(1_000_000) for _ in range(EXAMPLES)] or [FIXED]


@pytest.mark.parametrize("seed", seeds())
def test_each_run_leaves_what_the_shop_delivered(tmp_path: Path, seed: int) -> None:
    places = {
        "LARDER_HOME": tmp_path / "home",
        "DBT_TARGET_PATH": tmp_path / "target",
        "DBT_LOG_PATH": tmp_path / "logs",
        "DBT_PROFILES_DIR": PROJECT,
    }
    environment = {name: value for name, value in os.environ.items() if name != "LARDER_WAREHOUSE"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.history.play", str(seed), str(RUNS)],
        cwd=PROJECT,
        env=environment | {name: str(place) for name, place in places.items()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stderr[-4000:]}\n{done.stdout[-12000:]}"
