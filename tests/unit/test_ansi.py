"""Spark raises an error if a value does not fit its type, whichever way it is reached: no silent NULL."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from larder.settings import PROJECT

DBT = Path(sys.executable).with_name("dbt")
BAD_CAST = "select cast('not a number' as int) as number"
TOO_LARGE = """
    select {{ to_usd('amount', 'net_sales_usd', 8, ['sales.basket_id']) }} as usd
    from values (7, 1000000.01) as sales (basket_id, amount)
"""
LARGEST = """
    select {{ to_usd('amount', 'net_sales_usd', 8) }} as usd from values (999999.99), (null) as sales (amount)
"""
IN_PROCESS = """
import json, sys
from dbt.cli.main import dbtRunner
for query in json.loads(sys.argv[1]):
    done = dbtRunner().invoke(["--quiet", "show", "--output", "json", "--inline", query])
    print(done.exception or done.result.results[0].message if not done.success else "fine")
"""
OWN_SESSION = """
import sys
from larder.spark import session as spark
try:
    spark.session().sql(sys.argv[1]).collect()
except Exception as error:
    print(error)
"""


def run(folder: Path, *command: str | Path) -> str:
    """The output of a command in the project, with a state folder of its own."""
    (folder / "home").mkdir()
    places = {"LARDER_HOME": folder / "home", "DBT_TARGET_PATH": folder / "target", "DBT_LOG_PATH": folder}
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env=os.environ | {name: str(place) for name, place in places.items()},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [[DBT, "--quiet", "show", "--inline", BAD_CAST], [sys.executable, "-c", OWN_SESSION, BAD_CAST]],
    ids=["a bare dbt command", "a session of our own"],
)
def test_a_bad_cast_is_an_error(tmp_path: Path, command: list[str | Path]) -> None:
    assert "[CAST_INVALID_INPUT]" in run(tmp_path, *command)


def test_an_amount_that_is_too_large_names_its_column_and_key_but_not_itself(tmp_path: Path) -> None:
    queries = json.dumps([BAD_CAST, TOO_LARGE, LARGEST])
    output = run(tmp_path, sys.executable, "-c", IN_PROCESS, queries)
    assert "[CAST_INVALID_INPUT]" in output
    assert (
        "inline_query.net_sales_usd: an amount is too large for decimal(8, 2), basket_id 7. "
        "Correct it at its source."
    ) in output
    assert "1000000.01" not in output
    assert "fine" in output.splitlines()
