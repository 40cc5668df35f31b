"""What airgap/dbt_utils promises, against known results; where a hub answers, the real package too."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from larder.errors import LarderError
from larder.packages import install_packages
from larder.settings import PROJECT


def stand_in(project: Path) -> None:
    shutil.copytree(PROJECT / "airgap" / "dbt_utils", project / "dbt_packages" / "dbt_utils")


def real_package(project: Path) -> None:
    """The version of the project's lock file, from the hub that `DBT_PACKAGE_HUB_URL` names."""
    if not os.environ.get("DBT_PACKAGE_HUB_URL"):
        pytest.skip("DBT_PACKAGE_HUB_URL names no package hub, so only the stand-in is tested")
    locked = yaml.safe_load((PROJECT / "package-lock.yml").read_text())["packages"]
    wanted = [{key: p[key] for key in ("package", "version")} for p in locked if p["name"] == "dbt_utils"]
    (project / "packages.yml").write_text(yaml.safe_dump({"packages": wanted}))
    try:
        install_packages(project)  # has no stand-in to fall back to in this folder
    except LarderError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module", params=[stand_in, real_package])
def results(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Each check's name with the rows it should report and the rows it did (or dbt's message)."""
    folder = tmp_path_factory.mktemp("dbt_utils")
    project = folder / "project"
    shutil.copytree(PROJECT / "tests" / "airgap" / "project", project)
    request.param(project)
    # In a process of its own, so that its Spark session is not the other tests'.
    dbt = [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "build", "--show-all-deprecations"]
    run = subprocess.run(
        [*dbt, "--project-dir", str(project), "--profiles-dir", str(project)],
        cwd=folder,
        env={**os.environ, "CHECKS_WAREHOUSE": str(folder / "warehouse")},
        capture_output=True,
        text=True,
        check=False,
    )
    target = project / "target"
    assert (target / "run_results.json").exists(), run.stdout + run.stderr
    assert "Deprecated" not in run.stdout, run.stdout
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
