"""Files: CSV, JSON lines and Parquet that are cut off, odd, or empty."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from dlt.sources.filesystem import filesystem, read_csv, read_jsonl, read_parquet

from tests.unit.bad_input.case import Accepted, Case, Delivery, Place, Quarantined, Refused, case
from tests.unit.bad_input.deliveries import new_records

READERS: dict[str, Callable[..., Any]] = {"csv": read_csv, "jsonl": read_jsonl, "parquet": read_parquet}
PRIVATE = ("Ann", "Bob")


def file(ending: str, content: bytes, *ids: Any, **options: Any) -> Delivery:
    """A folder with one file."""

    def prepare(place: Place) -> None:
        for old in place.folder.iterdir():
            old.unlink()
        (place.folder / f"people.{ending}").write_bytes(content)

    def resource(place: Place) -> Any:
        files = filesystem(place.folder.as_uri(), file_glob=f"*.{ending}")
        read = files | READERS[ending](**options)
        return read.with_name(place.table).apply_hints(primary_key="id")

    return Delivery(resource, new_records(ids), prepare)


def csv(text: str | bytes, *ids: Any, **options: Any) -> Delivery:
    """A CSV file."""
    return file("csv", text if isinstance(text, bytes) else text.encode(), *ids, **options)


def jsonl(text: str, *ids: Any) -> Delivery:
    """A file of JSON lines."""
    return file("jsonl", text.encode(), *ids)


def parquet(column: Any) -> Delivery:
    """A Parquet file with a column `value`."""
    return file("parquet", written(column), *range(1, len(column) + 1))


def written(column: Any) -> bytes:
    """The content of that file."""
    content = BytesIO()
    pq.write_table(
        pa.table({"id": pa.array(range(1, len(column) + 1), pa.int64()), "value": column}), content
    )
    return content.getvalue()


def of_one_name() -> bytes:
    """The content of a Parquet file with two columns of one name."""
    content = BytesIO()
    columns: list[Any] = [pa.array([1]), pa.array(["Ann"]), pa.array(["Bob"])]
    pq.write_table(pa.Table.from_arrays(columns, ["id", "value", "value"]), content)
    return content.getvalue()


def held(id: str, column: Any, values: list[Any], type: str) -> Case:
    """A column of a Parquet file is accepted."""
    return case(id, parquet(column), Accepted(values, type))


CASES = [
    case(
        "jsonl_with_a_key_twice",
        jsonl('{"id": 1, "value": "Ann", "value": "Bob"}\n'),
        Refused("people.jsonl", "an object has the key value twice"),
        private=PRIVATE,
    ),
    case(
        "jsonl_with_a_number_beyond_64_bits",
        jsonl('{"id": 1, "value": 9223372036854775808}\n', 1),
        Accepted([Decimal(2**63)], "decimal(38, 0)"),
    ),
    case(
        "jsonl_in_latin1",
        file("jsonl", '{"id": 1, "value": "Jürgen"}\n'.encode("latin-1")),
        Refused("people.jsonl", "not valid UTF-8"),
        private=("rgen",),
    ),
    case("csv_with_a_byte_order_mark", csv("\ufeffid,value\n1,Ann\n", 1), Accepted(["Ann"])),
    case(
        "csv_with_a_header_twice", csv("id,value,value\n1,Ann,Bob\n", 1), Accepted(["Bob"], column="value_1")
    ),
    case("csv_with_an_empty_header", csv("id,,value\n1,x,Ann\n", 1), Accepted(["Ann"])),
    case(
        "csv_with_too_many_fields",
        csv("id,value\n1,Ann\n2,Bob,x,y\n"),
        Refused("people.csv", "Expected 2 fields in line 3"),
        private=PRIVATE,
    ),
    case("csv_with_too_few_fields", csv("id,value\n1,Ann\n2\n", 1, 2), Accepted(["Ann", None])),
    case("csv_without_content", csv(""), Refused("people.csv")),
    case("csv_of_only_a_header", csv("id,value\n"), Accepted([])),
    case(
        "csv_with_another_delimiter", csv("id;value\n1;Ann\n"), Refused("no longer has id"), private=PRIVATE
    ),
    case("csv_with_a_declared_delimiter", csv("id;value\n1;Ann\n", 1, sep=";"), Accepted(["Ann"])),
    case(
        "csv_with_a_quoted_line_break", csv('id,value\n1,"Ann\nBob, ""x"""\n', 1), Accepted(['Ann\nBob, "x"'])
    ),
    case("csv_with_an_open_quote", csv('id,value\n1,"Ann\n'), Refused("people.csv"), private=PRIVATE),
    case("csv_of_carriage_returns", csv("id,value\r\n1,Ann\r\n", 1), Accepted(["Ann"])),
    case(
        "csv_in_latin1",
        csv("id,value\n1,Jürgen\n".encode("latin-1")),
        Refused("people.csv"),
        private=("rgen",),
    ),
    case("csv_in_utf16", csv("id,value\n1,Ann\n".encode("utf-16")), Refused("people.csv"), private=PRIVATE),
    case("csv_with_nul", csv("id,value\n1,a\0b\n", 1), Accepted(["a\0b"])),
    case("csv_with_a_blank_line", csv("id,value\n1,Ann\n\n2,Bob\n", 1, 2), Accepted(["Ann", "Bob"])),
    case(
        "csv_with_an_empty_column",
        csv("id,value,points\n1,,5\n2,,\n", 1, 2),
        Accepted([5.0, None], "double", "points"),
    ),
    case(
        "jsonl_with_a_broken_line",
        jsonl('{"id": 1}\n{"id": 2, "value": "Ann\n'),
        Refused("people.jsonl"),
        private=PRIVATE,
    ),
    case(
        "jsonl_with_a_blank_line",
        jsonl('{"id": 1, "value": "Ann"}\n\n{"id": 2, "value": "Bob"}\n'),
        Refused("people.jsonl"),
        private=PRIVATE,
    ),
    case("jsonl_without_content", jsonl(""), Accepted([])),
    case("jsonl_of_lists", jsonl('[1, "Ann"]\n'), Refused("Yield dicts"), private=PRIVATE),
    case("jsonl_with_nan", jsonl('{"id": 1, "value": NaN}\n'), Refused("people.jsonl")),
    case("jsonl_with_a_byte_order_mark", jsonl('\ufeff{"id": 1, "value": "Ann"}\n', 1), Accepted(["Ann"])),
    case(
        "parquet_truncated",
        file("parquet", written(pa.array(["Ann"] * 100))[:200]),
        Refused("people.parquet"),
        private=PRIVATE,
    ),
    case("parquet_without_content", file("parquet", b""), Refused("people.parquet")),
    case(
        "csv_named_parquet", file("parquet", b"id,value\n1,Ann\n"), Refused("people.parquet"), private=PRIVATE
    ),
    case("parquet_without_rows", file("parquet", written(pa.array([], pa.string()))), Accepted([])),
    case(
        "parquet_with_a_name_twice",
        file("parquet", of_one_name()),
        Refused("the source sends the column value twice"),
        private=PRIVATE,
    ),
    held("parquet_with_nan", pa.array([float("nan"), None]), [float("nan"), None], "double"),
    held(
        "parquet_nanoseconds",
        pa.array([1_001], pa.timestamp("ns", "UTC")),
        [datetime(1970, 1, 1, 0, 0, 0, 1, UTC)],
        "timestamptz",
    ),
    held("parquet_unsigned_64", pa.array([2**64 - 1], pa.uint64()), [Decimal(2**64 - 1)], "decimal(20, 0)"),
    held("parquet_time", pa.array([time(9, 30)]), ["09:30:00.000000"], "string"),
    held("parquet_dictionary", pa.array(["a", None]).dictionary_encode(), ["a", None], "string"),
    held("parquet_nested", pa.array([{"a": [1, None]}]), ['{"a":[1,null]}'], "string"),
    held("parquet_decimal_256", pa.array([Decimal(10**40)], pa.decimal256(76, 0)), [str(10**40)], "string"),
    case(
        "parquet_of_latin1",
        parquet(pa.array([b"J\xfcrgen"]).view(pa.string())),
        Quarantined([(1, "text", "value")], "value is not valid UTF-8"),
        private=("rgen",),
    ),
]
