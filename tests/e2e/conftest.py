"""The story that all tests of this folder look at."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from larder.settings import PROJECT
from tests import progress
from tests.e2e.played import Played

# A source or a server that the machine is set up for is not the test's.
NOT_OURS = ("SOURCES__", "PREFECT_", "PYICEBERG_", "LARDER_", "DBT_")


def environment(folder: Path) -> dict[str, str]:
    """The environment of a process that works on a story: its own state folder and dbt's artifacts in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS)}
    return kept | {"LARDER_HOME": str(folder / "home"), "DBT_TARGET_PATH": str(folder / "target")}


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Played]:
    """The story, played once."""
    folder = tmp_path_factory.mktemp("story")
    code, output = progress.run(
        [sys.executable, "-m", "tests.e2e.story", str(folder)],
        environment(folder),
        PROJECT,
        progress.terminal(pytestconfig),
    )
    assert code == 0, output
    story = Played(folder)
    yield story
    story.close()
