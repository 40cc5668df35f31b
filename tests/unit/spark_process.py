"""Run a module of the tests in a process of its own: Spark's catalog cannot change within one."""

import os
import subprocess
import sys
from pathlib import Path

from larder.settings import PROJECT
from tests.small_data import INTERPRETED

# This machine's own settings, which must not reach the process.
HIDDEN = ("LARDER_WAREHOUSE", "LARDER_PUBLICATION", "LARDER_BRANCH")
LONGEST = 12000  # characters of output in a failure


def run(module: str, folder: Path, *arguments: object, **variables: object) -> None:
    """Run a module with its state, dbt target and logs in a folder; fail with its output if it fails.

    `variables` are added to its environment.
    """
    (folder / "home").mkdir()
    places = {
        "LARDER_HOME": folder / "home",
        "DBT_TARGET_PATH": folder / "target",
        "DBT_LOG_PATH": folder / "logs",
        "DBT_PROFILES_DIR": PROJECT,
        "PYTHONPATH": PROJECT,
        **INTERPRETED,
    } | variables
    environment = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=PROJECT,
        env=environment | {name: str(place) for name, place in places.items()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"[-LONGEST:]
