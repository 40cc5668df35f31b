"""The command line: its help, its speed, and how expected errors are shown."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from larder.cli.app import app
from larder.errors import LarderError
from larder.lake.lease import acquire

runner = CliRunner()


@pytest.fixture(autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path_factory.mktemp("home")))


COMMANDS = (
    "run", "ingest", "report", "service-levels", "serve", "doctor", "demo", "alerts", "quarantine", "erase",
    "gold",
)  # fmt: skip


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_help_names_every_command(arguments: list[str]) -> None:
    output = runner.invoke(app, arguments).output
    assert all(f"\u2502 {name} " in output for name in COMMANDS)


@pytest.mark.parametrize("command", ["start", "advance", "status", "stop", "play"])
def test_each_demo_command_has_help(command: str) -> None:
    result = runner.invoke(app, ["demo", command, "--help"])
    assert result.exit_code == 0
    assert f"demo {command}" in result.output


def test_help_loads_neither_prefect_nor_spark() -> None:
    code = (
        "import sys; from larder.cli.app import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: print({'prefect', 'pyspark', 'dbt', 'dlt', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("set()\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--from", "2017-01-02"],
        ["run", "--to", "2017-01-02"],
        ["run", "--from", "2017-01-02", "--to", "2017-01-01"],
        ["run", "--date", "2017-01-01", "--from", "2017-01-01", "--to", "2017-01-02"],
        ["ingest", "warehouse", "--date", "2017-01-01"],
        ["demo", "advance"],
    ],
)
def test_expected_errors_are_one_line(arguments: list[str]) -> None:
    result = runner.invoke(app, arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1


def test_without_waiting_one_line_says_who_holds_the_lock(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LARDER_NO_WAIT", "")  # the option sets it
    monkeypatch.setenv("SOURCES__PROMOTIONS__BUCKET_URL", tmp_path.as_uri())
    with acquire("ingest_promotions", "ingest promotions"):
        result = runner.invoke(app, ["ingest", "promotions", "--date", "2017-01-01", "--no-wait"])
    assert result.exit_code == 1
    assert result.stderr.startswith(
        "error: promotions: another ingest of it is running: ingest promotions on "
    )
    assert result.stderr.count("\n") == 1


def test_debug_shows_the_traceback() -> None:
    result = runner.invoke(app, ["--debug", "run", "--from", "2017-01-02"])
    assert isinstance(result.exception, LarderError)


def test_an_invalid_date_is_a_usage_error() -> None:
    result = runner.invoke(app, ["run", "--date", "yesterday"])
    assert result.exit_code == 2
    assert "yesterday" in result.stderr


def test_status_of_a_retailer_that_never_started_says_how_to_start_it() -> None:
    result = runner.invoke(app, ["demo", "status"])
    assert result.exit_code == 0
    assert "larder demo start" in result.output
