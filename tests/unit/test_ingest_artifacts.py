"""Recording a run in `ops`: everything once, and a one-line error for unusable dbt artifacts."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from larder.errors import IngestError
from larder.lake.catalog import BRONZE, open_catalog
from larder.lake.tables import append, high_water
from larder.landing.load import LoadResult
from larder.ops import recording, schema
from larder.ops.code_versions import code_versions, lineage_versions
from larder.ops.schema import OPS
from tests.unit import dbt_project
from tests.unit.dbt_project import BEGAN, ENDED, EXPOSURE, MODEL, RUN, SOURCE, TEST

LOADED = LoadResult(
    "shop",
    {"shop_baskets": 4, "shop_stores": 0},
    ["7"],
    {"shop_baskets": 1},
    {"shop_baskets": 900},
    BEGAN,
    ENDED,
)
BOTH = ["sources", "run_results"]
# As dbt writes them, except that a node's time is not a number.
OTHER_TYPES = json.dumps(
    dbt_project.run_results(ENDED)
    | {"results": [one | {"execution_time": "long"} for one in dbt_project.run_results(ENDED)["results"]]}
)


@pytest.fixture
def target(home: Path, tmp_path: Path) -> Path:
    """A target folder as a good run leaves it, beside an empty warehouse."""
    schema.ensure_tables()
    folder = tmp_path / "target"
    dbt_project.write(
        folder,
        manifest=dbt_project.manifest(),
        run_results=dbt_project.run_results(ENDED),
        sources=dbt_project.sources(ENDED),
    )
    return folder


def rows(table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of all rows of a table of `ops`, sorted."""
    found = open_catalog().load_table((OPS, table)).scan(selected_fields=columns).to_arrow().to_pylist()
    return sorted(tuple(row[column] for column in columns) for row in found)


def test_a_run_is_recorded_once(target: Path) -> None:
    sample = {
        "invocation_id": "build-1",
        "unique_id": TEST,
        "row_number": 1,
        "row_json": "{}",
        "finished_at": ENDED,
    }
    first = recording.record(RUN, target, BOTH, [LOADED], [sample])
    again = recording.record(RUN, target, BOTH, [LOADED], [sample])
    assert first["dbt_run_results"] == 2
    assert first["dbt_nodes"] == 4
    assert set(again.values()) == {0}
    assert rows("dlt_loads", "table_name", "row_count", "size_bytes") == [
        ("shop_baskets", 4, 900),
        ("shop_stores", 0, 0),
    ]
    assert rows("dbt_failure_samples", "row_number", "row_json") == [(1, "{}")]


def test_versions_of_the_code_and_the_window_are_recorded(target: Path) -> None:
    recording.record(RUN, target, BOTH, [], [])
    own = code_versions(dbt_project.manifest())
    lineage = lineage_versions(dbt_project.manifest(), own)
    assert rows("dbt_run_results", "unique_id", "code_version", "lineage_version") == [
        (MODEL, own[MODEL], lineage[MODEL]),
        (TEST, None, None),
    ]
    assert ("build", date(2026, 2, 25), date(2026, 3, 1)) in rows(
        "dbt_invocations", "command", "window_from", "window_to"
    )
    scopes = dict(rows("dbt_nodes", "unique_id", "build_scope"))
    assert scopes == {MODEL: "new_rows", TEST: None, SOURCE: None, EXPOSURE: None}


def test_tables_of_an_earlier_release_get_the_columns_that_they_lack(target: Path) -> None:
    table = open_catalog().load_table((OPS, "dbt_run_results"))
    with table.update_schema() as change:
        change.delete_column("code_version").delete_column("lineage_version")
    recording.record(RUN, target, BOTH, [], [])
    assert [name for name, version in rows("dbt_run_results", "unique_id", "code_version") if version] == [
        MODEL
    ]
    with open_catalog().load_table((OPS, "dbt_nodes")).update_schema() as change:
        change.delete_column("build_scope")
    schema.ensure_tables()
    assert "build_scope" in open_catalog().load_table((OPS, "dbt_nodes")).schema().column_names


def test_results_are_recorded_as_dbt_reports_them(target: Path) -> None:
    dbt_project.write(target, run_results=dbt_project.run_results(ENDED, test="fail"))
    recording.record(RUN, target, BOTH, [], [])
    assert rows(
        "dbt_run_results", "unique_id", "status", "failure_count", "execution_seconds", "finished_at"
    ) == [
        (MODEL, "success", None, 1.5, ENDED),
        (TEST, "fail", 3, 1.5, ENDED),
    ]
    assert rows("dbt_invocations", "invocation_id", "command", "elapsed_seconds") == [
        ("build-1", "build", 12.5),
        ("freshness-1", "freshness", 2.5),
    ]


def test_a_skipped_node_has_no_message(target: Path) -> None:
    results = dbt_project.run_results(ENDED, model="skipped")
    results["results"][0]["message"] = "Compilation Error, caused by compilation error in an ephemeral model"
    dbt_project.write(target, run_results=results)
    recording.record(RUN, target, BOTH, [], [])
    assert rows("dbt_run_results", "unique_id", "message")[0] == (MODEL, None)


def test_monitor_results_are_recorded_beside_the_builds(target: Path) -> None:
    found = dbt_project.run_results(ENDED, test="warn")
    found["metadata"]["invocation_id"] = "monitors-1"
    found["args"]["which"] = "test"
    found["results"] = [one for one in found["results"] if one["unique_id"] == TEST]
    dbt_project.write(target, monitors=found)
    recording.record(RUN, target, [*BOTH, "monitors"], [], [])
    assert rows("dbt_run_results", "invocation_id", "unique_id", "status") == [
        ("build-1", MODEL, "success"),
        ("build-1", TEST, "pass"),
        ("monitors-1", TEST, "warn"),
    ]
    assert rows("dbt_invocations", "invocation_id", "command") == [
        ("build-1", "build"),
        ("freshness-1", "freshness"),
        ("monitors-1", "test"),
    ]


def test_freshness_is_in_seconds(target: Path) -> None:
    recording.record(RUN, target, BOTH, [], [])
    assert rows(
        "dbt_source_freshness",
        "unique_id",
        "status",
        "age_seconds",
        "warn_after_seconds",
        "error_after_seconds",
    ) == [
        (SOURCE, "pass", 60.0, None, 3 * 24 * 3600),
        (f"{SOURCE}_lost", "runtime error", None, None, None),
    ]


def test_nodes_have_their_owner_and_ready_by(target: Path) -> None:
    recording.record(RUN, target, BOTH, [], [])
    assert rows("dbt_nodes", "unique_id", "resource_type", "owner", "ready_by", "tested_node") == [
        (EXPOSURE, "exposure", "Stores", None, None),
        (MODEL, "model", "Data platform <data@example.com>", "07:00", None),
        (SOURCE, "source", "Shop systems <shop@example.com>", None, None),
        (TEST, "test", None, None, MODEL),
    ]


def test_a_list_of_owners_and_an_unquoted_time_are_stored_as_text(target: Path) -> None:
    manifest = dbt_project.manifest()
    # In YAML 07:00 without quotes is a number of minutes.
    manifest["nodes"][MODEL]["config"]["meta"] = {"owner": ["Sales", "Stores"], "ready_by": 420}
    manifest["exposures"][EXPOSURE]["owner"] = {"email": ["a@example.com", "b@example.com"]}
    dbt_project.write(target, manifest=manifest)
    recording.record(RUN, target, BOTH, [], [])
    nodes = {row[0]: row[1:] for row in rows("dbt_nodes", "unique_id", "owner", "ready_by", "owner_email")}
    assert nodes[MODEL] == ("Sales, Stores", "420", None)
    assert nodes[EXPOSURE] == (None, None, "a@example.com, b@example.com")


def test_only_changed_nodes_are_added_and_removed_ones_end(target: Path) -> None:
    recording.record(RUN, target, BOTH, [], [])
    changed = dbt_project.manifest()
    changed["nodes"][MODEL]["description"] = "One row per visit."
    del changed["exposures"][EXPOSURE]
    dbt_project.write(target, manifest=changed)
    later = recording.record(replace(RUN, flow_run_id="run-2"), target, BOTH, [], [])
    assert later["dbt_nodes"] == 2
    history = rows("dbt_nodes", "unique_id", "is_current")
    assert [current for name, current in history if name == EXPOSURE] == [False, True]
    assert [current for name, current in history if name == MODEL] == [True, True]
    assert recording.record(replace(RUN, flow_run_id="run-3"), target, BOTH, [], [])["dbt_nodes"] == 0


def test_metrics_count_rows_and_nulls(target: Path) -> None:
    values = pa.table({"basket_id": [1, 2, 3, 4], "note": ["a", None, None, "b"]})
    open_catalog().create_namespace_if_not_exists(BRONZE)
    append("baskets", values.slice(0, 3))
    append("baskets", values.slice(3))
    append("baskets_without_rows", values.slice(0, 0))
    recording.record(RUN, target, BOTH, [], [])
    assert rows("table_metrics", "table_name", "row_count", "file_count") == [
        ("baskets", 4, 2),
        ("baskets_without_rows", 0, 0),
    ]
    assert high_water("baskets_without_rows", "basket_id") is None
    assert rows("column_metrics", "column_name", "value_count", "null_count") == [
        ("basket_id", 4, 0),
        ("note", 4, 2),
    ]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("run_results", None, "is missing"),
        ("run_results", "{", "is not what dbt writes"),
        ("run_results", "{}", "is not what dbt writes"),
        (
            "manifest",
            '{"metadata": {"dbt_schema_version": "…/manifest/v7.json", "dbt_version": "1.3.0"}}',
            "version 7",
        ),
        ("sources", None, "is missing"),
        ("run_results", OTHER_TYPES, "is not what dbt writes"),
    ],
)
def test_unusable_artifacts_are_a_one_line_error_and_the_run_is_recorded(
    target: Path, name: str, text: str | None, message: str
) -> None:
    path = target / f"{name}.json"
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(IngestError) as caught:
        recording.record(RUN, target, BOTH, [LOADED], [])
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert rows("flow_runs", "flow_run_id") == [("run-1",)]
    assert len(rows("dlt_loads", "table_name")) == 2
    # Each artifact is recorded without the other; without a manifest neither can be read.
    assert len(rows("dbt_run_results", "unique_id")) == (2 if name == "sources" else 0)
    assert len(rows("dbt_source_freshness", "unique_id")) == (2 if name == "run_results" else 0)


def test_results_of_an_earlier_run_are_refused(target: Path) -> None:
    late = replace(RUN, started_at=ENDED + timedelta(hours=1), finished_at=ENDED + timedelta(hours=2))
    with pytest.raises(IngestError, match="older than this run"):
        recording.record(late, target, BOTH, [], [])
    assert rows("dbt_run_results", "unique_id") == []


def test_a_run_that_failed_before_dbt_needs_no_artifacts(home: Path, tmp_path: Path) -> None:
    schema.ensure_tables()
    failed = replace(RUN, outcome="failed", failed_step="ingest shop", error="shop database: no answer")
    recording.record(failed, tmp_path, [], [], [])
    assert rows("flow_runs", "outcome", "failed_step", "error") == [
        ("failed", "ingest shop", "shop database: no answer")
    ]
