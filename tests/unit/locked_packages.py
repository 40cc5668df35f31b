"""The real dbt packages, if a hub serves them, and dbt in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from larder.errors import LarderError
from larder.install.dbt_packages import install_packages
from larder.settings import PROJECT


def install(project: Path, *names: str) -> None:
    """Install packages at their locked versions in a dbt project; without a hub, skip the test."""
    if not os.environ.get("DBT_PACKAGE_HUB_URL"):
        pytest.skip("DBT_PACKAGE_HUB_URL names no package hub, so only the stand-in is tested")
    locked = yaml.safe_load((PROJECT / "package-lock.yml").read_text())["packages"]
    wanted = [{key: one[key] for key in ("package", "version")} for one in locked if one["name"] in names]
    (project / "packages.yml").write_text(yaml.safe_dump({"packages": wanted}))
    try:
        install_packages(project)  # this folder has no stand-in to fall back to
    except LarderError as error:
        pytest.skip(str(error))


def dbt(project: Path, *command: str, **environment: str) -> str:
    """Run dbt in a process, and so a Spark session, of its own; return its output."""
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *command, "--project-dir", str(project)],
        cwd=project,
        env=os.environ
        | {"DBT_PROFILES_DIR": str(PROJECT), "DBT_TARGET_PATH": str(project / "target")}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    output = done.stdout + done.stderr
    assert (project / "target" / "run_results.json").exists(), output
    return output
