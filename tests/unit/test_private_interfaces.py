"""Undocumented interfaces of packages that this project uses: an upgrade that removes one fails here.

Each message names the package, what is gone, and our module to change.
"""

import inspect
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any

import dlt
import pandas as pd
import pyarrow as pa
import pytest
from dlt.sources import DltResource
from dlt.sources.filesystem import filesystem, read_jsonl
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator
from dlt.sources.rest_api import rest_api_resources

RUNNER, COMMANDS = "larder/runtime/dbt_runner.py", "larder/runtime/dbt_commands.py"
EDR, SERVER = "larder/runtime/edr.py", "larder/runtime/prefect_server.py"
INTERNALS = "larder/landing/dlt_internals.py"
PAGING, LOADER = "larder/landing/apis/paging.py", "larder/landing/sql_loader.py"
HELPERS = "dlt.sources.helpers"
CLIENT = f"{HELPERS}.rest_client.client:RESTClient"
REPORT = "elementary.monitor.data_monitoring.report.data_monitoring_report:DataMonitoringReport"


def describe_change(package: str, what: str, module: str) -> str:
    return f"{package}: {what} is gone or has changed. Adapt {module}."


# Package, interface, the parameters that it is called with, and our module that calls it.
INTERFACES = [
    (
        "prefect-dbt",
        "prefect_dbt:PrefectDbtRunner._create_unified_callback",
        ("self", "task_state", "log_level", "context"),
        RUNNER,
    ),
    ("prefect", "prefect.context:SettingsContext", ("profile", "settings"), RUNNER),
    (
        "elementary-data",
        "elementary.config.config:Config",
        ("config_dir", "profiles_dir", "target_path", "env", "run_dbt_deps_if_needed"),
        EDR,
    ),
    ("elementary-data", REPORT, ("config", "tracking"), EDR),
    (
        "elementary-data",
        f"{REPORT}.generate_report",
        ("days_back", "file_path", "should_open_browser", "exclude_elementary_models", "project_name"),
        EDR,
    ),
    (
        "dbt-core",
        "dbt.artifacts.schemas.freshness:SourceFreshnessResult",
        ("age", "node", "message"),
        COMMANDS,
    ),
    ("dbt-core", "dbt.clients.registry:DEFAULT_REGISTRY_BASE_URL", (), "larder/install/dbt_packages.py"),
    ("dbt-common", "dbt_common.events.base_types:EventMsg.info", (), RUNNER),
    ("dbt-common", "dbt_common.events.base_types:EventMsg.data", (), "larder/runtime/samples.py"),
    ("dbt-common", "dbt_common.events.base_types:EventLevel.INFO", (), COMMANDS),
    ("dbt-spark", "dbt.adapters.spark.session:Cursor.execute", ("self", "sql"), "bench/increments.py"),
    (
        "pyiceberg",
        "pyiceberg.table.update.snapshot:ExpireSnapshots",
        ("transaction",),
        "larder/lake/lock_table.py",
    ),
    ("pyiceberg", "pyiceberg.avro.file:AvroFile", ("input_file",), "larder/erasure/traces.py"),
    (
        "pyiceberg",
        "pyiceberg.manifest:write_manifest",
        ("format_version", "spec", "schema", "output_file", "snapshot_id", "avro_compression"),
        "larder/erasure/manifests.py",
    ),
    (
        "pyiceberg",
        "pyiceberg.manifest:write_manifest_list",
        ("format_version", "output_file", "snapshot_id", "parent_snapshot_id", "sequence_number"),
        "larder/erasure/manifests.py",
    ),
    (
        "pyiceberg",
        "pyiceberg.io.pyarrow:PyArrowFileIO.parse_location",
        ("location",),
        "larder/erasure/scan.py",
    ),
    ("pyspark", "pyspark.logger:PySparkLogger.getLogger", ("name",), "dbt_larder/sessions.py"),
    ("dbt-core", "dbt.plugins.manager:dbtPlugin.initialize", ("self",), "dbt_larder/__init__.py"),
    ("dbt-core", "dbt.task.runnable:GraphRunnableTask.run", ("self",), "dbt_larder/publishing.py"),
    (
        "dbt-core",
        "dbt.task.runnable:GraphRunnableTask.interpret_results",
        ("results",),
        "dbt_larder/publishing.py",
    ),
    ("dbt-common", "dbt_common.context:InvocationContext.env", (), "dbt_larder/invocation.py"),
    (
        "dbt-spark",
        "dbt.adapters.spark.connections:SparkConnectionManager.open",
        ("connection",),
        "dbt_larder/sessions.py",
    ),
    (
        "dbt-spark",
        "dbt.adapters.spark.session:Cursor",
        ("server_side_parameters",),
        "dbt_larder/sessions.py",
    ),
    (
        "dbt-spark",
        "dbt.adapters.spark.session:SessionConnectionWrapper.cancel",
        ("self",),
        "dbt_larder/sessions.py",
    ),
    (
        "dbt-core",
        "dbt.task.test:TestRunner.execute_data_test",
        ("self", "data_test", "manifest"),
        "dbt_larder/combined_tests.py",
    ),
    (
        "dbt-core",
        "dbt.context.providers:generate_runtime_model_context",
        ("model", "config", "manifest"),
        "dbt_larder/combined_tests.py",
    ),
    ("dbt-core", "dbt.selected_resources:SELECTED_RESOURCES", (), "dbt_larder/combined_tests.py"),
    (
        "dbt-spark",
        "dbt.adapters.spark.connections:SparkConnectionManager.execute",
        ("self", "sql", "auto_begin", "fetch", "limit"),
        "dbt_larder/combined_tests.py",
    ),
    (
        "dbt-spark",
        "dbt.adapters.spark.connections:SparkConnectionManager.add_query",
        ("self", "sql"),
        "dbt_larder/known_columns.py",
    ),
    (
        "dbt-spark",
        "dbt.adapters.spark.impl:SparkAdapter.get_columns_in_relation",
        ("self", "relation"),
        "dbt_larder/known_columns.py",
    ),
    (
        "dbt-spark",
        "dbt.adapters.spark.impl:SparkAdapter.calculate_freshness_from_custom_sql",
        ("self", "source", "sql"),
        "dbt_larder/known_freshness.py",
    ),
    (
        "pyiceberg",
        "pyiceberg.catalog.sql:SqlCatalog._update_and_stage_table",
        ("self", "current_table", "table_identifier", "requirements", "updates"),
        "larder/publication/sql_catalog.py",
    ),
    (
        "pyiceberg",
        "pyiceberg.catalog.sql:SqlCatalog._write_metadata",
        ("metadata", "io", "metadata_path"),
        "larder/publication/sql_catalog.py",
    ),
    (
        "pyiceberg",
        "pyiceberg.table.update.schema:UpdateSchema._commit",
        ("self",),
        "larder/publication/publish.py",
    ),
    ("dlt", "dlt.common.destination.exceptions:DestinationTerminalException", (), INTERNALS),
    ("dlt", "dlt.common.exceptions:DltException", (), INTERNALS),
    ("dlt", "dlt.common.pipeline:LoadInfo.loads_ids", (), INTERNALS),
    ("dlt", "dlt.common.pipeline:LoadInfo.load_packages", (), INTERNALS),
    ("dlt", "dlt.common.schema.typing:TSchemaContract", (), INTERNALS),
    ("dlt", "dlt.common.storages.configuration:FilesystemConfiguration.is_local_path", ("url",), INTERNALS),
    ("dlt", "dlt.common.normalizers.naming.snake_case:NamingConvention.normalize_identifier", (), INTERNALS),
    ("dlt", "dlt.common.normalizers.naming.snake_case:NamingConvention._TR_REDUCE_ALPHABET", (), INTERNALS),
    ("dlt", f"{CLIENT}._send_request", ("self", "request"), PAGING),
    ("dlt", f"{CLIENT}.extract_response", ("self", "response", "data_selector"), PAGING),
    ("dlt", f"{CLIENT}.paginate", ("self",), PAGING),
    ("dlt", f"{HELPERS}.rest_client.paginators:BaseReferencePaginator._next_reference", (), INTERNALS),
    ("dlt", "dlt.sources.sql_database.helpers:TableLoader.make_query", ("self",), LOADER),
    ("dlt", "dlt.sources.sql_database.helpers:TableLoader.get_connection_url", ("self",), LOADER),
    ("dlt", "dlt.extract:Incremental.advance", ("self", "last_value"), INTERNALS),
    ("requests", "requests:Session.rebuild_auth", ("self", "prepared_request", "response"), PAGING),
]


def find(interface: str) -> Any:
    """The object that `module:name.name` names; None if it is gone."""
    module, _, names = interface.partition(":")
    try:
        return reduce(_member, names.split("."), import_module(module))
    except (ImportError, AttributeError):
        return None


def _member(owner: Any, name: str) -> Any:
    """An attribute; for a class, also one that only its instances have."""
    return getattr(owner, name) if hasattr(owner, name) else inspect.get_annotations(owner).get(name)


@pytest.mark.parametrize(
    ("package", "interface", "parameters", "module"), INTERFACES, ids=[row[1] for row in INTERFACES]
)
def test_an_interface_is_unchanged(
    package: str, interface: str, parameters: tuple[str, ...], module: str
) -> None:
    found = find(interface)
    assert found is not None, describe_change(package, interface, module)
    if parameters:
        missing = set(parameters) - inspect.signature(found).parameters.keys()
        assert not missing, describe_change(package, f"{interface}({', '.join(sorted(missing))})", module)


def test_prefect_dbt_makes_its_callback_in_the_method_that_is_overridden() -> None:
    invoke = inspect.getsource(find("prefect_dbt:PrefectDbtRunner.invoke"))
    message = describe_change(
        "prefect-dbt", "the call of PrefectDbtRunner._create_unified_callback in invoke()", RUNNER
    )
    assert "self._create_unified_callback(" in invoke, message


def test_prefect_serializes_its_settings_under_the_name_that_is_replaced() -> None:
    found = find("prefect.context:serialize_context")()
    assert "settings_context" in found, describe_change(
        "prefect", "settings_context in serialize_context()", RUNNER
    )


def test_prefect_sends_a_runs_logs_when_their_handler_is_flushed() -> None:
    kind = find("prefect.logging.handlers:APILogHandler")
    handlers = logging.getLogger("prefect.flow_runs").handlers
    message = describe_change(
        "prefect", "the handler of the logger prefect.flow_runs that sends to the API", SERVER
    )
    assert kind is not None, message
    assert any(isinstance(handler, kind) for handler in handlers), message
    assert kind.flush is not logging.Handler.flush, message


UPDATED: Any = dlt.sources.incremental("updated_at")


@dlt.resource
def by_default(updated_at: Any = UPDATED) -> Iterator[Any]:
    yield {"updated_at": 1}


@dlt.resource
def without() -> Iterator[Any]:
    yield {"id": 1}


def passed() -> DltResource:
    return by_default(dlt.sources.incremental("changed_at"))


def hinted() -> DltResource:
    return without().apply_hints(incremental=dlt.sources.incremental("seen_at"))


def from_an_api() -> DltResource:
    endpoint: Any = {"path": "rows", "incremental": {"cursor_path": "sent_at", "start_param": "since"}}
    (found,) = rest_api_resources(
        {"client": {"base_url": "http://127.0.0.1"}, "resources": [{"name": "rows", "endpoint": endpoint}]}
    )
    return found


@pytest.fixture
def internals() -> Any:
    """Our module of dlt's internals; if it cannot be imported, the test of the interface says why."""
    return import_module("larder.landing.dlt_internals")


@pytest.mark.parametrize(
    ("make", "cursor"),
    [
        (lambda: by_default, "updated_at"),
        (by_default, "updated_at"),
        (passed, "changed_at"),
        (hinted, "seen_at"),
        (from_an_api, "sent_at"),
        (lambda: without, None),
    ],
    ids=["by default", "called", "passed", "hinted", "of an API", "none"],
)
def test_dlt_gives_the_cursor_of_a_resource(internals: Any, make: Any, cursor: str | None) -> None:
    found = internals.find_incremental(make())
    message = describe_change(
        "dlt", "DltResource.incremental, .explicit_args, .args_bound or ._pipe.gen", INTERNALS
    )
    assert (found and found.cursor_path) == cursor, message


def test_dlt_gives_the_arguments_of_a_resource(internals: Any) -> None:
    message = describe_change("dlt", "DltResource.explicit_args or .args_bound", INTERNALS)
    assert internals.explicit_args(from_an_api()).get("path") == "rows", message
    assert internals.explicit_args(without) == {}, message


def test_dlt_names_columns_in_snake_case(internals: Any) -> None:
    assert internals.SnakeCase().normalize_identifier("storeId") == "store_id", describe_change(
        "dlt", "NamingConvention", INTERNALS
    )


def test_dlt_distinguishes_folders_from_other_storage(internals: Any) -> None:
    message = describe_change("dlt", "FilesystemConfiguration.make_file_url or .make_local_path", INTERNALS)
    assert internals.local_folder("/data/new files") == Path("/data/new files"), message
    assert internals.local_folder("file:///data/new%20files") == Path("/data/new files"), message
    assert internals.local_folder("s3://bucket/files") is None, message


def test_dlt_parses_json_lines_by_a_function_that_can_be_replaced(
    internals: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = import_module("dlt.sources.filesystem.readers")
    monkeypatch.setattr(readers, "json", readers.__dict__["json"])
    (tmp_path / "people.jsonl").write_text("1\n2\n")
    internals.override_json_lines(lambda line: {"id": int(line)})
    found = list(filesystem(tmp_path.as_uri(), file_glob="*.jsonl") | read_jsonl())
    assert found == [{"id": 1}, {"id": 2}], describe_change("dlt", "readers.json", INTERNALS)


def test_dlt_resumes_from_the_state_of_a_pipeline(internals: Any, tmp_path: Path) -> None:
    read: list[Any] = []

    @dlt.source(name="resumed")
    def source() -> Any:
        @dlt.resource(name="rows")
        def rows(updated_at: Any = UPDATED) -> Iterator[Any]:
            read.append(updated_at.start_value)
            yield {"updated_at": datetime(2026, 1, 3, tzinfo=UTC)}

        return rows

    start = datetime(2026, 1, 2, tzinfo=UTC)
    pipeline = dlt.pipeline("resumed", pipelines_dir=str(tmp_path), destination="duckdb")
    internals.resume_at(pipeline, "resumed", "rows", "updated_at", start)
    pipeline.extract(source())
    internals.start_over(pipeline, "resumed", "rows")
    pipeline.extract(source())
    assert read == [start, None], describe_change("dlt", "the state of a pipeline's cursors", INTERNALS)


ODD = [
    None,
    datetime(2020, 1, 1, tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(2099, 1, 1, tzinfo=UTC),
]
INFINITE = pa.array([None, 2**63 - 1, -(2**63), 0], pa.int64()).cast(pa.timestamp("us", "UTC"))
ITEMS: dict[str, list[Any]] = {
    "dicts": [{"updated_at": value} for value in ODD],
    "page of dicts": [[{"updated_at": value} for value in (*ODD, "infinity", 5)]],
    "Arrow": [pa.table({"updated_at": pa.array(ODD, pa.timestamp("us", "UTC"))})],
    "Arrow beyond Python": [pa.table({"updated_at": INFINITE})],
    "pandas": [pd.DataFrame({"updated_at": ODD[:2]})],
}


def of_items(items: list[Any], way: str) -> DltResource:
    """A resource with a cursor that yields items."""
    start = datetime(2021, 1, 1, tzinfo=UTC)
    cursor = dlt.sources.incremental[datetime]("updated_at", initial_value=start)

    def rows(updated_at: Any = cursor) -> Iterator[Any]:
        assert updated_at.start_value == start
        yield from items

    if way == "hinted":
        return hinted_by(cursor, items)
    resource = dlt.resource(rows, name="odd_rows")
    return resource(cursor) if way == "passed" else resource


def hinted_by(cursor: Any, items: list[Any]) -> DltResource:
    def rows() -> Iterator[Any]:
        yield from items

    return dlt.resource(rows, name="hinted_rows").apply_hints(incremental=cursor)


@pytest.mark.parametrize("items", ITEMS)
@pytest.mark.parametrize("way", ["by default", "passed", "hinted"])
def test_dlt_passes_all_rows_of_a_resource_without_its_filter(internals: Any, items: str, way: str) -> None:
    message = describe_change("dlt", "Incremental.bind, .advance or IncrementalResourceWrapper", INTERNALS)
    resource = of_items(ITEMS[items], way)
    internals.detach_incremental(resource)
    found = list(resource)
    expected = ITEMS[items][0] if items == "page of dicts" else ITEMS[items]
    assert len(found) == len(expected), message
    assert all(one is other for one, other in zip(found, expected, strict=True)), message


@pytest.mark.parametrize("options", [{"end_value": 3}, {"row_order": "desc"}], ids=["an end", "descending"])
def test_dlt_filters_what_only_it_can_end(internals: Any, options: dict[str, Any]) -> None:
    cursor = dlt.sources.incremental[int]("at", initial_value=2, **options)
    items = [{"at": 2}, {"at": None}, {"at": 1}, {"at": 4}]
    resource = hinted_by(cursor, items)
    internals.detach_incremental(resource)
    found = [item["at"] for item in resource]
    assert found == ([2, None] if "end_value" in options else found)
    assert None in found
    assert 1 not in found


def test_dlt_shows_when_no_page_follows(internals: Any) -> None:
    message = describe_change("dlt", "BaseReferencePaginator._next_reference", INTERNALS)
    paginator = JSONLinkPaginator("next")
    for reference, is_last in [("", True), (" ", True), (None, True), ("/x", False)]:
        paginator._next_reference = reference
        assert internals.is_last_page(paginator) is is_last, message
