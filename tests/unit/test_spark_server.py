"""`SPARK_REMOTE` decides where Spark runs: a warm server answers dbt and sessions; another gives one line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from larder.settings import PROJECT
from larder.spark import server
from larder.spark.server import Server
from tests.small_data import INTERPRETED

LARDER, DBT = (Path(sys.executable).with_name(name) for name in ("larder", "dbt"))
# What a process that uses the session does with it: tables, temporary views, settings, a branch.
SESSION = """
from pyspark.sql import SparkSession
from larder.spark import session as spark
one = spark.session()
one.sql("create namespace if not exists silver")
one.sql("create or replace table silver.numbers using iceberg as select id from range(3)")
one.sql("create or replace temporary view doubled as select id * 2 as id from silver.numbers")
print(sorted(row.id for row in one.table("doubled").collect()), SparkSession.active() is one)
from larder.runtime.dbt_commands import forget_temporaries
one.sql("create namespace if not exists ops")
forget_temporaries()
print(one.catalog.tableExists("doubled"))
with spark.on_branch("run_1_00000000"):
    print(one.conf.get("spark.wap.branch"))
print(one.conf.get("spark.wap.branch", "published"))
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A warm server with a state folder of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LARDER_HOME", str(tmp_path_factory.mktemp("server")))
        patch.setenv("SPARK_SUBMIT_OPTS", INTERPRETED["SPARK_SUBMIT_OPTS"])
        yield server.start()
        server.stop()


def run(
    home: Path, remote: str, *command: str | Path, project: Path = PROJECT
) -> subprocess.CompletedProcess[str]:
    """Run a command with a state folder, on a server."""
    places = {"LARDER_HOME": home, "DBT_TARGET_PATH": home / "target", "DBT_LOG_PATH": home / "logs"}
    environment = os.environ | {name: str(place) for name, place in places.items()}
    return subprocess.run(
        command,
        cwd=project,
        env=environment | {"SPARK_REMOTE": remote},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_session_on_the_server_does_what_one_in_the_process_does(running: Server, tmp_path: Path) -> None:
    done = run(tmp_path, running.remote, sys.executable, "-c", SESSION)
    assert done.stdout.splitlines() == ["[0, 2, 4] True", "False", "run_1_00000000", "published"], done.stderr
    assert "Warning" not in done.stderr


def test_each_state_folder_has_its_own_catalog(running: Server, tmp_path: Path) -> None:
    done = run(tmp_path, running.remote, DBT, "--quiet", "show", "--inline", "select * from silver.numbers")
    assert done.returncode
    assert "TABLE_OR_VIEW_NOT_FOUND" in done.stdout
    # No trace of the server, and no log of Spark's client.
    assert "JVM stacktrace" not in done.stdout
    assert done.stderr == ""


def test_dbt_starts_no_jvm_and_keeps_ansi_mode(running: Server, tmp_path: Path) -> None:
    query = "select cast('not a number' as int) as number"
    done = run(tmp_path, running.remote, DBT, "--quiet", "show", "--inline", query)
    assert "[CAST_INVALID_INPUT]" in done.stdout
    assert not (tmp_path / "spark").exists()


@pytest.mark.parametrize(
    ("remote", "words"),
    [
        ("sc://localhost:{port}/;token=wrong", "refuses the token"),
        ("sc://localhost:{port}", "refuses the token"),
        ("sc://localhost:1", "no Spark Connect server answers at localhost:1"),
        ("localhost:1", "is not the URL of a Spark Connect server"),
    ],
)
def test_a_server_that_cannot_be_used_is_one_line(
    running: Server, tmp_path: Path, remote: str, words: str
) -> None:
    code = "from larder.spark import session; session.session()"
    done = run(tmp_path, remote.format(port=running.port), sys.executable, "-c", code)
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1
    assert last.startswith("larder.errors.LarderError: SPARK_REMOTE")
    assert words in last
    assert running.token not in done.stderr


def test_a_second_start_finds_the_running_server(running: Server) -> None:
    assert server.start() == running == server.find()


def test_the_token_is_its_owners_only(running: Server) -> None:
    file = server.log_file().with_name("server.json")
    assert file.stat().st_mode & 0o777 == 0o600
    process = running.process
    assert process
    assert running.token not in " ".join(process.cmdline())


def test_the_commands_start_and_stop_a_server(tmp_path: Path) -> None:
    assert run(tmp_path, "", LARDER, "spark", "status").returncode == 3
    started = run(tmp_path, "", LARDER, "spark", "start")
    assert started.stdout.startswith("export SPARK_REMOTE='sc://localhost:"), started.stderr
    assert "MiB" in run(tmp_path, "", LARDER, "spark", "status").stdout
    assert run(tmp_path, "", LARDER, "spark", "stop").stdout == "unset SPARK_REMOTE\n"
    assert run(tmp_path, "", LARDER, "spark", "status").returncode == 3


def test_a_server_that_does_not_start_names_its_log(tmp_path: Path) -> None:
    done = run(tmp_path, "", LARDER, "spark", "start", "--memory", "none")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("error: the Spark server did not start")
    assert str(tmp_path / "spark" / "server.log") in done.stderr
