"""Masked gold shows the columns that a build declared as not personal, and no others."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.types import StringType

from dbt_larder.declared_columns import shown_columns
from larder.lake.catalog import open_catalog
from larder.publication import begin, catalogs, publish
from larder.publication.masking import MASKED, note_shown, print_views
from larder.publication.record import Publication
from tests.unit.published import BRANCH, OTHER, write

PEOPLE = pa.table({"household_id": [7], "age_band": ["25-34"], "visits": [3]})


@pytest.fixture
def catalog(home: Path) -> Catalog:
    """Tables of gold, one with personal columns, and one of silver; a build has begun."""
    found = open_catalog()
    for namespace in ("silver", "gold"):
        found.create_namespace(namespace)
    found.create_table("gold.people", PEOPLE.schema).append(PEOPLE)
    write("gold.days", [1], branch=None)
    write("silver.numbers", [1], branch=None)
    begin.prepare(Publication(BRANCH))
    return found


def publish_noted(catalog: Catalog, branch: str = BRANCH, **shown: list[str]) -> None:
    begin.prepare(Publication(branch))
    note_shown(catalog, branch, shown)
    publish.publish(Publication(branch))


def seen(catalog: Catalog) -> dict[str, dict[str, Any]]:
    """The first row of each masked view, as DuckDB computes it by the SQL that is printed for it."""
    with duckdb.connect() as database:
        database.execute("create schema gold")
        for _, name in catalog.list_tables("gold"):
            table = catalog.load_table(("gold", name))
            if table.current_snapshot():
                database.from_arrow(table.scan().to_arrow()).create(f"gold.{name}")
        for statement in print_views(catalog):
            database.execute(statement)
        names = catalogs.read_views(catalog, MASKED)
        return {name: database.sql(f"from {MASKED}.{name}").to_arrow_table().to_pylist()[0] for name in names}


def test_columns_are_shown_if_the_build_declared_them(catalog: Catalog) -> None:
    publish_noted(catalog, people=["visits"], days=["number"])
    masked = {"household_id": None, "age_band": None, "visits": 3}
    assert seen(catalog) == {"people": masked, "days": {"number": 1}}


def test_a_masked_column_keeps_its_type(catalog: Catalog) -> None:
    publish_noted(catalog)
    view = catalogs.read_views(catalog, MASKED)["people"]
    assert view.columns() == [("household_id", "long"), ("age_band", "string"), ("visits", "long")]


def test_all_is_masked_that_no_build_has_noted(catalog: Catalog) -> None:
    publish_noted(catalog)
    assert set(seen(catalog)["people"].values()) == {None}


def test_a_new_column_is_masked_until_it_is_declared(catalog: Catalog) -> None:
    publish_noted(catalog, people=["visits"])
    people = catalog.load_table("gold.people")
    with people.update_schema() as schema:
        schema.add_column("email", StringType())
    people.append(PEOPLE.append_column("email", pa.array(["a@example.com"])))
    publish_noted(catalog, OTHER)
    assert set(seen(catalog)["people"]) == {*PEOPLE.column_names, "email"}
    assert (
        "case when false then `email` end as `email`" in catalogs.read_views(catalog, MASKED)["people"].sql()
    )


def test_a_table_that_a_build_left_out_is_shown_as_before(catalog: Catalog) -> None:
    publish_noted(catalog, people=["visits"])
    before = catalogs.read_views(catalog, MASKED)
    publish_noted(catalog, OTHER, days=["number"])
    after = catalogs.read_views(catalog, MASKED)
    assert after["people"].location == before["people"].location, "it is not written again"
    assert seen(catalog)["people"]["visits"] == 3


def test_a_column_that_becomes_personal_is_masked_with_the_next_publication(catalog: Catalog) -> None:
    publish_noted(catalog, people=["age_band", "visits"])
    assert seen(catalog)["people"]["age_band"] == "25-34"
    publish_noted(catalog, OTHER, people=[])
    assert set(seen(catalog)["people"].values()) == {None}


def test_a_build_that_is_not_published_changes_no_mask(catalog: Catalog) -> None:
    publish_noted(catalog, people=["visits"])
    begin.prepare(Publication(OTHER))
    note_shown(catalog, OTHER, {"people": ["household_id"]})
    begin.discard(OTHER)
    publish_noted(catalog, OTHER)
    assert seen(catalog)["people"]["household_id"] is None


def test_a_new_table_gets_its_view_when_it_is_published(catalog: Catalog) -> None:
    write("gold.new", [4])
    publish_noted(catalog, OTHER)
    assert "new" not in catalogs.read_views(catalog, MASKED)
    publish_noted(catalog, new=["number"])
    assert seen(catalog)["new"] == {"number": 4}


def test_a_lost_column_leaves_its_view(catalog: Catalog) -> None:
    people = catalog.load_table("gold.people")
    people.transaction().set_properties({f"larder.dropped-columns.{BRANCH}": "visits"}).commit_transaction()
    publish_noted(catalog, people=["visits"])
    assert set(seen(catalog)["people"]) == {"household_id", "age_band"}


def test_the_view_of_a_dropped_table_is_dropped(catalog: Catalog) -> None:
    publish_noted(catalog)
    catalog.drop_table("gold.people")
    publish_noted(catalog, OTHER)
    assert set(catalogs.read_views(catalog, MASKED)) == {"days"}


def test_views_change_with_the_tables_or_not_at_all(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_noted(catalog, people=["visits"])
    before = catalogs.read_views(catalog, MASKED)
    monkeypatch.setattr("larder.publication.catalogs.TRIES", 1)

    def fail(*_: object) -> None:
        raise CommitFailedException("changed")

    with monkeypatch.context() as patch:
        patch.setattr(catalogs, "commit", fail)
        with pytest.raises(Exception, match="another process changed"):
            publish_noted(catalog, OTHER, people=["age_band"])
    assert catalogs.read_views(catalog, MASKED) == before


def node(schema: str = "gold", **personal: bool) -> Any:
    """A model as dbt holds it: its columns by whether they are personal."""
    columns = {
        name: SimpleNamespace(meta={}, config=SimpleNamespace(meta={"personal": True} if is_so else {}))
        for name, is_so in personal.items()
    }
    return SimpleNamespace(alias="people", schema=schema, resource_type="model", columns=columns)


def test_declared_columns_are_shown_unless_they_are_personal_anywhere() -> None:
    gold, silver = node(household_id=False, age_band=True, visits=False), node("silver", household_id=True)
    manifest = SimpleNamespace(nodes={"gold": gold, "silver": silver}, sources={})
    results = [SimpleNamespace(node=one, status="success") for one in (gold, silver)]
    assert shown_columns(manifest, results) == {"people": ["visits"]}
    failed = [SimpleNamespace(node=gold, status="error")]
    assert shown_columns(manifest, failed) == {}
