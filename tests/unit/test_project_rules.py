"""The dbt project follows the rules for its structure, and each rule reports violations."""

import copy
from fnmatch import fnmatchcase
from typing import Any

import pytest
import yaml

from larder.settings import PROJECT
from tests.unit.rules import declarations, dependencies
from tests.unit.rules.project import Rule, find_violations
from tests.unit.small_manifest import MART, SINGULAR_TEST, SOURCE, STAGING, STEP, small_manifest

RULES = {rule.__name__: rule for rule in (*dependencies.RULES, *declarations.RULES)}
EXCEPTIONS: dict[str, dict[str, str]] = yaml.safe_load(
    (PROJECT / "tests" / "project_rule_exceptions.yml").read_text()
)


def _exceptions_for(rule: str, node: str) -> list[str]:
    """The listed exceptions that apply to a node."""
    return [pattern for pattern in EXCEPTIONS.get(rule, {}) if fnmatchcase(node, pattern)]


@pytest.mark.parametrize("name", RULES)
def test_the_project_follows_the_rule(manifest: dict[str, Any], name: str) -> None:
    messages = [
        message
        for node, message in find_violations(RULES[name], manifest).items()
        if not _exceptions_for(name, node)
    ]
    assert messages == [], "\n".join(messages)


def test_each_exception_names_a_rule_and_has_a_reason() -> None:
    assert set(EXCEPTIONS) <= set(RULES)
    assert [
        node for nodes in EXCEPTIONS.values() for node, reason in nodes.items() if not reason.strip()
    ] == []


def test_each_exception_is_still_needed(manifest: dict[str, Any]) -> None:
    needed = {
        (name, pattern)
        for name, rule in RULES.items()
        for node in find_violations(rule, manifest)
        for pattern in _exceptions_for(name, node)
    }
    listed = {(name, pattern) for name, nodes in EXCEPTIONS.items() for pattern in nodes}
    assert sorted(listed - needed) == [], "Remove these from tests/project_rule_exceptions.yml"


@pytest.mark.parametrize("rule", RULES.values())
def test_a_correct_small_project_breaks_no_rule(rule: Rule) -> None:
    assert find_violations(rule, small_manifest()) == {}


@pytest.mark.parametrize(
    ("rule", "changed", "change", "problem"),
    [
        (
            dependencies.only_staging_reads_sources,
            MART,
            {"depends_on": {"nodes": [SOURCE]}},
            "dim_stores: reads shop.stores",
        ),
        (
            dependencies.a_staging_model_reads_one_source,
            STAGING,
            {"depends_on": {"nodes": [SOURCE, STEP]}},
            "stg_shop__stores: reads shop.stores, int_stores__ranked",
        ),
        (
            dependencies.a_staging_model_reads_one_source,
            STAGING,
            {"depends_on": {"nodes": [MART]}},
            "stg_shop__stores: reads dim_stores",
        ),
        (
            dependencies.staging_and_snapshots_read_no_later_layer,
            STAGING,
            {"depends_on": {"nodes": [MART]}},
            "stg_shop__stores: reads dim_stores",
        ),
        (
            dependencies.every_model_reads_something,
            MART,
            {"depends_on": {"nodes": []}},
            "dim_stores: reads no source and no model",
        ),
        (
            dependencies.no_table_is_named_literally,
            MART,
            {"raw_code": "select *\nfrom gold.stores"},
            "dim_stores: reads gold.stores",
        ),
        (
            dependencies.exposures_read_gold_only,
            "exposure.larder.trading",
            {"depends_on": {"nodes": [STAGING]}},
            "trading: reads stg_shop__stores",
        ),
        (
            dependencies.a_failed_test_of_several_tables_holds_back_marts,
            SINGULAR_TEST,
            {"depends_on": {"nodes": [SOURCE, MART]}},
            "stores_are_ranked: no model depends on all of",
        ),
        (declarations.names_fit_the_folder, MART, {"name": "stores"}, "stores: is in models/marts/core"),
        (
            declarations.names_fit_the_folder,
            STAGING,
            {"original_file_path": "models/staging/marketing/stg_shop__stores.sql"},
            "stg_shop__stores: is in models/staging/marketing",
        ),
        (declarations.names_fit_the_folder, STEP, {"name": "int_stores"}, "int_stores: is in"),
        (
            declarations.names_fit_the_folder,
            MART,
            {"original_file_path": "models/other/stores/dim_stores.sql"},
            "dim_stores: is in models/other/stores",
        ),
        (
            declarations.every_key_is_tested,
            "test.larder.not_null_dim_stores_store_id",
            {"column_name": "store_name"},
            "dim_stores: has no tested key",
        ),
        (
            declarations.every_key_is_tested,
            "unit_test.larder.ranks",
            {"depends_on": {"nodes": [MART]}},
            "int_stores__ranked: has no tested key",
        ),
        (
            declarations.every_model_is_tested,
            "unit_test.larder.ranks",
            {"depends_on": {"nodes": []}},
            "int_stores__ranked: has no test",
        ),
        (
            declarations.every_description_opens_with_the_grain,
            MART,
            {"description": "All stores."},
            "dim_stores: begins with 'All stores.'",
        ),
        (
            declarations.every_column_is_described,
            SOURCE,
            {"columns": {"store_id": {"description": " "}}},
            "shop.stores: does not describe store_id",
        ),
        (
            declarations.every_column_is_described,
            MART,
            {"columns": {}},
            "dim_stores: does not describe any column",
        ),
        (
            declarations.every_source_has_a_freshness,
            SOURCE,
            {"freshness": {"warn_after": {"count": 1}, "error_after": {"count": None}}},
            "shop.stores: has no freshness",
        ),
        (
            declarations.every_mart_has_a_contract,
            MART,
            {"contract": {"enforced": False}},
            "dim_stores: has no enforced contract",
        ),
        (
            declarations.every_model_has_a_yml_of_its_own,
            MART,
            {"patch_path": "larder://models/marts/core/_core.yml"},
            "dim_stores: is described in models/marts/core/_core.yml",
        ),
        (
            declarations.every_model_is_short,
            MART,
            {"raw_code": "select 1\n" * 121},
            "dim_stores: has 121 lines",
        ),
        (
            declarations.a_test_that_sets_rows_aside_knows_their_table_and_key,
            "test.larder.not_null_dim_stores_store_id",
            {"config": {"meta": {"quarantine": True}}},
            "not_null_dim_stores_store_id: sets rows aside without a table and a key",
        ),
    ],
)
def test_a_rule_reports_a_violation(rule: Rule, changed: str, change: dict[str, Any], problem: str) -> None:
    manifest = copy.deepcopy(small_manifest())
    for nodes in manifest.values():
        if changed in nodes:
            nodes[changed] |= change
    (message,) = find_violations(rule, manifest).values()
    assert message.startswith(problem)
    assert f"({rule.__name__}). Remedy: " in message


def test_each_rule_has_a_failing_case() -> None:
    (cases,) = (
        mark.args[1] for mark in test_a_rule_reports_a_violation.pytestmark if mark.name == "parametrize"
    )
    assert {case[0] for case in cases} == set(RULES.values())
