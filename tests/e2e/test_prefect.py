"""The story's runs as Prefect shows them."""

import json
from typing import Any

import pytest

from tests.e2e.steps import Step
from tests.e2e.story_result import StoryResult


@pytest.fixture(scope="module")
def runs(story: StoryResult) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((story.folder / "prefect.json").read_text())
    return found


@pytest.fixture(scope="module")
def last(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The last daily run, a full refresh that ended with a report."""
    return [run for run in runs if "daily" in run["tags"]][-1]


def test_runs_are_tagged_by_kind_and_named_after_their_date(
    runs: list[dict[str, Any]], story: StoryResult
) -> None:
    assert {tuple(run["tags"]) for run in runs} == {("daily",), ("report",)}
    assert all(run["name"].startswith(f"{run['tags'][0]} 201") for run in runs)
    daily = [run["state"] for run in runs if run["tags"] == ["daily"]]
    assert daily == ["Failed" if "error" in one else "Completed" for one in story.outcomes.values()]


def test_every_node_of_a_build_is_one_task_with_its_log(last: dict[str, Any], story: StoryResult) -> None:
    # model.larder.dim_dates is shown as "model dim_dates"; for exposures dbt does nothing.
    nodes = [name.split(".") for name, status in story.statuses(Step.REBUILT).items() if status != "no-op"]
    expected = sorted(f"{kind} {name}" for kind, _, name, *_ in nodes)
    tasks = {name: (state, lines) for name, state, lines in last["tasks"]}
    kinds = ("model ", "snapshot ", "test ")
    assert sorted(name for name, *_ in last["tasks"] if name.startswith(kinds)) == expected
    assert {name: task for name, task in tasks.items() if task[0] != "Completed"} == {}
    assert [name for name in expected if tasks[name][1] == 0] == []


def test_a_run_links_to_the_site_and_shows_the_results(last: dict[str, Any]) -> None:
    assert last["artifacts"] == ["dbt-results", "site"]
