"""What Elementary's monitors find in made-up histories; if a hub answers, the real package's, too."""

import json
import shutil
from pathlib import Path

import pytest

from larder.settings import PROJECT
from tests.unit import iceberg_history, locked_packages
from tests.unit.locked_packages import dbt

DAYS = [99, 101, 100, 98, 102, 100, 101, 99, 100, 97, 103, 100, 101, 99, 100]


def stand_in(project: Path) -> None:
    for name in ("dbt_utils", "elementary"):
        shutil.copytree(PROJECT / "airgap" / name, project / "dbt_packages" / name)


def real_package(project: Path) -> None:
    locked_packages.install(project, "dbt_utils", "elementary")


@pytest.fixture(scope="module", params=[stand_in, real_package])
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[str]]:
    """Names of monitors by outcome: "as expected", "found it", "missed it", or dbt's error."""
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
            dbt(project, "run", "--select", "package:elementary")
            dbt(project, "test")  # it compares a schema with what it saw before
        iceberg_history.widen("widened")
        dbt(project, "test")
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


def test_each_monitor_finds_what_it_should(outcomes: dict[str, list[str]]) -> None:
    assert {outcome: names for outcome, names in outcomes.items() if outcome != "as expected"} == {}
    assert len(outcomes["as expected"]) == 16
