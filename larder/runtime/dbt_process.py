"""Run dbt in a process of its own, beside flows.

dbt changes the settings of logging and keeps state in the process that it runs in.
"""

import os
import subprocess
import sys
from pathlib import Path

from larder import settings
from larder.errors import LarderError


def own_folder() -> Path:
    """The folder of these commands' artifacts: a run in progress reads dbt's target folder when it ends."""
    return settings.home() / "parsed"


def ask(*command: str) -> list[str]:
    """Run a dbt command, such as `parse`, `ls` or `test`; returns what it prints.

    Raises:
        LarderError: dbt failed; with its last words.
    """
    folder = own_folder()
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--quiet", "--no-use-colors", "--log-level-file", "none",
         *command, "--target-path", folder, "--project-dir", settings.PROJECT,
         "--profiles-dir", settings.PROJECT],
        env=os.environ | {"LARDER_HOME": str(settings.home()), "DBT_LOG_PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    if done.returncode:
        reason = " ".join(line.strip() for line in lines[-3:]) or done.stderr.strip().rpartition("\n")[2]
        raise LarderError(f"dbt {command[0]}: {reason}; `dbt {command[0]}` says more")
    return lines
