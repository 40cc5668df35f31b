"""A small run and its dbt artifacts: one source, one model with a test, one exposure."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from larder.ops.recording import FlowRun

MODEL, TEST = "model.larder.fct_baskets", "test.larder.fct_baskets_not_null"
SOURCE, EXPOSURE = "source.larder.shop.baskets", "exposure.larder.trading"

BEGAN = datetime(2026, 3, 1, 4, tzinfo=UTC)
ENDED = BEGAN + timedelta(minutes=2)
RUN = FlowRun(
    flow_run_id="run-1",
    flow_name="daily",
    run_name="daily 2026-02-28",
    business_date=date(2026, 2, 28),
    outcome="completed",
    failed_step=None,
    error=None,
    is_full_refresh=False,
    clock_offset_seconds=0,
    started_at=BEGAN,
    finished_at=ENDED,
)


def manifest() -> dict[str, Any]:
    """A manifest as dbt 1.11 writes it, without what nobody reads."""
    common = {"package_name": "larder", "original_file_path": "models/any.sql", "tags": ["gold"], "meta": {}}
    model = common | {
        "unique_id": MODEL,
        "resource_type": "model",
        "name": "fct_baskets",
        "alias": "fct_baskets",
        "schema": "gold",
        "description": "One row per basket.",
        "raw_code": "select 1",
        "checksum": {"name": "sha256", "checksum": "1"},
        "config": {
            "materialized": "incremental",
            "unique_key": "basket_id",
            "meta": {"owner": "Data platform <data@example.com>", "ready_by": "07:00"},
        },
        "depends_on": {"nodes": [SOURCE], "macros": []},
    }
    test = common | {
        "unique_id": TEST,
        "resource_type": "test",
        "name": "fct_baskets_not_null",
        "attached_node": MODEL,
        "column_name": "basket_id",
        "config": {"severity": "ERROR", "meta": {}},
        "test_metadata": {"name": "not_null", "namespace": None, "kwargs": {"column_name": "basket_id"}},
        "depends_on": {"nodes": [MODEL], "macros": []},
    }
    source = common | {
        "unique_id": SOURCE,
        "resource_type": "source",
        "name": "baskets",
        "identifier": "shop_baskets",
        "schema": "bronze",
        "source_name": "shop",
        "config": {"meta": {"owner": "Shop systems <shop@example.com>"}},
        "freshness": {"error_after": {"count": 72, "period": "hour"}},
    }
    exposure = common | {
        "unique_id": EXPOSURE,
        "resource_type": "exposure",
        "name": "trading",
        "type": "dashboard",
        "owner": {"name": "Stores", "email": "stores@example.com"},
        "config": {},
        "depends_on": {"nodes": [MODEL], "macros": []},
    }
    return {
        "metadata": _metadata("manifest/v12", "2026-03-01T04:00:00Z")
        | {"project_name": "larder", "adapter_type": "spark"},
        "nodes": {MODEL: model, TEST: test},
        "sources": {SOURCE: source},
        "exposures": {EXPOSURE: exposure},
        "macros": {},
    }


def run_results(at: datetime, **statuses: str) -> dict[str, Any]:
    """Results of a build that ended at a time; `model` and `test` are their statuses."""
    found = {MODEL: statuses.get("model", "success"), TEST: statuses.get("test", "pass")}
    return {
        "metadata": _metadata("run-results/v6", at.isoformat()),
        "elapsed_time": 12.5,
        "args": {"which": "build", "select": [], "exclude": ["tag:ops"]}
        | {"event_time_start": "2026-02-25T00:00:00", "event_time_end": "2026-03-01T00:00:00"},
        "results": [
            {
                "unique_id": name,
                "status": status,
                "message": None
                if status in ("success", "pass")
                else "Got 3 results, configured to fail if != 0",
                "failures": 3 if status == "fail" else None,
                "compiled_code": "select 1",
                "thread_id": "Thread-1",
                "execution_time": 1.5,
                "timing": [
                    {"name": "compile", "started_at": at.isoformat(), "completed_at": at.isoformat()},
                    {"name": "execute", "started_at": at.isoformat(), "completed_at": at.isoformat()},
                ],
            }
            for name, status in found.items()
        ],
    }


def sources(at: datetime) -> dict[str, Any]:
    """Results of `dbt source freshness` at a time: one source that passes, and one that could not be read."""
    return {
        "metadata": _metadata("sources/v3", at.isoformat()) | {"invocation_id": "freshness-1"},
        "elapsed_time": 2.5,
        "results": [
            {
                "unique_id": SOURCE,
                "status": "pass",
                "max_loaded_at": at.isoformat(),
                "snapshotted_at": at.isoformat(),
                "max_loaded_at_time_ago_in_s": 60.0,
                "criteria": {
                    "warn_after": {"count": None, "period": None},
                    "error_after": {"count": 3, "period": "day"},
                },
            },
            {"unique_id": f"{SOURCE}_lost", "status": "runtime error", "error": "no such table"},
        ],
    }


def write(target: Path, **artifacts: dict[str, Any]) -> None:
    """Write artifacts to a target folder, as dbt does."""
    target.mkdir(parents=True, exist_ok=True)
    for name, artifact in artifacts.items():
        (target / f"{name}.json").write_text(json.dumps(artifact))


def _metadata(schema: str, generated_at: str) -> dict[str, Any]:
    return {
        "dbt_schema_version": f"https://schemas.getdbt.com/dbt/{schema}.json",
        "dbt_version": "1.11.16",
        "invocation_id": "build-1",
        "invocation_started_at": generated_at,
        "generated_at": generated_at,
    }
