"""`larder source new`: what is seen of a database or an API, what is written, and what is refused."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from typer.testing import CliRunner

from demo.postgres_server import ADMIN
from demo.state import Database
from larder.cli.app import app
from larder.errors import LarderError
from larder.scaffold import module as module_text
from larder.scaffold.api import describe_api
from larder.scaffold.api_pages import find_rows, next_link_path
from larder.scaffold.choices import Choices, find_cursor, parse_choices
from larder.scaffold.database import describe_database
from larder.scaffold.described import Column, NewSource, Table
from larder.scaffold.json_types import kind_of
from larder.scaffold.module import LONGEST
from larder.scaffold.names import singular
from larder.scaffold.new import NewFrom, add_source
from larder.scaffold.rendering import render
from larder.scaffold.staged import stage
from larder.scaffold.writer import write
from tests.unit.landing_helpers import land_source
from tests.unit.pages_stub import TOKEN, PagesStub, serving_pages

OWNER = "Loyalty team <loyalty@example.com>"
RUFF = Path(sys.executable).with_name("ruff")
_numbers = count(1)

SCHEMA = """
    create table members (
        id uuid primary key, "E-Mail" text not null, points smallint, "user" text, active boolean,
        tags text[], balance numeric(12, 2), joined timestamptz, updated_at timestamptz not null
    );
    comment on table members is 'Members of the programme';
    comment on column members.points is 'Points {{ collected }}';
    create table "Order Items" (
        "orderId" bigint, line smallint, "order" text, modified timestamp not null,
        primary key ("orderId", line)
    );
    create table shops (code text not null unique, name text, updated_at timestamptz);
    create table visits (member text, visited_at timestamptz);
    create table sales (sold_on date, amount int) partition by range (sold_on);
    create table sales_2020 partition of sales for values from ('2020-01-01') to ('2021-01-01');
    create view open_shops as select code from shops;
    create table secrets (id int primary key);
    create schema other;
    create table other.things (id int primary key);
    grant usage on schema other to ingest;
    grant select on members, "Order Items", shops, visits, sales, open_shops, other.things to ingest;
"""


@pytest.fixture(scope="module")
def url(postgres: Database) -> str:
    """The database above, as the role that may not read all of it."""
    name = f"loyalty_{next(_numbers)}"
    admin = postgres.url(ADMIN, postgres.admin_password, "postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    with psycopg.connect(postgres.url(ADMIN, postgres.admin_password, name)) as connection:
        connection.execute(SCHEMA.encode())
        connection.execute("insert into shops values ('a', 'Main street', null)")
    return postgres.url("ingest", postgres.ingest_password, name)


@pytest.fixture
def api() -> Iterator[PagesStub]:
    with serving_pages() as stub:
        yield stub


@pytest.fixture
def project(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without sources, in which dlt looks for its settings."""
    folder = tmp_path / "project"
    (folder / ".dlt").mkdir(parents=True)
    monkeypatch.setenv("DLT_PROJECT_DIR", str(folder))
    return folder


def look(url: str, *tables: str, keys: tuple[str, ...] = (), cursors: tuple[str, ...] = ()) -> NewSource:
    choices = Choices("loyalty", parse_choices("--key", keys), parse_choices("--cursor", cursors))
    return describe_database("loyalty", url, list(tables), choices)


def ask(api: PagesStub, *paths: str, token: str = TOKEN, since: str = "", **options: Any) -> NewSource:
    return describe_api("crm", api.base_url, list(paths), token, Choices("crm", since=since, **options))


def files_of(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def refused(action: Any, *arguments: Any, **options: Any) -> str:
    """The one line with which something is refused."""
    with pytest.raises(LarderError) as caught:
        action(*arguments, **options)
    line = str(caught.value)
    assert "\n" not in line
    assert TOKEN not in line
    return line


def imported(files: Any, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The source of a rendered module, under a name that no other test imports."""
    unique = f"{name}_{next(_numbers)}"
    for path, text in files.items():
        if path.parent.name == "ingest":
            (folder / path.name.replace(name, unique, 1)).write_text(text)
    monkeypatch.syspath_prepend(str(folder))
    return getattr(importlib.import_module(unique), name)


# What is seen of a database


def test_a_table_is_seen_with_its_types_key_cursor_and_comments(url: str) -> None:
    [table] = look(url, "members").tables
    assert {column.name: column.kind for column in table.columns} == {
        "id": "text", "E-Mail": "text", "points": "bigint", "user": "text", "active": "bool", "tags": "text",
        "balance": "decimal_12_2", "joined": "timestamp", "updated_at": "timestamp",
    }  # fmt: skip
    assert (table.key, table.cursor, table.comment) == (("id",), "updated_at", "Members of the programme")
    notes = {column.name: column.note for column in table.columns if column.note}
    assert notes == {"id": "Text, of the database's type uuid", "tags": "JSON text"}


def test_a_schema_is_all_tables_that_the_role_may_read(url: str) -> None:
    tables = {table.name: (table.key, table.cursor) for table in look(url).tables}
    assert tables == {
        "members": (("id",), "updated_at"),
        "Order Items": (("orderId", "line"), "modified"),
        # A unique constraint is as good as a key. A cursor that may be null would miss rows.
        "shops": (("code",), None),
        "visits": ((), None),
        "sales": ((), None),
    }
    assert [table.name for table in look(url, "open_shops").tables] == ["open_shops"]
    assert look(url, "other.things").options == {"schema": "other"}
    assert [table.name for table in look(url, "other.*").tables] == ["things"]


def test_key_and_cursor_are_what_the_user_says(url: str) -> None:
    source = look(url, "members", "visits", keys=("visits=member,visited_at",), cursors=("joined",))
    assert [(table.key, table.cursor) for table in source.tables] == [
        (("id",), "joined"),
        (("member", "visited_at"), None),
    ]


@pytest.mark.parametrize("longest", [100, 60], ids=["with its columns", "columns in a file"])
def test_a_database_lands_by_its_module(
    url: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, longest: int
) -> None:
    monkeypatch.setattr(module_text, "LONGEST", longest)
    files = render(look(url), OWNER)
    assert (Path("ingest/loyalty_columns.yml") in files) == (longest == 60)
    loyalty = imported(files, "loyalty", tmp_path, monkeypatch)
    loads = [land_source(lambda: loyalty(url)).rows["loyalty_shops"] for _ in range(2)]
    assert loads == [1, 0]


@pytest.mark.parametrize(
    ("tables", "options", "message"),
    [
        (["nothing"], {}, "there is no table public.nothing. Those of the schema: Order Items, members, "),
        (["secrets"], {}, "the role may not read public.secrets. Grant it select"),
        (["members", "other.things"], {}, "tables of the schemas other, public. Name those of one"),
        (["empty.x"], {}, "no table empty.x. Those of the schema: none"),
        (["empty.*"], {}, "the schema empty has no table that the role may read"),
        (["members"], {"keys": ("members=no",)}, "loyalty.members: --key names no, which is not there"),
        (["members"], {"keys": ("members=",)}, "--key members=: write COLUMN, or TABLE=COLUMN"),
        (["shops"], {"cursors": ("updated_at",)}, "updated_at is null in 1 rows"),
        (["members"], {"cursors": ("user",)}, "user (text) cannot be a cursor"),
    ],
)
def test_what_a_database_lacks_is_refused(
    url: str, tables: list[str], options: dict[str, Any], message: str
) -> None:
    assert message in refused(look, url, *tables, **options)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ((r":[^:@]*@", ":Wr0ng@"), "password authentication failed"),
        ((r":\d+/", ":1/"), "does not let us in or does not answer"),
        ((r"/[^/]*$", "/nowhere"), 'database "nowhere" does not exist'),
        ((r"^postgresql:", "mysql:"), "--database is not a URL such as postgresql://"),
        ((r":\d+/", ":port/"), "--database is not a URL such as postgresql://"),
        ((r"^.*$", "nonsense"), "--database is not a URL such as postgresql://"),
    ],
    ids=["password", "port", "database", "kind", "no port", "no URL"],
)
def test_a_database_that_cannot_be_reached_is_refused_without_its_password(
    url: str, change: tuple[str, str], message: str
) -> None:
    line = refused(look, re.sub(*change, url, count=1))
    assert message in line
    assert "Wr0ng" not in line
    assert url.split(":")[2].partition("@")[0] not in line


# What is seen of an API

PEOPLE = [{"id": number, "name": f"Name {number}", "vip": number == 1} for number in range(1, 6)]


def in_steps(first: int, length: int = 2) -> list[dict[str, Any]]:
    return PEOPLE[first : first + length]


def by_link(api: PagesStub, link_of: Any) -> Any:
    def page(parameters: dict[str, str]) -> Any:
        first = int(parameters.get("after", 0))
        following = f"{api.base_url}/people?after={first + 2}" if first + 2 < len(PEOPLE) else None
        return link_of(in_steps(first), following)

    return page


def by_header(api: PagesStub) -> Any:
    def page(rows: list[Any], following: str | None) -> Any:
        api.headers = {"Link": f'<{following}>; rel="next"'} if following else {}
        return rows

    return by_link(api, page)


def by_cursor(parameters: dict[str, str]) -> Any:
    first = int(parameters.get("cursor", 0))
    following = str(first + 2) if first + 2 < len(PEOPLE) else None
    return {"results": in_steps(first), "meta": {"next_cursor": following}}


def by_number(parameters: dict[str, str]) -> Any:
    return {"people": in_steps((int(parameters.get("page", 1)) - 1) * 2), "total_pages": 3}


def by_offset(parameters: dict[str, str]) -> Any:
    return {"rows": in_steps(int(parameters.get("offset", 0))), "total": 5}


WAYS: dict[str, Any] = {
    "link": lambda api: by_link(api, lambda rows, link: {"data": rows, "next": link}),
    "nested link": lambda api: by_link(api, lambda rows, link: {"items": rows, "links": {"next": link}}),
    "nested rows": lambda api: by_link(api, lambda rows, link: {"answer": {"people": rows}, "next": link}),
    "header": by_header,
    "cursor": lambda api: by_cursor,
    "page number": lambda api: by_number,
    "offset": lambda api: by_offset,
    "list": lambda api: lambda parameters: PEOPLE,
}


@pytest.mark.parametrize("way", WAYS)
def test_all_pages_of_an_api_land_and_land_once(
    api: PagesStub, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    api.pages["/people"] = WAYS[way](api)
    if way == "link":
        monkeypatch.setattr(module_text, "LONGEST", 60)
    crm = imported(render(ask(api, "people"), OWNER), "crm", tmp_path, monkeypatch)

    def load() -> int:
        return land_source(lambda: crm(api.base_url, TOKEN), name="crm").rows["crm_people"]

    assert (load(), load()) == (5, 0)


def test_fields_have_the_types_of_their_values(api: PagesStub) -> None:
    api.pages["/v2/order-lines"] = lambda parameters: [
        {"orderLineId": 1, "price": 1, "at": "2020-01-01T10:00:00Z", "note": None, "tags": ["a"], "extra": 1},
        {"orderLineId": 2, "price": 1.5, "at": "2020-01-01T12:00:00.5+02:00", "note": None, "tags": []},
    ]
    [table] = ask(api, "v2/order-lines").tables
    kinds = {column.name: (column.kind, column.is_optional) for column in table.columns}
    assert kinds == {
        "orderLineId": ("bigint", False),
        "price": ("double", False),
        "at": ("timestamp", False),
        "tags": ("json", False),
        "extra": ("bigint", True),
    }
    assert (table.resource, table.key, table.unknown) == ("order_lines", ("orderLineId",), ("note",))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([True, False], "bool"),
        ([1, True], "json"),
        ([2**63], "json"),
        ([1, "1"], "json"),
        (["2020-01-01"], "date"),
        (["2020-01-01", "soon"], "text"),
        (["2020-01-01T10:00:00"], "text"),
        (["2020"], "text"),
        ([{"a": 1}], "json"),
        ([[1]], "json"),
    ],
)
def test_a_field_has_the_type_that_fits_all_values(values: list[Any], kind: str) -> None:
    assert kind_of(values) == kind


def test_with_a_parameter_for_changes_the_cursor_is_used(api: PagesStub) -> None:
    api.pages["/people"] = lambda parameters: [
        {"uuid": "a", "changedAt": "2020-01-01T10:00:00Z", "created_at": "2019-01-01T10:00:00Z"}
    ]
    [table] = ask(api, "people?kind=all", since="updated_since").tables
    assert (table.key, table.cursor) == (("uuid",), "changedAt")
    assert table.endpoint["params"] == {
        "kind": "all",
        "updated_since": {"type": "incremental", "cursor_path": "changedAt"},
    }
    [table] = ask(api, "people").tables
    assert (table.cursor, "params" in table.endpoint) == (None, False)


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ({"data": [], "next": None}, "people answered no rows"),
        ({"a": [{"id": 1}], "b": [{"id": 1}]}, "more than one list"),
        ("<html>", "people answered a page that is HTML or XML, not valid JSON"),
        (404, "answered 404"),
        (503, "answered 503"),
        (403, "refused the token (403). Give the right one: --token"),
        ({"data": [{"id": 1}], "has_more": True}, "people has more pages"),
        ({"data": [{"id": 1}], "total": 9}, "people has more pages"),
    ],
)
def test_what_an_api_does_not_show_is_refused(api: PagesStub, page: Any, message: str) -> None:
    api.pages["/people"] = lambda parameters: page
    assert message in refused(ask, api, "people")


def test_an_api_that_cannot_be_asked_is_refused(api: PagesStub) -> None:
    api.pages["/people"] = lambda parameters: PEOPLE
    assert "refused the token (401)" in refused(ask, api, "people", token="another")
    assert "Name them: --path" in refused(ask, api)
    for address in ("api.example.com", "ftp://example.com", f"http://user:{TOKEN}@example.com"):
        assert "--api is not a URL" in refused(describe_api, "crm", address, ["x"], "", Choices("crm"))
    line = refused(describe_api, "crm", "http://127.0.0.1:1", ["x"], TOKEN, Choices("crm"))
    assert "does not answer" in line


def test_rows_and_links_are_found_by_their_usual_names() -> None:
    rows = [{"id": 1}]
    assert find_rows({"errors": rows, "data": rows}, "people") == ("data", rows)
    assert find_rows({"people": rows, "data": rows}, "people") == ("people", rows)
    assert find_rows([1, 2], "people") is None
    assert next_link_path({"next": None}) == "next"
    assert next_link_path({"next": ""}) == "next"
    assert next_link_path({"next": 2}) is None
    assert next_link_path({"_links": {"next": {"href": "/x"}}}) == "_links.next.href"


def test_a_cursor_is_known_by_name_and_type() -> None:
    assert find_cursor({"created_at": "timestamp", "LastModified": "timestamp"}) == "LastModified"
    assert find_cursor({"modified_on": "timestamp", "updated_at": "timestamp"}) == "updated_at"
    assert find_cursor({"updated_at": "text", "update_count": "bigint"}) is None


# What is written


def table(name: str, *columns: Column, key: tuple[str, ...] = ("id",)) -> Table:
    return Table(name, columns or (Column("id", "bigint"), Column("name", "text")), key)


def database_source(*tables: Table) -> NewSource:
    return NewSource("loyalty", tables, {"credentials": "postgresql://"}, {"schema": "public"})


def test_columns_have_the_houses_names_and_order() -> None:
    staged = stage(
        "loyalty",
        table(
            "OrderItems",
            Column("updated_at", "timestamp"),
            Column("joined", "timestamp"),
            Column("open", "bool"),
            Column("is_new", "bool"),
            Column("at", "timestamp"),
            Column("price", "decimal_12_2"),
            Column("order", "text"),
            Column("loaded_at", "timestamp"),
            Column("shopId", "bigint"),
            Column("id", "bigint"),
        ),
    )
    assert [column.expression for column in staged.columns] == [
        "id as order_item_id",
        "shop_id",
        "`order` as order_item_order",
        "price",
        "open as is_open",
        "is_new",
        "joined as joined_at",
        "at as order_item_at",
        "loaded_at as order_item_loaded_at",
        "updated_at",
    ]


def test_a_name_that_another_column_has_is_not_given() -> None:
    columns = (
        Column("id", "bigint"),
        Column("member_id", "text"),
        Column("is_open", "text"),
        Column("open", "bool"),
    )
    staged = stage("loyalty", table("members", *columns))
    assert [column.name for column in staged.columns] == ["id", "member_id", "is_open", "open"]


@pytest.mark.parametrize(
    ("column", "name"),
    [
        (Column("deleted", "bool"), "is_member_deleted"),
        (Column("is_deleted", "bool"), "is_member_deleted"),
        (Column("loaded", "timestamp"), "member_loaded_at"),
        (Column("deleted_at", "timestamp"), "deleted_at"),
        (Column("version_number", "bigint"), "member_version_number"),
    ],
)
def test_a_column_is_not_called_as_what_the_model_adds(column: Column, name: str) -> None:
    staged = stage("loyalty", table("members", Column("id", "bigint"), column))
    assert staged.names[1] == name


def test_names_of_other_scripts_are_plain_in_staging() -> None:
    columns = (
        Column("id", "bigint"),
        Column("Größe", "text"),
        Column("名前", "text"),
        Column("grosse", "text"),
    )
    staged = stage("loyalty", table("members", *columns, Column("_loadedAt", "text")))
    assert [column.expression for column in staged.columns] == [
        "id as member_id",
        "`größe` as column_2",
        "`名前` as column_3",
        "grosse",
        "source_loaded_at",
    ]


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("order_items", "order_item"), ("categories", "category"), ("addresses", "address"),
        ("statuses", "status"), ("purchases", "purchase"), ("people", "person"), ("status", "status"),
        ("boxes", "box"), ("news_items", "news_item"), ("staff", "staff"),
    ],
)  # fmt: skip
def test_a_row_is_called_by_the_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


@pytest.mark.parametrize("width", [2, 30, 250], ids=["narrow", "wide", "very wide"])
def test_modules_are_short_python_as_ruff_formats_it(tmp_path: Path, width: int) -> None:
    names = [f"a column's {number}" if number % 7 == 0 else f"column_{number}" for number in range(width)]
    columns = (Column("id", "bigint"), *(Column(name, "text") for name in names), Column('a "b"', "bool"))
    files = render(
        database_source(table("Members of it", *columns), table("shops"), table("x", key=())), OWNER
    )
    module = files[Path("ingest/loyalty.py")]
    assert len(module.splitlines()) <= LONGEST
    assert max(map(len, module.splitlines())) <= 110
    ast.parse(module)
    assert (Path("ingest/loyalty_columns.yml") in files) == (width > 60)
    file = tmp_path / "loyalty.py"
    file.write_text(module)
    config = ["--config", str(Path(__file__).parents[2] / "pyproject.toml")]
    for command in (["format", "--check"], ["check"]):
        done = subprocess.run([RUFF, *command, *config, file], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_a_source_that_no_module_can_hold_is_refused() -> None:
    many = [table(f"table_{number}") for number in range(200)]
    assert "with 200 tables ingest/loyalty.py would have" in refused(render, database_source(*many), OWNER)


def test_what_is_written_describes_each_column(url: str) -> None:
    files = render(look(url), OWNER)
    [source] = yaml.safe_load(files[Path("models/staging/loyalty/_loyalty__sources.yml")])["sources"]
    assert source["config"]["meta"] == {"owner": OWNER}
    assert "'loyalty'" in source["config"]["loaded_at_query"]
    assert {one["identifier"] for one in source["tables"]} == {
        "loyalty_members", "loyalty_order_items", "loyalty_shops", "loyalty_visits", "loyalty_sales",
    }  # fmt: skip
    [members] = yaml.safe_load(files[Path("models/staging/loyalty/stg_loyalty__members.yml")])["models"]
    described = {column["name"]: column["description"] for column in members["columns"]}
    assert members["description"].startswith("One row per member, in its latest version.")
    # A comment is not a template.
    assert described["points"] == "Points { { collected }}."
    assert described["updated_at"] == "{{ doc('updated_at') }}"
    assert all(described.values())
    personal = {column["name"] for column in members["columns"] if column.get("config")}
    assert personal == {"e_mail"}
    [items] = yaml.safe_load(files[Path("models/staging/loyalty/stg_loyalty__order_items.yml")])["models"]
    unique = items["data_tests"][0]["dbt_utils.unique_combination_of_columns"]
    assert unique["arguments"] == {"combination_of_columns": ["order_id", "line"]}
    [visits] = yaml.safe_load(files[Path("models/staging/loyalty/stg_loyalty__visits.yml")])["models"]
    assert visits["columns"][0]["data_tests"] == ["unique", "not_null"]


def add(project: Path, name: str, url: str, *tables: str) -> list[str]:
    return add_source(project, name, NewFrom(url, list(tables), "", [], ""), Choices(name), OWNER)


def test_a_source_is_written_with_its_settings_and_never_again(project: Path, url: str) -> None:
    secrets = project / ".dlt" / "secrets.toml"
    secrets.write_text('[sources.shop]\ncredentials = "postgresql://"\n')
    lines = add(project, "loyalty", url, "members")
    folder = "models/staging/loyalty"
    assert files_of(project) == {
        ".dlt/secrets.toml",
        "ingest/loyalty.py",
        f"{folder}/_loyalty__sources.yml",
        f"{folder}/stg_loyalty__members.sql",
        f"{folder}/stg_loyalty__members.yml",
    }
    assert secrets.read_text() == (
        f'[sources.shop]\ncredentials = "postgresql://"\n\n[sources.loyalty]\ncredentials = "{url}"\n'
    )
    assert secrets.stat().st_mode & 0o777 == 0o600
    assert "table members: 9 columns; key id; cursor updated_at" in lines
    assert url not in "\n".join(lines)
    before = {file: (project / file).read_text() for file in files_of(project)}
    assert "ingest/loyalty.py is there already" in refused(add, project, "loyalty", url, "members")
    assert before == {file: (project / file).read_text() for file in files_of(project)}


def test_what_is_set_already_is_taken_and_left(
    project: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCES__LOYALTY__CREDENTIALS", url)
    lines = add(project, "loyalty", "", "members")
    assert "left  SOURCES__LOYALTY__CREDENTIALS as set" in lines
    assert not (project / ".dlt" / "secrets.toml").exists()


def test_what_cannot_be_finished_leaves_nothing(project: Path, url: str) -> None:
    (project / ".dlt" / "secrets.toml").write_text("not toml")
    assert "a section [sources.loyalty] cannot be added" in refused(add, project, "loyalty", url, "members")
    assert files_of(project) == {".dlt/secrets.toml"}
    assert not (project / "ingest").exists()


def test_no_file_is_overwritten(project: Path) -> None:
    (project / "ingest").mkdir()
    (project / "ingest" / "b.py").write_text("mine")
    files = {Path("ingest/a.py"): "a", Path("ingest/b.py"): "b"}
    assert "ingest/b.py: there already" in refused(write, project, files, lambda: None)
    assert files_of(project) == {"ingest/b.py"}
    assert (project / "ingest" / "b.py").read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Loyalty", "snake case"),
        ("2nd", "snake case"),
        ("a-b", "snake case"),
        ("a__b", "snake case"),
        ("class", "a meaning of its own"),
        ("list", "a meaning of its own"),
        ("columns", "a meaning of its own"),
    ],
)
def test_names_that_cannot_be_are_refused(project: Path, name: str, message: str) -> None:
    assert message in refused(add, project, name, "postgresql://")


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        (
            [table("Order Items"), table("order_items")],
            "Order Items, order_items would both be the table order_items",
        ),
        ([table("log")], "bronze.load_log is a table of another source"),
        (
            [table("x", Column("aB", "text"), Column("a_b", "text"))],
            "the columns aB, a_b have the same name in Bronze, a_b",
        ),
    ],
    ids=["tables", "another source", "columns"],
)
def test_names_that_look_the_same_are_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch, tables: list[Table], message: str
) -> None:
    source = NewSource("load", tuple(tables), {"credentials": "x"}, {"schema": "public"})
    monkeypatch.setattr("larder.scaffold.new.describe_database", lambda *_: source)
    assert message in refused(add, project, "load", "postgresql://")
    assert files_of(project) == set()


def test_the_command_ends_in_one_line(home: Path) -> None:
    for arguments, message in [
        (["shop", "--database", "postgresql://"], "error: shop: ingest/shop.py is there already"),
        (["loyalty"], "error: loyalty: name a --database or an --api."),
        (["loyalty", "--owner", "me", "--api", "x"], "error: loyalty: --owner me is not of the form"),
    ]:
        done = CliRunner().invoke(app, ["source", "new", *arguments])
        assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
        assert message in done.stderr


def test_the_list_names_tables_and_missing_settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__SHOP__CREDENTIALS", "postgresql://")
    done = CliRunner().invoke(app, ["source", "list"])
    assert "shop: is set up\n    stores\n" in done.stdout
    assert "marketing: not set: SOURCES__MARKETING__BASE_URL, SOURCES__MARKETING__API_TOKEN\n" in done.stdout
