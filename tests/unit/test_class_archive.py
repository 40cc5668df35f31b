"""The archive of Spark's classes: used if there is one, left out if Java cannot create one."""

import shlex
from pathlib import Path

import pytest

from larder.install import class_archive, java
from larder.spark.home import pyspark_folder


@pytest.fixture
def broken(tmp_path: Path) -> java.Java:
    """A Java that cannot create an archive."""
    home = tmp_path / "broken"
    for name in ("bin/java", "lib/modules"):
        (home / name).parent.mkdir(parents=True)
        (home / name).write_text("#!/bin/sh\nexit 1\n")
    (home / "bin" / "java").chmod(0o755)
    return java.Java(home, 17)


def test_a_java_that_cannot_create_an_archive_is_not_an_error(tmp_path: Path, broken: java.Java) -> None:
    folder = java.install(broken, java_home=tmp_path / "java")
    assert not class_archive.make(broken, [], folder)
    assert class_archive.flags(broken, [], folder) == ""
    assert [path.name for path in folder.iterdir()] == ["bin"], "a half-made archive was left behind"


def test_this_installation_uses_its_archive() -> None:
    script = (pyspark_folder() / "conf" / "spark-env.sh").read_text()
    options = next(word for word in shlex.split(script) if word.startswith("SPARK_SUBMIT_OPTS="))
    archives = [
        word.partition("=")[2] for word in shlex.split(options) if word.startswith("-XX:SharedArchiveFile=")
    ]
    assert all(Path(name).exists() for archive in archives for name in archive.split(":"))
