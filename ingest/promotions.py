"""Promotion files: one Parquet drop a week of where each store displayed and mailed which product.

A file is loaded once, and again when it changed (its modification time). `bronze.promotions_files` lists
the versions that were loaded; it is written after their rows, so that a file listed there is all there.

Configuration: `SOURCES__PROMOTIONS__BUCKET_URL` (file://, s3://, … whatever dlt's filesystem source reads).
Run it alone: `larder ingest promotions`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from dlt.common.exceptions import DltException
from dlt.common.storages.configuration import FilesystemConfiguration
from dlt.common.storages.fsspec_filesystem import FileItemDict
from dlt.sources.filesystem import filesystem

from larder.config import setting
from larder.errors import IngestError, SourceUnavailable, root_cause
from larder.lake import tables
from larder.landing import contract
from larder.landing.contract import Columns
from larder.landing.feed import Feed, Unit
from larder.redaction import foreign, said

PATTERN = "promotions_*.parquet"
BATCH_ROWS = 131_072
PLACEMENTS: Columns = {
    "product_id": "bigint", "store_id": "bigint", "display_location": "text", "mailer_location": "text",
    "week": "bigint",
}  # fmt: skip
FILES: Columns = {
    "file_name": "text", "week": "bigint", "row_count": "bigint", "size_bytes": "bigint",
    "modified_at": "timestamp",
}  # fmt: skip


@dataclass(frozen=True)
class Drop:
    """A file that is new or has changed: what is known of it, its open reader, the one week it is for."""

    item: FileItemDict
    file: pq.ParquetFile
    week: int


@contextmanager
def feeds() -> Iterator[list[list[Feed]]]:
    """The files' feeds in two steps: rows of new and changed files, then the list of those files."""
    new = [_checked(item) for item in _new_files(setting("promotions", "bucket_url"))]
    manifest = [_entry(drop) for drop in new]
    placements = Feed(
        "promotions_placements",
        {**PLACEMENTS, "_file_name": "text", "_file_modified_at": "timestamp"},
        ("_file_name", "_file_modified_at", "store_id", "product_id"),
        lambda _: (_rows(drop) for drop in new if not _rows_are_there(drop)),
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
    known = tables.rows_where("promotions_files", tables.ALL, ("file_name", "modified_at"))
    loaded = set() if known is None else {(row["file_name"], row["modified_at"]) for row in known.to_pylist()}
    new = [
        item for item in _listed(bucket_url) if (item["file_name"], item["modification_date"]) not in loaded
    ]
    return sorted(new, key=lambda item: item["file_name"])


def _listed(bucket_url: str) -> list[FileItemDict]:
    remedy = "check SOURCES__PROMOTIONS__BUCKET_URL, then run the date again"
    # Object storage knows no folders, but a local one that is not there is not an empty one.
    if FilesystemConfiguration.is_local_path(bucket_url):
        bucket_url = FilesystemConfiguration.make_file_url(bucket_url)
    if bucket_url.startswith("file:"):
        folder = Path(FilesystemConfiguration.make_local_path(bucket_url))
        if not folder.is_dir():
            raise IngestError(f"promotion files: there is no folder {folder}; {remedy}")
    try:
        return list(filesystem(bucket_url=bucket_url, file_glob=PATTERN))
    except (DltException, OSError, ImportError) as error:
        raise SourceUnavailable(
            f"promotion files: {said(bucket_url)} cannot be listed ({foreign(root_cause(error))}); {remedy}"
        ) from error


def _checked(item: FileItemDict) -> Drop:
    """Open a file and hold it to the contract. All new files are, before any is loaded: a bad one loads none.

    Raises:
        IngestError: the file is no Parquet file, or does not hold exactly one week.
        SourceChanged: it breaks the contract.
        SourceUnavailable: it cannot be read.
    """
    with _reading(item):
        file = pq.ParquetFile(item.open())
        contract.check(PLACEMENTS, file.schema_arrow, f"promotion file {item['file_url']}")
        weeks = file.read(columns=["week"])["week"].unique().to_pylist()
    if len(weeks) != 1 or weeks[0] is None:
        raise IngestError(
            f"promotion file {item['file_url']} holds rows of {len(weeks)} weeks instead of one; replace it "
            f"at its source and run the date again, nothing of this drop was loaded"
        )
    return Drop(item, file, int(weeks[0]))


@contextmanager
def _reading(item: FileItemDict) -> Iterator[None]:
    try:
        yield
    except pa.ArrowInvalid as error:
        raise _no_parquet(item, error) from error
    except OSError as error:
        # Arrow reports what is broken inside a Parquet file as an error of input, without a number.
        if error.errno is None:
            raise _no_parquet(item, error) from error
        raise SourceUnavailable(
            f"promotion file {item['file_url']} cannot be read ({foreign(error)}); see that it is there and "
            f"may be read, then run the date again"
        ) from error


def _no_parquet(item: FileItemDict, error: Exception) -> IngestError:
    return IngestError(
        f"promotion file {item['file_url']} is no Parquet file ({foreign(error)}); replace it at its source "
        f"and run the date again, nothing of this drop was loaded"
    )


def _rows(drop: Drop) -> Unit:
    """Yield a file's rows, each with the file's name and version."""
    item = drop.item
    with _reading(item):
        for batch in drop.file.iter_batches(batch_size=BATCH_ROWS):
            rows = pa.Table.from_batches([batch])
            name = pa.repeat(pa.scalar(item["file_name"]), rows.num_rows)
            at = pa.repeat(pa.scalar(item["modification_date"], pa.timestamp("us", "UTC")), rows.num_rows)
            yield rows.append_column("_file_name", name).append_column("_file_modified_at", at)


def _rows_are_there(drop: Drop) -> bool:
    """Whether a run that was killed before it listed the file had already committed its rows."""
    modified_at = drop.item["modification_date"].isoformat()
    found = tables.rows_where(
        "promotions_placements",
        f"week = {drop.week} and _file_modified_at = '{modified_at}'",
        ("_file_name",),
    )
    return found is not None and drop.item["file_name"] in found["_file_name"].to_pylist()


def _entry(drop: Drop) -> dict[str, Any]:
    return {
        "file_name": drop.item["file_name"],
        "week": drop.week,
        "row_count": drop.file.metadata.num_rows,
        "size_bytes": drop.item["size_in_bytes"],
        "modified_at": drop.item["modification_date"],
    }
