"""Any dbt command that fails gives a one-line error, although dbt returns failures in different forms."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dbt.artifacts.resources.types import TimePeriod
from dbt.artifacts.resources.v1.components import FreshnessThreshold, Time
from dbt.artifacts.schemas.catalog import CatalogArtifact
from dbt.artifacts.schemas.freshness import FreshnessNodeResult, FreshnessResult, SourceFreshnessResult
from dbt.artifacts.schemas.results import FreshnessStatus, RunStatus, TestStatus
from dbt.artifacts.schemas.run import RunExecutionResult, RunResult
from prefect import flow

from larder import settings
from larder.runtime import dbt_commands
from larder.runtime.dbt_commands import BuildFailed
from larder.runtime.dbt_runner import Runner, collect_operation_errors

# dbt's runner reports to Prefect.
pytestmark = pytest.mark.usefixtures("prefect_api")

NOW = datetime(2018, 1, 1, tzinfo=UTC)
REMEDY = "; fix it, then run the date again"
PROJECT = """
name: small
version: 1.0.0
profile: small
flags:
  send_anonymous_usage_stats: false
"""
PROFILE = """
small:
  target: nowhere
  outputs:
    nowhere:
      type: spark
      method: thrift
      host: 127.0.0.1
      port: %d
      schema: small
      connect_retries: 0
"""
SOURCES = """
sources:
  - name: shop
    tables:
      - name: baskets
        config:
          loaded_at_field: loaded_at
          freshness: {error_after: {count: 1, period: day}}
"""
MACROS = """
{% macro refuses() %}{{ exceptions.raise_compiler_error("not today") }}{% endmacro %}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A dbt project of one model and one source, whose warehouse does not answer."""
    with socket.socket() as closed:
        # Bound but never listening, so nothing else gets the port.
        closed.bind(("127.0.0.1", 0))
        files = {
            "dbt_project.yml": PROJECT,
            "profiles.yml": PROFILE % closed.getsockname()[1],
            "models/sources.yml": SOURCES,
            "models/copied.sql": "select * from {{ source('shop', 'baskets') }}",
            "macros/refuses.sql": MACROS,
        }
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text)
        monkeypatch.setattr(settings, "PROJECT", tmp_path)
        monkeypatch.setenv("LARDER_HOME", str(tmp_path / "home"))
        for name in ("DBT_TARGET_PATH", "DBT_LOG_PATH"):
            monkeypatch.delenv(name, raising=False)
        yield tmp_path


def failure(*args: str, results: Path | None = None) -> str:
    """The command's error message, without the remedy that each one ends with."""
    with pytest.raises(BuildFailed) as caught:
        dbt_commands.invoke(*args, results=results)
    message = str(caught.value)
    assert "\n" not in message
    assert message.endswith(REMEDY)
    return message.removesuffix(REMEDY)


def test_a_project_that_cannot_be_parsed(project: Path) -> None:
    (project / "models" / "copied.sql").write_text("select * from {{ ref('nothing') }}")
    assert failure("build", results=project / "mine.json").startswith("dbt build: Compilation Error Model ")


def test_a_model_that_cannot_be_read(project: Path) -> None:
    (project / "models" / "copied.sql").write_text("{% if %}")
    assert failure("run", "--select", "copied").startswith("dbt run: Compilation Error ")


def test_an_option_that_dbt_does_not_know(project: Path) -> None:
    assert failure("build", "--nonsense").startswith("dbt build: No such option")


@pytest.mark.parametrize("command", ["build", "source freshness"])
def test_a_warehouse_that_does_not_answer(project: Path, command: str) -> None:
    message = failure(*command.split())
    assert message.startswith(f"dbt {command}: ")
    assert "Database Error failed to connect" in message


def test_schemas_that_documentation_cannot_list(project: Path) -> None:
    message = failure("docs", "generate", "--no-compile")
    assert message.startswith("dbt docs generate: ")
    assert "Database Error failed to connect" in message
    assert message.endswith(f", and 1 more; all results are in {project}/target/catalog.json")


def test_an_operation_that_fails(project: Path) -> None:
    message = failure("run-operation", "refuses", "--no-write-json")
    assert message == "dbt run-operation refuses: macro refuses: dbt gave no reason"


def test_an_operation_that_fails_in_a_flow_reports_its_reason(project: Path) -> None:
    @flow
    def operate() -> str:
        return failure("run-operation", "refuses", "--no-write-json")

    message = operate()
    assert message.startswith("dbt run-operation refuses: macro refuses: Runtime Error Compilation Error ")
    assert "not today" in message


def test_an_operation_that_does_not_exist(project: Path) -> None:
    message = failure("run-operation", "unheard_of")
    assert "dbt run-operation unheard_of: Compilation Error dbt could not find a macro" in message


def test_operation_errors_are_captured() -> None:
    errors: list[str] = []
    passed_on: list[Any] = []
    callback = collect_operation_errors(passed_on.append, errors)
    for name in ("RunningOperationCaughtError", "RunningOperationUncaughtError", "NodeStart"):
        callback(SimpleNamespace(info=SimpleNamespace(name=name), data=SimpleNamespace(exc=name)))
    assert errors == ["RunningOperationCaughtError", "RunningOperationUncaughtError"]
    assert len(passed_on) == 3


DbtReturns = Callable[[object], None]


@pytest.fixture
def dbt_returns(monkeypatch: pytest.MonkeyPatch) -> DbtReturns:
    """Make dbt return this result, as from a command that failed."""

    def answer(result: object) -> None:
        found = SimpleNamespace(success=False, result=result)
        monkeypatch.setattr(Runner, "invoke", lambda *arguments: found)

    monkeypatch.setenv("DBT_TARGET_PATH", "/elsewhere")
    return answer


def node_result(kind: str, name: str, status: RunStatus | TestStatus, message: str | None) -> RunResult:
    """dbt's result for a node."""
    return RunResult(
        status=status,
        timing=[],
        thread_id="",
        execution_time=0,
        adapter_response={},
        message=message,
        failures=None,
        node=SimpleNamespace(resource_type=kind, name=name),  # type: ignore[arg-type]
        batch_results=None,
    )


def stale_source(name: str, hours: int, allowed: FreshnessThreshold | None) -> SourceFreshnessResult:
    """dbt's freshness result for a source that was last loaded hours ago."""
    return SourceFreshnessResult(
        status=FreshnessStatus.Error,
        timing=[],
        thread_id="",
        execution_time=0,
        adapter_response={},
        message=None,
        failures=None,
        node=SimpleNamespace(resource_type="source", name=name, freshness=allowed),  # type: ignore[arg-type]
        max_loaded_at=NOW - timedelta(hours=hours),
        snapshotted_at=NOW,
        age=hours * 3600,
    )


def test_a_build_names_the_first_node_that_failed(dbt_returns: DbtReturns) -> None:
    results = [
        node_result("model", "stores", RunStatus.Success, "OK"),
        node_result("test", "stores_unique", TestStatus.Fail, "Got 3 results"),
        node_result("model", "sales", RunStatus.Error, "no such column"),
        node_result("model", "days", RunStatus.PartialSuccess, "2 of 3 batches"),
        node_result("model", "summary", RunStatus.Skipped, None),
    ]
    dbt_returns(RunExecutionResult(results=results, elapsed_time=0))
    assert failure("build") == (
        "dbt build: test stores_unique: Got 3 results, and 2 more; "
        "all results are in /elsewhere/run_results.json"
    )
    assert failure("build", "--no-write-json") == "dbt build: test stores_unique: Got 3 results, and 2 more"


def test_a_build_that_skipped_everything(dbt_returns: DbtReturns) -> None:
    skipped = node_result("model", "summary", RunStatus.Skipped, None)
    dbt_returns(RunExecutionResult(results=[skipped], elapsed_time=0))
    log = f"{settings.PROJECT}/logs/dbt.log"
    assert (
        failure("build", "--no-write-json") == f"dbt build: it gave no reason; its log {log} has what it did"
    )


def test_a_stale_source_reports_its_age(dbt_returns: DbtReturns) -> None:
    allowed = FreshnessThreshold(error_after=Time(count=72, period=TimePeriod.hour))
    results: list[FreshnessNodeResult] = [
        stale_source("baskets", 80, allowed),
        stale_source("stores", 81, allowed),
    ]
    dbt_returns(FreshnessResult.from_node_results(results, 0, NOW))
    assert failure("source", "freshness") == (
        "dbt source freshness: source baskets: last loaded 80 hours ago, more than the 72 hours allowed, "
        "and 1 more; all results are in /elsewhere/sources.json"
    )


def test_documentation_of_models_that_do_not_compile(dbt_returns: DbtReturns) -> None:
    compiled = RunExecutionResult(
        results=[node_result("model", "sales", RunStatus.Error, "no ref")], elapsed_time=0
    )
    dbt_returns(CatalogArtifact.from_results(NOW, {}, {}, compiled, ["no schema"]))
    assert failure("docs", "generate") == (
        "dbt docs generate: no schema, and 1 more; all results are in /elsewhere/catalog.json"
    )
    dbt_returns(CatalogArtifact.from_results(NOW, {}, {}, compiled, None))
    assert "dbt docs generate: model sales: no ref" in failure("docs", "generate")


def test_a_command_without_a_result(dbt_returns: DbtReturns) -> None:
    dbt_returns(None)
    assert failure("docs", "generate").startswith("dbt docs generate: it gave no reason; its log ")
