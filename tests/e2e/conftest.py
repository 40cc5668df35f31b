"""The story that all end-to-end tests examine."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from larder.settings import PROJECT
from tests import progress
from tests.e2e.story_result import StoryResult

# Prefixes of this machine's own settings, which must not reach the story.
MACHINE_SETTINGS = ("SOURCES__", "PREFECT_", "PYICEBERG_", "LARDER_", "DBT_")


def environment(folder: Path) -> dict[str, str]:
    """The environment of a process that works on a story: the story's own state folder and dbt target."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(MACHINE_SETTINGS)}
    return kept | {"LARDER_HOME": str(folder / "home"), "DBT_TARGET_PATH": str(folder / "target")}


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[StoryResult]:
    """The result of the story, which is played once."""
    folder = tmp_path_factory.mktemp("story")
    code, output = progress.run(
        [sys.executable, "-m", "tests.e2e.story", str(folder)],
        environment(folder),
        PROJECT,
        progress.terminal(pytestconfig),
    )
    assert code == 0, output
    result = StoryResult(folder)
    yield result
    result.close()
