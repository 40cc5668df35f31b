"""Promotion files: one Parquet drop per week, which says where each store displayed and mailed each product.

A file is loaded once, and again if its modification time changes. `bronze.promotions_files` lists the
versions that were loaded; it is written after their rows, so a file that it lists is complete.

Configuration: `SOURCES__PROMOTIONS__BUCKET_URL` (file://, s3://, … anything dlt's filesystem source reads).
Run it alone: `larder ingest promotions`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import dlt
import pyarrow as pa
import pyarrow.parquet as pq
from dlt.common.storages.fsspec_filesystem import FileItemDict
from dlt.sources import DltResource

from larder.errors import IngestError
from larder.lake.tables import rows_where
from larder.landing import contract, files
from larder.landing.columns import columns
from larder.landing.hints import loaded_after, only_new_rows

# Placements refer to the shop's products and stores.
LOADED_AFTER = ("shop",)

PATTERN = "promotions_*.parquet"
BATCH_ROWS = 131_072
PLACEMENTS = columns(bigint=["product_id", "store_id", "week"], text=["display_location", "mailer_location"])
FILES = columns(text=["file_name"], bigint=["week", "row_count", "size_bytes"], timestamp=["modified_at"])


@dataclass(frozen=True)
class Drop:
    """A new or changed file: its metadata, its open reader, and the week that it covers."""

    item: FileItemDict
    file: pq.ParquetFile
    week: int


@dlt.source
def promotions(bucket_url: str = dlt.config.value) -> list[DltResource]:
    """The rows of new and changed files, then the list of files. All are checked before any is loaded."""
    new = [_check(item) for item in files.new_files("promotions", bucket_url, PATTERN, "promotions_files")]
    placements = dlt.resource(
        (rows for drop in new if not _has_rows(drop) for rows in _rows(drop)),
        name="placements",
        # A store may place a product in several locations.
        primary_key=["_file_name", "_file_modified_at", *PLACEMENTS],
        columns=PLACEMENTS | files.FILE_COLUMNS,
    ).apply_hints(additional_table_hints=only_new_rows())
    listed = dlt.resource(
        [_entry(drop) for drop in new], name="files", primary_key=["file_name", "modified_at"], columns=FILES
    ).apply_hints(additional_table_hints=only_new_rows() | loaded_after("placements"))
    return [placements, listed]


def _check(item: FileItemDict) -> Drop:
    """Open a file, and check its contract and that it covers exactly one week.

    Raises:
        IngestError: it fails a check, or cannot be read.
    """
    file = files.open_parquet("promotions", item)
    types = contract.parse_columns({name: hint["data_type"] for name, hint in PLACEMENTS.items()})
    contract.check(types, file.schema_arrow, f"promotions file {item['file_url']}")
    with files.reading("promotions", item):
        weeks = file.read(columns=["week"])["week"].unique().to_pylist()
    if len(weeks) != 1 or weeks[0] is None:
        raise IngestError(
            f"promotions file {item['file_url']} holds rows of {len(weeks)} weeks instead of one; replace it "
            f"at its source and run the date again, nothing of this drop was loaded"
        )
    return Drop(item, file, int(weeks[0]))


def _rows(drop: Drop) -> Iterator[pa.Table]:
    return files.parquet_rows("promotions", drop.item, drop.file, BATCH_ROWS)


def _has_rows(drop: Drop) -> bool:
    """Whether Bronze has the rows: a run may be killed after it commits them and before it lists the file."""
    modified_at = drop.item["modification_date"].isoformat()
    condition = f"week = {drop.week} and _file_modified_at = '{modified_at}'"
    found = rows_where("promotions_placements", condition, ("_file_name",))
    return found is not None and drop.item["file_name"] in found["_file_name"].to_pylist()


def _entry(drop: Drop) -> dict[str, Any]:
    return {
        "file_name": drop.item["file_name"],
        "week": drop.week,
        "row_count": drop.file.metadata.num_rows,
        "size_bytes": drop.item["size_in_bytes"],
        "modified_at": drop.item["modification_date"],
    }
