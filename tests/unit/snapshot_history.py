"""Random histories of products are loaded, with a snapshot after each load; then the snapshot is rebuilt.

    python -m tests.unit.snapshot_history <folder>

Runs in a process of its own, as Spark's catalog cannot change within one. `<folder>` gets

    loads.parquet       what was loaded: all of Bronze's rows
    in_time.parquet     the snapshot as the runs of `dbt snapshot` made it
    rebuilt.parquet     the snapshot as `rebuild_snapshot` made it, on a branch that was then published
    resumed.parquet     the snapshot after another `dbt snapshot`, with nothing loaded meanwhile
    continued.parquet   the snapshot after another load and `dbt snapshot`
    created.parquet     the snapshot as `rebuild_snapshot` makes it when there is none
    commits.json        the number of commits of the rebuilding
    tests.json          the statuses of the snapshot's data tests at the end

Products up to `PLAIN` change, leave or come back at most once between two runs, and never out of order: all
of it could be known in time. The others do what they like: late corrections, several versions in one load or
between two runs, versions corrected without a later time of change, deleted and loaded at once.
"""

import json
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from dbt.cli.main import dbtRunner
from pyiceberg.catalog import Catalog
from pyspark.sql import SparkSession

from larder.lake.catalog import BRONZE, open_catalog
from larder.lake.tables import append
from larder.publication import begin, branch
from larder.publication.publish import publish
from larder.publication.record import Publication
from larder.quarantine import records
from larder.settings import PROJECT
from larder.variables import temporary_environment
from tests.unit.deletions import ARROW, STAMPS, TABLES

PLAIN, PRODUCTS, LOADS = 40, 100, 5
BEGAN = datetime(2017, 1, 1, tzinfo=UTC)
SNAPSHOT = "snap_shop__products"

Row = dict[str, Any]


class Shop:
    """Products and what is loaded of them."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 test data
        self._live: dict[int, Row] = {}
        self._last: dict[int, Row] = {}
        self.loaded: list[Row] = []

    def load(self, *, plain: bool = True) -> None:
        """Load what happens to each product, maybe nothing; `plain`: whether plain products take part."""
        at = datetime.now(UTC)
        for product in range(1 if plain else PLAIN + 1, PRODUCTS + 1):
            for row in self._happen(product, at) if product <= PLAIN else self._happen_wildly(product, at):
                self.loaded.append(row | {"_loaded_at": at, "_business_date": at.date()})
        new = [row for row in self.loaded if row["_loaded_at"] == at]
        columns = TABLES["shop_products"] | STAMPS
        schema = pa.schema([pa.field(name, ARROW[kind]) for name, kind in columns.items()])
        append("shop_products", pa.Table.from_pylist(new, schema=schema))

    def _version(self, product: int, updated_at: datetime) -> Row:
        price = self._random.randint(1, 10**6)
        row = {"product_id": product, "department": "DELI", "shelf_price_cents": price, "_is_deleted": False}
        return row | {"updated_at": updated_at}

    def _happen(self, product: int, at: datetime) -> list[Row]:
        before = self._live.get(product)
        chance = self._random.random()
        if before is None:
            if chance < 0.4:
                return []
            last = self._last.get(product)
            # One that comes back may be as it was.
            row = last if last and chance < 0.7 else self._version(product, self._later(last, at))
        elif chance < 0.3:
            return []
        elif chance < 0.6:
            del self._live[product]
            return [before | {"_is_deleted": True}]
        else:
            row = self._version(product, self._later(before, at))
        self._live[product] = self._last[product] = row
        return [row]

    def _happen_wildly(self, product: int, at: datetime) -> list[Row]:
        rows = []
        for _ in range(self._random.randint(0, 3)):
            known = self._last.get(product)
            chance = self._random.random()
            if known and chance < 0.2:
                rows.append(known | {"_is_deleted": True})
                continue
            # Earlier than the latest, at the same time, or later.
            changed_at = BEGAN + timedelta(days=self._random.randint(0, 30))
            if known and chance < 0.4:
                changed_at = known["updated_at"]
            elif chance < 0.5:
                changed_at = at - timedelta(microseconds=self._random.randint(0, 10**7))
            rows.append(self._version(product, changed_at))
            self._last[product] = rows[-1]
        # A load has at most one row of a key and time.
        return list({(row["updated_at"], row["_is_deleted"]): row for row in rows}.values())

    def _later(self, before: Row | None, at: datetime) -> datetime:
        """A time of change between that of a version and the load."""
        since = before["updated_at"] if before else BEGAN
        return since + (at - since) * self._random.uniform(0.1, 0.9)


def dbt(*command: str) -> Any:
    """Run a dbt command."""
    done = dbtRunner().invoke(["--quiet", *command, "--project-dir", str(PROJECT)])
    if not done.success and command[0] != "test":
        failed = [str(one.message) for one in getattr(done.result, "results", [])]
        raise RuntimeError("\n".join(failed) or str(done.exception))
    return done.result


def keep(path: Path) -> None:
    """Save the snapshot."""
    pq.write_table(SparkSession.active().table(f"silver.{SNAPSHOT}").toArrow(), path)


def take() -> None:
    """Take the snapshot of what is loaded. Its view is built too: the published one has no later rows."""
    dbt("build", "--select", "stg_shop__products", SNAPSHOT, "--exclude-resource-type", "test")


def rebuild() -> None:
    """Rebuild the snapshot on a branch, as `larder snapshots rebuild` does, and publish it."""
    name = branch.name_command(uuid4().hex)
    begin.prepare(Publication(name))
    before = head(open_catalog())
    with temporary_environment({branch.VARIABLE: name}):
        dbt("run-operation", "rebuild_snapshot", "--args", json.dumps({"snapshot": SNAPSHOT}))
    assert head(open_catalog()) == before, "readers see it before it is published"
    publish(Publication(name))


def head(catalog: Catalog) -> int | None:
    """The snapshot table's commit that readers see, if any."""
    name = f"silver.{SNAPSHOT}"
    current = catalog.load_table(name).current_snapshot() if catalog.table_exists(name) else None
    return current.snapshot_id if current else None


def commits() -> int:
    """The number of the snapshot table's commits."""
    return len(open_catalog().load_table(f"silver.{SNAPSHOT}").metadata.snapshots)


def main(folder: Path) -> None:
    """Play all steps."""
    open_catalog().create_namespace_if_not_exists(BRONZE)
    records.ensure()
    shop = Shop(seed=7)
    shop.load()
    take()
    for number in range(LOADS):
        shop.load()
        if number % 2:
            shop.load(plain=False)
        take()
    keep(folder / "in_time.parquet")
    pq.write_table(pa.Table.from_pylist(shop.loaded), folder / "loads.parquet")

    before = commits()
    rebuild()
    (folder / "commits.json").write_text(json.dumps(commits() - before))
    keep(folder / "rebuilt.parquet")
    take()
    keep(folder / "resumed.parquet")

    shop.load()
    take()
    keep(folder / "continued.parquet")
    tested = dbt(
        "test", "--select", SNAPSHOT, "--exclude", "package:elementary", "--indirect-selection", "cautious"
    )
    statuses = {one.node.name: str(one.status) for one in tested.results}
    (folder / "tests.json").write_text(json.dumps(statuses))

    SparkSession.active().sql(f"drop table silver.{SNAPSHOT}")
    rebuild()
    keep(folder / "created.parquet")
    pq.write_table(pa.Table.from_pylist(shop.loaded), folder / "all_loads.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
