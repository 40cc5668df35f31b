"""Promotion files: one Parquet drop a week of where each store displayed and mailed which product.

A file is loaded once, and again when it changed (its modification time). `bronze.promotions_files` lists
the versions that were loaded; it is written after their rows, so that a file listed there is all there.

Configuration: `SOURCES__PROMOTIONS__BUCKET_URL` (file://, s3://, … whatever dlt's filesystem source reads).
Run it alone: `larder ingest promotions`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from dlt.common.data_types import TDataType
from dlt.common.storages.fsspec_filesystem import FileItemDict
from dlt.sources.filesystem import filesystem

from ingest import bronze
from ingest.config import setting
from ingest.errors import IngestError
from ingest.feed import Feed, Unit

PATTERN = "promotions_*.parquet"
BATCH_ROWS = 131_072
PLACEMENTS: dict[str, TDataType] = {
    "product_id": "bigint", "store_id": "bigint", "display_location": "text", "mailer_location": "text",
    "week": "bigint",
}  # fmt: skip
FILES: dict[str, TDataType] = {
    "file_name": "text", "week": "bigint", "row_count": "bigint", "size_bytes": "bigint",
    "modified_at": "timestamp",
}  # fmt: skip


@contextmanager
def feeds() -> Iterator[list[list[Feed]]]:
    """The files' feeds in two steps: rows of new and changed files, then the list of those files."""
    new = [(item, _opened(item)) for item in _new_files(setting("promotions", "bucket_url"))]
    manifest = [_entry(item, file) for item, file in new]
    placements = Feed(
        "promotions_placements",
        {**PLACEMENTS, "_file_name": "text", "_file_modified_at": "timestamp"},
        ("_file_name", "_file_modified_at", "store_id", "product_id"),
        lambda _: (_rows(item, file) for item, file in new if not _rows_are_there(item, file)),
        cursor=None,
    )
    files = Feed(
        "promotions_files",
        FILES,
        ("file_name", "modified_at"),
        lambda _: iter([[pa.Table.from_pylist(manifest)]] if manifest else []),
        cursor=None,
    )
    yield [[placements], [files]]


def _new_files(bucket_url: str) -> list[FileItemDict]:
    """The files whose name and modification time Bronze does not list, oldest week first."""
    known = bronze.rows_where("promotions_files", bronze.ALL, ("file_name", "modified_at"))
    loaded = set() if known is None else {(row["file_name"], row["modified_at"]) for row in known.to_pylist()}
    try:
        found: list[FileItemDict] = list(filesystem(bucket_url=bucket_url, file_glob=PATTERN))
    except OSError as error:
        raise IngestError(
            f"promotion files: {bucket_url} cannot be listed ({error}); check SOURCES__PROMOTIONS__BUCKET_URL"
        ) from error
    new = [item for item in found if (item["file_name"], item["modification_date"]) not in loaded]
    return sorted(new, key=lambda item: item["file_name"])


def _opened(item: FileItemDict) -> pq.ParquetFile:
    """The file's Parquet reader. All new files are opened before any is loaded, so a bad one loads none."""
    try:
        return pq.ParquetFile(item.open())
    except pa.ArrowInvalid as error:
        raise IngestError(
            f"promotion file {item['file_url']} is no Parquet file ({error}); replace it at its source "
            f"and run the date again, nothing of this drop was loaded"
        ) from error


def _rows(item: FileItemDict, file: pq.ParquetFile) -> Unit:
    """Yield a file's rows, each with the file's name and version."""
    for batch in file.iter_batches(batch_size=BATCH_ROWS):
        rows = pa.Table.from_batches([batch])
        name = pa.repeat(pa.scalar(item["file_name"]), rows.num_rows)
        at = pa.repeat(pa.scalar(item["modification_date"], pa.timestamp("us", "UTC")), rows.num_rows)
        yield rows.append_column("_file_name", name).append_column("_file_modified_at", at)


def _week(file: pq.ParquetFile) -> int:
    """The week a file is for, from its first row; a drop holds one week."""
    return int(next(file.iter_batches(batch_size=1, columns=["week"]))["week"][0].as_py())


def _rows_are_there(item: FileItemDict, file: pq.ParquetFile) -> bool:
    """Whether a run that was killed before it listed the file had already committed its rows."""
    modified_at = item["modification_date"].isoformat()
    condition = f"week = {_week(file)} and _file_modified_at = '{modified_at}'"
    found = bronze.rows_where("promotions_placements", condition, ("_file_name",))
    return found is not None and found.num_rows > 0


def _entry(item: FileItemDict, file: pq.ParquetFile) -> dict[str, Any]:
    return {
        "file_name": item["file_name"],
        "week": _week(file),
        "row_count": file.metadata.num_rows,
        "size_bytes": item["size_in_bytes"],
        "modified_at": item["modification_date"],
    }
