"""Elementary's own table of run results has each result of `ops` once."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from larder.lake.catalog import open_catalog
from larder.ops import recording, schema
from larder.settings import PROJECT
from tests.unit import dbt_project, locked_packages
from tests.unit.dbt_project import ENDED, MODEL, RUN, TEST
from tests.unit.locked_packages import dbt

CHECKS = PROJECT / "tests" / "airgap" / "run_results"


def minimal_package(project: Path) -> None:
    """A package with only that table, with the same columns as the real one."""
    shutil.copytree(CHECKS / "elementary", project / "dbt_packages" / "elementary")


def real_package(project: Path) -> None:
    locked_packages.install(project, "dbt_utils", "elementary")


@pytest.fixture(scope="module", params=[minimal_package, real_package])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The table's rows, filled after each of two recorded runs, and once more."""
    folder = tmp_path_factory.mktemp("run_results")
    project, target = folder / "project", folder / "target"
    shutil.copytree(CHECKS, project, ignore=shutil.ignore_patterns("elementary"))
    (project / "macros").mkdir()
    for macro in ("fill_run_results.sql", "generate_schema_name.sql"):
        shutil.copy(PROJECT / "macros" / macro, project / "macros")
    request.param(project)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LARDER_HOME", str(folder / "home"))
        patch.delenv("LARDER_WAREHOUSE", raising=False)
        schema.ensure_tables()
        output = dbt(project, "run", "--select", "dbt_run_results")
        for invocation, status in (("build-1", "pass"), ("build-2", "fail")):
            results = dbt_project.run_results(ENDED, test=status)
            results["metadata"]["invocation_id"] = invocation
            dbt_project.write(target, manifest=dbt_project.manifest(), run_results=results)
            recording.record(RUN, target, ["run_results"], [], [])
            output += dbt(project, "run-operation", "fill_run_results")
        output += dbt(project, "run-operation", "fill_run_results")
        found = open_catalog().load_table("elementary.dbt_run_results").scan().to_arrow().to_pylist()
    assert "rror" not in output, output
    return sorted(found, key=lambda row: str(row["model_execution_id"]))


def test_each_result_is_there_once(filled: list[dict[str, Any]]) -> None:
    assert [row["model_execution_id"] for row in filled] == [
        f"{invocation}.{node}" for invocation in ("build-1", "build-2") for node in (MODEL, TEST)
    ]


def test_results_are_as_the_package_writes_them(filled: list[dict[str, Any]]) -> None:
    failed = filled[-1]
    began_and_ended = [
        failed[f"{step}_{end}_at"] for step in ("compile", "execute") for end in ("started", "completed")
    ]
    assert began_and_ended == ["2026-03-01T04:02:00.000000Z"] * 4
    assert failed["generated_at"] == "2026-03-01 04:02:00"
    assert failed["created_at"] is not None
    assert {name: failed[name] for name in ("unique_id", "invocation_id", "name", "resource_type")} == {
        "unique_id": TEST,
        "invocation_id": "build-2",
        "name": "fct_baskets_not_null",
        "resource_type": "test",
    }
    assert (failed["status"], failed["failures"]) == ("fail", 3)
    assert failed["message"] == "Got 3 results, configured to fail if != 0"
    assert (failed["compiled_code"], failed["thread_id"]) == ("select 1", "Thread-1")
    assert (failed["execution_time"], failed["full_refresh"]) == (1.5, False)
