"""The environment prepared for Prefect and dbt, and that Prefect's settings follow it."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from larder.errors import LarderError
from larder.runtime import environment
from larder.settings import PROJECT

SETTINGS: dict[str, Any] = tomllib.loads((PROJECT / "prefect.toml").read_text())
# Imports Prefect as a new process would, and prints its settings.
PRINT_SETTINGS = """
import sys
if "prepared" in sys.argv:
    from larder.runtime import environment
    environment.prepare()
from prefect.settings import get_current_settings
print(get_current_settings().model_dump_json())
"""


def test_environment_turns_usage_reports_off_and_keeps_what_is_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    for name in (
        "PREFECT_HOME",
        "PREFECT_SERVER_ANALYTICS_ENABLED",
        "DO_NOT_TRACK",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LARDER_HOME", str(tmp_path))
    monkeypatch.setenv("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "DEBUG")
    before = dict(os.environ)
    try:
        environment.prepare()
        assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
        assert os.environ["DO_NOT_TRACK"] == "1"
        assert os.environ["PREFECT_HOME"].startswith(str(tmp_path))
        assert os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] == "DEBUG"
    finally:
        os.environ.clear()
        os.environ.update(before)


def prefect_settings(folder: Path, home: Path, *arguments: str) -> Any:
    """Prefect's settings in a new process that runs in a folder."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    answer = subprocess.run(
        [sys.executable, "-c", PRINT_SETTINGS, *arguments],
        cwd=folder,
        env=inherited | {"LARDER_HOME": str(home), "PREFECT_HOME": str(home), "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        check=True,
    )
    return json.loads(answer.stdout)


def declared_settings(found: Any, declared: dict[str, Any] = SETTINGS) -> dict[str, Any]:
    """Those of Prefect's settings that `prefect.toml` declares, without any that Prefect does not know."""

    def setting(name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return declared_settings(found[name], value)
        # Prefect keeps lists of names in any order.
        return sorted(found[name]) if isinstance(value, list) else found[name]

    return {name: setting(name, value) for name, value in declared.items() if name in found}


def test_prefect_reads_the_projects_settings_in_its_folder(tmp_path: Path) -> None:
    assert declared_settings(prefect_settings(PROJECT, tmp_path)) == SETTINGS


def test_the_projects_settings_are_in_force_in_any_other_folder(tmp_path: Path) -> None:
    assert declared_settings(prefect_settings(tmp_path, tmp_path)) != SETTINGS
    assert declared_settings(prefect_settings(tmp_path, tmp_path, "prepared")) == SETTINGS


def test_a_run_refuses_a_developers_target(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_TARGET", "dev")
    with pytest.raises(LarderError, match="DBT_TARGET is dev"):
        environment.prepare()
