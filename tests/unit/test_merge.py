"""How incremental models are merged into their tables, in real merges: the project's own, and a package's."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from larder.lake.catalog import open_catalog
from larder.settings import PROJECT
from tests.unit.locked_packages import dbt

CHECKS = PROJECT / "tests" / "airgap" / "merge"
MODELS = ["by_bucket", "by_day", "by_region", "of_a_package", "some_columns", "with_predicates"]
MACROS = ["generate_schema_name", "spark__get_merge_sql"]

Rows = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scratch project, its models built and then merged into."""
    project = tmp_path_factory.mktemp("merge") / "project"
    shutil.copytree(CHECKS, project, ignore=shutil.ignore_patterns("other"))
    shutil.copytree(CHECKS / "other", project / "dbt_packages" / "other")
    (project / "macros").mkdir()
    for macro in MACROS:
        shutil.copy(PROJECT / "macros" / f"{macro}.sql", project / "macros")
    return project


@pytest.fixture(scope="module")
def rows(project: Path) -> dict[str, Rows]:
    """Each table's rows, sorted, without dates."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LARDER_HOME", str(project.parent / "home"))
        patch.delenv("LARDER_WAREHOUSE", raising=False)
        (project.parent / "home").mkdir()
        for _ in range(2):
            output = dbt(project, "run")
            assert "rror" not in output, output
        tables = {name: open_catalog().load_table(f"silver.{name}").scan().to_arrow() for name in MODELS}
    return {
        name: sorted(tuple(row.values()) for row in table.drop_columns(_dates(table)).to_pylist())
        for name, table in tables.items()
    }


def _dates(table: Any) -> list[str]:
    return [name for name in table.column_names if name.endswith("_date")]


@pytest.fixture(scope="module")
def merges(project: Path, rows: dict[str, Rows]) -> dict[str, str]:
    """Each model's merge statement on one line."""
    return {
        path.stem: " ".join(path.read_text().split()) for path in (project / "target" / "run").rglob("*.sql")
    }


def test_rows_are_updated_moved_to_another_partition_or_inserted(rows: dict[str, Rows]) -> None:
    assert rows["by_day"] == [(1, 10), (2, 25), (3, 35), (4, 40)]


def test_a_key_may_have_several_columns_and_a_partition_be_text(rows: dict[str, Rows]) -> None:
    assert rows["by_region"] == [
        (1, 1, "north", 10),
        (1, 2, "north", 25),
        (2, 1, "south", 30),
        (2, 2, "south", 40),
    ]


def test_only_partitions_that_the_model_lists_are_read(merges: dict[str, str]) -> None:
    days = ", ".join(f"date '2017-01-0{day}'" for day in (2, 3, 4, 5))
    assert f"on DBT_INTERNAL_DEST.sold_date in ({days}) and" in merges["by_day"]
    assert " in (" not in merges["by_region"]


def test_a_table_may_be_partitioned_by_an_expression(rows: dict[str, Rows]) -> None:
    assert rows["by_bucket"] == [(1, 10), (2, 25), (3, 30)]


def test_a_model_may_choose_the_columns_to_update(rows: dict[str, Rows]) -> None:
    assert rows["some_columns"] == [(1, 15, "first")]


def test_a_models_own_predicates_are_kept_and_nothing_is_added(
    rows: dict[str, Rows], merges: dict[str, str]
) -> None:
    # The predicate keeps the second row from matching.
    assert rows["with_predicates"] == [(1, 15), (2, 20), (2, 25)]
    assert " in (" not in merges["with_predicates"]


def test_a_packages_rows_may_change_their_partition(project: Path, rows: dict[str, Rows]) -> None:
    assert rows["of_a_package"] == [(1, 10), (2, 25), (3, 40)]
    cached = re.findall(r"cache table (\w+)__dbt_tmp", (project / "logs" / "dbt.log").read_text())
    assert set(cached) == {"by_bucket", "by_day", "by_region", "some_columns"}
