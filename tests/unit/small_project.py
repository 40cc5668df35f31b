"""A manifest with a model of each scope: lines are merged, days made by date, and a mart made whole."""

from typing import Any

LINES, DAYS, MART, HISTORY = (
    "model.larder.lines",
    "model.larder.days",
    "model.larder.mart",
    "snapshot.larder.history",
)
SOURCE = "source.larder.shop.lines"


def manifest() -> dict[str, Any]:
    """The manifest, without what the ledger and the plan do not read."""
    nodes = [
        _node(LINES, "lines", SOURCE, materialized="incremental", incremental_strategy="merge"),
        _node(
            DAYS,
            "{{ asked_dates() }}",
            LINES,
            materialized="incremental",
            incremental_strategy="insert_overwrite",
            partition_by=["sold_date"],
        ),
        _node(MART, "mart", DAYS, materialized="table"),
        _node(HISTORY, "history", LINES, materialized="snapshot"),
    ]
    return {
        "metadata": {"project_name": "larder", "adapter_type": "spark"},
        "nodes": {node["unique_id"]: node for node in nodes},
        "sources": {},
        "exposures": {},
        "macros": {
            "macro.larder.asked_dates": {
                "name": "asked_dates",
                "package_name": "larder",
                "macro_sql": "dates",
                "depends_on": {"macros": []},
            }
        },
    }


def recorded_nodes() -> list[dict[str, Any]]:
    """The manifest's nodes and its source, as `ops.dbt_nodes` has them, with a test of the mart."""
    scopes = {LINES: "new_rows", DAYS: "dates", MART: "whole", HISTORY: "history"}
    found: list[dict[str, Any]] = [
        {
            "unique_id": name,
            "resource_type": node["resource_type"],
            "name": node["name"],
            "alias": node["name"],
            "schema_name": "gold",
            "materialization": node["config"]["materialized"],
            "incremental_strategy": node["config"].get("incremental_strategy"),
            "build_scope": scopes[name],
        }
        for name, node in manifest()["nodes"].items()
    ]
    source = {"unique_id": SOURCE, "resource_type": "source", "source_name": "shop", "name": "lines"}
    test = {"unique_id": "test.larder.unique", "resource_type": "test", "tested_node": MART}
    return [*found, source | {"alias": "shop_lines", "schema_name": "bronze"}, test]


def _node(name: str, code: str, *read: str, **config: Any) -> dict[str, Any]:
    kind, package, short = name.split(".")
    return {
        "unique_id": name,
        "name": short,
        "alias": short,
        "resource_type": kind,
        "package_name": package,
        "raw_code": code,
        "checksum": {"name": "sha256", "checksum": code},
        "config": config | {"schema": "gold"},
        "depends_on": {"nodes": list(read), "macros": []},
    }
