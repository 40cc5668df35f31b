"""Convert dbt's artifacts to rows: `run_results.json`, `sources.json`, `manifest.json` of a target folder.

`monitors.json` has the format of `run_results.json`: the results of the anomaly monitors, which run after the
build.

Source: the JSON files that each dbt command writes (schemas manifest v12, run-results v6, sources v3, as
written by dbt 1.8 to 1.11).
"""

import hashlib
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from larder.errors import IngestError
from larder.ops.code_versions import BUILT, build_scope, code_versions, lineage_versions
from larder.ops.lineage import find_tested_nodes
from larder.redaction import redact

Row = dict[str, Any]

VERSIONS = {"manifest": 12, "run_results": 6, "monitors": 6, "sources": 3}
RESULTS = ("run_results", "monitors")
RESOURCE_TYPES = ("model", "snapshot", "seed", "test")
HOUR = 3600
SECONDS = {"minute": 60, "hour": HOUR, "day": 24 * HOUR}


def read_artifact(target: Path, name: str, since: datetime | None = None) -> dict[str, Any]:
    """Read an artifact of a target folder, such as "run_results".

    Args:
        target: dbt's target folder.
        name: the file's name, without `.json`.
        since: when the run that should have written it began.

    Raises:
        IngestError: it is missing, cannot be read, is older than the run, or has another schema version.
    """
    path = target / f"{name}.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text())
        version = found["metadata"]["dbt_schema_version"].rpartition("/v")[2].removesuffix(".json")
    except FileNotFoundError as error:
        raise IngestError(f"dbt artifacts: {path} is missing; run `larder run` to make it") from error
    except (ValueError, KeyError, TypeError) as error:
        raise IngestError(
            f"dbt artifacts: {path} is not what dbt writes ({type(error).__name__}); run `larder run` "
            f"to write it again"
        ) from error
    if version != str(VERSIONS[name]):
        raise IngestError(
            f"dbt artifacts: {path} has schema version {version} instead of {VERSIONS[name]} "
            f"(dbt {found['metadata'].get('dbt_version')}); install the dbt version that `make setup` pins"
        )
    if since is not None and datetime.fromisoformat(found["metadata"]["generated_at"]) < since:
        raise IngestError(
            f"dbt artifacts: {path} is older than this run, so dbt did not finish; see logs/dbt.log"
        )
    return found


def parse_time(text: str | None) -> datetime | None:
    """Parse a time of an artifact, such as 2026-01-31T04:00:00.123456Z; None for an empty one."""
    return datetime.fromisoformat(text) if text else None


def build_invocation(artifact: dict[str, Any], manifest: dict[str, Any], flow_run_id: str) -> Row:
    """The row of `ops.dbt_invocations` for an artifact of results or freshness."""
    metadata, args = artifact["metadata"], artifact.get("args", {})
    return {
        "invocation_id": metadata["invocation_id"],
        "flow_run_id": flow_run_id,
        "command": args.get("which", "freshness"),
        "dbt_version": metadata["dbt_version"],
        "project_name": manifest["metadata"]["project_name"],
        "target_name": args.get("target"),
        "selection_json": json.dumps({"select": args.get("select"), "exclude": args.get("exclude")}),
        "elapsed_seconds": artifact["elapsed_time"],
        "is_full_refresh": bool(args.get("full_refresh")),
        "window_from": _parse_date(args.get("event_time_start")),
        "window_to": _parse_date(args.get("event_time_end")),
        "started_at": parse_time(metadata["invocation_started_at"]),
        "finished_at": parse_time(metadata["generated_at"]),
    }


def _parse_date(text: str | None) -> date | None:
    return datetime.fromisoformat(text).date() if text else None


def build_results(run_results: dict[str, Any], manifest: dict[str, Any], flow_run_id: str) -> list[Row]:
    """The rows of `ops.dbt_run_results`, one per node."""
    metadata, versions = run_results["metadata"], code_versions(manifest)
    lineages = lineage_versions(manifest, versions)
    return [
        _build_result(result, metadata, flow_run_id)
        | {
            "code_version": versions.get(result["unique_id"]),
            "lineage_version": lineages.get(result["unique_id"]),
        }
        for result in run_results["results"]
    ]


def _build_result(result: dict[str, Any], metadata: dict[str, Any], flow_run_id: str) -> Row:
    timing = {step["name"]: step for step in result["timing"]}
    compiled, executed = timing.get("compile", {}), timing.get("execute", {})
    # Downstream of a skipped ephemeral model, dbt reports a compilation error that did not happen.
    message = None if result["status"] == "skipped" else result["message"]
    return {
        "invocation_id": metadata["invocation_id"],
        "flow_run_id": flow_run_id,
        "unique_id": result["unique_id"],
        "status": result["status"],
        "message": message and redact(message),
        "failure_count": result["failures"],
        "compiled_code": result["compiled_code"],
        "thread_name": result["thread_id"],
        "execution_seconds": result["execution_time"],
        "compile_started_at": parse_time(compiled.get("started_at")),
        "compile_finished_at": parse_time(compiled.get("completed_at")),
        "execute_started_at": parse_time(executed.get("started_at")),
        "execute_finished_at": parse_time(executed.get("completed_at")),
        "finished_at": parse_time(metadata["generated_at"]),
    }


def build_freshness(sources: dict[str, Any], flow_run_id: str) -> list[Row]:
    """The rows of `ops.dbt_source_freshness`, one per source table."""
    metadata = sources["metadata"]
    return [
        {
            "invocation_id": metadata["invocation_id"],
            "flow_run_id": flow_run_id,
            "unique_id": result["unique_id"],
            "status": result["status"],
            "error": redact(result["error"]) if result.get("error") else None,
            "age_seconds": result.get("max_loaded_at_time_ago_in_s"),
            "warn_after_seconds": _seconds(result, "warn_after"),
            "error_after_seconds": _seconds(result, "error_after"),
            "max_loaded_at": parse_time(result.get("max_loaded_at")),
            # A source that could not be queried has no time of its own.
            "snapshotted_at": parse_time(result.get("snapshotted_at") or metadata["generated_at"]),
        }
        for result in sources["results"]
    ]


def _seconds(result: dict[str, Any], limit: str) -> int | None:
    criterion = result.get("criteria", {}).get(limit) or {}
    return criterion["count"] * SECONDS[criterion["period"]] if criterion.get("count") else None


def build_nodes(manifest: dict[str, Any]) -> list[Row]:
    """The rows of `ops.dbt_nodes` for a manifest: models, snapshots, seeds, tests, sources, exposures."""
    found = [node for node in manifest["nodes"].values() if node["resource_type"] in RESOURCE_TYPES]
    found += [*manifest["sources"].values(), *manifest["exposures"].values()]
    rows = [_describe_node(node) for node in found]
    scopes = {one["unique_id"]: build_scope(one, manifest) for one in found if one["resource_type"] in BUILT}
    for row in rows:
        row["build_scope"] = scopes.get(row["unique_id"])
        row["checksum"] = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()
        row["is_current"] = True
        row["generated_at"] = parse_time(manifest["metadata"]["generated_at"])
    return rows


def _describe_node(node: dict[str, Any]) -> Row:
    """A node of the manifest, in the columns of `ops.dbt_nodes`."""
    config, depends_on = node["config"], node.get("depends_on", {})
    meta = {**node.get("meta", {}), **config.get("meta", {})}
    test, owner = node.get("test_metadata") or {}, node.get("owner") or {}
    unique_key = config.get("unique_key")
    tested = find_tested_nodes(node) if node["resource_type"] == "test" else []
    return {
        "unique_id": node["unique_id"],
        "resource_type": node["resource_type"],
        "package_name": node["package_name"],
        "name": node["name"],
        "alias": node.get("identifier") or node.get("alias"),
        "database_name": node.get("database"),
        "schema_name": node.get("schema"),
        "source_name": node.get("source_name"),
        "materialization": config.get("materialized"),
        "incremental_strategy": config.get("incremental_strategy"),
        "unique_key_json": json.dumps(unique_key) if unique_key else None,
        "path": node["original_file_path"],
        "patch_path": node.get("patch_path"),
        "description": node.get("description"),
        "owner": _text(meta.get("owner") or owner.get("name")),
        "ready_by": _text(meta.get("ready_by")),
        "tags_json": json.dumps(node.get("tags", [])),
        "meta_json": json.dumps(meta, sort_keys=True),
        "depends_on_nodes_json": json.dumps(depends_on.get("nodes", [])),
        "depends_on_macros_json": json.dumps(depends_on.get("macros", [])),
        "test_name": test.get("name"),
        "test_namespace": test.get("namespace"),
        "test_arguments_json": json.dumps(test["kwargs"], sort_keys=True) if test else None,
        "test_column_name": node.get("column_name"),
        # The column holds one node: for a singular test, the last one that it reads.
        "tested_node": tested[-1] if tested else None,
        "severity": config.get("severity"),
        "warn_if": config.get("warn_if"),
        "error_if": config.get("error_if"),
        "freshness_json": json.dumps(node["freshness"], sort_keys=True) if node.get("freshness") else None,
        "loaded_at_field": node.get("loaded_at_field") or node.get("loaded_at_query"),
        "exposure_type": node.get("type"),
        "maturity": node.get("maturity"),
        "label": node.get("label"),
        "url": node.get("url"),
        "owner_email": _text(owner.get("email")),
    }


def _text(value: Any) -> str | None:
    """A value from YAML as text; people may write a list or a number."""
    return ", ".join(str(one) for one in value) if isinstance(value, list) else value and str(value)
