"""What several unit tests need: a small retailer's history, generated once."""

from pathlib import Path

import pytest

from demo import history, state

SAMPLE_HOUSEHOLDS = 60


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with the history of a small retailer that was never started."""
    home = tmp_path_factory.mktemp("home")
    history.prepare(state.folder(home) / "history", SAMPLE_HOUSEHOLDS)
    return home


@pytest.fixture(scope="session")
def demo_history(demo_home: Path) -> Path:
    """The folder of that history."""
    return state.folder(demo_home) / "history"
