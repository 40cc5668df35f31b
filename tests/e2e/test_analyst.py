"""`dbt build` on its own, as an analytics engineer runs it, and the documentation."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from larder.settings import PROJECT
from tests.e2e.conftest import environment
from tests.e2e.story_result import StoryResult

TARGET = "analyst"


@pytest.fixture(scope="module")
def built(story: StoryResult) -> dict[str, str]:
    """The status of each node after an analyst ran `dbt build`, unit tests included, by unique id."""
    target = story.folder / TARGET
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "build"],
        cwd=PROJECT,
        env=environment(story.folder) | {"DBT_TARGET_PATH": str(target)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"[-8000:]
    results = json.loads((target / "run_results.json").read_text())["results"]
    return {result["unique_id"]: result["status"] for result in results}


def test_dbt_builds_on_its_own(story: StoryResult, built: dict[str, str]) -> None:
    assert set(built.values()) <= {"success", "pass", "no-op"}
    models = {node.rpartition(".")[2] for node in built if node.startswith("model.larder.")}
    nodes = json.loads((story.folder / TARGET / "manifest.json").read_text())["nodes"]
    # Ephemeral models are built as a part of those that read them.
    own = [node for node in nodes.values() if node["package_name"] == "larder"]
    ephemeral = {node["name"] for node in own if node["config"]["materialized"] == "ephemeral"}
    assert models | ephemeral == {file.stem for file in (PROJECT / "models").rglob("*.sql")}
    assert not models & ephemeral


def test_unit_tests_pass(built: dict[str, str]) -> None:
    unit_tests = {node: status for node, status in built.items() if node.startswith("unit_test.")}
    assert unit_tests
    assert set(unit_tests.values()) == {"pass"}


def test_every_model_and_column_is_described(story: StoryResult) -> None:
    site = story.home / "site" / "docs"
    assert (site / "index.html").stat().st_size > 0
    manifest = json.loads((site / "manifest.json").read_text())
    columns = json.loads((story.folder / "columns.json").read_text())
    nodes: dict[str, dict[str, Any]] = {
        name: node
        for name, node in (manifest["nodes"] | manifest["sources"]).items()
        if node["resource_type"] in ("model", "snapshot", "source") and node["package_name"] == "larder"
    }
    assert len(nodes) > 40
    undescribed = []
    for name, node in nodes.items():
        if not node["relation_name"]:  # an ephemeral model: a step of a mart's query
            continue
        described = {column for column, known in node["columns"].items() if known["description"]}
        undescribed += [] if node["description"] else [name]
        undescribed += [f"{name}.{column}" for column in columns[name] if column not in described]
    assert undescribed == []


def test_dashboards_are_documented(story: StoryResult) -> None:
    manifest = json.loads((story.home / "site" / "docs" / "manifest.json").read_text())
    assert manifest["exposures"]
