"""The record of publications, `ops.publications`: written before the first table changes and after the last.

A publication that has begun and not ended was interrupted; the next one completes it.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Literal

import pyarrow as pa

from larder.lake import tables
from larder.lake.catalog import open_catalog

OPS, PUBLICATIONS = "ops", "publications"
# A build's state: `building` on its branch, `begun` to be published, then `published` or `refused`.
# `publication_id` is its branch; `tables_json` lists its tables with their snapshots before and after. Times
# are UTC.
SCHEMA: pa.Schema = pa.schema(
    [  # type: ignore[arg-type] # fields of different types
        pa.field("publication_id", pa.string()),
        pa.field("flow_run_id", pa.string()),
        pa.field("business_date", pa.date32()),
        pa.field("invocation_id", pa.string()),
        pa.field("state", pa.string()),
        pa.field("tables_json", pa.string()),
        pa.field("message", pa.string()),
        pa.field("at", pa.timestamp("us", tz="UTC")),
        # As all tables of ops; these rows are not loaded by dlt.
        pa.field("_loaded_at", pa.timestamp("us", tz="UTC")),
        pa.field("_business_date", pa.date32()),
        pa.field("_dlt_load_id", pa.string()),
    ]
)
PARTITION = ["_business_date"]
State = Literal["building", "begun", "published", "refused"]


@dataclass(frozen=True)
class Move:
    """A table whose published snapshot moves. `from_snapshot_id` is None for a new table."""

    table: str
    from_snapshot_id: int | None
    to_snapshot_id: int


@dataclass(frozen=True)
class Publication:
    """What is published, by which run or dbt command."""

    branch: str
    moves: tuple[Move, ...] = ()
    flow_run_id: str | None = None
    business_date: date | None = None
    invocation_id: str | None = None


def write(publication: Publication, state: State, message: str | None = None) -> None:
    """Append a state of a publication; creates the table if it is missing."""
    now = datetime.now(UTC)
    row = {
        "publication_id": publication.branch,
        "flow_run_id": publication.flow_run_id,
        "business_date": publication.business_date,
        "invocation_id": publication.invocation_id,
        "state": state,
        "tables_json": json.dumps([asdict(move) for move in publication.moves]),
        "message": message,
        "at": now,
        "_loaded_at": now,
        "_business_date": publication.business_date or now.date(),
        "_dlt_load_id": "",
    }
    open_catalog().create_namespace_if_not_exists(OPS)
    target = tables.ensure(PUBLICATIONS, SCHEMA, PARTITION, OPS)
    target.append(pa.Table.from_pylist([row], schema=SCHEMA))


def interrupted() -> list[Publication]:
    """The publications that have begun and not ended, in order."""
    found = tables.rows_where(PUBLICATIONS, "state != 'building'", tuple(SCHEMA.names), OPS)
    rows = sorted(found.to_pylist(), key=lambda row: row["at"]) if found else []
    last = {row["publication_id"]: row for row in rows}
    return [
        Publication(
            row["publication_id"],
            tuple(Move(**move) for move in json.loads(row["tables_json"])),
            row["flow_run_id"],
            row["business_date"],
            row["invocation_id"],
        )
        for row in last.values()
        if row["state"] == "begun"
    ]
