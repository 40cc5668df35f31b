"""What Prefect shows of the story's runs to people who look there."""

import json
from typing import Any

import pytest

from tests.e2e.played import Played
from tests.e2e.steps import Step


@pytest.fixture(scope="module")
def runs(played: Played) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((played.folder / "prefect.json").read_text())
    return found


@pytest.fixture(scope="module")
def last(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The last daily run, which built everything anew and ended with a report."""
    return [run for run in runs if "daily" in run["tags"]][-1]


def test_runs_have_their_kind_as_a_tag_and_their_date_in_the_name(
    runs: list[dict[str, Any]], played: Played
) -> None:
    assert {tuple(run["tags"]) for run in runs} == {("daily",), ("report",)}
    assert all(run["name"].startswith(f"{run['tags'][0]} 201") for run in runs)
    daily = [run["state"] for run in runs if run["tags"] == ["daily"]]
    assert daily == ["Failed" if "error" in one else "Completed" for one in played.outcomes.values()]


def test_every_node_of_a_build_is_one_task_with_its_log(last: dict[str, Any], played: Played) -> None:
    # model.larder.dim_dates is "model dim_dates"; with exposures dbt does nothing.
    nodes = [name.split(".") for name, status in played.statuses(Step.REBUILT).items() if status != "no-op"]
    expected = sorted(f"{kind} {name}" for kind, _, name, *_ in nodes)
    shown = {name: (state, lines) for name, state, lines in last["tasks"]}
    kinds = ("model ", "snapshot ", "test ")
    assert sorted(name for name, *_ in last["tasks"] if name.startswith(kinds)) == expected
    assert {name: about for name, about in shown.items() if about[0] != "Completed"} == {}
    assert [name for name in expected if shown[name][1] == 0] == []


def test_a_run_links_to_the_site_and_shows_the_results(last: dict[str, Any]) -> None:
    assert last["artifacts"] == ["dbt-results", "site"]
