"""A model's version changes with whatever its table's content depends on, and with nothing else."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from larder.ops.code_versions import build_scope, code_versions, lineage_versions
from tests.unit.parsed_project import parse

Manifest = dict[str, Any]
FACTS, MART, STEP, VIEW, SNAPSHOT = (
    "model.larder.facts",
    "model.larder.mart",
    "model.larder.step",
    "model.larder.view",
    "snapshot.larder.history",
)


def _node(name: str, code: str, *read: str, **config: Any) -> dict[str, Any]:
    kind, package, short = name.split(".")
    return {
        "unique_id": name,
        "name": short,
        "resource_type": kind,
        "package_name": package,
        "raw_code": code,
        "checksum": {"name": "sha256", "checksum": code},
        "config": config,
        # What dbt lists here depends on what it last rendered.
        "depends_on": {"nodes": list(read), "macros": []},
    }


def _macro(name: str, code: str, *called: str) -> dict[str, Any]:
    _, package, short = name.split(".")
    return {"name": short, "package_name": package, "macro_sql": code, "depends_on": {"macros": list(called)}}


@pytest.fixture
def manifest() -> Manifest:
    """Facts read a view; a mart reads the facts through an ephemeral step; a snapshot reads the view."""
    nodes = [
        _node(VIEW, "select {{ cents('price') }}", materialized="view"),
        _node(
            FACTS,
            "{% if is_incremental() %} {{ days(ref('view')) }} {% endif %}",
            VIEW,
            materialized="incremental",
            incremental_strategy="merge",
        ),
        _node(STEP, "select {{ utils.key('id') }}", FACTS, materialized="ephemeral"),
        _node(MART, "select 1", STEP, materialized="table"),
        _node(SNAPSHOT, "select *", VIEW, materialized="snapshot", updated_at="valid_from_at"),
    ]
    macros = {
        "macro.larder.cents": _macro("macro.larder.cents", "0.01"),
        "macro.larder.days": _macro("macro.larder.days", "days", "macro.larder.mark"),
        "macro.larder.mark": _macro("macro.larder.mark", "mark"),
        "macro.larder.unused": _macro("macro.larder.unused", "unused"),
        "macro.larder.spark__get_merge_sql": _macro("macro.larder.spark__get_merge_sql", "merge"),
        "macro.utils.key": _macro("macro.utils.key", "md5"),
        "macro.dbt.get_merge_sql": _macro("macro.dbt.get_merge_sql", "merge into"),
        "macro.dbt.is_incremental": _macro("macro.dbt.is_incremental", "true"),
        "macro.dbt_spark.materialization_incremental_spark": _macro(
            "macro.dbt_spark.materialization_incremental_spark", "…", "macro.dbt.get_merge_sql"
        ),
    }
    return {
        "metadata": {"project_name": "larder", "adapter_type": "spark"},
        "nodes": {node["unique_id"]: node for node in nodes},
        "sources": {},
        "exposures": {},
        "macros": macros,
    }


def _changed(manifest: Manifest, change: Callable[[Manifest], None]) -> tuple[set[str], set[str]]:
    """The nodes whose own version, and whose lineage's version, differ after a change."""
    after = copy.deepcopy(manifest)
    change(after)
    one, other = code_versions(manifest), code_versions(after)
    first, second = lineage_versions(manifest, one), lineage_versions(after, other)
    return {name for name in one if one[name] != other[name]}, {
        name for name in first if first[name] != second[name]
    }


def _set_macro(name: str) -> Callable[[Manifest], None]:
    return lambda manifest: manifest["macros"][name].update(macro_sql="changed")


def _set_config(name: str, **config: Any) -> Callable[[Manifest], None]:
    return lambda manifest: manifest["nodes"][name]["config"].update(config)


def _set_code(name: str) -> Callable[[Manifest], None]:
    return lambda manifest: manifest["nodes"][name].update(
        raw_code="changed", checksum={"checksum": "changed"}
    )


EVERYTHING = {VIEW, FACTS, STEP, MART, SNAPSHOT}


@pytest.mark.parametrize(
    ("change", "own", "lineage"),
    [
        (_set_code(MART), {MART}, {MART}),
        # A view and a step hold no data: their code is that of whatever reads them.
        (_set_code(VIEW), {VIEW, FACTS, SNAPSHOT}, EVERYTHING),
        (_set_code(STEP), {STEP, MART}, {STEP, MART}),
        (_set_code(FACTS), {FACTS}, {FACTS, STEP, MART}),
        (_set_macro("macro.larder.cents"), {VIEW, FACTS, SNAPSHOT}, EVERYTHING),
        (_set_macro("macro.larder.mark"), {FACTS}, {FACTS, STEP, MART}),
        (_set_macro("macro.larder.spark__get_merge_sql"), {FACTS}, {FACTS, STEP, MART}),
        (_set_macro("macro.utils.key"), {STEP, MART}, {STEP, MART}),
        (_set_macro("macro.larder.unused"), set(), set()),
        (_set_macro("macro.dbt.get_merge_sql"), set(), set()),
        (_set_config(SNAPSHOT, updated_at="updated_at"), {SNAPSHOT}, {SNAPSHOT}),
        (_set_config(MART, meta={"owner": "Sales"}, tags=["gold"]), set(), set()),
    ],
)
def test_a_version_changes_with_what_the_content_depends_on(
    manifest: Manifest, change: Callable[[Manifest], None], own: set[str], lineage: set[str]
) -> None:
    assert _changed(manifest, change) == (own, lineage)


def test_the_macros_of_other_strategies_do_not_matter(manifest: Manifest) -> None:
    manifest["nodes"][FACTS]["config"]["incremental_strategy"] = "insert_overwrite"
    assert _changed(manifest, _set_macro("macro.larder.spark__get_merge_sql")) == (set(), set())


def test_what_dbt_rendered_last_does_not_matter(manifest: Manifest) -> None:
    def render(after: Manifest) -> None:
        after["nodes"][FACTS]["depends_on"]["macros"] = ["macro.dbt.is_incremental", "macro.larder.days"]

    assert _changed(manifest, render) == (set(), set())


def test_the_project_has_models_of_each_scope(tmp_path_factory: pytest.TempPathFactory) -> None:
    parsed = parse(tmp_path_factory.mktemp("parsed"))
    scopes = {
        node["name"]: build_scope(node, parsed) for node in parsed["nodes"].values() if "raw_code" in node
    }
    assert scopes["dim_stores"] == "whole"
    assert scopes["stg_shop__stores"] == "whole"
    assert scopes["store_sales_daily"] == "dates"
    assert scopes["product_sales_daily"] == "dates"
    assert scopes["household_sales_monthly"] == "dates"
    assert scopes["fct_basket_lines"] == "new_rows"
    assert scopes["dim_products"] == "new_rows", "it has no partitions that could be asked for"
    assert scopes["snap_shop__products"] == "history"
