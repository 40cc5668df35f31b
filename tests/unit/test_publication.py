"""A build's tables are published together or not at all, whatever interrupts it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.table import Table
from pyiceberg.types import StringType

from larder.lake.catalog import open_catalog
from larder.publication import begin, catalogs, publish, record, sql_catalog
from larder.publication.changes import StoredView, TableChange, ViewChange
from larder.publication.checks import PublicationRefused
from larder.publication.record import Publication
from larder.publication.refs import TAG, head, move_main, remove
from tests.unit.published import BRANCH, OTHER, create_view, rows, write

DAYS, STORES, BASKETS = "gold.days", "gold.stores", "bronze.baskets"


@pytest.fixture
def catalog(home: Path) -> Catalog:
    """Two published tables in gold, and one in Bronze."""
    found = open_catalog()
    for namespace in ("bronze", "silver", "gold"):
        found.create_namespace(namespace)
    for name in (DAYS, STORES, BASKETS):
        write(name, [1], branch=None)
    return found


@pytest.fixture
def built(catalog: Catalog) -> Catalog:
    """A build that changed both tables of gold and made a third."""
    begin.prepare(Publication(BRANCH))
    write(DAYS, [1, 2])
    write(STORES, [3])
    write("gold.new", [4])
    create_view(BRANCH, "stg_baskets", "select number from bronze.baskets as baskets")
    return catalog


def published() -> dict[str, list[int]]:
    return {name: rows(name) for name in (DAYS, STORES, "gold.new")}


BEFORE = {DAYS: [1], STORES: [1], "gold.new": []}
AFTER = {DAYS: [1, 2], STORES: [3], "gold.new": [4]}


def states() -> list[tuple[str, str]]:
    found = open_catalog().load_table("ops.publications").scan().to_arrow().sort_by("at").to_pylist()
    return [(row["publication_id"], row["state"]) for row in found if row["state"] != "building"]


def leftovers() -> set[str]:
    """The branches and schemas of builds that are still there."""
    found = open_catalog()
    names = {name for (name,) in found.list_namespaces()}
    for namespace in ("silver", "gold"):
        for name in found.list_tables(namespace):
            names |= set(found.load_table(name).metadata.refs)
    return {name for name in names if name.startswith(("run_", "dbt_"))}


def test_readers_see_a_build_once_it_is_published(built: Catalog) -> None:
    assert published() == BEFORE
    moves = publish.publish(Publication(BRANCH, flow_run_id="1"))
    assert published() == AFTER
    assert {move.table for move in moves} == {DAYS, STORES, "gold.new"}
    assert states() == [(BRANCH, "begun"), (BRANCH, "published")]
    assert leftovers() == set()


def test_the_files_of_a_builds_views_go_with_them(built: Catalog, home: Path) -> None:
    assert list((home / "warehouse" / BRANCH).iterdir())
    publish.publish(Publication(BRANCH))
    assert not (home / "warehouse" / BRANCH).exists()
    assert (home / "warehouse" / "silver" / "stg_baskets").is_dir()


def test_publishing_again_changes_nothing(built: Catalog) -> None:
    publish.publish(Publication(BRANCH))
    heads = {name: head(built.load_table(name)) for name in AFTER}
    assert publish.publish(Publication(BRANCH)) == []
    assert {name: head(built.load_table(name)) for name in AFTER} == heads


def test_a_published_view_reads_what_was_published_of_bronze(built: Catalog) -> None:
    publish.publish(Publication(BRANCH))
    view = catalogs.read_views(built, "silver")["stg_baskets"]
    assert view.sql() == f"select number from bronze.baskets version as of '{TAG}' as baskets"
    assert view.metadata.location.endswith("/silver/stg_baskets")
    bronze = built.load_table(BASKETS)
    assert head(bronze, TAG) == head(bronze)
    write(BASKETS, [2], branch=None)
    bronze = built.load_table(BASKETS)
    assert head(bronze, TAG) != head(bronze)


def test_a_view_is_written_again_only_if_it_changed(built: Catalog) -> None:
    publish.publish(Publication(BRANCH))
    first = catalogs.read_views(built, "silver")["stg_baskets"]
    for branch, sql in (
        (OTHER, "select number from bronze.baskets as baskets"),
        (BRANCH, "select 1 as number"),
    ):
        begin.prepare(Publication(branch))
        create_view(branch, "stg_baskets", sql)
        publish.publish(Publication(branch))
        now = catalogs.read_views(built, "silver")["stg_baskets"]
        assert (now.location == first.location) == (branch == OTHER)
    assert now.sql() == "select 1 as number"


def test_a_view_without_rows_in_its_source_reads_it_as_it_is(catalog: Catalog) -> None:
    catalog.create_table("bronze.empty", pa.schema([("number", pa.int64())]))
    begin.prepare(Publication(BRANCH))
    create_view(BRANCH, "stg_empty", "select number from bronze.empty")
    publish.publish(Publication(BRANCH))
    assert catalogs.read_views(catalog, "silver")["stg_empty"].sql() == "select number from bronze.empty"


class Killed(BaseException):
    """Stands for a process that is killed."""


@pytest.fixture(params=["record", "first metadata file", "transaction", "before the last record"])
def interruption(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A publication that is killed at a point of it."""

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    write_record, point = record.write, request.param
    match point:
        case "record":
            monkeypatch.setattr(record, "write", die)
        case "first metadata file":
            monkeypatch.setattr(sql_catalog, "_write_table", die)
        case "transaction":
            monkeypatch.setattr(sql_catalog, "_apply", die)
        case _:
            monkeypatch.setattr(
                record, "write", lambda one, state: write_record(one, state) if state == "begun" else die()
            )
    yield point
    monkeypatch.undo()


def test_a_killed_publication_is_all_or_nothing_and_is_taken_up(built: Catalog, interruption: str) -> None:
    with pytest.raises(Killed):
        publish.publish(Publication(BRANCH))
    is_done = interruption == "before the last record"
    assert published() == (AFTER if is_done else BEFORE)


def test_an_interrupted_publication_is_completed_by_the_next_run(
    built: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(catalogs, "commit", lambda *_: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            publish.publish(Publication(BRANCH))
    assert published() == BEFORE
    assert begin.recover() == []
    assert published() == AFTER
    assert states() == [(BRANCH, "begun"), (BRANCH, "published")]
    assert leftovers() == set()


def test_a_publication_that_lost_only_its_last_record_gets_it(
    built: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_record = record.write
    with monkeypatch.context() as patch:
        patch.setattr(record, "write", lambda one, state: state == "begun" and write_record(one, state))
        publish.publish(Publication(BRANCH))
    begin.recover()
    assert published() == AFTER
    assert states() == [(BRANCH, "begun"), (BRANCH, "published")]


def test_a_table_that_changed_meanwhile_stops_the_publication(built: Catalog) -> None:
    write(STORES, [9], branch=None)
    with pytest.raises(PublicationRefused, match=rf"another writer changed {STORES} on main .*Nothing was"):
        publish.publish(Publication(BRANCH))
    assert published() == BEFORE | {STORES: [9]}
    assert states() == [(BRANCH, "refused")]


def overtake(monkeypatch: pytest.MonkeyPatch, name: str, numbers: list[int]) -> None:
    """Let another writer change a table on main right before the next commit."""
    commit = catalogs.commit

    def late(*arguments: Any) -> None:
        monkeypatch.setattr(catalogs, "commit", commit)
        write(name, numbers, branch=None)
        commit(*arguments)

    monkeypatch.setattr(catalogs, "commit", late)


def test_a_table_that_changes_during_the_commit_stops_it(
    built: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    overtake(monkeypatch, STORES, [9])
    with pytest.raises(PublicationRefused, match=STORES):
        publish.publish(Publication(BRANCH))
    assert published() == BEFORE | {STORES: [9]}
    assert states() == [(BRANCH, "begun"), (BRANCH, "refused")]
    assert begin.recover() == [BRANCH]


def test_rows_that_arrive_in_bronze_during_the_commit_do_not_stop_it(
    built: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    overtake(monkeypatch, BASKETS, [5])
    publish.publish(Publication(BRANCH))
    assert published() == AFTER


def test_a_dropped_table_stops_the_publication_that_takes_up(
    built: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(catalogs, "commit", lambda *_: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            publish.publish(Publication(BRANCH))
    built.drop_table(DAYS)
    begin.recover()
    assert states() == [(BRANCH, "begun"), (BRANCH, "refused")]
    assert rows(STORES) == [1]


def test_a_snapshot_that_expired_under_the_branch_stops_the_publication(built: Catalog) -> None:
    write(DAYS, [1, 2, 3])
    table = built.load_table(DAYS)
    parent = table.metadata.snapshot_by_id(head(table, BRANCH) or 0)
    assert parent
    table.maintenance.expire_snapshots().by_id(parent.parent_snapshot_id or 0).commit()
    with pytest.raises(PublicationRefused, match=f"a snapshot of {DAYS} that the branch needs has expired"):
        publish.publish(Publication(BRANCH))
    assert published() == BEFORE


def test_a_failed_run_is_kept_until_the_next_and_then_removed(built: Catalog) -> None:
    begin.prepare(Publication(OTHER))
    write(DAYS, [7], branch=OTHER)
    assert begin.recover() == [BRANCH]
    assert leftovers() == {OTHER}, "an analyst's build goes on"
    assert built.list_tables("gold") == [("gold", "days"), ("gold", "stores")]
    assert rows(DAYS) == [1]
    begin.discard(OTHER)
    assert leftovers() == set()


def test_only_builds_branches_are_discarded(catalog: Catalog) -> None:
    with pytest.raises(ValueError, match="main is not the branch of a build"):
        begin.discard("main")


def test_a_column_that_a_model_lost_leaves_with_the_publication(built: Catalog) -> None:
    table = built.load_table(DAYS)
    with table.update_schema() as schema:
        schema.add_column("note", StringType())
    table.transaction().set_properties({f"larder.dropped-columns.{BRANCH}": "note"}).commit_transaction()
    publish.publish(Publication(BRANCH))
    assert built.load_table(DAYS).schema().column_names == ["number"]
    assert rows(DAYS) == [1, 2]


def test_a_sql_catalog_changes_nothing_if_one_change_is_late(catalog: Catalog) -> None:
    begin.prepare(Publication(BRANCH))
    write(DAYS, [1, 2])
    table: Table = catalog.load_table(DAYS)
    stale: Table = catalog.load_table(STORES)
    write(STORES, [9], branch=None)
    changes = [
        TableChange(table, (), (move_main(head(table, BRANCH) or 0),)),
        TableChange(stale, (), (remove("nothing"),)),
    ]
    with pytest.raises(CommitFailedException, match=STORES):
        catalogs.commit(catalog, changes, [])
    assert rows(DAYS) == [1]


def test_tables_and_snapshots_are_recorded(built: Catalog) -> None:
    before = head(built.load_table(DAYS))
    publish.publish(Publication(BRANCH, flow_run_id="run"))
    found = built.load_table("ops.publications").scan("state = 'begun'").to_arrow().to_pylist()
    recorded = {move["table"]: move for move in json.loads(found[0]["tables_json"])}
    assert recorded[DAYS]["from_snapshot_id"] == before
    assert recorded[DAYS]["to_snapshot_id"] == head(built.load_table(DAYS))
    assert recorded["gold.new"]["from_snapshot_id"] is None
    assert {row["flow_run_id"] for row in found} == {"run"}


def test_a_view_of_another_writer_is_not_overwritten(built: Catalog) -> None:
    view: StoredView = catalogs.read_views(built, BRANCH)["stg_baskets"]
    other = StoredView("silver", "stg_baskets", view.metadata)
    with pytest.raises(CommitFailedException):
        catalogs.commit(built, [], [ViewChange(StoredView("silver", "x", view.metadata, "elsewhere"), other)])
