"""Merge rejected rows into the records that are known."""

from typing import Any

import duckdb
import pyarrow as pa
from pyiceberg.table import Table

from larder.quarantine.commits import replace
from larder.quarantine.schema import SCHEMA

# What `MERGE` compares and keeps: all but the payload, which the id stands for.
KNOWN = (
    "record_id", "table_name", "key_json", "rule", "column_name", "reason", "run_id", "business_date",
    "first_seen_at", "last_seen_at", "state",
)  # fmt: skip

# The id is that of the row, not of its text: fields that are null may be left out, 1.0 is 1, and spaces and
# escapes do not count. They depend on the other rows of the delivery.
ARRIVED = r"""
    create temp view arrived as
    select
        sha256(concat_ws(chr(10), source, resource, coalesce(
            regexp_replace(
                cast(json_merge_patch('{}', try_cast(payload_json as json)) as varchar),
                '([0-9])\.0([,}\]])', '\1\2', 'g'
            ),
            payload_json
        )))[:16] as record_id,
        *
    from rejects
    qualify row_number() over (partition by record_id order by seen_at desc, rule, column_name, reason) = 1
"""

# Records to write, and their state until now. Nothing is written for a record that was discarded, that was
# seen later than these rejects, or that would stay the same.
MERGE = """
    select
        arrived.record_id,
        arrived.source,
        arrived.resource,
        arrived.table_name,
        arrived.key_json,
        arrived.rule,
        arrived.column_name,
        arrived.reason,
        arrived.payload_json,
        arrived.run_id,
        coalesce(known.business_date, arrived.business_date) as business_date,
        coalesce(known.first_seen_at, arrived.seen_at) as first_seen_at,
        arrived.seen_at as last_seen_at,
        'open' as state,
        null as closed_at,
        null as note,
        known.state as earlier_state
    from arrived
    left join known on known.record_id = arrived.record_id
    where
        known.record_id is null
        or (
            known.state <> 'discarded'
            and arrived.seen_at >= known.last_seen_at
            and (
                known.state, known.last_seen_at, known.table_name, known.key_json, known.rule,
                known.column_name, known.reason, known.run_id
            ) is distinct from (
                'open', arrived.seen_at, arrived.table_name, arrived.key_json, arrived.rule,
                arrived.column_name, arrived.reason, arrived.run_id
            )
        )
"""


def merge(target: Table, rejects: pa.Table) -> None:
    """Add a record for each rejected row that has none, and update those that are known."""
    with duckdb.connect() as database:
        database.execute("set timezone = 'UTC'")
        database.register("rejects", rejects)
        database.register("stored", target.scan(selected_fields=KNOWN).to_arrow_batch_reader())
        database.execute(ARRIVED)
        database.execute(
            "create temp table known as select * from stored semi join arrived using (record_id)"
        )
        merged: Any = database.sql(MERGE).to_arrow_table()
    changed = merged.filter(merged["earlier_state"].is_valid())
    rows = merged.drop_columns(["earlier_state"]).cast(SCHEMA)
    replace(target, changed["record_id"].to_pylist(), changed["earlier_state"].unique().to_pylist(), rows)
