"""Files of a folder or bucket: find the new ones, read their rows as Arrow batches, explain errors.

A file is new if Bronze does not list its name with its modification time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from dlt.common.storages.fsspec_filesystem import FileItemDict
from dlt.sources.filesystem import filesystem

from larder.errors import IngestError, SourceUnavailable
from larder.lake import tables
from larder.landing.conversion.types import TIMESTAMP
from larder.landing.dlt_internals import DltException, local_folder
from larder.redaction import redact_error, to_one_line

# The columns that link a row to the version of its file.
FILE_COLUMNS: dict[str, Any] = {
    "_file_name": {"data_type": "text"},
    "_file_modified_at": {"data_type": "timestamp"},
}


def new_files(name: str, bucket_url: str, pattern: str, listed_in: str) -> list[FileItemDict]:
    """The files that a Bronze table does not list by `file_name` and `modified_at`, sorted by name.

    Args:
        name: the source, for errors.
        bucket_url: file://, s3://, … anything dlt's filesystem source reads; or a path.
        pattern: a glob of file names.
        listed_in: the Bronze table that lists the files loaded before.

    Raises:
        IngestError: the folder does not exist.
        SourceUnavailable: it cannot be listed.
    """
    known = tables.rows_where(listed_in, tables.ALL, ("file_name", "modified_at"))
    loaded = set() if known is None else {(row["file_name"], row["modified_at"]) for row in known.to_pylist()}
    found = _list(name, bucket_url, pattern)
    new = [item for item in found if (item["file_name"], item["modification_date"]) not in loaded]
    return sorted(new, key=lambda item: item["file_name"])


def _list(name: str, bucket_url: str, pattern: str) -> list[FileItemDict]:
    remedy = f"check SOURCES__{name.upper()}__BUCKET_URL, then run the date again"
    # Object storage has no folders, but a local folder that does not exist is an error, not an empty folder.
    if (folder := local_folder(bucket_url)) is not None:
        if not folder.is_dir():
            raise IngestError(f"{name} files: there is no folder {folder}; {remedy}")
        bucket_url = folder.as_uri()
    try:
        return list(filesystem(bucket_url=bucket_url, file_glob=pattern))
    except (DltException, OSError, ImportError) as error:
        reason = redact_error(error.__cause__ or error)
        raise SourceUnavailable(
            f"{name} files: {to_one_line(bucket_url)} cannot be listed ({reason}); {remedy}"
        ) from error


def open_parquet(name: str, item: FileItemDict) -> pq.ParquetFile:
    """Open a Parquet file.

    Raises:
        IngestError: it is not a Parquet file.
        SourceUnavailable: it cannot be read.
    """
    with reading(name, item):
        return pq.ParquetFile(item.open())


def parquet_rows(name: str, item: FileItemDict, file: pq.ParquetFile, batch_rows: int) -> Iterator[pa.Table]:
    """Yield a file's rows in batches, each row with the file's name and version (`FILE_COLUMNS`).

    Raises:
        IngestError: as in `open_parquet`.
    """
    with reading(name, item):
        for batch in file.iter_batches(batch_size=batch_rows):
            rows = pa.Table.from_batches([batch])
            file_name = pa.repeat(pa.scalar(item["file_name"]), rows.num_rows)
            modified_at = pa.repeat(pa.scalar(item["modification_date"], TIMESTAMP), rows.num_rows)
            yield rows.append_column("_file_name", file_name).append_column("_file_modified_at", modified_at)


@contextmanager
def reading(name: str, item: FileItemDict) -> Iterator[None]:
    """Explain why a file cannot be read, in the block.

    Raises:
        IngestError: it is not a Parquet file.
        SourceUnavailable: it cannot be read.
    """
    try:
        yield
    except pa.ArrowInvalid as error:
        raise _not_parquet(name, item, error) from error
    except OSError as error:
        # For a corrupt Parquet file, Arrow raises an OSError without a number.
        if error.errno is None:
            raise _not_parquet(name, item, error) from error
        raise SourceUnavailable(
            f"{name} file {item['file_url']} cannot be read ({redact_error(error)}); check that it exists "
            f"and can be read, then run the date again"
        ) from error


def _not_parquet(name: str, item: FileItemDict, error: Exception) -> IngestError:
    return IngestError(
        f"{name} file {item['file_url']} is not a Parquet file ({redact_error(error)}); replace it at its "
        f"source and run the date again, nothing of this drop was loaded"
    )
