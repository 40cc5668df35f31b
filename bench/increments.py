"""One retailer's daily increments, built by dbt and sent again as plain statements; run as a program.

    LARDER_HOME=<scratch folder> python -m bench.increments <first date> <days>

prints `{"build": [seconds a day], "statements": [seconds a day]}`. Each day is built twice on the same
tables: by `dbt build` in this process, then, with the tables put back as they were, by sending the very
statements that dbt sent to a warm Spark session, one after the other.
"""

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

from dbt.adapters.spark import session as dbt_session
from dbt.cli.main import dbtRunner

from demo import retailer
from flows.dbt import build_command
from ingest.load import SOURCES, ingest
from larder import settings
from larder.errors import LarderError
from larder.spark import session

TABLES = ("catalog.db", "catalog.db-wal", "catalog.db-shm", "warehouse")


def build(business_date: date, *, full_refresh: bool = False) -> float:
    """Seconds of a `dbt build` for a business date."""
    arguments = ["--quiet", *build_command(business_date, full_refresh=full_refresh)]
    began = time.monotonic()
    done = dbtRunner().invoke(arguments)
    if not done.success:
        raise LarderError(
            f"dbt build failed in the measurement ({done.exception}); run `larder run` to see why"
        )
    return time.monotonic() - began


@contextmanager
def recorded() -> Iterator[list[str]]:
    """Collect the statements that dbt sends to Spark within the block, in their order."""
    statements: list[str] = []
    execute = dbt_session.Cursor.execute

    def record(self: dbt_session.Cursor, sql: str, *parameters: object) -> None:
        statements.append(sql)
        execute(self, sql, *parameters)

    with patch.object(dbt_session.Cursor, "execute", record):
        yield statements


def send(statements: list[str]) -> float:
    """Seconds to send the statements to a new session of the warm Spark, fetching what each returns."""
    spark = session().newSession()
    began = time.monotonic()
    for statement in statements:
        spark.sql(statement).collect()
    return time.monotonic() - began


def keep(home: Path, aside: Path) -> None:
    """Copy the catalog and all tables' files aside."""
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    for name in TABLES:
        if (home / name).is_dir():
            shutil.copytree(home / name, aside / name)
        elif (home / name).exists():
            shutil.copy2(home / name, aside / name)


def put_back(home: Path, aside: Path) -> None:
    """Bring catalog and tables back as they were when they were kept."""
    for name in TABLES:
        if (home / name).is_dir():
            shutil.rmtree(home / name)
        else:
            (home / name).unlink(missing_ok=True)
    for kept in aside.iterdir():
        kept.rename(home / kept.name)
    aside.rmdir()


def measure(first_date: date, days: int) -> dict[str, list[float]]:
    """Load up to a date, then measure each following day; the first day warms up and is not counted."""
    home = settings.home()
    seconds: dict[str, list[float]] = {"build": [], "statements": []}
    aside = home.parent / f"{home.name}-kept"
    retailer.start(home, first_date)
    try:
        settings.load_demo_sources()
        for offset in range(days + 2):
            day = first_date + timedelta(days=offset)
            if offset:
                retailer.advance(home)
            for source in SOURCES:
                ingest(source, day)
            if not offset:
                build(day, full_refresh=True)
                continue
            keep(home, aside)
            with recorded() as statements:
                built = build(day)
            put_back(home, aside)
            sent = send(statements)
            if offset > 1:
                seconds["build"].append(built)
                seconds["statements"].append(sent)
    finally:
        retailer.stop(home)
    return seconds


if __name__ == "__main__":
    os.chdir(settings.PROJECT)
    print(json.dumps(measure(date.fromisoformat(sys.argv[1]), int(sys.argv[2]))))
