"""A model's data tests that run in one statement have the outcomes that they have by themselves."""

import json
import shutil
from typing import Any

import pytest

from larder.settings import PROJECT
from tests.unit import spark_process


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The outcomes of tests, "each" by itself and "combined"."""
    folder = tmp_path_factory.mktemp("combined")
    project = folder / "project"
    scratch = PROJECT / "tests" / "airgap"
    shutil.copytree(scratch / "combined", project)
    shutil.copy(scratch / "project" / "profiles.yml", project)
    shutil.copytree(PROJECT / "airgap" / "dbt_utils", project / "dbt_packages" / "dbt_utils")
    spark_process.run(
        "tests.unit.combined_builds",
        folder,
        folder,
        DBT_PROFILES_DIR=project,
        CHECKS_WAREHOUSE=folder / "warehouse",
    )
    found: dict[str, dict[str, Any]] = json.loads((folder / "outcomes.json").read_text())
    return found


def test_each_test_has_the_outcome_that_it_has_by_itself(outcomes: dict[str, dict[str, Any]]) -> None:
    each, combined = outcomes["each"]["tests"], outcomes["combined"]["tests"]
    assert combined == each
    statuses = [status for status, _ in each.values()]
    assert {status: statuses.count(status) for status in set(statuses)} == {
        "pass": 16,
        "fail": 5,
        "warn": 1,
        "error": 1,
    }


def test_tests_that_pass_need_no_statement_of_their_own(outcomes: dict[str, dict[str, Any]]) -> None:
    counted = {way: len(outcome["statements"]) for way, outcome in outcomes.items()}
    assert counted == {"each": 23, "combined": 15}


def test_tests_of_single_rows_share_a_scan(outcomes: dict[str, dict[str, Any]]) -> None:
    (statement,) = (
        sql
        for sql in outcomes["combined"]["statements"]
        if "from package_checks.clean" in sql and "count_if" in sql
    )
    assert statement.count("count_if(") == 3
    assert statement.count("from package_checks.clean") == 2
