"""Sources that this project has never seen: one command each, then ingestion and models, as they come."""

import json
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from demo.postgres_server import ADMIN
from demo.state import Database
from larder.settings import PROJECT
from tests.e2e.conftest import environment
from tests.unit.pages_stub import TOKEN, serving_pages
from tests.unit.rules import declarations, dependencies
from tests.unit.rules.project import find_violations

TABLES = """
    create type tier as enum ('gold', 'silver');
    create domain cents as integer check (value >= 0);
    create table members (
        id uuid primary key, "E-Mail" text not null, birthday date, active boolean not null, tier tier,
        points smallint, balance numeric(12, 2), rate numeric, preferences jsonb, raw json, tags text[],
        address inet, picture bytea, score double precision, spend cents, visit_length interval, opens time,
        joined timestamp, "user" text, updated_at timestamptz not null
    );
    comment on column members.points is 'Points {{ collected }} so far';
    create table "Order Items" (
        "orderId" bigint, line smallint, "order" text, "Unit Price" numeric(10, 4), "group" text,
        modified_at timestamp not null, primary key ("orderId", line)
    );
    create table shops (code text primary key, name varchar(40), open boolean);
    create table visits (member text, at timestamptz);
    create table wide (id bigint primary key, {wide});
    create table wide_log (id bigint, {wide});
    insert into members values
        ('00000000-0000-0000-0000-000000000001', 'a@example.com', '2000-01-02', true, 'gold', 3, 12.50,
         0.12345678901234567890, '{"a": [1, 2]}', '{"b":1.10}', array['x', null, 'y "z"'], '10.0.0.1/8',
         '\\xff00', 1.5, 700, '1 day 2 hours', '09:30', '2020-01-02 03:04:05.678', 'me',
         '2020-01-02 03:04:05+02'),
        ('00000000-0000-0000-0000-000000000002', 'b@example.com', null, false, null, null, null, null, null,
         null, null, null, null, null, null, null, null, null, null, '2020-01-03 03:04:05+02');
    insert into "Order Items" values
        (1, 1, 'first', 9.99, 'g', '2020-01-01 10:00'), (1, 2, null, null, null, '2020-01-01 11:00');
    insert into shops values ('a', 'Main street', true), ('b', null, null);
    insert into wide values (1);
    insert into wide_log values (1);
    insert into visits values ('m', '2020-01-01 00:00Z'), ('m', '2020-01-01 00:00Z'), (null, null);
"""
WIDE = ", ".join(f"column_{number} text" for number in range(60))
LATER = """
    update members set points = 4, tags = '{}', updated_at = '2020-01-04Z' where points = 3;
    insert into "Order Items" values (2, 1, 'second', 0.0001, null, '2020-01-02 10:00');
    update shops set open = false where code = 'a';
    delete from visits where member is null;
"""
# What the models must hold, as the database itself says it.
EXPECTED = {
    "stg_loyalty__members": """
        select id::text as member_id, "E-Mail" as e_mail, birthday, active as is_active, tier::text, points,
            balance, rate::text, preferences::text, raw::text, to_jsonb(tags)::text as tags, address::text,
            picture, score, spend, visit_length::text, opens::text, joined as joined_at,
            "user" as member_user, updated_at at time zone 'UTC' as updated_at
        from members""",
    "stg_loyalty__order_items": """
        select "orderId" as order_id, line, "order" as order_item_order, "Unit Price" as unit_price,
            "group" as order_item_group, modified_at
        from "Order Items\"""",
    "stg_loyalty__shops": "select code, name, open as is_open from shops",
    "stg_loyalty__wide": "select id as wide_id, column_59 from wide",
    "stg_loyalty__wide_log": "select id as wide_log_id, column_59 from wide_log",
    "stg_loyalty__visits": "select member, at at time zone 'UTC' as visit_at from visits",
}
CUSTOMERS = [
    {
        "id": number,
        "name": f"Name {number}",
        "address": {"city": "Köln", "no": number},
        "tags": ["a"] if number > 1 else [],
        "vip": number == 1,
        "score": number * 0.5,
        "born_on": "1990-01-02",
        "created": "2020-01-01T12:00:00+02:00",
        "order": None if number == 1 else "x",
        "nothing": None,
        **({"phone": "123"} if number == 2 else {}),
    }
    for number in (1, 2, 3)
]


@dataclass(frozen=True)
class Added:
    """A copy of the project with the new sources: what their commands said, what was built."""

    folder: Path
    ingested: dict[str, list[dict[str, int]]]
    outcomes: dict[str, str]
    rows: dict[str, list[dict[str, Any]]]
    expected: dict[str, list[dict[str, Any]]]


def run(folder: Path, *command: str) -> str:
    """The output of a command in the copy of the project, whose own code it uses; it must succeed."""
    own = environment(folder) | {"PYTHONPATH": str(folder), "TZ": "UTC"}
    del own["DLT_PROJECT_DIR"]
    program = [str(Path(sys.executable).with_name(command[0])), *command[1:]]
    done = subprocess.run(program, cwd=folder, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"[-6000:]
    return done.stdout


def ingest(folder: Path, source: str) -> dict[str, int]:
    """Rows by Bronze table."""
    found = re.findall(r"bronze\.(\w+) +([\d,]+) rows", run(folder, "larder", "ingest", source))
    return {table: int(rows.replace(",", "")) for table, rows in found}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what git has of this project, and of dbt's packages."""
    folder = tmp_path_factory.mktemp("project")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, folder / name)
    shutil.copytree(PROJECT / "dbt_packages", folder / "dbt_packages")
    return folder


@pytest.fixture(scope="module")
def database(postgres: Database) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    """A database with types and names of every kind."""
    admin = postgres.url(ADMIN, postgres.admin_password, "postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("create database loyalty")
    url = postgres.url(ADMIN, postgres.admin_password, "loyalty")
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as connection:
        connection.execute(TABLES.replace("{wide}", WIDE).encode())
        yield connection


@pytest.fixture(scope="module")
def added(project: Path, postgres: Database, database: psycopg.Connection[dict[str, Any]]) -> Added:
    """Both sources added, loaded three times (once after changes), and built."""
    url = postgres.url(ADMIN, postgres.admin_password, "loyalty")
    ingested: dict[str, list[dict[str, int]]] = {"loyalty": [], "crm": []}
    with serving_pages() as api:
        api.pages["/v2/customers"] = lambda asked: {
            "data": CUSTOMERS[int(asked.get("after", 0)) :][:2],
            "links": {"next": None if asked.get("after") else f"{api.base_url}/v2/customers?after=2"},
        }
        api.pages["/v2/tiers"] = lambda _: [{"code": "a", "from": 1}, {"code": "b", "from": 2.5}]
        run(project, "larder", "source", "new", "loyalty", "--database", url)
        paths = ("--path", "customers", "--path", "tiers", "--token", TOKEN)
        run(project, "larder", "source", "new", "crm", "--api", f"{api.base_url}/v2/", *paths)
        for source, loads in ingested.items():
            loads += [ingest(project, source), ingest(project, source)]
        database.execute(LATER.encode())
        ingested["loyalty"].append(ingest(project, "loyalty"))
    file = project / "built.pickle"
    run(project, "python", "-m", "tests.e2e.built_rows", "staging.loyalty staging.crm", str(file))
    expected = {model: database.execute(query.encode()).fetchall() for model, query in EXPECTED.items()}
    return Added(project, ingested, **pickle.loads(file.read_bytes()), expected=expected)  # noqa: S301 our own


def test_a_load_brings_all_rows_and_the_next_one_only_what_is_new(added: Added) -> None:
    first, second, third = added.ingested["loyalty"]
    keyed = ["loyalty_members", "loyalty_order_items", "loyalty_shops", "loyalty_wide"]
    assert [first[table] for table in keyed] == [2, 2, 2, 1]
    assert [second[table] for table in keyed] == [0, 0, 0, 0]
    assert [third[table] for table in keyed] == [1, 1, 1, 0]
    # A table without a key is replaced.
    assert [load["loyalty_visits"] for load in (first, second, third)] == [3, 3, 2]
    assert added.ingested["crm"] == [
        {"crm_customers": 3, "crm_tiers": 2},
        {"crm_customers": 0, "crm_tiers": 0},
    ]


def test_the_models_build_and_their_tests_pass(added: Added) -> None:
    assert set(added.outcomes.values()) == {"success", "pass"}
    models = {name.rpartition(".")[2] for name in added.outcomes if name.startswith("model.")}
    assert models == {*EXPECTED, "stg_crm__customers", "stg_crm__tiers"}
    assert len(added.outcomes) - len(models) == 19


@pytest.mark.parametrize("model", EXPECTED)
def test_silver_holds_what_the_database_holds(added: Added, model: str) -> None:
    expected = added.expected[model]
    columns = list(expected[0])
    found = [{name: row[name] for name in columns} for row in added.rows[model]]
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    if "wide" not in model:
        assert added.rows[model][0].keys() - columns <= {"loaded_at", "visit_row_key"}


def test_silver_holds_what_the_api_sent(added: Added) -> None:
    rows = {row["customer_id"]: row for row in added.rows["stg_crm__customers"]}
    assert set(rows) == {1, 2, 3}
    second = {name: value for name, value in rows[2].items() if name != "loaded_at"}
    assert second == {
        "customer_id": 2,
        "name": "Name 2",
        "address": '{"city": "Köln", "no": 2}',
        "tags": '["a"]',
        "customer_order": "x",
        "phone": "123",
        "score": 1.0,
        "is_vip": False,
        "born_on": date(1990, 1, 2),
        "created_at": datetime(2020, 1, 1, 10, tzinfo=UTC).replace(tzinfo=None),
    }
    assert (rows[1]["phone"], rows[3]["phone"], rows[1]["tags"]) == (None, None, "[]")
    assert {(row["code"], row["tier_from"]) for row in added.rows["stg_crm__tiers"]} == {
        ("a", 1.0),
        ("b", 2.5),
    }


def test_what_was_written_is_as_a_person_would_write_it(added: Added) -> None:
    modules = ["ingest/loyalty.py", "ingest/crm.py"]
    run(added.folder, "ruff", "check", *modules)
    run(added.folder, "ruff", "format", "--check", *modules)
    run(added.folder, "mypy", "--cache-dir", str(PROJECT / ".mypy_cache"), *modules)
    assert max(len((added.folder / module).read_text().splitlines()) for module in modules) <= 80
    run(added.folder, "sqlfluff", "lint", "models/staging/loyalty", "models/staging/crm")


def test_the_models_keep_the_rules_of_the_project(added: Added) -> None:
    manifest = json.loads((added.folder / "target" / "manifest.json").read_text())
    found = [
        message
        for rule in (*dependencies.RULES, *declarations.RULES)
        for message in find_violations(rule, manifest).values()
        if "loyalty" in message or "crm" in message
    ]
    assert found == []


def test_the_sources_are_listed_as_set_up(added: Added) -> None:
    listed = run(added.folder, "larder", "source", "list")
    assert "loyalty: is set up\n    order_items\n" in listed
    assert "crm: is set up\n    customers\n    tiers\n" in listed
