"""Bronze's tables for histories, and what a load appends to them."""

from datetime import date, datetime
from typing import Any

import pyarrow as pa

from larder.lake.catalog import BRONZE, open_catalog
from larder.lake.tables import append, ensure
from larder.landing import load
from larder.landing.load import LoadResult
from larder.publication import catalogs
from larder.publication.changes import ViewChange
from larder.quarantine import records
from tests.unit.deletions import ARROW, STAMPS, TABLES

Row = dict[str, Any]
SCHEMAS = {
    name: pa.schema([pa.field(column, ARROW[kind]) for column, kind in (columns | STAMPS).items()])
    for name, columns in TABLES.items()
}


def begin() -> None:
    """Create the tables without rows."""
    open_catalog().create_namespace_if_not_exists(BRONZE)
    records.ensure()
    for name, schema in SCHEMAS.items():
        ensure(name, schema, ["_business_date"])


def empty() -> None:
    """Drop all tables and views of the lake."""
    catalog = open_catalog()
    for (namespace,) in catalog.list_namespaces():
        drops = [ViewChange(view, None) for view in catalogs.read_views(catalog, namespace).values()]
        catalogs.commit(catalog, [], drops)
        for name in catalog.list_tables(namespace):
            catalog.drop_table(name)


def write(rows: dict[str, list[Row]], business_date: date, started_at: datetime) -> None:
    """Append the rows of one ingest, whose stamps they have but for the business date, and log it."""
    stamp = {"_business_date": business_date}
    for name, found in rows.items():
        append(name, pa.Table.from_pylist([row | stamp for row in found], schema=SCHEMAS[name]))
    none = dict.fromkeys(TABLES, 0)
    counts = none | {name: len(found) for name, found in rows.items()}
    load.log(
        LoadResult(
            source="all",
            rows=counts,
            load_ids=[],
            files=none,
            bytes=none,
            started_at=started_at,
            finished_at=started_at,
            received=counts,
            quarantined=none,
            already_there=none,
            tombstones=none,
        ),
        business_date,
    )
