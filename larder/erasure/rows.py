"""Erase a person's rows from the current version of a table, by copies of the files that hold them."""

from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa
from pyiceberg.expressions import And, BooleanExpression, Or
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table, TableProperties
from pyiceberg.types import StringType

from larder.erasure.landed import MARK, find_landed, read_schema, rewrite_landed
from larder.erasure.traces import Person
from larder.lake.columnar import pc, repeat
from larder.lake.metrics import LAYERS
from larder.lake.tables import is_empty
from larder.landing.erasure_policy import COLUMN, MERGED, NEUTRAL, PLACEHOLDERS, REASSIGNED, build_placeholder
from larder.quarantine import records
from larder.quarantine.conditions import equals, is_one_of
from larder.quarantine.schema import NAMESPACE, OPEN, RECORDS, REJECTS


def erase_rows(table: Table, person: Person) -> dict[str, int]:
    """Erase the person from the rows of a table; returns the number of rows by what became of them."""
    if is_empty(table):
        return {}
    # A retry by pyiceberg would put the change on top of one that was not read.
    table.metadata.properties[TableProperties.COMMIT_NUM_RETRIES] = "0"
    if table.name() == (NAMESPACE, RECORDS):
        return _erase_records(table, person)
    if find_column(table) is not None:
        return _erase_by_column(table, person)
    # Of the layers' tables, texts are only looked at by the scan: they are large, and not about persons.
    return {} if table.name()[0] in LAYERS else _delete_texts(table, person)


def _erase_by_column(table: Table, person: Person) -> dict[str, int]:
    *_, name = table.name()
    mine = _match(table, person.household_id)
    count = table.scan(row_filter=mine, selected_fields=(COLUMN,)).to_arrow().num_rows
    if count == 0:
        return {}
    stays = name in REASSIGNED

    def change(rows: pa.Table) -> pa.Table | None:
        is_mine = person.find_ids(rows[COLUMN])
        if not pc.any(is_mine).as_py():
            return None
        return _reassign(rows, is_mine) if stays else rows.filter(pc.invert(is_mine))

    landed = find_landed(table, mine)
    rewrite_landed(table, landed, change, _find_placeholder(table, name, landed))
    if name in MERGED:
        _merge(table, table.scan(row_filter=mine).to_arrow(), MERGED[name], mine)
        return {"merged": count}
    rest = table.scan(row_filter=mine).to_arrow()
    if rest.num_rows and stays:
        table.overwrite(_reassign(rest), mine, snapshot_properties=MARK)
    elif rest.num_rows:
        table.delete(mine, snapshot_properties=MARK)
    return {"reassigned" if stays else "deleted": count}


def _find_placeholder(table: Table, name: str, landed: list[DataFile]) -> pa.Table | None:
    """The row of the neutral household to add to files that landing wrote, if it is missing.

    Where other programs write, it is added here.
    """
    if name not in PLACEHOLDERS:
        return None
    neutral = table.scan(row_filter=_match(table, NEUTRAL), selected_fields=(COLUMN,)).to_arrow()
    if neutral.num_rows:
        return None
    if landed:
        return build_placeholder(name, read_schema(table, landed[0]))
    table.append(build_placeholder(name, table.schema().as_arrow()), snapshot_properties=MARK)
    return None


def find_column(table: Table) -> str | None:
    """The table's column that names a person; None if it has none."""
    return next((one.name for one in table.schema().fields if one.name == COLUMN), None)


def find_tokens(table: Table, person: Person) -> frozenset[str]:
    """The keys of the person's versions in a snapshot table of dbt, which are hashes of the id."""
    tokens: set[str] = set()
    if "dbt_scd_id" in table.schema().column_names and find_column(table) is not None:
        mine = _match(table, person.household_id)
        # Of the whole history: an erasure that was killed may have rewritten the current rows.
        for snapshot in table.metadata.snapshots:
            rows = table.scan(mine, ("dbt_scd_id",), snapshot_id=snapshot.snapshot_id).to_arrow()
            tokens.update(filter(None, rows["dbt_scd_id"].to_pylist()))
    return frozenset(tokens)


def _match(table: Table, household_id: int) -> BooleanExpression:
    """A condition for the rows of a household; in some sources its number is text."""
    is_text = isinstance(table.schema().find_type(COLUMN), StringType)
    return equals(COLUMN, str(household_id) if is_text else household_id)


def _reassign(rows: pa.Table, is_mine: Any = True) -> pa.Table:
    """The rows, with the neutral household in those that are the person's, by default all."""
    place = rows.schema.get_field_index(COLUMN)
    field = rows.schema.field(place)
    neutral = repeat(NEUTRAL, pa.int64(), rows.num_rows).cast(field.type)
    return rows.set_column(place, field, pc.if_else(is_mine, neutral, rows[COLUMN]))


def _merge(table: Table, rows: pa.Table, rest: tuple[str, ...], mine: BooleanExpression) -> None:
    """Add the person's sums to those of the neutral household, for the same rest of the key."""
    same = [is_one_of(column, pc.unique(rows[column]).to_pylist()) for column in rest]
    neutral = And(_match(table, NEUTRAL), *same)
    both = pa.concat_tables([_reassign(rows), table.scan(row_filter=neutral).to_arrow()])
    key = (COLUMN, *rest)
    columns = ", ".join(
        f'"{one.name}"' if one.name in key else f'{_function(one)}("{one.name}") as "{one.name}"'
        for one in both.schema
    )
    with duckdb.connect() as database:
        database.execute("set timezone = 'UTC'")
        database.register("both_rows", both)
        names = ", ".join(f'"{one}"' for one in key)
        merged: Any = database.sql(f"select {columns} from both_rows group by {names}").to_arrow_table()  # noqa: S608
    table.overwrite(merged.cast(both.schema), Or(mine, neutral), snapshot_properties=MARK)


def _function(column: Any) -> str:
    """How values of several households become one: numbers are added, times are the first or last."""
    if pa.types.is_temporal(column.type):
        return "min" if column.name.startswith("first_") else "max"
    return "sum"


def _delete_texts(table: Table, person: Person) -> dict[str, int]:
    """Delete the rows in which a text names the person, such as samples of rows that failed a test."""
    texts = [one.name for one in table.schema().fields if isinstance(one.field_type, StringType)]
    deleted = 0
    for column in texts:
        values = pc.unique(table.scan(selected_fields=(column,)).to_arrow()[column])
        if found := values.filter(person.find_texts(values)).to_pylist():
            mine = is_one_of(column, found)
            deleted += table.scan(row_filter=mine, selected_fields=(column,)).to_arrow().num_rows
            table.delete(mine, snapshot_properties=MARK)
    return {"deleted": deleted} if deleted else {}


def _erase_records(table: Table, person: Person) -> dict[str, int]:
    """Delete the quarantine's records of the person; an open one of a sale gets the neutral household."""
    rows = table.scan().to_arrow()
    mine = rows.filter(person.find_rows(rows.select(["key_json", "payload_json", "note"])))
    if mine.num_rows == 0:
        return {}
    is_sale = pc.and_(pc.equal(mine["state"], OPEN), pc.is_in(mine["resource"], pa.array(sorted(REASSIGNED))))
    sales = mine.filter(is_sale)
    # First the changed records, whose ids are different ones: a killed erasure loses none.
    for column in ("key_json", "payload_json"):
        masked = person.mask_json(sales[column], NEUTRAL)
        sales = sales.set_column(sales.schema.get_field_index(column), column, masked)
    sales = sales.append_column("seen_at", sales["last_seen_at"])
    records.note(sales.select(list(REJECTS)).cast(pa.schema(list(REJECTS.items()))))
    table.refresh()
    table.delete(is_one_of("record_id", mine["record_id"].to_pylist()), snapshot_properties=MARK)
    counts = {"reassigned": sales.num_rows, "deleted": mine.num_rows - sales.num_rows}
    return {what: count for what, count in counts.items() if count}


def with_tokens(person: Person, tokens: frozenset[str]) -> Person:
    """The person with more tokens."""
    return replace(person, tokens=person.tokens | tokens)
