"""Gold is damaged on all days, and some days are rebuilt as a backfill does it.

    python -m tests.unit.asked_dates <folder>

Runs in a process of its own, as Spark's catalog cannot change within one. `<folder>/<step>/` gets
the tables of `MODELS` after each step: `built`, `damaged` and `rebuilt`.
"""

import os
import sys
from datetime import date
from pathlib import Path
from unittest import mock

import pyarrow.parquet as pq
from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

from larder.lake.catalog import BRONZE, open_catalog
from larder.quarantine import records
from larder.runtime.build_plan import plan_rebuild
from larder.settings import PROJECT
from tests.unit import deletions

FIRST, LAST = date(2017, 1, 10), date(2017, 1, 12)
# Those that can be made by dates, and a column that says whether a row is damaged.
MODELS = {
    "fct_baskets": "quantity",
    "product_sales_daily": "quantity",
    "store_product_sales_weekly": "quantity",
    "store_sales_daily": "quantity",
    "household_sales_monthly": "basket_count",
}
DAMAGED = -1


def keep(folder: Path) -> None:
    """Save the tables."""
    folder.mkdir()
    for model in MODELS:
        pq.write_table(SparkSession.active().table(f"gold.{model}").toArrow(), folder / f"{model}.parquet")


def main(folder: Path) -> None:
    """Play all steps."""
    open_catalog().create_namespace_if_not_exists(BRONZE)
    records.ensure()
    deletions._load(deletions._rows(), deletions.LOADED)
    deletions._build("--event-time-start", "2017-01-01", "--event-time-end", "2017-03-02", "--full-refresh")
    keep(folder / "built")
    for model, column in MODELS.items():
        SparkSession.active().sql(f"update gold.{model} set {column} = {DAMAGED}")
    keep(folder / "damaged")
    planned = plan_rebuild(list(MODELS), FIRST, LAST)
    with mock.patch.dict(os.environ, planned.environment):
        command = ["run", *planned.arguments[1 : planned.arguments.index("--exclude")]]
        window = planned.arguments[planned.arguments.index("--event-time-start") :]
        done = dbtRunner().invoke(["--quiet", *command, *window, "--project-dir", str(PROJECT)])
    if not done.success:
        raise RuntimeError(str([one.message for one in getattr(done.result, "results", [])]))
    keep(folder / "rebuilt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
