"""Elementary's report on the story: it lists the project's nodes and opens without outside requests."""

import base64
import json
import re
import shutil
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from tests import patience
from tests.e2e.story_result import StoryResult

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PAGES = ("Lineage", "Test Results", "Model Performance", "Test Performance")


@pytest.fixture(scope="module")
def report(story: StoryResult) -> dict[str, Any]:
    """The data embedded in the page."""
    page = (story.home / "site" / "elementary" / "index.html").read_text()
    found = re.search(r"atob\('([^']+)'", page)
    assert found
    data: dict[str, Any] = json.loads(base64.b64decode(found[1]))
    return data


@pytest.fixture(scope="module")
def nodes(story: StoryResult) -> dict[str, dict[str, Any]]:
    """This project's nodes, sources and exposures, by unique id."""
    manifest = json.loads((story.folder / "target" / "manifest.json").read_text())
    found: dict[str, dict[str, Any]] = {}
    for kind in ("nodes", "sources", "exposures"):
        found |= {name: node for name, node in manifest[kind].items() if node["package_name"] == "larder"}
    return found


def test_report_lists_tables_and_exposures(report: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> None:
    kinds = ("model", "snapshot", "source", "exposure")
    expected = {name for name, node in nodes.items() if node["resource_type"] in kinds}
    assert set(report["models"]) == expected


def test_report_lists_tests(report: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> None:
    assert set(report["tests"]) == {name for name, node in nodes.items() if node["resource_type"] == "test"}


def test_report_has_lineage(report: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> None:
    drawn = {upstream for node, upstream in report["lineage"]["edges"] if node == "model.larder.fct_baskets"}
    assert drawn == set(nodes["model.larder.fct_baskets"]["depends_on"]["nodes"])


def test_report_has_runs_of_models_and_tests_and_freshness(report: dict[str, Any]) -> None:
    runs = {run["unique_id"]: run for run in report["model_runs"]}
    assert runs["model.larder.fct_baskets"]["status"] == "success"
    assert len(runs["model.larder.fct_baskets"]["runs"]) > 1
    kinds = {one["metadata"]["test_type"] for found in report["test_results"].values() for one in found}
    assert kinds >= {"dbt_test", "source_freshness", "anomaly_detection", "schema_change"}


def test_page_opens_without_errors_or_outside_requests(story: StoryResult) -> None:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser on this machine: none of {', '.join(BROWSERS)} is on the path")
    errors: list[str] = []
    requested: set[str] = set()
    address = (story.home / "site" / "elementary" / "index.html").as_uri()
    with sync_playwright() as playwright:
        # The sandbox needs rights that root lacks in a container, and the page is our own.
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"], timeout=patience.SECONDS * 1000
        )
        page = browser.new_page()
        page.set_default_timeout(patience.SECONDS * 1000)
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: requested.add(request.url))
        page.goto(address)
        for name in PAGES:
            page.get_by_text(name, exact=True).first.click()
            page.get_by_text("fct_baskets").or_(page.get_by_text("larder")).first.wait_for()
        browser.close()
    assert errors == []
    assert {url for url in requested if not url.startswith(("data:", "blob:"))} == {address}
