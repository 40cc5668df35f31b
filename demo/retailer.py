"""Starts, advances, inspects and stops the demo retailer.

Every function takes the state folder (`larder.settings.home()`), and raises `demo.errors.RetailerError` with
one line for the user if it fails.
"""

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from demo import (
    calendar,
    history,
    history_reader,
    marketing_server,
    postgres_server,
    promotions,
    shop,
    state,
)
from demo.errors import RetailerError
from demo.processes import is_running
from demo.state import Database, State
from demo.tables import MARKETING


@dataclass(frozen=True)
class Status:
    """The state of the retailer and its systems.

    `running` and `urls` (without secrets) are keyed by system: shop, marketing, promotions. `rows` has the
    number of rows that each running system shows at the business date, keyed `<system>.<table>`, and
    `promotions.files`.
    """

    business_date: date
    sample_households: int | None
    running: dict[str, bool]
    urls: dict[str, str]
    rows: dict[str, int]


def start(home: Path, business_date: date, *, sample_households: int | None = None) -> Status:
    """Stop what an earlier start left running, and start the retailer as of the end of `business_date`.

    With `sample_households`, the retailer only has the rows of that many households.
    """
    calendar.check(business_date)
    folder = state.folder(home)
    with state.locked(home):
        if earlier := state.load(home):
            _stop(home, earlier)
        now = State(business_date, sample_households, moved_at=datetime.now(UTC))
        try:
            history.prepare(_history_folder(home), sample_households)
            database = postgres_server.start(folder)
            now = _save(home, replace(now, database=database))
            shop.load(database, _history_folder(home), business_date)
            _publish(home, business_date)
            api = marketing_server.start(folder)
            now = _save(home, replace(now, api=api))
            state.write_sources(home, database, api)
        except BaseException:
            _stop(home, now)
            raise
        return _status(home, now)


def advance(home: Path, days: int = 1) -> Status:
    """Move the clock forward day by day, and apply each day's changes to the shop in one transaction.

    An interrupted day leaves the clock unchanged, and repeating the command leads to the same rows.
    """
    with state.locked(home):
        now = state.load(home)
        if now is None or now.database is None or not all(_check_running(home, now).values()):
            raise RetailerError("The demo retailer is not running: start it with `larder demo start`.")
        if days < 1:
            raise RetailerError(f"Cannot advance by {days} days: choose one day or more.")
        calendar.check(now.business_date + timedelta(days=days))
        for _ in range(days):
            now = _save(home, _next_day(home, now, now.database))
        return _status(home, now)


def stop(home: Path) -> None:
    """Stop the processes that `start` began and delete their data. Safe if they have already ended."""
    if not state.folder(home).exists():
        return
    with state.locked(home):
        if now := state.load(home):
            _stop(home, now)


def status(home: Path) -> Status | None:
    """The retailer's status; None if none has been started in this state folder."""
    now = state.load(home)
    return None if now is None else _status(home, now)


def _next_day(home: Path, now: State, database: Database) -> State:
    business_date = now.business_date + timedelta(days=1)
    shop.apply_day(database, _history_folder(home), business_date)
    _publish(home, business_date)
    # The API reads the date from the state, which the caller saves.
    return replace(now, business_date=business_date, moved_at=datetime.now(UTC))


def _publish(home: Path, business_date: date) -> None:
    promotions.publish(
        history_reader.promotion_folder(_history_folder(home)), state.promotion_drop(home), business_date
    )


def _save(home: Path, now: State) -> State:
    state.save(home, now)
    return now


def _stop(home: Path, now: State) -> None:
    if now.api is not None:
        marketing_server.end(now.api)
    if now.database is not None:
        postgres_server.stop_and_remove(now.database)
    shutil.rmtree(state.promotion_drop(home), ignore_errors=True)
    state.forget_processes(home, now)


def _status(home: Path, now: State) -> Status:
    running = _check_running(home, now)
    urls: dict[str, str] = {}
    rows: dict[str, int] = {}
    if running["shop"] and now.database:
        urls["shop"] = f"postgresql://127.0.0.1:{now.database.port}/shop"
        rows |= {f"shop.{name}": count for name, count in shop.row_counts(now.database).items()}
    if running["marketing"] and now.api:
        urls["marketing"] = f"http://127.0.0.1:{now.api.port}"
        rows |= {
            f"marketing.{name}": _count_marketing_rows(home, name, now.business_date) for name in MARKETING
        }
    if running["promotions"]:
        drop = state.promotion_drop(home)
        urls["promotions"] = drop.resolve().as_uri()
        rows["promotions.files"] = len(list(drop.glob("*.parquet")))
    return Status(now.business_date, now.sample_households, running, urls, rows)


def _check_running(home: Path, now: State) -> dict[str, bool]:
    return {
        "shop": now.database is not None and is_running(now.database.process),
        "marketing": now.api is not None and is_running(now.api.process),
        "promotions": state.promotion_drop(home).is_dir(),
    }


def _count_marketing_rows(home: Path, resource: str, business_date: date) -> int:
    versions = history_reader.marketing_rows(_history_folder(home), resource)
    return int(history_reader.find_visible(versions, business_date).sum())


def _history_folder(home: Path) -> Path:
    return state.folder(home) / "history"
