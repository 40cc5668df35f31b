"""A small manifest that breaks no rule: a source, and a model of each layer built from it."""

from typing import Any

SOURCE = "source.larder.shop.stores"
STAGING, STEP, MART = (
    f"model.larder.{name}" for name in ("stg_shop__stores", "int_stores__ranked", "dim_stores")
)
SINGULAR_TEST = "test.larder.stores_are_ranked"
SNAPSHOT = "snapshot.larder.snap_shop__stores"


def small_manifest() -> dict[str, Any]:
    """A manifest as dbt writes it, without what the rules do not read."""
    models = [
        _model(STAGING, "models/staging/shop", "silver", SOURCE),
        _model(SNAPSHOT, "snapshots", "silver", STAGING),
        _model(STEP, "models/intermediate/stores", "silver", STAGING)
        | {"config": {"materialized": "ephemeral"}},
        _model(MART, "models/marts/core", "gold", STEP, SNAPSHOT) | {"contract": {"enforced": True}},
    ]
    keyed = [model for model in models if model["unique_id"] != STEP]
    tests = [_test(model, name) for model in keyed for name in ("unique", "not_null")]
    singular_test = {
        "unique_id": SINGULAR_TEST,
        "resource_type": "test",
        "package_name": "larder",
        "name": "stores_are_ranked",
        "config": {"meta": {}},
        "depends_on": {"nodes": [SOURCE, STAGING]},
    }
    source = {
        "unique_id": SOURCE,
        "resource_type": "source",
        "package_name": "larder",
        "source_name": "shop",
        "name": "stores",
        "schema": "bronze",
        "columns": {"store_id": {"description": "The store."}},
        "freshness": {"error_after": {"count": 3, "period": "day"}},
    }
    exposure = {"name": "trading", "depends_on": {"nodes": [MART]}}
    return {
        "nodes": {node["unique_id"]: node for node in (*models, *tests, singular_test)},
        "sources": {SOURCE: source},
        "exposures": {"exposure.larder.trading": exposure},
        "unit_tests": {"unit_test.larder.ranks": {"depends_on": {"nodes": [STEP]}}},
    }


def _model(unique_id: str, folder: str, schema: str, *read: str) -> dict[str, Any]:
    kind, package, name = unique_id.split(".")
    return {
        "unique_id": unique_id,
        "resource_type": kind,
        "package_name": package,
        "name": name,
        "schema": schema,
        "description": "One row per store.",
        "original_file_path": f"{folder}/{name}.{'yml' if kind == 'snapshot' else 'sql'}",
        "patch_path": f"{package}://{folder}/{name}.yml",
        "raw_code": "select store_id from {{ ref('stores') }}",
        "columns": {"store_id": {"description": "The store."}},
        "config": {"materialized": "table"},
        "contract": {"enforced": False},
        "depends_on": {"nodes": list(read)},
    }


def _test(model: dict[str, Any], name: str) -> dict[str, Any]:
    return {
        "unique_id": f"test.larder.{name}_{model['name']}_store_id",
        "resource_type": "test",
        "package_name": "larder",
        "attached_node": model["unique_id"],
        "column_name": "store_id",
        "name": f"{name}_{model['name']}_store_id",
        "config": {"meta": {}},
        "test_metadata": {"name": name},
        "depends_on": {"nodes": [model["unique_id"]]},
    }
