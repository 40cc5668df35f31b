"""airgap/dbt_utils against known results; if a hub answers, the real package too."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from larder.settings import PROJECT
from tests.unit import locked_packages
from tests.unit.locked_packages import dbt


def stand_in(project: Path) -> None:
    shutil.copytree(PROJECT / "airgap" / "dbt_utils", project / "dbt_packages" / "dbt_utils")


def real_package(project: Path) -> None:
    locked_packages.install(project, "dbt_utils")


@pytest.fixture(scope="module", params=[stand_in, real_package])
def results(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Each check's name with the rows it should report and the rows it did (or dbt's message)."""
    folder = tmp_path_factory.mktemp("dbt_utils")
    project = folder / "project"
    shutil.copytree(PROJECT / "tests" / "airgap" / "project", project)
    request.param(project)
    output = dbt(
        project,
        "build",
        "--show-all-deprecations",
        DBT_PROFILES_DIR=str(project),
        CHECKS_WAREHOUSE=str(folder / "warehouse"),
    )
    assert "Deprecated" not in output, output
    target = project / "target"
    nodes = json.loads((target / "manifest.json").read_text())["nodes"]
    return {
        nodes[result["unique_id"]]["name"]: {
            "expected": nodes[result["unique_id"]]["config"]["meta"].get("failing_rows", 0),
            "reported": result["message"] if result["status"] == "error" else result["failures"] or 0,
        }
        for result in json.loads((target / "run_results.json").read_text())["results"]
    }


def test_each_check_reports_the_rows_it_should(results: dict[str, Any]) -> None:
    assert {name: rows for name, rows in results.items() if rows["expected"] != rows["reported"]} == {}


def test_each_stand_in_is_checked(results: dict[str, Any]) -> None:
    macros = (PROJECT / "airgap" / "dbt_utils" / "macros").rglob("*.sql")
    assert {path.stem for path in macros} <= {name.partition("__")[0] for name in results}
