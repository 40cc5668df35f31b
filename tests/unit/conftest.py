"""Fixtures that several unit tests share: a small retailer's history and a small warehouse."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo import history, state
from tests.unit import parsed_project, receivers_stub
from tests.unit.incident_sample import KEY
from tests.unit.receivers_stub import Mailbox, Webhook
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


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    """A Slack that alerts go to."""
    with receivers_stub.webhook() as stub:
        monkeypatch.setenv("ALERTS__SLACK_WEBHOOK_URL", stub.url)
        yield stub


@pytest.fixture
def pagerduty(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    """A PagerDuty that alerts go to."""
    with receivers_stub.webhook() as stub:
        monkeypatch.setenv("ALERTS__PAGERDUTY_INTEGRATION_KEY", KEY)
        monkeypatch.setenv("ALERTS__PAGERDUTY_URL", stub.url)
        yield stub


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server that alerts go to."""
    with receivers_stub.mail_server() as box:
        settings = {"TO": "oncall@example.com, night@example.com", "FROM": "larder@example.com"}
        settings |= {"SERVER": "127.0.0.1", "PORT": str(box.port), "SECURITY": "insecure"}
        for name, value in settings.items():
            monkeypatch.setenv(f"ALERTS__EMAIL_{name}", value)
        yield box
