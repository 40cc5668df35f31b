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
import pytest
from dlt.sources import DltResource
from dlt.sources.rest_api import rest_api_resources

RUNNER, COMMANDS = "larder/runtime/dbt_runner.py", "larder/runtime/dbt_commands.py"
EDR, SERVER = "larder/runtime/edr.py", "larder/runtime/prefect_server.py"
INTERNALS = "larder/landing/dlt_internals.py"
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
    ("pyspark", "pyspark.logger:PySparkLogger.getLogger", ("name",), COMMANDS),
    ("dlt", "dlt.common.destination.exceptions:DestinationTerminalException", (), INTERNALS),
    ("dlt", "dlt.common.exceptions:DltException", (), INTERNALS),
    ("dlt", "dlt.common.pipeline:LoadInfo.loads_ids", (), INTERNALS),
    ("dlt", "dlt.common.pipeline:LoadInfo.load_packages", (), INTERNALS),
    ("dlt", "dlt.common.schema.typing:TSchemaContract", (), INTERNALS),
    ("dlt", "dlt.common.storages.configuration:FilesystemConfiguration.is_local_path", ("url",), INTERNALS),
    ("dlt", "dlt.common.normalizers.naming.snake_case:NamingConvention.normalize_identifier", (), INTERNALS),
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
    assert read == [start], describe_change("dlt", "the state of a pipeline's cursors", INTERNALS)
