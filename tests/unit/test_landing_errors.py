"""Whatever fails in a load is one line; the trace behind it is in a log without values and secrets."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
import pytest
import requests

from larder.errors import IngestError, LarderError, SourceUnavailable
from larder.landing import destination, error_log
from larder.landing.apis.paging import BadPage
from larder.landing.errors import TRACE, in_one_line
from larder.landing.load import land
from larder.landing.ping import ping
from larder.landing.sources import Source
from tests.unit.landing_helpers import DAY

SECRET = "hunter2-and-more"


@pytest.fixture(autouse=True)
def state_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a state folder of its own, and a source's secret."""
    monkeypatch.setenv("SOURCES__LOYALTY__API_TOKEN", SECRET)


def loyalty(rows: Any) -> Source:
    """A source whose only resource yields what a function of its secret yields."""

    @dlt.source(name="loyalty")
    def source(api_token: str = dlt.secrets.value) -> Any:
        return dlt.resource(rows(api_token), name="people", primary_key="id")

    return Source("loyalty", source, {"api_token": True})


def refused(source: Source) -> str:
    with pytest.raises(IngestError) as caught:
        land(source, DAY)
    line = str(caught.value)
    assert "\n" not in line
    assert SECRET not in line
    return line


def log(home: Path) -> str:
    return (home / "logs" / "ingest-loyalty.log").read_text()


FAULTS: list[Any] = [
    KeyError("name"),
    TypeError("unsupported operand"),
    ZeroDivisionError("division by zero"),
    pa.ArrowInvalid("Could not convert 'Smith' with type str"),
    UnicodeDecodeError("utf-8", b"Smith", 0, 1, "invalid start byte"),
    RecursionError("maximum recursion depth exceeded"),
    OSError(5, "Input/output error"),
    AssertionError(),
    RuntimeError("line one\nline two"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_a_fault_in_a_sources_code_is_one_line_with_its_place(home: Path, fault: Exception) -> None:
    def rows(token: str) -> Iterator[Any]:
        yield {"id": 1}
        raise fault

    line = refused(loyalty(rows))
    assert line.startswith(f"loyalty_people: {type(fault).__name__} at test_landing_errors.py:")
    assert "Smith" not in line
    assert line.endswith(f"{TRACE}{home / 'logs' / 'ingest-loyalty.log'}")
    assert f"builtins.{type(fault).__name__}" in log(home) or "pyarrow.lib.ArrowInvalid" in log(home)
    assert "Smith" not in log(home)


def test_a_fault_before_the_first_row_is_one_line(home: Path) -> None:
    def rows(token: str) -> Any:
        raise KeyError(token)

    assert refused(loyalty(rows)).startswith("loyalty: KeyError at test_landing_errors.py:")
    with pytest.raises(IngestError, match="KeyError at test_landing_errors"):
        ping(loyalty(rows))


def test_a_fault_of_the_destination_is_one_line(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(destination, "_add", fail)
    line = refused(loyalty(lambda token: [{"id": 1}]))
    assert "No space left on device" in line
    assert "destination.py" in log(home)


def test_our_own_errors_stay_as_they_are(home: Path) -> None:
    def rows(token: str) -> Iterator[Any]:
        yield {"id": 1}
        raise SourceUnavailable("loyalty.people: the till is closed. Run the date again.")

    with pytest.raises(SourceUnavailable) as caught:
        land(loyalty(rows), DAY)
    assert str(caught.value) == "loyalty.people: the till is closed. Run the date again."
    assert not (home / "logs").exists()
    with pytest.raises(LarderError, match=r"^no state folder$"), in_one_line("loyalty"):
        raise LarderError("no state folder")


def test_our_own_errors_name_the_log_if_a_library_is_behind(home: Path) -> None:
    with pytest.raises(SourceUnavailable) as caught, in_one_line("loyalty"), in_one_line("loyalty"):
        try:
            raise requests.ConnectionError("refused")
        except requests.ConnectionError as error:
            raise SourceUnavailable("loyalty: the till is closed") from error
    assert str(caught.value).count(TRACE) == 1
    assert "requests.exceptions.ConnectionError: refused" in log(home)
    with pytest.raises(SourceUnavailable) as caught, in_one_line("loyalty"):
        try:
            raise requests.ConnectionError("refused")
        except requests.ConnectionError:
            raise SourceUnavailable("loyalty: the till is closed") from None
    assert TRACE not in str(caught.value)


def test_a_bad_page_needs_no_log(home: Path) -> None:
    with pytest.raises(IngestError) as caught, in_one_line("loyalty", None, "loyalty_people (v1/people)"):
        raise BadPage("https://me:pw@api.example.com/v1/people?key=x", "answered null; run the date again")
    assert str(caught.value) == (
        "loyalty_people: https://api.example.com/v1/people answered null; run the date again"
    )
    assert not (home / "logs").exists()


def test_the_log_has_no_values_and_no_secrets(home: Path) -> None:
    def rows(token: str) -> Iterator[Any]:
        try:
            raise ValueError(f"no member 'Smith' at postgresql://me:pw@db/x and {token}")
        except ValueError as error:
            raise requests.ConnectionError(f"Max retries exceeded with url: /v1?key=abc {token}") from error
        yield

    refused(loyalty(rows))
    text = log(home)
    assert "ValueError: no member '***' at postgresql://***@db/x and ***" in text
    assert "url: /v1?*** ***" in text
    assert "in rows" in text
    assert (home / "logs" / "ingest-loyalty.log").stat().st_mode & 0o777 == 0o600


def test_the_log_does_not_grow_without_end(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(error_log, "LONGEST_LOG", 1000)
    monkeypatch.setattr(error_log, "LONGEST_ENTRY", 500)
    for number in range(50):
        error_log.write("loyalty", ValueError(f"{number} " * 1000))
    sizes = {file.name: file.stat().st_size for file in (home / "logs").iterdir()}
    assert set(sizes) == {"ingest-loyalty.log", "ingest-loyalty.log.1"}
    assert max(sizes.values()) < 2000


def test_a_log_that_cannot_be_written_hides_nothing(home: Path) -> None:
    home.mkdir()
    (home / "logs").write_text("a file")

    def rows(token: str) -> Iterator[Any]:
        raise KeyError("name")
        yield

    line = refused(loyalty(rows))
    assert "KeyError" in line
    assert TRACE not in line


@pytest.mark.parametrize("fault", ["rows", "destination"])
def test_the_command_prints_one_line(home: Path, tmp_path: Path, fault: str) -> None:
    code = f"""
import sys
from larder.landing import destination, sources
def fail(*_):
    raise KeyError("Smith")
if {fault!r} == "destination":
    destination._add = fail
import dlt
@dlt.source(name="loyalty")
def loyalty():
    def rows():
        yield [{{"id": 1}}]
        {fault!r} == "rows" and fail()
    return dlt.resource(rows, name="people", primary_key="id")
import larder.landing.load
larder.landing.load.find_source = lambda name: sources.Source("loyalty", loyalty, {{}})
from larder.cli.app import app
sys.argv = ["larder", "ingest", "loyalty", "--date", "2017-03-01"]
app()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("error: loyalty")
    assert "ingest-loyalty.log" in done.stderr
    assert "Smith" not in done.stderr
