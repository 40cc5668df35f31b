"""What readers see of dbt's builds: whole, tested states only, whatever a model becomes."""

import json
import shutil
from typing import Any

import pytest

from larder.settings import PROJECT
from tests.unit import spark_process

MACROS = (
    "generate_schema_name.sql",
    "get_insert_overwrite_sql.sql",
    "spark__get_merge_sql.sql",
    "value_list.sql",
)
TABLES = {"gold.wide", "gold.merged", "gold.parted", "silver.snap_numbers"}
VIEWS = {"silver.stg_numbers", "silver.stg_doubles"}

Steps = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Steps:
    """The outcome of each step, by its name."""
    folder = tmp_path_factory.mktemp("branches")
    project = folder / "project"
    shutil.copytree(PROJECT / "tests" / "airgap" / "publication", project)
    shutil.copytree(PROJECT / "macros" / "publication", project / "macros" / "publication")
    for name in MACROS:
        shutil.copy(PROJECT / "macros" / name, project / "macros")
    spark_process.run("tests.unit.branch_builds", folder, folder)
    found: Steps = json.loads((folder / "steps.json").read_text())
    return found


def seen(step: dict[str, Any]) -> dict[str, Any]:
    """What readers have: everything but dbt's messages and what failed builds left."""
    return {name: step[name] for name in ("spark", "pyiceberg", "columns", "runs")}


def counts(step: dict[str, Any]) -> set[int]:
    """The numbers of rows that readers have of tables and views."""
    assert {step["spark"][name] for name in TABLES} == {step["pyiceberg"][name] for name in TABLES}
    return {step["spark"][name] for name in TABLES | VIEWS}


def failures(step: dict[str, Any]) -> dict[str, str]:
    """The messages of what failed."""
    failed = ("error", "fail", "skipped")
    return {name: text for name, text in step["messages"].items() if text.startswith(failed) or name == "dbt"}


def test_a_build_that_succeeds_is_published_and_leaves_nothing(steps: Steps) -> None:
    assert failures(steps["first"]) == {}
    assert counts(steps["first"]) == {2}
    assert (steps["first"]["branches"], steps["first"]["schemas"]) == ([], [])
    assert failures(steps["succeeded"]) == {}
    assert counts(steps["succeeded"]) == {3}
    assert steps["succeeded"]["runs"] == [1, 3]


@pytest.mark.parametrize("step", ["first", "succeeded", "full refresh", "other columns"])
def test_tables_count_their_rows_after_a_build_on_a_branch(steps: Steps, step: str) -> None:
    assert steps[step]["totals"] == steps[step]["pyiceberg"]


def test_a_build_whose_tests_fail_changes_nothing_that_readers_see(steps: Steps) -> None:
    assert set(failures(steps["failed"])) == {"no_number_is_too_large", "kind"}
    assert seen(steps["failed"]) == seen(steps["first"])


def test_masked_gold_shows_what_is_published_without_personal_columns(steps: Steps) -> None:
    masked = {name: steps[name]["masked"] for name in ("first", "failed", "succeeded")}
    assert masked == {"first": [[None, 1]], "failed": [[None, 1]], "succeeded": [[None, 1], [None, 3]]}


def test_a_failed_build_leaves_its_branch_to_be_looked_into(steps: Steps) -> None:
    assert {steps["failed"]["on the branch"][name] for name in TABLES} == {3}
    assert steps["failed"]["branches"] == steps["failed"]["schemas"]


def test_a_full_refresh_is_published_like_any_build(steps: Steps) -> None:
    assert seen(steps["failed full refresh"]) == seen(steps["succeeded"])
    assert failures(steps["full refresh"]) == {}
    assert steps["full refresh"]["runs"] == [5]
    assert counts(steps["full refresh"]) == {3}


def test_columns_come_and_go_with_the_publication(steps: Steps) -> None:
    assert failures(steps["other columns"]) == {}
    assert steps["full refresh"]["columns"]["gold.wide"] == ["number long", "small int", "lost string"]
    assert steps["other columns"]["columns"]["gold.wide"] == ["number long", "small long", "added string"]


@pytest.mark.parametrize(
    ("step", "node", "message"),
    [
        ("another type", "wide", "gold.wide: the type of small becomes string and is published as bigint"),
        ("a view now", "dbt", "gold.kind is published as a table and its model is a view now"),
        ("a table now", "turned", "gold.turned is published as a view and its model is a table now"),
        ("another partition", "parted", "gold.parted is partitioned by parity, and its model by doubled"),
    ],
)
def test_what_readers_would_notice_at_once_is_refused(
    steps: Steps, step: str, node: str, message: str
) -> None:
    assert message in failures(steps[step])[node]
    assert seen(steps[step]) == seen(steps["other columns"])


def test_a_model_alone_is_built_from_what_is_published(steps: Steps) -> None:
    assert failures(steps["without its views"]) == {}
    assert steps["without its views"]["spark"] == steps["other columns"]["spark"]


def test_a_table_that_another_writer_changed_is_not_overwritten(steps: Steps) -> None:
    assert "another writer changed gold.merged on main" in failures(steps["overtaken"])["dbt"]
    before, after = steps["without its views"], steps["overtaken"]
    assert after["spark"] == before["spark"] | {"gold.merged": before["spark"]["gold.merged"] - 1}


def test_a_switch_turns_it_off(steps: Steps) -> None:
    assert "no_number_is_too_large" in failures(steps["switched off"])
    assert steps["switched off"]["spark"]["gold.wide"] == 4
