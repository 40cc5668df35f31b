"""Spark's jars: pinned, fetched once, and refused when they are not what was pinned."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from larder.errors import LarderError
from larder.install import jars

CONTENT = b"a jar"
NAME = "org.example_thing-1.0.jar"


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "jars.txt"
    path.write_text(f"# pinned\norg.example:thing:1.0 sha256:{hashlib.sha256(CONTENT).hexdigest()}\n")
    return path


@pytest.fixture
def spark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Make a Spark whose resolver is the given shell script; it gets the Ivy folder as $ivy."""

    def make(script: str) -> Path:
        program = tmp_path / "spark" / "bin" / "spark-submit"
        program.parent.mkdir(parents=True)
        program.write_text(
            f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\n'
            f'ivy=${{2#spark.jars.ivy=}}\nmkdir -p "$ivy/jars"\n{script}\n'
        )
        program.chmod(0o755)
        monkeypatch.setattr(jars, "pyspark_folder", lambda: tmp_path / "spark")
        return tmp_path / "arguments"

    return make


def test_the_lock_file_pins_iceberg_its_catalogs_driver_and_the_local_files() -> None:
    names = [jar.coordinates.split(":")[1] for jar in jars.read_pinned()]
    assert names == ["iceberg-spark-runtime-4.1_2.13", "sqlite-jdbc", "hadoop-bare-naked-local-fs"]
    assert all(len(jar.sha256) == 64 for jar in jars.read_pinned())


def test_jars_are_fetched_once(tmp_path: Path, lock: Path, spark: Callable[[str], Path]) -> None:
    arguments = spark(f'printf "a jar" > "$ivy/jars/{NAME}"')
    folder = tmp_path / "state" / "jars"
    assert jars.install(tmp_path, folder, lock) == [folder / NAME]
    assert "--packages org.example:thing:1.0" in arguments.read_text()
    arguments.unlink()
    assert jars.install(tmp_path, folder, lock) == [folder / NAME]
    assert not arguments.exists(), "an intact jar was fetched again"
    assert [path.name for path in folder.parent.iterdir()] == ["jars"], (
        "the resolver's folder was left behind"
    )


def test_a_damaged_jar_is_fetched_again(tmp_path: Path, lock: Path, spark: Callable[[str], Path]) -> None:
    spark(f'printf "a jar" > "$ivy/jars/{NAME}"')
    folder = tmp_path / "jars"
    folder.mkdir()
    (folder / NAME).write_bytes(b"half a j")
    jars.install(tmp_path, folder, lock)
    assert (folder / NAME).read_bytes() == CONTENT


def test_a_file_that_differs_from_the_pinned_one_is_refused(
    tmp_path: Path, lock: Path, spark: Callable[[str], Path]
) -> None:
    spark(f'printf "something else" > "$ivy/jars/{NAME}"')
    folder = tmp_path / "jars"
    with pytest.raises(LarderError, match=r"^org\.example:thing:1\.0 was fetched, but .*SHA-256 differs.*$"):
        jars.install(tmp_path, folder, lock)
    assert not (folder / NAME).exists()


def test_a_failing_resolver_is_a_one_line_error(
    tmp_path: Path, lock: Path, spark: Callable[[str], Path]
) -> None:
    spark("echo 'unresolved dependency' >&2; exit 1")
    with pytest.raises(
        LarderError, match=r"^Spark's jars could not be fetched .*LARDER_IVY_SETTINGS.*$"
    ) as caught:
        jars.install(tmp_path, tmp_path / "jars", lock)
    assert "unresolved dependency" in Path(str(caught.value).rpartition("log: ")[2]).read_text()


def test_a_mirror_is_set_in_ivys_own_settings_file(
    tmp_path: Path, lock: Path, spark: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = spark(f'printf "a jar" > "$ivy/jars/{NAME}"')
    monkeypatch.setenv("LARDER_IVY_SETTINGS", str(tmp_path / "ivysettings.xml"))
    jars.install(tmp_path, tmp_path / "jars", lock)
    assert f"spark.jars.ivySettings={tmp_path}/ivysettings.xml" in arguments.read_text()
