"""The doctor's findings: each names the fix and no secret."""

import socket
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from demo import doctor as demo_doctor
from larder.cli.app import app
from larder.doctor import examine, sources
from larder.doctor.finding import Finding
from larder.install import jars
from tests.unit.http_stub import QuietHandler, serve

SECRET = "hunter2-secret"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("LARDER_HOME", str(folder))
    return folder


def test_this_installation_is_sound() -> None:
    checks = (
        examine.python,
        examine.packages,
        examine.spark,
        examine.spark_jars,
        examine.dbt_packages,
        demo_doctor.demo,
    )
    assert [str(finding) for check in checks for finding in check() if finding.level == "fail"] == []


def test_packages_that_differ_from_the_lock_are_named(tmp_path: Path) -> None:
    lock = tmp_path / "runtime.txt"
    lock.write_text(
        "typer==0.0.1 \\\n    --hash=sha256:00\nnot-installed-here==1.0 \\\n"
        f"never-mind==1.0 ; sys_platform != '{sys.platform}' \\\n    # via something\n"
    )
    [finding] = examine.packages(lock)
    assert finding.level == "fail"
    assert "typer==0.0.1, not-installed-here==1.0" in finding.what
    assert "make setup" in finding.fix


def test_missing_java_and_jars_fail(tmp_path: Path) -> None:
    [java, *_] = examine.spark(tmp_path, {})
    assert java.level == "fail"
    assert [finding.level for finding in examine.spark_jars(tmp_path)] == ["fail"] * len(jars.read_pinned())


def test_settings_of_another_spark_are_reported() -> None:
    found = list(examine.spark(environ={"SPARK_HOME": "/opt/spark"}))
    assert [finding.fix for finding in found if finding.level == "warn"] == ["unset SPARK_HOME"]


def test_missing_dbt_packages_fail(tmp_path: Path) -> None:
    (tmp_path / "packages.yml").write_text("packages: [{package: dbt-labs/dbt_utils, version: 1.3.0}]")
    [finding] = examine.dbt_packages(tmp_path)
    assert (finding.level, finding.fix) == ("fail", "run `make deps`")


def test_a_damaged_catalog_fails(home: Path) -> None:
    [finding] = examine.catalog()
    assert finding.level == "ok", "no warehouse yet is not a fault"
    home.mkdir()
    (home / "catalog.db").write_text("this is not a database, whatever its name says" * 100)
    [finding] = examine.catalog()
    assert finding.level == "fail"
    assert "catalog.db" in finding.fix


def test_a_taken_port_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(examine, "PORTS", {server.getsockname()[1]: "something"})
        [finding] = examine.ports()
    assert finding.level == "warn"


def test_unset_sources_name_their_variable() -> None:
    found = list(sources.sources())
    assert [finding.level for finding in found] == ["warn"] * 3
    assert "SOURCES__SHOP__CREDENTIALS" in found[0].fix


def test_unreachable_sources_fail_without_showing_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        monkeypatch.setenv(
            "SOURCES__SHOP__CREDENTIALS", f"postgresql://larder:{SECRET}@127.0.0.1:{port}/shop"
        )
        monkeypatch.setenv("SOURCES__MARKETING__BASE_URL", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("SOURCES__MARKETING__API_TOKEN", SECRET)
        monkeypatch.setenv("SOURCES__PROMOTIONS__BUCKET_URL", "file:///does/not/exist")
        found = list(sources.sources())
    assert [finding.level for finding in found] == ["fail"] * 3
    assert SECRET not in "".join(map(str, found))


def test_promotion_files_are_found_in_a_folder_of_any_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "ä b"
    folder.mkdir()
    placement = {"product_id": 1, "store_id": 1, "week": 1, "display_location": "A", "mailer_location": "A"}
    pq.write_table(pa.Table.from_pylist([placement]), folder / "promotions_1.parquet")
    monkeypatch.setenv("SOURCES__PROMOTIONS__BUCKET_URL", folder.as_uri())
    *_, promotions = sources.sources()
    assert (promotions.level, promotions.what) == ("ok", "promotions answers: placements has rows")


@pytest.mark.parametrize(("status", "fix"), [(401, "API_TOKEN"), (404, "404"), (500, "500")])
def test_an_api_that_gives_no_data_fails(monkeypatch: pytest.MonkeyPatch, status: int, fix: str) -> None:
    class Refusing(QuietHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    monkeypatch.setenv("SOURCES__MARKETING__API_TOKEN", SECRET)
    with serve(Refusing) as url:
        monkeypatch.setenv("SOURCES__MARKETING__BASE_URL", url)
        _, marketing, _ = sources.sources()
    assert marketing.level == "fail"
    assert fix in marketing.fix
    assert SECRET not in str(marketing)


def test_a_fault_makes_the_command_exit_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        examine, "examine", lambda: [Finding("ok", "fine"), Finding("fail", "broken", "fix it")]
    )
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert result.output == "ok    fine\nfail  broken\n      → fix it\n"
