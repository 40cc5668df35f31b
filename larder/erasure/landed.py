"""Rewrite files as landing wrote them: dlt's Parquet, whose columns may be encoded by a dictionary.

pyiceberg would write such a column as plain text, and cannot read it together with the other files then.
"""

import uuid
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table

# Marks the snapshots that an erasure adds; the one before them is the table's state without it.
MARK = {"larder.erasure": "true"}
FIELD_ID = b"PARQUET:field_id"

# What replaces the rows of a file; nothing if it has none to replace.
Change = Callable[[pa.Table], pa.Table | None]


def rewrite_landed(
    table: Table, files: list[DataFile], change: Change, added: pa.Table | None = None
) -> None:
    """Replace files that landing wrote by copies with changed rows, in one commit.

    Args:
        table: the table.
        files: those of its files that may have to change, as `find_landed` lists them.
        change: returns the rows that replace a file's, or None to leave it.
        added: rows to add as a file of their own.
    """
    replaced: list[DataFile] = []
    paths: list[str] = []
    for file in files:
        rows = change(_read(table, file))
        if rows is not None:
            replaced.append(file)
            paths += [_write(table, rows)] if rows.num_rows else []
    if added is not None:
        paths.append(_write(table, added))
    if not replaced and not paths:
        return
    with table.transaction() as commit:
        if replaced:
            with commit.update_snapshot(snapshot_properties=MARK).overwrite() as producer:
                for file in replaced:
                    producer.delete_data_file(file)
        if paths:
            commit.add_files(paths, snapshot_properties=MARK, check_duplicate_files=False)


def find_landed(table: Table, condition: Any) -> list[DataFile]:
    """The data files that landing wrote and in which rows may meet a condition."""
    tasks = table.scan(row_filter=condition).plan_files()
    return [task.file for task in tasks if not task.delete_files and _is_landed(table, task.file)]


def read_schema(table: Table, file: DataFile) -> pa.Schema:
    """The columns of a data file, with the encodings of its own."""
    source: Any
    with table.io.new_input(file.file_path).open() as source:
        return pq.read_schema(source)


def _is_landed(table: Table, file: DataFile) -> bool:
    """Engines and pyiceberg write the ids of Iceberg's fields, which dlt does not know."""
    return not any(FIELD_ID in (one.metadata or {}) for one in read_schema(table, file))


def _read(table: Table, file: DataFile) -> pa.Table:
    source: Any
    with table.io.new_input(file.file_path).open() as source:
        return pq.read_table(source)


def _write(table: Table, rows: pa.Table) -> str:
    path = f"{table.location()}/data/erasure-{uuid.uuid4().hex}.parquet"
    copy: Any
    with table.io.new_output(path).create() as copy:
        pq.write_table(rows, copy)
    return path
