"""Bad and odd input ends as it should, whatever its source: accepted, set aside, or refused in one line."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import tenacity.nap
from dlt.load.load import Load

from demo.state import Database
from larder.errors import IngestError
from larder.landing import declared_rules
from tests.unit.bad_input import KINDS, rules
from tests.unit.bad_input.case import Case, Place, Record, Refused
from tests.unit.bad_input.checks import State, check_end, check_line, check_records, check_sums
from tests.unit.landing_helpers import land_resources
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
    answer: Callable[[dict[str, str]], Sent] = lambda parameters: Sent(status=404)

    def database(encoding: str) -> str:
        if encoding not in databases:
            databases[encoding] = create_database(postgres, encoding)
        return databases[encoding]

    def set_answer(new: Callable[[dict[str, str]], Sent]) -> None:
        nonlocal answer
        answer = new

    with serve_raw(lambda parameters: answer(parameters)) as api:
        yield lambda table: Place(
            table, tmp_path_factory.mktemp(table, numbered=True), api.base_url, set_answer, database
        )


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_bad_input(kind: str, case: Case, new_place: Callable[[str], Place]) -> None:
    place, table = new_place(case.id), f"{kind}_{case.id}"
    sent: list[Record] = []
    for delivery, end in case.steps:
        delivery.prepare(place)
        before = State(table, case.key)
        for _ in range(2):
            if isinstance(end, Refused):
                with pytest.raises(IngestError) as caught:
                    land_resources(delivery.resource(place), name=kind)
                check_line(case, kind, table, end, str(caught.value))
                assert State(table, case.key) == before
                continue
            check_sums(land_resources(delivery.resource(place), name=kind))
            after = State(table, case.key)
            check_end(case, table, end, after)
            check_records(after, sent + list(delivery.records))
        if not isinstance(end, Refused):
            sent += delivery.records
