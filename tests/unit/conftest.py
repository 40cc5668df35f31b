"""Fixtures that several unit tests share: a small retailer's history and a small warehouse."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo import history, state
from tests.unit import parsed_project
from tests.unit.site_sample import write_everything

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


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The project's manifest for the target `local`."""
    return parsed_project.parse(tmp_path_factory.mktemp("parsed"))


@pytest.fixture(scope="module")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state folder that the project uses, with sample rows of everything that the site shows."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("site")
        patch.setenv("LARDER_HOME", str(folder))
        patch.delenv("LARDER_WAREHOUSE", raising=False)
        write_everything()
        yield folder
