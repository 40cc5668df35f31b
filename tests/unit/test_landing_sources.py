"""Plain dlt sources of every kind land as they are: generators, Arrow, pandas, REST, SQL, files."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import dlt
import duckdb
import pandas as pd
import psycopg
import pyarrow as pa
import pytest
from dlt.sources.filesystem import filesystem, read_csv, read_jsonl, read_parquet
from dlt.sources.rest_api import rest_api_resources
from dlt.sources.sql_database import sql_table

from demo.postgres_server import ADMIN
from demo.state import Database
from larder.errors import IngestError
from larder.lake.catalog import open_catalog
from tests.unit.bronze_tables import rows, values
from tests.unit.http_stub import QuietHandler, serve
from tests.unit.landing_helpers import land_resources, land_source

NOON = datetime(2017, 3, 1, 12, tzinfo=UTC)
PEOPLE = pa.table({"id": [1, 2], "name": ["Ann", None]})


@pytest.fixture(autouse=True)
def state_folder(home: Path) -> None:
    """Each test has a warehouse of its own."""


@pytest.mark.parametrize(
    "items",
    [
        PEOPLE.to_pylist(),
        [PEOPLE.to_pylist()],
        [PEOPLE],
        PEOPLE.to_batches(),
        [PEOPLE.to_pandas()],
    ],
    ids=["dicts", "pages of dicts", "Arrow table", "record batches", "pandas"],
)
def test_items_of_every_kind_land_as_the_same_rows(items: list[Any]) -> None:
    def load() -> int:
        return land_resources(dlt.resource(items, name="people", primary_key="id")).rows["loyalty_people"]

    assert (load(), load()) == (2, 0)
    assert values("loyalty_people", "id", "name") == [(1, "Ann"), (2, None)]


def test_items_of_an_unknown_kind_are_refused() -> None:
    with pytest.raises(IngestError, match="yields str"):
        land_resources(dlt.resource(["Ann"], name="people", primary_key="id"))


def test_nested_json_lands_as_text() -> None:
    person = {
        "id": 1,
        "address": {"city": "Ulm", "geo": {"lat": 48.4}},
        "orders": [{"no": 1}, {"no": 2}],
        "tags": ["a", "b"],
        "empty": {},
    }
    land_resources(dlt.resource([person], name="people", primary_key="id"))
    [row] = rows("loyalty_people")
    assert json.loads(row["address"]) == person["address"]
    assert json.loads(row["orders"]) == person["orders"]
    assert row["tags"] == '["a", "b"]'
    assert row["empty"] == "{}"


def test_declared_columns_convert_text_to_their_types() -> None:
    columns: Any = {
        "born_on": {"data_type": "date"},
        "seen_at": {"data_type": "timestamp"},
        "points": {"data_type": "decimal", "precision": 10, "scale": 2},
        "rate": {"data_type": "double"},
        "extra": {"data_type": "json"},
    }
    person = {
        "id": 1,
        "born_on": "1980-02-29",
        "seen_at": "2017-03-01T13:00:00+01:00",
        "points": "12.50",
        "rate": 5,
        "extra": {"a": 1},
    }
    land_resources(dlt.resource([person], name="people", primary_key="id", columns=columns))
    [row] = rows("loyalty_people")
    assert (row["born_on"], row["seen_at"]) == (date(1980, 2, 29), NOON)
    assert (row["points"], row["rate"], json.loads(row["extra"])) == (Decimal("12.50"), 5.0, {"a": 1})


def test_types_are_kept_and_another_engine_reads_them() -> None:
    person = {
        "id": 2**62,
        "price": Decimal("1.25"),
        "photo": b"\x00\xff",
        "is_member": True,
        "born_on": date(1980, 2, 29),
        "opens_at": time(8, 30),
        "seen_at": NOON,
        "local_at": datetime(2017, 3, 1, 8),
        "ratio": 0.1,
    }
    table = pa.Table.from_pylist([person])
    land_resources(dlt.resource([table], name="people", primary_key="id"))
    with duckdb.connect() as database:
        database.execute("set timezone = 'UTC'")
        database.register("found", open_catalog().load_table("bronze.loyalty_people").scan().to_arrow())
        columns = [name for name in person if name != "opens_at"]
        [row] = database.execute(f"select {', '.join(columns)}, opens_at::time from found").fetchall()
    # A time without a zone is taken as UTC.
    sent = person | {"local_at": datetime(2017, 3, 1, 8, tzinfo=UTC)}
    assert row == (*(sent[name] for name in columns), sent["opens_at"])


def test_column_names_that_clash_in_bronze_are_refused() -> None:
    row = {"id": 1, "floorSpace": 1, "floor_space": 2}
    for items in ([row], [pa.Table.from_pylist([row])]):
        with pytest.raises(IngestError, match="floorSpace, floor_space have the same name"):
            land_resources(dlt.resource(items, name="people", primary_key="id"))


def test_a_column_with_a_name_of_bronzes_own_gets_another_one() -> None:
    land_resources(dlt.resource([{"id": 1, "_loaded_at": "today"}], name="people", primary_key="id"))
    assert values("loyalty_people", "id", "source_loaded_at") == [(1, "today")]


def test_column_names_are_snake_case_in_bronze_keys_and_cursors_too() -> None:
    def resource() -> Any:
        return dlt.resource(
            [{"personId": 1, "changedAt": NOON}],
            name="People",
            primary_key="personId",
            incremental=dlt.sources.incremental[datetime]("changedAt"),
        )

    land_resources(resource())
    assert land_resources(resource()).rows == {"loyalty_people": 0}
    assert values("loyalty_people", "person_id", "changed_at") == [(1, NOON)]


def test_a_plain_rest_api_configuration_lands() -> None:
    requested: list[str] = []

    class Api(QuietHandler):
        def do_GET(self) -> None:
            requested.append(self.path)
            people = [{"id": 1, "updated_at": "2017-03-01T12:00:00Z", "address": {"city": "Ulm"}}]
            text = json.dumps({"items": people}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    def source(base_url: str) -> Any:
        return rest_api_resources(
            {
                "client": {"base_url": base_url},
                "resources": [
                    {
                        "name": "people",
                        "primary_key": "id",
                        "columns": {"updated_at": {"data_type": "timestamp"}},
                        "endpoint": {
                            "path": "people",
                            "paginator": "single_page",
                            "data_selector": "items",
                            "incremental": {"cursor_path": "updated_at", "start_param": "since"},
                        },
                    }
                ],
            }
        )

    with serve(Api) as url:
        assert land_resources(*source(url)).rows == {"loyalty_people": 1}
        assert land_resources(*source(url)).rows == {"loyalty_people": 0}
    assert requested[0] == "/people"
    assert requested[1].startswith("/people?since=2017-02-26T12")
    assert json.loads(rows("loyalty_people")[0]["address"]) == {"city": "Ulm"}


@pytest.mark.parametrize("backend", ["pyarrow", "sqlalchemy"])
def test_a_table_of_dlts_sql_database_lands(postgres: Database, backend: Any) -> None:
    name = f"loyalty_{backend}"
    with psycopg.connect(postgres.url(ADMIN, postgres.admin_password, "postgres"), autocommit=True) as admin:
        admin.execute(f"create database {name}")
    url = postgres.url(ADMIN, postgres.admin_password, name)

    def load() -> int:
        table = sql_table(
            url.replace("postgresql:", "postgresql+psycopg:"),
            table="members",
            backend=backend,
            incremental=dlt.sources.incremental("updated_at"),
        )
        return land_resources(table).rows["loyalty_members"]

    with psycopg.connect(url, autocommit=True) as database:
        database.execute(
            "create table members ("
            "id int primary key, name text, points numeric(10, 2), updated_at timestamptz)"
        )
        database.execute("insert into members values (1, 'Ann', 1.25, %s), (2, null, null, %s)", [NOON, NOON])
        assert (load(), load()) == (2, 0)
        database.execute(
            "update members set name = 'Bob', updated_at = %s where id = 2", [NOON + timedelta(1)]
        )
        assert load() == 1
    assert values("loyalty_members", "id", "points") == [(1, Decimal("1.25")), (2, None), (2, None)]


def test_files_land_replaced_or_by_key(tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "people.csv").write_text("id,name\n1,Ann\n2,Bob\n")
    (folder / "people.jsonl").write_text('{"id": 1, "name": "Ann"}\n{"id": 2, "name": "Bob"}\n')
    pd.DataFrame({"id": [1, 2], "name": ["Ann", "Bob"]}).to_parquet(folder / "people.parquet")
    readers: dict[str, Any] = {"csv": read_csv, "jsonl": read_jsonl, "parquet": read_parquet}

    @dlt.source
    def loyalty() -> Iterator[Any]:
        for ending, reader in readers.items():
            files = filesystem(folder.as_uri(), file_glob=f"*.{ending}")
            keyed = (files | reader()).with_name(ending)
            yield keyed.apply_hints(primary_key="id")
            whole = (files | reader()).with_name(f"all_{ending}")
            yield whole.apply_hints(write_disposition="replace")

    for _ in range(2):
        land_source(loyalty)
    for ending in readers:
        for table in (ending, f"all_{ending}"):
            assert values(f"loyalty_{table}", "id", "name") == [(1, "Ann"), (2, "Bob")], table


def test_a_transformer_lands_what_it_derives_from_its_parents_rows() -> None:
    people = dlt.resource([{"id": 1}, {"id": 2}], name="people", primary_key="id")

    @dlt.transformer(data_from=people, primary_key=["person_id", "number"])
    def orders(person: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield from ({"person_id": person["id"], "number": number} for number in range(person["id"]))

    assert land_resources(people, orders).rows == {"loyalty_people": 2, "loyalty_orders": 3}
