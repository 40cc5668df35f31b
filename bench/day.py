"""The work of a day's `larder run`, beside that of the commit before it was made less."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.build import SHORT_HISTORY
from bench.measure import compute_ratios, format_ratio, format_spread
from demo import retailer
from larder.settings import PROJECT

BEFORE = "d9972af"
LIMIT = 0.5
DAYS = 3


@dataclass(frozen=True)
class Checkout:
    """A state of the project, and the state folder that it works on."""

    project: Path
    home: Path

    def run_day(self) -> dict[str, float]:
        """Run the current business date; returns what it took, by kind."""
        places = {
            "LARDER_HOME": self.home,
            "DBT_TARGET_PATH": self.home / "target",
            "DBT_LOG_PATH": self.home / "logs",
            "PYTHONPATH": self.project,
        }
        done = subprocess.run(
            # -P: this folder's modules must not hide those of the checkout.
            [sys.executable, "-P", PROJECT / "bench" / "one_day.py"],
            cwd=self.project,
            env=os.environ | {name: str(place) for name, place in places.items()},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"error: the date could not be run by {self.project}; see above")
        found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return found


@contextmanager
def check_out(commit: str, folder: Path) -> Iterator[Path]:
    """Check a commit out into a folder, with this checkout's dbt packages."""
    git = ["git", "-C", str(PROJECT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(folder), commit], check=True)
    try:
        shutil.copytree(PROJECT / "dbt_packages", folder / "dbt_packages")
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


def main() -> None:
    """Run days by both, alternately, and print the result."""
    with tempfile.TemporaryDirectory(prefix="larder-bench-") as name, ExitStack() as stack:
        scratch = Path(name)
        before = Checkout(stack.enter_context(check_out(BEFORE, scratch / "before")), scratch / "home-before")
        after = Checkout(PROJECT, scratch / "home-after")
        for checkout in (before, after):
            retailer.start(checkout.home, SHORT_HISTORY)
            stack.callback(retailer.stop, checkout.home)
            checkout.run_day()
        taken: dict[Checkout, list[dict[str, float]]] = {before: [], after: []}
        for number in range(DAYS):
            for checkout in (before, after) if number % 2 else (after, before):
                retailer.advance(checkout.home)
                taken[checkout].append(checkout.run_day())
    print(f"A day's run after {SHORT_HISTORY}, up to {SHORT_HISTORY + timedelta(days=DAYS)}")
    for kind in taken[after][0]:
        old, new = ([day[kind] for day in taken[checkout]] for checkout in (before, after))
        print(f"  {kind}: before {format_spread(old, '')}, now {format_spread(new, '')}")
        print(format_ratio("    now / before", compute_ratios(new, old), LIMIT))


if __name__ == "__main__":
    main()
