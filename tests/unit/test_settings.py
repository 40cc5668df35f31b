"""State folders of any name: the same folder for pyiceberg and for Spark, or refused in one line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from larder import settings
from larder.errors import LarderError
from larder.settings import PROJECT

NAMES = ["plain", "a b", "ü{x}[y]&,;+=@~", "q'u\"o\\te$x:st*r|<b>!"]


def test_pyiceberg_and_spark_use_the_same_state_folder_whatever_its_name(tmp_path: Path) -> None:
    homes = [str(tmp_path / name) for name in NAMES]
    command = [sys.executable, "-m", "tests.unit.spark_round_trip", *homes]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    for home in homes:
        assert found[home]["numbers"] == [1, 2, 3]
        files = [Path(path.removeprefix("file:").replace("///", "/")) for path in found[home]["files"]]
        assert files
        assert all(path.is_file() and path.is_relative_to(home) for path in files)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(NAMES), "a folder of another name"


@pytest.mark.parametrize("name", ["a%20b", "a#b", "a?b", "a\nb", "a\tb"])
def test_a_state_folder_that_not_all_libraries_can_use_is_refused_in_one_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path / name))
    with pytest.raises(LarderError, match=r"^LARDER_HOME: the state folder .*; choose a folder without it$"):
        settings.home()


def test_a_warehouse_uri_is_used_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LARDER_WAREHOUSE", "file:///data/my warehouse%20")
    assert settings.warehouse_uri() == "file:///data/my warehouse%20"


@pytest.mark.parametrize("uri", ["file:///data/ware#house", "s3://lake/ware?house"])
def test_a_warehouse_that_would_be_cut_off_is_refused(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LARDER_WAREHOUSE", uri)
    with pytest.raises(LarderError, match=r"^LARDER_WAREHOUSE: .*; choose a folder without it$"):
        settings.warehouse_uri()
