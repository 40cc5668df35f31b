"""The demo retailer's state between commands, and the files through which the warehouse finds it.

`state.json` holds the clock, the processes and the passwords. The warehouse reads `sources.env` and
`clock.json` in the state folder: how to reach the three systems, and what time it is there. Only their owner
may read these files.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from demo.errors import RetailerError
from demo.processes import Started
from larder import clock
from larder.files import write_private


@dataclass(frozen=True)
class Database:
    """A started PostgreSQL server: its data folder, and the passwords of its two users."""

    process: Started
    port: int
    data_folder: str
    admin_password: str
    ingest_password: str

    def url(self, user: str, password: str, database: str) -> str:
        """A connection string, password included."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"


@dataclass(frozen=True)
class Api:
    """A started marketing API and its token."""

    process: Started
    port: int
    token: str


@dataclass(frozen=True)
class State:
    """The retailer's clock and systems; a system that is not running is None.

    `moved_at` is the time on the machine's clock when the retailer's clock was set to the end of its business
    date.
    """

    business_date: date
    sample_households: int | None
    database: Database | None = None
    api: Api | None = None
    moved_at: datetime | None = None


def folder(home: Path) -> Path:
    """The demo's folder in a state folder."""
    return home / "demo"


def promotion_drop(home: Path) -> Path:
    """The folder in which promotion files are dropped."""
    return folder(home) / "promotions"


def sources(home: Path) -> Path:
    """The file with the ingestion's settings for the three systems (see `larder.local_sources`)."""
    return home / "sources.env"


def load(home: Path) -> State | None:
    """The state as last saved, or None if no retailer has been started here."""
    path = folder(home) / "state.json"
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text())
        database, api = found["database"], found["api"]
        return State(
            business_date=date.fromisoformat(found["business_date"]),
            sample_households=found["sample_households"],
            database=database and Database(**database | {"process": Started(**database["process"])}),
            api=api and Api(**api | {"process": Started(**api["process"])}),
            moved_at=_moved_at(found.get("moved_at"), path),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise RetailerError(
            f"The demo's state in {path} cannot be read: end its processes, remove that file and start again."
        ) from error


def _moved_at(saved: str | None, path: Path) -> datetime:
    """When the clock last moved; for an older state without that time, when the state was saved."""
    return datetime.fromisoformat(saved) if saved else datetime.fromtimestamp(path.stat().st_mtime, UTC)


def save(home: Path, state: State) -> None:
    """Save the state; a reader sees either the old or the new one, never half."""
    moved_at = state.moved_at and state.moved_at.isoformat()
    content = asdict(state) | {"business_date": state.business_date.isoformat(), "moved_at": moved_at}
    write_private(folder(home) / "state.json", json.dumps(content, indent=2))
    clock.write(home, _clock(state))


def _clock(state: State) -> clock.OwnClock | None:
    """The clock that the warehouse uses; it runs as long as the shop's database does."""
    if state.database is None or state.moved_at is None:
        return None
    shop = state.database.process
    return clock.OwnClock(state.business_date, state.moved_at, shop.pid, shop.started_at)


def forget_processes(home: Path, state: State) -> State:
    """Save the state of a retailer whose systems have been stopped."""
    stopped = replace(state, database=None, api=None)
    save(home, stopped)
    sources(home).unlink(missing_ok=True)
    return stopped


def write_sources(home: Path, database: Database, api: Api) -> None:
    """Write how to reach the three systems, as settings with dlt's names, for the ingestion."""
    credentials = database.url("ingest", database.ingest_password, "shop")
    lines = [
        f"SOURCES__SHOP__CREDENTIALS={credentials}",
        f"SOURCES__MARKETING__BASE_URL=http://127.0.0.1:{api.port}",
        f"SOURCES__MARKETING__API_TOKEN={api.token}",
        f"SOURCES__PROMOTIONS__BUCKET_URL={promotion_drop(home).resolve().as_uri()}",
    ]
    write_private(sources(home), "\n".join(lines) + "\n")


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Lock this retailer against other commands; raises `RetailerError` if another command holds the lock."""
    try:
        folder(home).mkdir(parents=True, exist_ok=True)
        file = (folder(home) / "lock").open("w")
    except OSError as error:
        raise RetailerError(
            f"Cannot write to {folder(home)} ({error.strerror}): set LARDER_HOME to a writable folder."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RetailerError(
                f"Another command is using the retailer in {folder(home)}: wait until it has ended."
            ) from error
        yield
