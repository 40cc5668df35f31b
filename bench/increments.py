"""Daily increments of one retailer, built by dbt and again from the plain SQL statements; run as a program.

    LARDER_HOME=<scratch folder> python -m bench.increments <first date>

It prints one line of JSON for the first date's load, then one for the next day each time it reads a line from
standard input: `{"build": seconds, "statements": seconds}`. So two such programs can run alternately. Each
day is built twice on the same tables: by `dbt build` in this process; then, after the catalog is restored, by
sending the statements that dbt sent to a warm Spark session, one by one.
"""

import json
import os
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from itertools import count
from unittest.mock import patch

from dbt.adapters.spark import session as dbt_session

from bench.catalog import copy_catalog
from bench.dbt import run_build
from bench.sources import load, run_retailer
from demo import retailer
from larder import settings
from larder.errors import LarderError
from larder.runtime.build_plan import plan_build
from larder.spark.session import session


@contextmanager
def record_statements() -> Iterator[list[str]]:
    """Collect the statements that dbt sends to Spark within the block, in order."""
    statements: list[str] = []
    execute = dbt_session.Cursor.execute

    def record(self: dbt_session.Cursor, sql: str, *parameters: object) -> None:
        execute(self, sql, *parameters)
        # Only statements that succeeded: dbt ignores some errors, such as listing a missing schema.
        statements.append(sql)

    with patch.object(dbt_session.Cursor, "execute", record):
        yield statements


def send(statements: list[str]) -> float:
    """Send the statements to a new session of the warm Spark, fetch the results, and return the seconds."""
    spark = session().newSession()
    began = time.monotonic()
    for statement in statements:
        spark.sql(statement).collect()
    return time.monotonic() - began


def measure(first_date: date) -> Generator[dict[str, float]]:
    """Load up to a date, then load and measure one day at a time."""
    home = settings.home()
    catalog, before, after = (home / name for name in ("catalog.db", "before.db", "after.db"))
    with run_retailer(home, first_date):
        load(first_date)
        yield {"build": run_build(plan_build(first_date, full_refresh=True))}
        for offset in count(1):
            day = first_date + timedelta(days=offset)
            retailer.advance(home)
            load(day)
            copy_catalog(catalog, before)
            with record_statements() as statements:
                built = run_build(plan_build(day))
            copy_catalog(catalog, after)
            copy_catalog(before, catalog)
            sent = send(statements)
            # Continue from the tables that dbt wrote: its Spark session still has them open.
            copy_catalog(after, catalog)
            yield {"build": built, "statements": sent}


def main(first_date: date) -> None:
    """Measure one day per line of standard input."""
    with closing(measure(first_date)) as seconds:
        print(json.dumps(next(seconds)), flush=True)
        for _ in sys.stdin:
            print(json.dumps(next(seconds)), flush=True)


if __name__ == "__main__":
    os.chdir(settings.PROJECT)
    try:
        main(date.fromisoformat(sys.argv[1]))
    except LarderError as error:
        sys.exit(f"error: {error}")
