"""dbt alone, as an analytics engineer types it, and the documentation."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from larder.settings import PROJECT
from tests.e2e.conftest import environment
from tests.e2e.played import Played

TARGET = "analyst"


@pytest.fixture(scope="module")
def built(played: Played) -> dict[str, str]:
    """What became of each node when an analyst typed `dbt build`, unit tests included, by unique id."""
    target = played.folder / TARGET
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "build"],
        cwd=PROJECT,
        env=environment(played.folder) | {"DBT_TARGET_PATH": str(target)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"[-8000:]
    results = json.loads((target / "run_results.json").read_text())["results"]
    return {result["unique_id"]: result["status"] for result in results}


def test_unit_tests_pass(built: dict[str, str]) -> None:
    unit_tests = {node: status for node, status in built.items() if node.startswith("unit_test.")}
    assert unit_tests
    assert set(unit_tests.values()) == {"pass"}


def test_dashboards_are_documented(played: Played) -> None:
    manifest = json.loads((played.home / "site" / "docs" / "manifest.json").read_text())
    assert manifest["exposures"]
