"""Values of people that are in the sources turn up in the lake's tables only, whatever fails.

A retailer of its own: two runs, of which the first fails a data test, and rows that the gate rejects.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pyiceberg.catalog.sql import SqlCatalog

from larder.settings import PROJECT
from tests.e2e import planted
from tests.e2e.conftest import environment
from tests.small_data import INTERPRETED
from tests.unit import receivers_stub
from tests.unit.incident_sample import KEY

# Reads a query as any reader's Spark does, in a process of its own.
SPARK = """
import json, sys
from larder.spark import session as spark
rows = [row.asDict() for row in spark.session().sql(sys.argv[1]).collect()]
print(json.dumps(rows, default=str))
"""


@dataclass
class Played:
    """What the retailer's runs left: the folder, what each command printed, and what was sent."""

    folder: Path
    variables: dict[str, str]
    printed: dict[str, str] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)

    def larder(self, *arguments: str, code: int = 0) -> str:
        """Run a command; returns what it printed."""
        return self._run(str(Path(sys.executable).with_name("larder")), *arguments, code=code)

    def gold(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table of gold."""
        uri = f"sqlite:///{self.folder / 'home' / 'catalog.db'}"
        rows: list[dict[str, Any]] = (
            SqlCatalog("larder", uri=uri).load_table(("gold", name)).scan().to_arrow().to_pylist()
        )
        return rows

    def spark(self, query: str) -> list[dict[str, Any]]:
        """The rows of a query by a reader's Spark."""
        found: list[dict[str, Any]] = json.loads(self._run(sys.executable, "-c", SPARK, query))
        return found

    def _run(self, *command: str, code: int = 0) -> str:
        done = subprocess.run(
            command, cwd=PROJECT, env=self.variables, capture_output=True, text=True, check=False
        )
        name = f"{len(self.printed)} {' '.join(command[1:])}"
        self.printed[name] = f"{done.stdout}\n{done.stderr}"
        assert done.returncode == code, self.printed[name][-4000:]
        return done.stdout


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Two runs of a retailer with planted values: one fails a test, the next one is published."""
    folder = tmp_path_factory.mktemp("planted")
    home = folder / "home"
    with receivers_stub.webhook() as slack, receivers_stub.webhook() as pagerduty:
        receivers = {
            "ALERTS__SLACK_WEBHOOK_URL": slack.url,
            "ALERTS__PAGERDUTY_INTEGRATION_KEY": KEY,
            "ALERTS__PAGERDUTY_URL": pagerduty.url,
        }
        places = {"DBT_LOG_PATH": str(folder / "logs"), "PYTHONPATH": str(PROJECT)}
        found = Played(folder, environment(folder) | receivers | places | INTERPRETED)
        found.larder("demo", "start", "--date", "2017-12-28", "--households", "20")
        try:
            planted.plant(home)
            found.larder("run", code=1)
            found.larder("run", "show", "--rows-only")
            for line in found.larder("quarantine", "list").splitlines()[:-1]:
                found.larder("quarantine", "show", line.split()[0])
            planted.add_late_household(home)
            found.larder("run")
            found.larder("status")
            found.larder("gold", "views")
        finally:
            found.larder("demo", "stop")
        found.sent += map(json.dumps, [*slack.posted, *pagerduty.posted])
        yield found


def test_the_values_were_planted(played: Played) -> None:
    in_gold = {name: planted.search(str(played.gold(name))) for name in ("dim_households", "fct_baskets")}
    known, late, twice = map(str, (planted.KNOWN, planted.LATE, planted.TWICE))
    assert {known, late, twice, planted.BAND} <= set(in_gold["dim_households"])
    assert {known, late} <= set(in_gold["fct_baskets"])
    first = next(text for name, text in played.printed.items() if name.endswith(" run"))
    assert "relationships_fct_baskets_household_id" in first
    listed = next(text for name, text in played.printed.items() if name.endswith("quarantine list"))
    assert {"shop_households", "shop_baskets"} <= set(listed.split())
    assert any("relationships" in text for text in played.sent)


def test_nothing_that_was_printed_has_a_value(played: Played) -> None:
    assert {name: found for name, text in played.printed.items() if (found := planted.search(text))} == {}


def test_no_alert_has_a_value(played: Played) -> None:
    assert [found for text in played.sent if (found := planted.search(text))] == []


def test_no_file_but_the_tables_has_a_value(played: Played) -> None:
    files = planted.outputs(played.folder)
    assert {"dbt.log", "run_results.json", "prefect.db", "catalog.db"} <= {path.name for path in files}
    assert planted.search_files(files) == {}


@pytest.mark.parametrize("layer", planted.LAYERS)
def test_the_search_finds_values_in_the_tables_of(played: Played, layer: str) -> None:
    found = planted.search_files((played.folder / "home" / "warehouse" / layer).rglob("*.parquet"))
    assert planted.VALUES[-1] in {value for values in found.values() for value in values}


def test_masked_gold_has_no_value_and_gold_has(played: Played) -> None:
    households = played.spark("select * from gold_masked.dim_households")
    assert len(households) == len(played.gold("dim_households"))
    assert {name for row in households for name, value in row.items() if value is not None} == {"updated_at"}
