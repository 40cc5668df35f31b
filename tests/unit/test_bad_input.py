"""Bad and odd input ends as it should, whatever its source: accepted, set aside, or refused in one line."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dlt
import pytest
import tenacity.nap
from dlt.load.load import Load
from pyiceberg.exceptions import NoSuchTableError

from demo.state import Database
from larder.errors import IngestError
from larder.lake.catalog import open_catalog
from larder.landing.checks import declared_rules
from larder.landing.load import LoadResult
from larder.settings import PROJECT
from tests.unit.bad_input import KINDS, rules
from tests.unit.bad_input.case import Case, Delivery, Place, Record, Refused
from tests.unit.bad_input.checks import State, check_end, check_line, check_records, check_sums
from tests.unit.bad_input.readers import find_differences, read_files
from tests.unit.landing_helpers import land_source
from tests.unit.postgres_databases import create_database
from tests.unit.raw_api import Sent, serve_raw

CASES = [pytest.param(kind, case, id=f"{kind}-{case.id}") for kind, cases in KINDS.items() for case in cases]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One state folder for all cases; loads do not pause."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("warehouse")
        patch.setenv("LARDER_HOME", str(folder))
        patch.delenv("LARDER_WAREHOUSE", raising=False)
        patch.setattr(tenacity.nap, "time", SimpleNamespace(sleep=lambda seconds: None))
        pause = property(lambda load: 0.005, lambda load, seconds: None)
        patch.setattr(Load, "_run_loop_sleep_duration", pause, raising=False)
        models = folder / "project" / "models"
        models.mkdir(parents=True)
        (models / "_rules__sources.yml").write_text(rules.DECLARED)
        patch.setattr(declared_rules, "PROJECT", folder / "project")
        yield folder


@pytest.fixture(scope="module")
def new_place(
    warehouse: Path, postgres: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Place]]:
    """Makes the place of a case; all cases share an API and a database of each encoding."""
    databases: dict[str, str] = {}
    answers: list[Callable[[dict[str, str]], Sent]] = []

    def database(encoding: str) -> str:
        if encoding not in databases:
            databases[encoding] = create_database(postgres, encoding)
        return databases[encoding]

    def place(table: str) -> Place:
        # Each commit to a table takes longer than the one before, and all cases share these.
        for shared in ("bronze.load_log", "quarantine.records"):
            with suppress(NoSuchTableError):
                open_catalog().drop_table(shared)
        return Place(table, tmp_path_factory.mktemp(table), api.base_url, answers.append, database)

    # Whatever the answer is by then.
    with serve_raw(lambda parameters: answers[-1](parameters)) as api:  # noqa: PLW0108
        yield place


def _land(source: str, delivery: Delivery, place: Place) -> LoadResult:
    """Land a delivery by a source that makes its resource."""

    @dlt.source(name=source)
    def function() -> list[Any]:
        return [delivery.resource(place)]

    return land_source(function, name=source)


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_bad_input(kind: str, case: Case, new_place: Callable[[str], Place]) -> None:
    place, table = new_place(case.id), f"{kind}_{case.id}"
    sent: list[Record] = []
    for delivery, end in case.steps:
        delivery.prepare(place)
        before = State(table, case.key)
        if isinstance(end, Refused):
            with pytest.raises(IngestError) as caught:
                _land(kind, delivery, place)
            check_line(case, kind, table, end, str(caught.value))
            assert State(table, case.key) == before
            continue
        sent += delivery.records
        check_sums(_land(kind, delivery, place))
        loaded = State(table, case.key)
        check_end(case, table, end, loaded)
        check_records(loaded, sent)
        check_sums(_land(kind, delivery, place))
        assert State(table, case.key) == loaded, "the second load of the same changed something"


def test_duckdb_reads_what_the_cases_made(warehouse: Path) -> None:
    assert find_differences(read_files) == {}


def test_spark_reads_what_the_cases_made(warehouse: Path) -> None:
    command = [sys.executable, "-m", "tests.unit.bad_input.readers", str(warehouse)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {}
