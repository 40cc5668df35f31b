"""One retailer's daily increments, built by dbt and sent again as plain statements; run as a program.

    LARDER_HOME=<scratch folder> python -m bench.increments <first date>

prints a line of JSON for the first date's load, and then for each line of standard input that of the next
day, `{"build": seconds, "statements": seconds}`: two such programs can take turns. Each day is built twice
on the same tables: by `dbt build` in this process, then, with the catalog put back as it was, by sending
the very statements that dbt sent to a warm Spark session, one after the other.
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
from bench.dbt import build
from bench.sources import load, retailer_at
from demo import retailer
from larder import settings
from larder.errors import LarderError
from larder.runtime.build_plan import plan_build
from larder.runtime.spark import session


@contextmanager
def recorded() -> Iterator[list[str]]:
    """Collect the statements that dbt sends to Spark within the block, in their order."""
    statements: list[str] = []
    execute = dbt_session.Cursor.execute

    def record(self: dbt_session.Cursor, sql: str, *parameters: object) -> None:
        execute(self, sql, *parameters)
        # What Spark refuses, such as to list a schema that is not there yet, dbt goes on without.
        statements.append(sql)

    with patch.object(dbt_session.Cursor, "execute", record):
        yield statements


def send(statements: list[str]) -> float:
    """Seconds to send the statements to a new session of the warm Spark, fetching what each returns."""
    spark = session().newSession()
    began = time.monotonic()
    for statement in statements:
        spark.sql(statement).collect()
    return time.monotonic() - began


def measure(first_date: date) -> Generator[dict[str, float]]:
    """Load up to a date, then load and measure a day at a time."""
    home = settings.home()
    catalog, before, after = (home / name for name in ("catalog.db", "before.db", "after.db"))
    with retailer_at(home, first_date):
        load(first_date)
        yield {"build": build(plan_build(first_date, full_refresh=True))}
        for offset in count(1):
            day = first_date + timedelta(days=offset)
            retailer.advance(home)
            load(day)
            copy_catalog(catalog, before)
            with recorded() as statements:
                built = build(plan_build(day))
            copy_catalog(catalog, after)
            copy_catalog(before, catalog)
            sent = send(statements)
            # Go on with what dbt wrote: its Spark session still has these tables open.
            copy_catalog(after, catalog)
            yield {"build": built, "statements": sent}


def main(first_date: date) -> None:
    """Measure a day for each line of standard input."""
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
