"""What Elementary's monitors find in made-up histories; where a hub answers, the real package's, too."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from larder.errors import LarderError
from larder.packages import install_packages
from larder.settings import PROJECT
from tests.unit import iceberg_history

DAYS = [99, 101, 100, 98, 102, 100, 101, 99, 100, 97, 103, 100, 101, 99, 100]


def stand_in(project: Path) -> None:
    for name in ("dbt_utils", "elementary"):
        shutil.copytree(PROJECT / "airgap" / name, project / "dbt_packages" / name)


def real_package(project: Path) -> None:
    """The versions of the project's lock file, from the hub that `DBT_PACKAGE_HUB_URL` names."""
    if not os.environ.get("DBT_PACKAGE_HUB_URL"):
        pytest.skip("DBT_PACKAGE_HUB_URL names no package hub, so only the stand-in is tested")
    locked = yaml.safe_load((PROJECT / "package-lock.yml").read_text())["packages"]
    wanted = [{key: package[key] for key in ("package", "version")} for package in locked]
    (project / "packages.yml").write_text(yaml.safe_dump({"packages": wanted}))
    try:
        install_packages(project)  # has no stand-in to fall back to in this folder
    except LarderError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module", params=[stand_in, real_package])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Monitors by what they did: "as expected", or "found it", "missed it", or dbt's error."""
    folder = tmp_path_factory.mktemp("monitors")
    project = folder / "project"
    shutil.copytree(PROJECT / "tests" / "airgap" / "monitors", project)
    request.param(project)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LARDER_HOME", str(folder / "home"))
        patch.delenv("LARDER_WAREHOUSE", raising=False)
        (folder / "home").mkdir()
        _make_histories()
        if request.param is real_package:
            _dbt(project, "run", "--select", "package:elementary")
            _dbt(project, "test")  # it compares a schema with what it saw before
        iceberg_history.widen("widened")
        _dbt(project, "test")
    nodes = json.loads((project / "target" / "manifest.json").read_text())["nodes"]
    outcomes: dict[str, list[str]] = {"as expected": []}
    for result in json.loads((project / "target" / "run_results.json").read_text())["results"]:
        node = nodes[result["unique_id"]]
        if node["resource_type"] == "operation":  # the real package's hooks
            continue
        finds = node["config"]["meta"].get("finds") in (True, request.param.__name__)
        status = result["status"]
        outcome = {"pass": "missed it", "warn": "found it"}.get(status, str(result["message"]))
        expected = status == ("warn" if finds else "pass")
        outcomes.setdefault("as expected" if expected else outcome, []).append(node["name"])
    return outcomes


def _make_histories() -> None:
    iceberg_history.make("steady", DAYS)
    iceberg_history.make("dropped", [*DAYS[:-2], 5, 5])
    iceberg_history.make("young", [5000, 10, 12])
    iceberg_history.make("stale", DAYS, ended_days_ago=3)
    iceberg_history.make("widened", [10])
    iceberg_history.make("emptied", [2000, *[3] * 14])
    iceberg_history.lose_rows("emptied")


def _dbt(project: Path, *command: str) -> None:
    """Run dbt in a process of its own, so that its Spark session is not the other tests'."""
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *command, "--project-dir", str(project)],
        cwd=project,
        env=os.environ | {"DBT_PROFILES_DIR": str(PROJECT), "DBT_TARGET_PATH": str(project / "target")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (project / "target" / "run_results.json").exists(), done.stdout + done.stderr


def test_each_monitor_finds_what_it_should(found: dict[str, list[str]]) -> None:
    assert {outcome: names for outcome, names in found.items() if outcome != "as expected"} == {}
    assert len(found["as expected"]) == 16
