"""A long test's steps are shown as they happen, and its whole output is available if it fails."""

import os
import sys
from pathlib import Path

import pytest

from larder.settings import PROJECT
from tests import progress

pytest_plugins = "pytester"

# Reports a step, and ends only once it was shown.
CHILD = """
import pathlib, sys, time
from tests.progress import Reporter
report = Reporter()
print("something else")
report("one")
while not pathlib.Path(sys.argv[1]).exists():
    time.sleep(0.01)
report("two")
print("an error", file=sys.stderr)
sys.exit(3)
"""
TEST = """
import pytest
from tests import progress

@pytest.fixture(scope="session")
def reported(pytestconfig):
    print("captured")
    progress.terminal(pytestconfig)(" 0:07 a step")  # prose: allow 07 a step: a time, then the step

def test_something(reported):
    pass
"""


def test_steps_are_shown_while_the_child_runs(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    shown: list[str] = []

    def show(line: str) -> None:
        shown.append(line)
        seen.touch()

    code, output = progress.run([sys.executable, "-c", CHILD, str(seen)], os.environ, PROJECT, show)
    assert code == 3
    assert [line.split()[1:] for line in shown] == [["one"], ["two"]]
    assert [line for line in output.splitlines() if not line.startswith(progress.MARK)] == [
        "something else",
        "an error",
    ]


@pytest.mark.parametrize("options", [(), ("-q",), ("--capture=sys",), ("-s",)])
def test_pytest_shows_a_step_at_once_whatever_it_captures(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    pytester.makepyfile(TEST)
    shown = pytester.runpytest_subprocess(*options).outlines
    assert " 0:07 a step" in shown  # prose: allow 07 a step: a time, then the step
    assert ("captured" in "".join(shown)) == ("-s" in options)
