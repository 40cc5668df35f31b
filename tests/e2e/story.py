"""The retailer's last week of the year on a small sample, played once for all end-to-end tests.

    python -m tests.e2e.story <folder>

Runs in a process of its own, since Spark's catalog and Prefect's settings cannot change within a process.
Expected failures are recorded, not raised. Afterwards `<folder>` has the results:

    home/                       the state folder
    target/                     dbt's artifacts
    outcomes.json               by step: {"built": nodes by status} or {"error": one line}
    contents/<step>/<layer>.<table>.parquet     tables of bronze, silver, gold and ops
    partitions/<step>.json                      number of partitions that the step's commits changed, by table
    shop/<step>/<table>.parquet                 the shop database's own tables
    run_results/<step>.json                     dbt's results of the step's build
    monitors/<step>.json                        dbt's results of the anomaly monitors after it
    site/<step>/                                the site, for each step that ends with a report
    promotions/*.parquet                        the promotion files as last dropped
    prefect.json                                all runs as Prefect's server shows them
    columns.json                                column names of models, snapshots and sources, by unique id
"""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import adbc_driver_postgresql.dbapi as adbc
import psycopg
import pyarrow.parquet as pq
from psycopg.rows import TupleRow
from pyiceberg.table import Table

from demo import marketing_server, retailer, state
from demo.postgres_server import ADMIN
from demo.tables import SHOP
from larder import local_sources, settings
from larder.errors import LarderError
from larder.lake.catalog import open_catalog
from larder.ops.artifacts import RESULTS
from larder.ops.schema import OPS
from larder.runtime import environment, prefect_server
from tests.e2e.steps import CAUGHT_UP, FIRST, FOURTH, LAYERS, SAMPLE_HOUSEHOLDS, SECOND, THIRD, Step
from tests.progress import Reporter

Daily = Callable[..., dict[str, int]]


class Story:
    """Plays steps and saves their results."""

    def __init__(self, folder: Path, daily: Daily, report: Reporter) -> None:
        self.folder = folder
        self._report = report
        self.home = settings.home()
        self._daily = daily
        self._outcomes: dict[str, Any] = {}
        self._known_snapshots: set[int] = set()
        self._kept: dict[int, Path] = {}

    def run(
        self, step: Step, business_date: date, *, full_refresh: bool = False, with_report: bool = False
    ) -> None:
        """Run a business date, and save what was built, or the error, and all contents."""
        self._report(f"{step}: run {business_date}{' with a report' if with_report else ''}")
        try:
            built = self._daily(business_date, full_refresh, with_report)
            self._outcomes[step] = {"built": built}
            self._report(f"{step}: {', '.join(f'{count} {status}' for status, count in built.items())}")
        except LarderError as error:
            self._outcomes[step] = {"error": str(error), "type": type(error).__name__}
            self._report(f"{step}: {type(error).__name__}: {error}")
        (self.folder / "outcomes.json").write_text(json.dumps(self._outcomes, indent=2))
        self._keep_results(step)
        self._keep_contents(step)
        self._keep_shop(step)
        if with_report:
            shutil.copytree(self.home / "site", self.folder / "site" / step)

    @contextmanager
    def api_down(self) -> Iterator[None]:
        """Take the marketing API down; it comes back at another address, with another token."""
        marketing_server.end(_running(self.home).api)
        yield
        api = marketing_server.start(state.folder(self.home))
        now = replace(_running(self.home), api=api)
        state.save(self.home, now)
        state.write_sources(self.home, now.database, api)
        local_sources.load(override=True)

    @contextmanager
    def basket_lost(self, sold_on: date) -> Iterator[None]:
        """Take one basket of a day and its lines out of gold, as a fault of a model would; put them back."""
        baskets, lines = (
            open_catalog().load_table(f"gold.{name}") for name in ("fct_baskets", "fct_basket_lines")
        )
        completed = f"sold_date = '{sold_on}' and is_voided = false"
        found: list[Any] = baskets.scan(completed).to_arrow()["basket_id"].to_pylist()
        basket_id = min(found)
        lost = [(table, table.scan(f"basket_id = {basket_id}").to_arrow()) for table in (baskets, lines)]
        for table, _ in lost:
            table.delete(f"basket_id = {basket_id}")
        yield
        for table, rows in lost:
            table.refresh().append(rows)

    def keep_columns(self) -> None:
        """Save the columns that Spark finds in each table and view that dbt knows."""
        from pyspark.sql import SparkSession  # noqa: PLC0415 Spark exists only once dbt has run

        spark = SparkSession.active()
        manifest = json.loads((self.folder / "target" / "manifest.json").read_text())
        columns = {
            name: spark.table(node["relation_name"]).columns
            for name, node in (manifest["nodes"] | manifest["sources"]).items()
            if node["resource_type"] in ("model", "snapshot", "source") and node["relation_name"]
        }
        (self.folder / "columns.json").write_text(json.dumps(columns, indent=2))

    def keep_prefect_runs(self) -> None:
        """Save the runs as Prefect's server shows them."""
        from tests.e2e.prefect_view import describe_runs  # noqa: PLC0415 only once Prefect's environment is set

        (self.folder / "prefect.json").write_text(json.dumps(describe_runs(), indent=2))

    def _shop(self) -> psycopg.Connection[TupleRow]:
        database = _running(self.home).database
        return psycopg.connect(
            database.url(ADMIN, database.admin_password, "shop"), options="-c timezone=UTC"
        )

    def _keep_results(self, step: Step) -> None:
        # docs and freshness write other files or none, so these are the step's unless it built nothing.
        for name in RESULTS:
            results = self.folder / "target" / f"{name}.json"
            if results.exists():
                kept = self.folder / name / f"{step}.json"
                kept.parent.mkdir(exist_ok=True)
                shutil.copy(results, kept)

    def _keep_contents(self, step: Step) -> None:
        kept = self.folder / "contents" / step
        kept.mkdir(parents=True)
        warehouse = open_catalog()
        existing = {name for (name,) in warehouse.list_namespaces()}
        partitions = {}
        for layer in existing.intersection((*LAYERS, OPS)):
            for name in warehouse.list_tables(layer):
                table = warehouse.load_table(name)
                partitions[".".join(name)] = self._changed_partitions(table)
                self._keep_table(table, kept / f"{'.'.join(name)}.parquet")
        by_table = self.folder / "partitions" / f"{step}.json"
        by_table.parent.mkdir(exist_ok=True)
        by_table.write_text(json.dumps(partitions, indent=2))

    def _keep_table(self, table: Table, kept: Path) -> None:
        """Save a table's rows; a snapshot that an earlier step saved is the same file."""
        snapshot = table.metadata.current_snapshot_id
        if snapshot in self._kept:
            kept.hardlink_to(self._kept[snapshot])
        else:
            pq.write_table(table.scan().to_arrow(), kept)
        if snapshot is not None:
            self._kept[snapshot] = kept

    def _changed_partitions(self, table: Table) -> int:
        """The number of a table's partitions that commits changed since the previous step."""
        new = [one for one in table.metadata.snapshots if one.snapshot_id not in self._known_snapshots]
        self._known_snapshots.update(one.snapshot_id for one in new)
        return sum(int(one.summary["changed-partition-count"] or 0) for one in new if one.summary)

    def _keep_shop(self, step: Step) -> None:
        kept = self.folder / "shop" / step
        kept.mkdir(parents=True)
        database = _running(self.home).database
        url = database.url(ADMIN, database.admin_password, "shop")
        with adbc.connect(url) as connection, connection.cursor() as cursor:
            for name in SHOP:
                cursor.execute(f"select * from {name}")
                pq.write_table(cursor.fetch_arrow_table(), kept / f"{name}.parquet")


def _running(home: Path) -> Any:
    """The state of a retailer whose systems are all running."""
    return state.load(home)


@contextmanager
def _with_few_retries() -> Iterator[None]:
    """Give up on an unreachable source quickly; retries are tested elsewhere."""
    from flows import daily  # noqa: PLC0415 only once Prefect's environment is set

    once_more = daily.ingest_source.with_options(retries=1, retry_delay_seconds=0.1)
    attempts = {"RUNTIME__REQUEST_MAX_ATTEMPTS": "1"}
    with mock.patch.object(daily, "ingest_source", once_more), mock.patch.dict(os.environ, attempts):
        yield


@contextmanager
def _reconciling_only() -> Iterator[None]:
    """Leave out the generic data tests; an analyst's build at the end of the story runs them all once."""
    from larder.runtime import build_plan  # noqa: PLC0415 only once Prefect's environment is set

    with mock.patch.object(build_plan, "EXCLUDED", (*build_plan.EXCLUDED, "test_type:generic")):
        yield


def play(story: Story) -> None:
    """Play all steps in order (see `steps`)."""
    home = story.home
    story.run(Step.FIRST, FIRST)

    retailer.advance(home)
    with story.api_down(), _with_few_retries():
        story.run(Step.API_DOWN, SECOND)
    story.run(Step.SECOND, SECOND)

    retailer.advance(home)
    with story.basket_lost(THIRD - timedelta(days=4)):
        story.run(Step.BASKET_MISSING, THIRD, with_report=True)
    story.run(Step.THIRD, THIRD)

    retailer.advance(home)
    story.run(Step.FOURTH, FOURTH)
    story.run(Step.AGAIN, FOURTH)
    story.run(Step.BACKFILL, SECOND)

    retailer.advance(home, (CAUGHT_UP - FOURTH).days)
    story.run(Step.CAUGHT_UP, CAUGHT_UP)
    story.run(Step.REBUILT, CAUGHT_UP, full_refresh=True, with_report=True)
    story.keep_columns()
    story.keep_prefect_runs()


def main(folder: Path) -> None:
    """Start the retailer and Prefect, play, stop both."""
    home = settings.home()
    report = Reporter()
    report("the story begins: start the retailer")
    try:
        retailer.start(home, FIRST, sample_households=SAMPLE_HOUSEHOLDS)
        report("start Prefect")
        environment.prepare()
        with prefect_server.connected():
            # Only now: Prefect reads its API's address when it is imported.
            from flows.daily import daily  # noqa: PLC0415

            with _reconciling_only():
                play(Story(folder, daily, report))
        shutil.copytree(state.promotion_drop(home), folder / "promotions")
        report("the story ends: tests examine its result")
    finally:
        retailer.stop(home)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
