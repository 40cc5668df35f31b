"""What the set-up writes for Spark's start scripts, as those scripts read it."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from larder.install import spark_conf
from larder.settings import PROJECT
from larder.spark.home import pyspark_folder

FOLDERS = ["plain", "with a space", "lär(d),+=@~"]


def sourced_value(conf: Path, name: str, environ: dict[str, str] | None = None) -> str:
    """A variable's value after spark-env.sh."""
    command = ["bash", "-c", f'. "$0"/spark-env.sh; printf %s "${name}"', str(conf)]
    return subprocess.run(command, env=environ or {}, capture_output=True, text=True, check=True).stdout


def launcher_words(options: str) -> list[str]:
    """The words of the command that Spark's launcher makes of SPARK_SUBMIT_OPTS."""
    java = Path(sourced_value(pyspark_folder() / "conf", "JAVA_HOME"), "bin", "java")
    jars = f"{pyspark_folder()}/jars/*"
    launcher = ["org.apache.spark.launcher.Main", "org.apache.spark.deploy.SparkSubmit", "--version"]
    # As spark-class sets them.
    spark_home = {"SPARK_HOME": str(pyspark_folder()), "SPARK_SCALA_VERSION": "2.13"}
    environ = os.environ | spark_home | {"SPARK_SUBMIT_OPTS": options}
    answer = subprocess.run([java, "-cp", jars, *launcher], env=environ, capture_output=True, check=True)
    return answer.stdout.decode().split("\0")


@pytest.mark.parametrize("name", FOLDERS)
def test_start_scripts_find_java_jars_and_flags(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    archive = spark_conf.option(f"-XX:SharedArchiveFile={folder}/one.jsa:{folder}/two.jsa")
    conf = spark_conf.install(folder / "java", [folder / "a.jar", folder / "b.jar"], archive, folder / "conf")
    assert sourced_value(conf, "JAVA_HOME") == f"{folder}/java"
    assert sourced_value(conf, "SPARK_DIST_CLASSPATH") == f"{folder}/a.jar:{folder}/b.jar"
    words = launcher_words(sourced_value(conf, "SPARK_SUBMIT_OPTS"))
    assert f"-XX:SharedArchiveFile={folder}/one.jsa:{folder}/two.jsa" in words
    assert f"-Dlog4j2.configurationFile={(conf / 'log4j2.properties').as_uri()}" in words
    assert "-Dspark.ui.enabled=false" in words


def test_an_option_with_quotes_stays_one_word() -> None:
    text = "-Dtext=a \"b\" 'c' \\d"
    assert text in launcher_words(f"-Dfirst=1 {spark_conf.option(text)} -Dlast=1")


@pytest.mark.parametrize("name", FOLDERS)
def test_the_start_script_reads_its_configuration_in_any_folder(tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    (home / "bin").mkdir(parents=True)
    (home / "conf").mkdir()
    script = home / "bin" / "load-spark-env.sh"
    shutil.copy(pyspark_folder() / "bin" / script.name, script)
    # As pyspark ships it: the set-up may have changed the installed one.
    script.write_text(script.read_text().replace('. "${SPARK_ENV_SH}"', ". ${SPARK_ENV_SH}"))
    shared = tmp_path / "in the installer's cache"
    shared.hardlink_to(script)
    before = shared.read_text()

    spark_conf.install(home / "java", [], folder=home / "conf")
    spark_conf.quote_start_script(home)

    command = ["bash", "-c", '. "$SPARK_HOME"/bin/load-spark-env.sh; printf %s "$JAVA_HOME"']
    answer = subprocess.run(
        command, env={"SPARK_HOME": str(home)}, capture_output=True, text=True, check=True
    )
    assert (answer.stdout, answer.stderr) == (f"{home}/java", "")
    assert shared.read_text() == before


def test_variables_that_the_user_exports_are_kept(tmp_path: Path) -> None:
    conf = spark_conf.install(tmp_path / "java", [], folder=tmp_path / "conf")
    mine = {"SPARK_DRIVER_MEMORY": "7g", "SPARK_SUBMIT_OPTS": "-Dmine=1"}
    assert sourced_value(conf, "SPARK_DRIVER_MEMORY", mine) == "7g"
    assert sourced_value(conf, "SPARK_SUBMIT_OPTS", mine).split()[-1] == "-Dmine=1"
    assert sourced_value(conf, "SPARK_DRIVER_MEMORY") == "2g"


def check_folder(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the first step of the set-up for a project in a folder."""
    (folder / "tools").mkdir(parents=True)
    shutil.copy(PROJECT / "tools" / "folder.sh", folder / "tools")
    command = ["sh", str(folder / "tools" / "folder.sh")]
    path = {"PATH": os.environ["PATH"]}
    return subprocess.run(command, env=path | environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", FOLDERS)
def test_the_set_up_accepts_the_folder(tmp_path: Path, name: str) -> None:
    done = check_folder(tmp_path / name, LC_ALL="C.UTF-8")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("character", list(":#?%\"'\\$`*;&|<>![]{}\t"))
def test_the_set_up_refuses_an_unusable_folder_with_a_one_line_error(tmp_path: Path, character: str) -> None:
    folder = tmp_path / f"a{character}b"
    done = check_folder(folder)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: the path of this folder, {folder}, has a character")
    assert done.stderr.count("\n") == 1


def test_the_folder_is_checked_before_anything_is_installed() -> None:
    steps = (PROJECT / "Makefile").read_text().partition("\n.venv/.packages:")[2].splitlines()
    assert steps[1] == "\tsh tools/folder.sh"


def test_a_folder_that_the_locale_cannot_encode_is_refused(tmp_path: Path) -> None:
    done = check_folder(tmp_path / "lärder", LC_ALL="C")
    assert done.returncode == 1
    assert done.stderr.endswith("unset LC_ALL, or set it to a UTF-8 locale such as C.UTF-8\n")


def test_spark_is_configured_here() -> None:
    conf = pyspark_folder() / "conf"
    assert Path(sourced_value(conf, "JAVA_HOME"), "bin", "java").exists()
    assert all(Path(jar).exists() for jar in sourced_value(conf, "SPARK_DIST_CLASSPATH").split(":"))


def test_the_class_for_local_files_is_on_the_class_path() -> None:
    name = spark_conf.SETTINGS["spark.hadoop.fs.file.impl"].replace(".", "/") + ".class"
    jars = sourced_value(pyspark_folder() / "conf", "SPARK_DIST_CLASSPATH").split(":")
    assert any(name in zipfile.ZipFile(jar).namelist() for jar in jars)
