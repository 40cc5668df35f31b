"""Find a person in files: Parquet and Iceberg's manifests, decoded, and the bytes of any other file."""

import json
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.avro.file import AvroFile
from pyiceberg.io import FileIO
from pyiceberg.manifest import DataFile, ManifestEntry, ManifestFile
from pyiceberg.schema import Schema

from larder.lake.columnar import pc
from larder.landing.erasure_policy import COLUMN


@dataclass(frozen=True)
class Person:
    """A person to find.

    `household_id` is the id. `tokens` are texts that only this person's rows have, such as hashes of the id.
    """

    household_id: int
    tokens: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def _in_json(self) -> str:
        """A regular expression for the id in a JSON object, which may be escaped within another text."""
        return rf'\\*"{COLUMN}\\*"\s*:\s*\\*"?{self.household_id}(\\*"|\s*[,}}\]]|\.0\b)'

    @cached_property
    def _in_bytes(self) -> re.Pattern[bytes]:
        """As in JSON, YAML, SQL, logs: `household_id = 7`, `household-id: 7`; and the tokens."""
        words = rf"household[_ -]?id\W{{1,6}}{self.household_id}(?![\d.]*\d)"
        return re.compile("|".join([words, *map(re.escape, sorted(self.tokens))]).encode(), re.IGNORECASE)

    def in_bytes(self, content: bytes) -> bool:
        """Whether text names the person: by the id beside its name, or by a token."""
        return self._in_bytes.search(content) is not None

    def mask_bytes(self, content: bytes, mask: bytes) -> bytes:
        """Text in which a mask stands for all that names the person."""
        return self._in_bytes.sub(mask, content)

    def mask_json(self, values: Any, replacement: int) -> Any:
        """JSON objects in a column, with another number in the place of the person's."""
        before = rf'("{COLUMN}"\s*:\s*"?){self.household_id}("|\s*[,}}\]]|\.0\b)'
        return pc.replace_substring_regex(values, before, rf"\1{replacement}\2")

    def find_rows(self, rows: pa.Table) -> Any:
        """A boolean for each row of a table: whether it names the person."""
        found = pa.repeat(pa.scalar(False), rows.num_rows)
        for name, values in zip(rows.column_names, rows.columns, strict=True):
            if name.lower() == COLUMN:
                found = pc.or_(found, self.find_ids(values))
            elif is_text(values.type):
                found = pc.or_(found, self.find_texts(values))
        return found

    def find_ids(self, values: Any) -> Any:
        """A boolean for each id of a column, which may be numbers or text: whether it is the person's."""
        return pc.fill_null(pc.equal(values.cast(pa.string()), str(self.household_id)), False)

    def find_texts(self, values: Any) -> Any:
        """A boolean for each text of a column: whether it is a token, or JSON that names the person."""
        texts = values.cast(pa.large_string())
        found = pc.match_substring_regex(texts, self._in_json)
        if self.tokens:
            found = pc.or_(found, pc.is_in(texts, pa.array(sorted(self.tokens), pa.large_string())))
        return pc.fill_null(found, False)

    def in_parquet(self, io: FileIO, path: str, with_texts: bool = True) -> bool:
        """Whether a Parquet file names the person, by the id's own column or, if wanted, in any text."""
        source: Any
        with io.new_input(path).open() as source:
            schema = pq.read_schema(source)
            ids = [one.name for one in schema if one.name.lower() == COLUMN]
            texts = [one.name for one in schema if is_text(one.type)] if with_texts else []
            columns = list(dict.fromkeys([*ids, *texts]))
            # Texts by their dictionary: each is looked at once per row group.
            reader: Any = pq.ParquetFile(source, read_dictionary=texts)
            for batch in reader.iter_batches(1_000_000, columns=columns):
                if any(self._in_column(name, batch[name]) for name in batch.schema.names):
                    return True
        return False

    def _in_column(self, name: str, values: Any) -> bool:
        texts = values.dictionary if pa.types.is_dictionary(values.type) else values
        table = pa.table({name: texts})
        return bool(pc.any(self.find_rows(table)).as_py())

    def in_bounds(self, file: DataFile, fields: Iterable[int]) -> bool:
        """Whether a data file's smallest or largest value of some fields is the person's id."""
        kinds = [kind for kind in ("<q", "<i") if _fits(kind, self.household_id)]
        same = {struct.pack(kind, self.household_id) for kind in kinds}
        bounds = [file.lower_bounds or {}, file.upper_bounds or {}]
        values = {bytes(found[one]) for found in bounds for one in fields if one in found}
        return not values.isdisjoint(same)

    def in_avro(self, io: FileIO, path: str, content: bytes) -> bool:
        """Whether an Avro file of Iceberg's metadata names the person, also within its compressed blocks."""
        if self.in_bytes(content):
            return True
        with AvroFile[Any](io.new_input(path)) as reader:
            schema = reader.header.meta.get("schema")
        if schema is None:
            return False  # a list of manifests, which has no values of columns other than those of partitions
        fields = find_fields([Schema.model_validate(json.loads(schema))])
        manifest = ManifestFile.from_args(manifest_path=path, partition_spec_id=0, sequence_number=0)
        return any(self.in_bounds(entry.data_file, fields) for entry in read_entries(manifest, io))


def read_entries(manifest: ManifestFile, io: FileIO) -> Iterator[ManifestEntry]:
    """The entries of a manifest, those of deleted files included."""
    yield from manifest.fetch_manifest_entry(io, discard_deleted=False)


def find_fields(schemas: Iterable[Schema]) -> set[int]:
    """The ids of the fields that hold the person's id, in any version of a schema."""
    return {one.field_id for schema in schemas for one in schema.fields if one.name.lower() == COLUMN}


def is_text(kind: pa.DataType) -> bool:
    """Whether a column's type is text, also encoded by a dictionary."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _fits(kind: str, number: int) -> bool:
    limit = 1 << (8 * struct.calcsize(kind) - 1)
    return -limit <= number < limit
