"""Put rows that a dbt test set aside (`macros/quarantine/`) back into their table, with values replaced.

That is a build of its own: on a branch, tested, and published.
"""

import json
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

from larder import settings
from larder.errors import LarderError
from larder.lake.lease import WRITER, Lease, acquire
from larder.publication.block import published_block
from larder.publication.branch import VARIABLE
from larder.quarantine import records
from larder.runtime import dbt_process
from larder.runtime.build_plan import EXCLUDED
from larder.spark import session as spark
from larder.variables import temporary_environment

# As the macro `payload_format` writes it.
FORMAT = {
    "mode": "FAILFAST",
    "timestampFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
    "timestampNTZFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSS",
}
ID, LOADED_AT = "record_id", "loaded_at"


@dataclass(frozen=True)
class Replayed:
    """Ids of the records whose rows are back, of those that a test rejected again, and of those whose key the
    table has again without them.
    """

    replayed: list[str]
    rejected: list[str]
    present: list[str]


def replay(rows: pa.Table, changes: Mapping[str, Any]) -> Replayed:
    """Put rows back into the table that they are from, test and publish it, and close their records.

    Args:
        rows: open records of the quarantine, all of one table.
        changes: values that replace those of every row, by column, as text or None.

    Raises:
        LarderError: a value does not fit its column, several rows have the same key, or the table's tests
            fail. Nothing was changed.
    """
    (table,) = (str(name) for name in set(rows["table_name"].to_pylist()))
    keys = Counter(key for key in rows["key_json"].to_pylist() if key is not None)
    if any(count > 1 for count in keys.values()):
        raise LarderError(f"{table}: several of the records have the same key. Replay one of them.")
    with _writer(table), published_block() as branch:
        kept, present = _append(table, rows, changes, branch)
        if kept.num_rows:
            _test(str(rows["resource"][0]), branch)
        noted = _find_noted(kept)
        rejected = noted | _find_gone(table, kept, branch)
    replayed = [record_id for record_id in _ids(kept) if record_id not in rejected]
    records.close(replayed, "replayed")
    # The row that was rejected has other values, so it has a record of its own.
    records.close(sorted(rejected - noted), "replayed", "A data test rejected it again with the values set.")
    records.close(present, "resolved", "The table has a row with this key again.")
    return Replayed(replayed, sorted(rejected), present)


def _writer(table: str) -> Lease:
    """Keep runs out: one that began before would not be published after the table changed."""
    activity = f"replay into {table}"
    return acquire(
        WRITER,
        activity,
        wait=settings.waits(),
        on_wait=lambda owner: print(f"{activity} waits for {owner}", file=sys.stderr, flush=True),
    )


def _append(
    table: str, rows: pa.Table, changes: Mapping[str, Any], branch: str
) -> tuple[pa.Table, list[str]]:
    """Append rows on a branch; returns their records, and the ids of those whose key the table has."""
    with spark.on_branch(branch) as session:
        if unknown := set(changes) - set(session.table(table).columns):
            raise LarderError(f"{table}: there is no column {', '.join(sorted(unknown))}. Check the names.")
        try:
            # Collected first: appending changes what the table has.
            present = _find_present(session, table, rows)
            kept = rows.filter(pa.compute.invert(pa.compute.is_in(rows[ID], pa.array(present, pa.string()))))
            if kept.num_rows:
                _restore(session, table, kept, changes).drop(ID).writeTo(table).append()
        except PySparkException as error:
            raise LarderError(
                f"{table}: a row does not fit the table ({error.getCondition() or type(error).__name__}). "
                "Give values of the columns' types."
            ) from error
    return kept, present


def _test(model: str, branch: str) -> None:
    """Test a model on a branch; a test may set rows aside again."""
    with temporary_environment({VARIABLE: branch}):
        dbt_process.ask("test", "--select", model, "--exclude", *EXCLUDED)


def _find_noted(before: pa.Table) -> set[str]:
    """The ids of the records that a test has noted again since they were read."""
    seen = dict(zip(_ids(before), before["last_seen_at"].to_pylist(), strict=True))
    now = records.read(record_ids=list(seen), columns=(ID, "last_seen_at")).to_pylist()
    return {row[ID] for row in now if row["last_seen_at"] != seen[row[ID]]}


def _find_gone(table: str, rows: pa.Table, branch: str) -> set[str]:
    """The ids of the records with a key that the table no longer has on a branch."""
    keyed = rows.filter(pa.compute.is_valid(rows["key_json"]))
    with spark.on_branch(branch) as session:
        return set(_ids(keyed)) - set(_find_present(session, table, keyed))


def _ids(rows: pa.Table) -> list[str]:
    return [str(one) for one in rows[ID].to_pylist()]


def _restore(session: SparkSession, table: str, rows: pa.Table, changes: Mapping[str, Any]) -> DataFrame:
    """The rows with the table's columns, and the ids of their records."""
    target = session.table(table)
    payloads = session.createDataFrame(
        list(zip(rows[ID].to_pylist(), rows["payload_json"].to_pylist(), strict=True)),
        f"{ID} string, row string",
    )
    restored = payloads.select(ID, f.from_json("row", target.schema, FORMAT).alias("row")).select(ID, "row.*")
    for name, value in changes.items():
        restored = restored.withColumn(name, _as_type(value, target.schema[name].dataType.simpleString()))
    if LOADED_AT in target.columns:
        restored = restored.withColumn(LOADED_AT, _next_load(target))
    return restored.select(ID, *target.columns)


def _as_type(value: str | None, kind: str) -> Column:
    """A value as a column of a type; an error when it is read if it does not fit, whatever Spark's mode."""
    converted = f.lit(value).try_cast(kind)
    wrong = f.raise_error(f.lit(f"a value is not of the type {kind}")).cast(kind)
    return f.when(converted.isNull(), wrong).otherwise(converted) if value is not None else converted


def _next_load(target: DataFrame) -> Column:
    """A load time after all others, so that models downstream see the rows, and not after the next load's."""
    latest = target.agg(f.max(LOADED_AT)).collect()[0][0]
    return f.lit(latest) + f.expr("interval 1 microsecond") if latest else f.current_timestamp()


def _find_present(session: SparkSession, table: str, rows: pa.Table) -> list[str]:
    """The ids of the records whose key the table has."""
    known = [
        (one[ID], one["key_json"]) for one in rows.select([ID, "key_json"]).to_pylist() if one["key_json"]
    ]
    if not known:
        return []
    columns = list(json.loads(known[0][1]))
    target = session.table(table)
    schema = target.select(columns).schema
    keys = session.createDataFrame(known, f"{ID} string, key string")
    keys = keys.select(ID, f.from_json("key", schema, FORMAT).alias("key")).select(ID, "key.*")
    return [row[0] for row in keys.join(target.select(columns), columns, "left_semi").select(ID).collect()]
