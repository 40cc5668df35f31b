"""The version of each model's code, and how much of its table one build makes, from dbt's manifest."""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any, Literal

from larder.ops.lineage import Lineage

Manifest = dict[str, Any]
Node = dict[str, Any]
# What a build makes: all of the table; what is new, and any dates that it is asked for; what is new, and all
# of it only with a full refresh; or the next versions of a history.
Scope = Literal["whole", "dates", "new_rows", "history"]

BUILT = ("model", "snapshot")
# Their code is part of whatever reads them: they hold no data.
INLINED = ("ephemeral", "view")
# Settings that change a table's content. Others, and those that depend on the environment, are left out.
CONFIG = (
    "materialized", "incremental_strategy", "unique_key", "partition_by", "strategy", "updated_at",
    "check_cols", "hard_deletes",
)  # fmt: skip
# dbt's own macros change with dbt; only what a project puts in their place is its code.
INTERNAL = ("dbt", "dbt_spark")
# The macros that a materialization calls for some strategies only.
BY_STRATEGY = {"get_merge_sql": ("merge",), "get_insert_overwrite_sql": ("insert_overwrite", "microbatch")}
# A call in Jinja or SQL: the package, if it is named, and the macro's or function's name.
CALL = re.compile(r"(?:\b(\w+)\.)?\b(\w+)\s*\(")
# A model whose SQL calls this macro computes the dates that it is asked for.
ASKED_DATES = "asked_dates"


def code_versions(manifest: Manifest) -> dict[str, str]:
    """The version of the code of each model and snapshot, by unique id: a hash.

    It covers the node's own code and configuration, the project's and its packages' macros that it uses, and
    those of the views and ephemeral models that it reads.
    """
    found: dict[str, str] = {}
    for node in built_nodes(manifest):
        _add_version(node, manifest, found)
    return found


def lineage_versions(manifest: Manifest, versions: dict[str, str]) -> dict[str, str]:
    """The version of the code of each model and snapshot and of all that are upstream of it, by unique id."""
    lineage = Lineage(manifest)
    return {
        name: _hash(sorted(versions[one] for one in lineage.ancestors(name) & versions.keys() | {name}))
        for name in versions
    }


def built_nodes(manifest: Manifest) -> list[Node]:
    """The models and snapshots of a manifest."""
    return [node for node in manifest["nodes"].values() if node["resource_type"] in BUILT]


def build_scope(node: Node, manifest: Manifest) -> Scope:
    """How much of its table a build of a model or snapshot makes."""
    config = node["config"]
    match config.get("materialized"):
        case "snapshot":
            return "history"
        case "incremental" if config.get("incremental_strategy") == "microbatch":
            return "dates"
        case "incremental" if _overwrites_partitions(config) and _asks_for_dates(node, manifest):
            return "dates"
        case "incremental":
            return "new_rows"
        case _:
            return "whole"


def _overwrites_partitions(config: Node) -> bool:
    """Whether it makes whole partitions; one that merges only takes new rows, whichever days it reads."""
    return bool(config.get("partition_by")) and config.get("incremental_strategy") == "insert_overwrite"


def _asks_for_dates(node: Node, manifest: Manifest) -> bool:
    return any(name.rpartition(".")[2] == ASKED_DATES for name in _used_macros(node, manifest))


def _add_version(node: Node, manifest: Manifest, known: dict[str, str]) -> str:
    if node["unique_id"] not in known:
        read = (manifest["nodes"].get(name) for name in node["depends_on"]["nodes"])
        inlined = [one for one in read if one and one["config"].get("materialized") in INLINED]
        code = {
            "checksum": node["checksum"]["checksum"],
            "config": {name: node["config"].get(name) for name in CONFIG},
            "macros": {name: _macro(manifest, name)["macro_sql"] for name in _used_macros(node, manifest)},
            "inlined": sorted(_add_version(one, manifest, known) for one in inlined),
        }
        known[node["unique_id"]] = _hash(code)
    return known[node["unique_id"]]


def _used_macros(node: Node, manifest: Manifest) -> set[str]:
    """The macros that a node uses, directly or not, without dbt's own."""
    strategy = node["config"].get("incremental_strategy")
    unused = {name for name, strategies in BY_STRATEGY.items() if strategy not in strategies}
    waiting = [*_called_macros(node), *_materializations(node, manifest)]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found and name in manifest["macros"] and _macro(manifest, name)["name"] not in unused:
            found.add(name)
            waiting += _next_macros(name, manifest)
    return {name for name in found if _package(name) not in INTERNAL}


def _called_macros(node: Node) -> Iterator[str]:
    """The macros that a node's own code may call.

    dbt's list has only those that were called when it last rendered the node, so it changes with what the
    warehouse holds.
    """
    hooks = (hook["sql"] for when in ("pre-hook", "post-hook") for hook in node["config"].get(when) or [])
    for package, name in CALL.findall("\n".join([node["raw_code"], *hooks])):
        yield f"macro.{package or node['package_name']}.{name}"


def _materializations(node: Node, manifest: Manifest) -> Iterator[str]:
    adapter = manifest["metadata"]["adapter_type"]
    for package in ("dbt", f"dbt_{adapter}", manifest["metadata"]["project_name"]):
        for suffix in ("default", adapter):
            yield f"macro.{package}.materialization_{node['config'].get('materialized')}_{suffix}"


def _next_macros(name: str, manifest: Manifest) -> list[str]:
    """The macros that a macro calls; for one of dbt's, also those that a project may put in its place."""
    called: list[str] = _macro(manifest, name)["depends_on"]["macros"]
    if _package(name) not in INTERNAL:
        # dbt lists a package's macro of the same name as its own, which a project's macro does not call.
        return [one for one in called if f"macro.dbt.{one.rpartition('.')[2]}" not in manifest["macros"]]
    project, adapter = manifest["metadata"]["project_name"], manifest["metadata"]["adapter_type"]
    short = name.rpartition(".")[2]
    overrides = [f"macro.{project}.{prefix}{short}" for prefix in ("", "default__", f"{adapter}__")]
    return [*(one for one in called if _package(one) in (*INTERNAL, project)), *overrides]


def _hash(code: Any) -> str:
    return hashlib.sha256(json.dumps(code, sort_keys=True).encode()).hexdigest()


def _package(macro: str) -> str:
    return macro.split(".")[1]


def _macro(manifest: Manifest, name: str) -> dict[str, Any]:
    found: dict[str, Any] = manifest["macros"][name]
    return found
