"""Kill runs at random points, and print each: `python -m tests.kills [--points 30] [--seed 1]`."""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.kills.harness import Harness


def main() -> None:
    """Kill as many runs as asked for; exit with 1 if a table differed after one of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--points", type=int, default=30, help="how many runs are killed")
    parser.add_argument("--seed", type=int, default=None, help="repeats the points of an earlier call")
    options = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    source = random.Random(seed)  # noqa: S311 no secret
    failed = 0
    with tempfile.TemporaryDirectory(prefix="larder-kills-") as name:
        harness = Harness(Path(name))
        with harness.retailer():
            print(f"undisturbed: {harness.seconds:.0f} s, {len(harness.expected)} tables", flush=True)
            for number in range(1, options.points + 1):
                point = harness.kill(source)
                failed += bool(point.differing)
                print(f"{number}: {point}", *map(str, point.differing.items()), sep="\n  ", flush=True)
    if failed:
        sys.exit(
            f"error: after {failed} of {options.points} runs tables differ; repeat them with --seed {seed}"
        )


if __name__ == "__main__":
    main()
