"""What the set-up writes for Spark's start scripts, as those scripts read it."""

import subprocess
import zipfile
from pathlib import Path

import pytest

from larder.errors import LarderError
from larder.install import spark_conf
from larder.runtime import spark


def sourced(conf: Path, name: str, environ: dict[str, str] | None = None) -> str:
    """A variable's value after spark-env.sh."""
    command = ["bash", "-c", f'. {conf}/spark-env.sh; printf %s "${name}"']
    return subprocess.run(command, env=environ or {}, capture_output=True, text=True, check=True).stdout


def test_start_scripts_find_java_jars_and_flags(tmp_path: Path) -> None:
    conf = spark_conf.install(
        tmp_path / "java", [Path("/a.jar"), Path("/b.jar")], "-Xarchive", tmp_path / "conf"
    )
    assert sourced(conf, "JAVA_HOME") == str(tmp_path / "java")
    assert sourced(conf, "SPARK_DIST_CLASSPATH") == "/a.jar:/b.jar"
    assert "-Xarchive" in sourced(conf, "SPARK_SUBMIT_OPTS").split()
    assert (
        f"-Dlog4j2.configurationFile={conf}/log4j2.properties" in sourced(conf, "SPARK_SUBMIT_OPTS").split()
    )


def test_what_the_user_exports_stays(tmp_path: Path) -> None:
    conf = spark_conf.install(tmp_path / "java", [], folder=tmp_path / "conf")
    mine = {"SPARK_DRIVER_MEMORY": "7g", "SPARK_SUBMIT_OPTS": "-Dmine=1"}
    assert sourced(conf, "SPARK_DRIVER_MEMORY", mine) == "7g"
    assert sourced(conf, "SPARK_SUBMIT_OPTS", mine).split()[-1] == "-Dmine=1"
    assert sourced(conf, "SPARK_DRIVER_MEMORY") == "2g"


def test_a_path_with_a_space_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(LarderError, match=r"^Spark's start scripts cannot read a path with a space: .*$"):
        spark_conf.install(tmp_path / "java", [], folder=tmp_path / "my conf")


def test_spark_is_configured_here() -> None:
    conf = spark_conf.pyspark_folder() / "conf"
    assert Path(sourced(conf, "JAVA_HOME"), "bin", "java").exists()
    assert all(Path(jar).exists() for jar in sourced(conf, "SPARK_DIST_CLASSPATH").split(":"))


def test_the_class_for_local_files_is_on_the_class_path() -> None:
    name = spark.parameters()["spark.hadoop.fs.file.impl"].replace(".", "/") + ".class"
    jars = sourced(spark_conf.pyspark_folder() / "conf", "SPARK_DIST_CLASSPATH").split(":")
    assert any(name in zipfile.ZipFile(jar).namelist() for jar in jars)
