"""Read and change the records of the quarantine. Each change is one commit, and idempotent."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import pyarrow as pa
from pyiceberg.expressions import AlwaysTrue, And, BooleanExpression

from larder.quarantine import schema
from larder.quarantine.commits import commit, replace
from larder.quarantine.conditions import equals, is_one_of
from larder.quarantine.merge import merge
from larder.quarantine.schema import OPEN, SCHEMA, Closing

# Records that one commit closes: their payloads are in memory.
CLOSED_AT_ONCE = 50_000


def ensure() -> None:
    """Create the table if it is missing."""
    schema.ensure()


def note(rejects: pa.Table) -> None:
    """Set rejected rows aside: one record for each payload of a resource, however often it is rejected.

    A new record is open. A known one that is open gets the rule, reason and run of these rejects; one that
    was resolved or replayed is open again; one that was discarded stays as it is.

    Args:
        rejects: rows with `source`, `resource`, `table_name`, `key_json`, `rule`, `column_name`, `reason`,
            `payload_json`, `run_id`, `business_date` and `seen_at`.
    """
    if rejects.num_rows:
        commit(lambda: merge(schema.ensure(), rejects))


def find_open(source: str, resource: str, columns: Sequence[str] = SCHEMA.names) -> pa.Table:
    """The open records of a resource, with the named columns."""
    return read(source=source, resource=resource, state=OPEN, columns=columns)


def close(record_ids: Sequence[str], state: Closing, note: str = "") -> int:
    """Close those of the records that are open; returns how many were."""
    ids = sorted(set(record_ids))
    parts = (ids[start : start + CLOSED_AT_ONCE] for start in range(0, len(ids), CLOSED_AT_ONCE))
    return sum(commit(partial(_close, part, state, note)) for part in parts)


def read(
    *,
    source: str | None = None,
    resource: str | None = None,
    rule: str | None = None,
    state: str | None = None,
    record_ids: Sequence[str] | None = None,
    columns: Sequence[str] = SCHEMA.names,
) -> pa.Table:
    """The records that have all of the given values, with the named columns."""
    wanted = {"source": source, "resource": resource, "rule": rule, "state": state}
    condition: BooleanExpression = AlwaysTrue()
    for column, value in wanted.items():
        if value is not None:
            condition = And(condition, equals(column, value))
    if record_ids is not None:
        condition = And(condition, is_one_of("record_id", record_ids))
    found = schema.find()
    shape = pa.schema([SCHEMA.field(column) for column in columns])
    if found is None:
        return shape.empty_table()
    rows = found.scan(row_filter=condition, selected_fields=tuple(columns)).to_arrow()
    return rows.select(list(columns)).cast(shape)


def _close(record_ids: list[str], state: Closing, note: str) -> int:
    found = schema.find()
    if found is None:
        return 0
    condition = And(equals("state", OPEN), is_one_of("record_id", record_ids))
    rows = found.scan(row_filter=condition).to_arrow().select(SCHEMA.names).cast(SCHEMA)
    values = {"state": state, "closed_at": datetime.now(UTC), "note": note or None}
    for column, value in values.items():
        field = SCHEMA.field(column)
        rows = rows.set_column(
            SCHEMA.get_field_index(column), field, pa.repeat(pa.scalar(value, field.type), rows.num_rows)
        )
    replace(found, rows["record_id"].to_pylist(), [OPEN], rows)
    return rows.num_rows
