"""Random tables land as they were sent: each row is in Bronze or in the quarantine, with its own values.

`LARDER_FUZZ_EXAMPLES=50 pytest tests/unit/test_landing_fuzz.py` tries so many examples of ten tables for each
way, and others in each run.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from demo.state import Database
from larder.landing.conversion import arrow
from larder.settings import PROJECT
from tests.unit.fuzz import api, parquet, postgres, readers
from tests.unit.fuzz.check import check
from tests.unit.fuzz.deliveries import deliveries
from tests.unit.fuzz.sent import Delivery
from tests.unit.pages_stub import PagesStub, serving_pages
from tests.unit.postgres_databases import create_database

EXAMPLES = int(os.environ.get("LARDER_FUZZ_EXAMPLES", "0"))
FUZZ = settings(
    max_examples=EXAMPLES or 2,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    # An example takes a second: smaller ones would be looked for too long.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
numbers = count(1)
# A load of one table takes a second, one of many not much longer.
tables = partial(st.lists, min_size=10, max_size=10)


@pytest.fixture(scope="module", autouse=True)
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One warehouse for all tables, in which chunks of dicts are short."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("fuzz")
        patch.setenv("LARDER_HOME", str(folder))
        patch.delenv("LARDER_WAREHOUSE", raising=False)
        patch.setattr(arrow, "ROWS_AT_ONCE", 3)
        yield folder


@pytest.fixture(scope="module")
def stub() -> Iterator[PagesStub]:
    with serving_pages() as pages:
        yield pages


@pytest.fixture(scope="module")
def database(postgres: Database) -> str:
    return create_database(postgres)


def named(way: str, sent: list[list[Delivery]]) -> dict[str, list[Delivery]]:
    """Deliveries by the table that they are of, with a name of its own."""
    return {f"{way}_{next(numbers)}": given for given in sent}


@given(sent=tables(deliveries(api.columns, {})))
@FUZZ
def test_json_lands_as_it_was_sent(stub: PagesStub, sent: list[list[Delivery]]) -> None:
    check(named("json", sent), partial(api.resource, stub))


@given(
    sent=tables(
        deliveries(postgres.columns, {"backend": ["pyarrow", "sqlalchemy"], "is_adapted": [True, False]})
    )
)
@FUZZ
def test_a_table_of_postgresql_lands_as_it_was_sent(database: str, sent: list[list[Delivery]]) -> None:
    check(named("postgres", sent), partial(postgres.resource, database))


@given(sent=tables(deliveries(parquet.columns, {"use_pyarrow": [True, False], "chunksize": [2, 1000]})))
@FUZZ
def test_a_parquet_file_lands_as_it_was_sent(warehouse: Path, sent: list[list[Delivery]]) -> None:
    check(named("parquet", sent), partial(parquet.resource, warehouse / "files"))


def test_duckdb_and_spark_read_what_landed(warehouse: Path) -> None:
    """Runs last: it reads the tables that the tests above have left in Bronze."""
    landed = readers.tables()
    if not landed:
        pytest.skip("no table has landed: run the whole file")
    command = [sys.executable, "-m", "tests.unit.fuzz.readers", str(warehouse)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name, expected in landed.items():
        for found in (readers.by_duckdb(name), readers.by_spark(warehouse, name)):
            assert readers.rows(found, expected.schema) == readers.rows(expected, expected.schema), name
