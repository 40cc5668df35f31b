"""Land deliveries of tables and check after each where its rows are, and as what."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa

from larder.errors import IngestError
from larder.lake.catalog import BRONZE, open_catalog
from larder.landing.load import LoadResult
from larder.quarantine import records
from tests.unit.fuzz.deliveries import NAMES, has_other_kinds, refusal
from tests.unit.fuzz.oracle import fits, reads_as
from tests.unit.fuzz.sent import Delivery
from tests.unit.landing_helpers import land_resources

SOURCE = "fuzz"
Row = dict[str, Any]


def check(tables: dict[str, list[Delivery]], resource: Callable[[str, Delivery], Any]) -> None:
    """Land the deliveries of tables, all first ones at once, then all second ones; each of them twice.

    Args:
        tables: by resource, what the source has at one time after another.
        resource: makes a dlt resource of a delivery.
    """
    sent: dict[str, dict[int, Row]] = {table: {} for table in tables}
    for number in range(max(len(deliveries) for deliveries in tables.values())):
        arrived = {table: given[number] for table, given in tables.items() if number < len(given)}
        for table, delivery in list(arrived.items()):
            if has_other_kinds(delivery, bronze_kinds(table)):
                check_changed(table, sent, arrived.pop(table), resource)
            elif words := refusal(delivery):
                check_refused(resource(table, arrived.pop(table)), words)
        check_loaded(sent, arrived, resource)


def check_changed(
    table: str, sent: dict[str, dict[int, Row]], delivery: Delivery, resource: Callable[[str, Delivery], Any]
) -> None:
    """Land a delivery that is refused if its source declares types, or else loaded."""
    before = repr((bronze_rows(table), payloads(table)))  # NaN is not equal to itself
    try:
        check_loaded(sent, {table: delivery}, resource)
    except IngestError as error:
        words = [" in Bronze. Read it as ", *filter(None, [refusal(delivery)])]
        assert any(one in str(error) for one in words) and "\n" not in str(error), str(error)
        assert repr((bronze_rows(table), payloads(table))) == before
        for key in delivery.ids():
            del sent[table][key]
    else:
        assert not refusal(delivery)


def check_loaded(
    sent: dict[str, dict[int, Row]], arrived: dict[str, Delivery], resource: Callable[[str, Delivery], Any]
) -> None:
    """Land deliveries twice; `sent` gets their rows."""
    if not arrived:
        return
    for table, delivery in arrived.items():
        sent[table] |= named(delivery)
    for is_known in (False, True):
        known = {table: named(one).keys() & bronze_rows(table).keys() for table, one in arrived.items()}
        loaded = land_resources(*(resource(*item) for item in arrived.items()), name=SOURCE)
        for table, delivery in arrived.items():
            try:
                check_counts(table, delivery, loaded, len(known[table]))
                assert not is_known or loaded.rows[f"{SOURCE}_{table}"] == 0, "rows are loaded again"
                check_rows(table, sent[table], named(delivery))
            except AssertionError as error:
                raise AssertionError(f"{table}, {is_known=}: {error}; sent last: {delivery}") from error


def named(delivery: Delivery) -> dict[int, Row]:
    """The rows of a delivery by key and Bronze's names."""
    return {key: {NAMES[name]: value for name, value in row.items()} for key, row in delivery.rows().items()}


def check_refused(resource: Any, words: str) -> None:
    """Check that a load ends in one line with these words."""
    try:
        land_resources(resource, name=SOURCE)
    except IngestError as error:
        assert words in str(error) and "\n" not in str(error), str(error)
    else:
        raise AssertionError(f"nothing was refused: {words}")


def check_counts(table: str, delivery: Delivery, loaded: LoadResult, known: int) -> None:
    """Check the counts of a load of which Bronze had so many rows."""
    name = f"{SOURCE}_{table}"
    counts = loaded.received[name], loaded.already_there[name]
    assert counts == (delivery.row_count, known), f"{counts} rows received and known, not {known}"
    assert loaded.rows[name] + loaded.quarantined[name] + known == delivery.row_count


def check_rows(table: str, sent: dict[int, Row], latest: dict[int, Row]) -> None:
    """Check that each row is either in Bronze or in the quarantine, as it was sent, and for a reason."""
    found, aside = bronze_rows(table), payloads(table)
    assert found.keys() | aside.keys() == sent.keys(), "rows are lost"
    assert not found.keys() & aside.keys(), "rows are in both"
    kinds = bronze_kinds(table)
    for key, row in found.items():
        for name, meaning in row_of(kinds, sent[key]).items():
            assert reads_as(row.get(name), meaning), (key, name, kinds.get(name), row.get(name), meaning)
            assert fits(kinds.get(name, pa.null()), meaning) is not False, (key, name, kinds)
    for key, payload in aside.items():
        for name, meaning in sent[key].items():
            assert reads_as(payload.get(name), meaning), (key, name, payload.get(name), meaning)
    for key in latest.keys() & aside.keys():
        unfit = [
            name
            for name, meaning in latest[key].items()
            if fits(kinds.get(name, pa.null()), meaning) is not True
        ]
        assert unfit, (key, latest[key], kinds)


def row_of(kinds: dict[str, Any], sent: Row) -> Row:
    """What all columns of Bronze have to hold for a row that was sent."""
    return dict.fromkeys(kinds.keys() - ADDED) | sent


ADDED = {"id", "_loaded_at", "_business_date", "_is_deleted", "_dlt_load_id"}


def bronze_table(table: str) -> Any:
    """The table in the catalog."""
    return open_catalog().load_table((BRONZE, f"{SOURCE}_{table}"))


def bronze_kinds(table: str) -> dict[str, Any]:
    """The types of the columns in Bronze; none before the first load."""
    if not open_catalog().table_exists((BRONZE, f"{SOURCE}_{table}")):
        return {}
    return {one.name: one.type for one in bronze_table(table).schema().as_arrow()}


def bronze_rows(table: str) -> dict[int, Row]:
    """The rows in Bronze by key; no key is there twice."""
    if not open_catalog().table_exists((BRONZE, f"{SOURCE}_{table}")):
        return {}
    rows = bronze_table(table).scan().to_arrow().to_pylist()
    found = {row["id"]: row for row in rows}
    assert len(found) == len(rows), f"rows are doubled: {sorted(map(str, rows))}"
    return found


def payloads(table: str) -> dict[int, Row]:
    """The rows in the quarantine by key and Bronze's names; no key is there twice."""
    texts = records.read(resource=f"{SOURCE}_{table}", columns=("payload_json",))["payload_json"].to_pylist()
    rows = [json.loads(str(text), parse_float=Decimal) for text in texts]
    found = {int(row["id"]): row for row in rows}
    assert len(found) == len(rows), f"rows are doubled: {sorted(map(str, rows))}"
    return found
