"""What each table of silver and gold must hold, computed by DuckDB from the records that count.

`expected/` has a query for each table. Quotients are not rounded there: a value fits if it is the exact one,
rounded to its own digits.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from larder.lake.catalog import open_catalog
from tests.unit.deletions import ARROW, TABLES
from tests.unit.history.truth import Row, SnapshotVersion, Truth

QUERIES = Path(__file__).with_name("expected")
# Iceberg tables that are built; views are read by the tables.
SILVER = ("stg_shop__baskets", "stg_shop__sold_dates", "snap_shop__households", "snap_shop__products")
REBUILT = (
    "dim_stores",
    "dim_households",
    "store_summary",
    "customer_lifetime_value",
    "customer_rfm",
    "customer_retention_monthly",
    "coupon_performance",
    "price_history",
)
# Deliveries are of 2017, except that times of loads and runs are real.
YEAR_OF_RUNS = 2020
Values = tuple[Any, ...]


def queries() -> Iterator[tuple[str, str]]:
    """The tables' names and queries; facts come first, since others are computed from them."""
    files = ["facts", "sales", "customers", "marketing", "merchandising", "prices", "staging"]
    for file in files:
        for part in (QUERIES / f"{file}.sql").read_text().split("-- name: ")[1:]:
            name, _, query = part.partition("\n")
            yield name.strip(), query.strip().removesuffix(";")


def expected(truth: Truth) -> dict[str, tuple[list[str], list[Values]]]:
    """By table, its columns and rows."""
    found = {}
    with duckdb.connect() as database:
        for name, table in _inputs(truth).items():
            database.register(f"{name}__rows", table)
            database.execute(f"create table {name} as from {name}__rows")
        for name, query in queries():
            database.execute(f"create table {name} as {query}")
            result = database.execute(f"from {name}")
            found[name] = ([one[0] for one in result.description or []], result.fetchall())
    return found


def _inputs(truth: Truth) -> dict[str, pa.Table]:
    """The live records by table, in their latest versions, and what else the queries read."""
    stamps = {"updated_at": "timestamp", "loaded_at": "timestamp"}
    rows: dict[str, list[Row]] = {name: list(truth.latest(name).values()) for name in TABLES}
    rows["promotions_placements"] = [one for found in truth.placements.values() for one in found]
    tables = {name: _table(rows[name], columns | stamps) for name, columns in TABLES.items()}
    tables["runs"] = _table([{"business_date": day} for day, _ in truth.runs], {"business_date": "date"})
    tables["sold_dates"] = _table(
        truth.sold_dates(),
        {"sold_date": "date", "loaded_at": "timestamp", "left_at": "timestamp", "due_at": "timestamp"},
    )
    for name in ("households", "products"):
        found = [
            one.row | {"began": one.began, "ended": _ended(one), "was_deleted": one.ended is True}
            for versions in truth.snapshots[f"shop_{name}"].values()
            for one in versions
        ]
        columns = TABLES[f"shop_{name}"] | {"began": "timestamp", "ended": "text", "was_deleted": "bool"}
        tables[f"snap_{name}"] = _table(found, columns)
    return tables


def _ended(version: SnapshotVersion) -> str | None:
    """When a version ended; a deletion is seen by a run, whose time is not known here."""
    if version.ended is None:
        return None
    return _instant(version.ended)


def _instant(value: Any) -> str:
    return "in a run" if value is True or value.year >= YEAR_OF_RUNS else value.isoformat()


def _table(rows: list[Row], columns: dict[str, str]) -> pa.Table:
    schema = pa.schema([pa.field(name, ARROW[kind]) for name, kind in columns.items()])
    return pa.Table.from_pylist(rows, schema=schema)


def built(name: str, columns: list[str]) -> list[Values]:
    """The rows of a table that dbt built, with the expected columns."""
    layer = "silver" if name in SILVER else "gold"
    names = [{"began": "dbt_valid_from", "ended": "dbt_valid_to"}.get(one, one) for one in columns]
    rows = open_catalog().load_table((layer, name)).scan(selected_fields=tuple(names)).to_arrow().to_pylist()
    for row in rows:
        if row.get("dbt_valid_to"):
            row["dbt_valid_to"] = _instant(row["dbt_valid_to"])
    return [tuple(row[one] for one in names) for row in rows]


def differences(truth: Truth, *, with_rebuilt: bool) -> dict[str, str]:
    """By table, the rows that are only expected and only there; empty if all are equal.

    Args:
        truth: what was delivered.
        with_rebuilt: whether to compare tables that each run rebuilds from others, too.
    """
    found = {}
    for name, (columns, rows) in expected(truth).items():
        if name in REBUILT and not with_rebuilt:
            continue
        wanted, have = _sorted(columns, rows), _sorted(columns, built(name, columns))
        pairs = [one for one in zip(wanted, have, strict=False) if not all(map(fits, *one))]
        if pairs or len(wanted) != len(have):
            found[name] = _describe(columns, wanted, have)
    return found


def fits(wanted: Any, have: Any) -> bool:
    """Whether a built value is the expected one, rounded to its own digits."""
    if isinstance(have, Decimal) and wanted is not None:
        exponent = have.as_tuple().exponent
        return abs(float(have) - float(wanted)) <= 0.5 * 10.0 ** int(exponent) + 1e-9
    return bool(wanted == have)


def _sorted(columns: list[str], rows: list[Values]) -> list[Values]:
    """Rows in the order of the values that are exact in both."""
    exact = [place for place, name in enumerate(columns) if not name.endswith(("_usd", "_pct", "_per_store"))]
    return sorted(rows, key=lambda row: [str(row[place]) for place in exact])


def _describe(columns: list[str], wanted: list[Values], have: list[Values]) -> str:
    def only(rows: list[Values], others: list[Values]) -> list[Values]:
        return [
            row
            for row in rows
            if not any(all(map(fits, row, other)) or all(map(fits, other, row)) for other in others)
        ]

    lines = [f"columns {columns}"]
    lines += [f"  missing: {row}" for row in only(wanted, have)]
    lines += [f"  wrong:   {row}" for row in only(have, wanted)]
    return "\n".join(lines)
