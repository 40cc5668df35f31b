"""A REST catalog gets all tables of a publication in one commit, then its views."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyiceberg.catalog import load_catalog
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.exceptions import CommitFailedException

from larder.publication import catalogs
from larder.publication.changes import TableChange, ViewChange
from larder.publication.refs import expect, head, move_main
from tests.unit.published import SCHEMA, view_of
from tests.unit.rest_catalog import serve_catalog

NAMES = ("gold.days", "gold.stores")


@pytest.fixture
def catalog(home: Path, tmp_path: Path) -> Iterator[RestCatalog]:
    """Two tables with two snapshots each; readers are to see the first one again."""
    with serve_catalog(tmp_path) as address:
        found = load_catalog("rest", type="rest", uri=address, **{"view-endpoints-supported": "true"})
        assert isinstance(found, RestCatalog)
        found.create_namespace("gold")
        for name in NAMES:
            table = found.create_table(name, SCHEMA)
            for number in (1, 2):
                table.append(SCHEMA.empty_table().from_pylist([{"number": number}], schema=SCHEMA))
        yield found


def back(catalog: RestCatalog) -> list[TableChange]:
    """The changes that make the first snapshot of each table the one that readers see."""
    tables = [catalog.load_table(name) for name in NAMES]
    return [
        TableChange(table, (expect(table),), (move_main(table.snapshots()[0].snapshot_id),))
        for table in tables
    ]


def counts(catalog: RestCatalog) -> list[int]:
    return [catalog.load_table(name).scan().to_arrow().num_rows for name in NAMES]


def test_all_tables_change_in_one_commit(catalog: RestCatalog) -> None:
    assert counts(catalog) == [2, 2]
    catalogs.commit(catalog, back(catalog), [])
    assert counts(catalog) == [1, 1]


def test_no_table_changes_if_one_of_them_was_changed_meanwhile(catalog: RestCatalog) -> None:
    changes = back(catalog)
    last = catalog.load_table(NAMES[-1])
    last.append(SCHEMA.empty_table().from_pylist([{"number": 3}], schema=SCHEMA))
    assert head(catalog.load_table(NAMES[-1])) != head(changes[-1].table)
    with pytest.raises(CommitFailedException):
        catalogs.commit(catalog, changes, [])
    assert counts(catalog) == [2, 3]


def test_views_are_created_replaced_and_dropped(catalog: RestCatalog) -> None:
    catalogs.commit(catalog, [], [ViewChange(None, view_of("gold", "one", "select 1 as number"))])
    known = catalogs.read_views(catalog, "gold")["one"]
    assert known.sql() == "select 1 as number"
    catalogs.commit(catalog, [], [ViewChange(known, view_of("gold", "one", "select 2 as number"))])
    assert catalogs.read_views(catalog, "gold")["one"].sql() == "select 2 as number"
    catalogs.commit(catalog, [], [ViewChange(catalogs.read_views(catalog, "gold")["one"], None)])
    assert catalogs.read_views(catalog, "gold") == {}
