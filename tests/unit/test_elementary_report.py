"""Elementary's report: when its tables are built, how its page works offline, how a failure is reported."""

import os
from pathlib import Path
from typing import Any

import pytest

from larder.errors import LarderError
from larder.lake.catalog import open_catalog
from larder.runtime import dbt_commands, dbt_packages, edr, elementary


@pytest.fixture
def invoked(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The dbt commands that were run, in a warehouse whose package elementary is "stand-ins 1"."""
    commands: list[str] = []

    def invoke(*args: str, results: Path | None = None) -> None:
        commands.append(" ".join(args) + (f" into {results}" if results else ""))
        open_catalog().create_namespace_if_not_exists("elementary")

    monkeypatch.setattr(dbt_commands, "invoke", invoke)
    monkeypatch.setattr(dbt_packages, "installed", lambda *_: "stand-ins 1")
    return commands


@pytest.fixture
def fake_edr(monkeypatch: pytest.MonkeyPatch) -> type:
    """Stands in for edr and writes a small report."""
    from elementary.monitor.data_monitoring.report import data_monitoring_report  # noqa: PLC0415 takes a while

    class Edr:
        error: Exception | None = None

        def __init__(self, config: object, errors: Any) -> None:
            assert os.environ["DBT_RUNNER_METHOD"] == "api"
            self.errors = errors

        def generate_report(self, *, file_path: str, **options: object) -> tuple[bool, str]:
            if self.error:
                self.errors.record_internal_exception(self.error)
            Path(file_path).write_text("<html><head></head></html>")
            return self.error is None, file_path

    monkeypatch.setattr(data_monitoring_report, "DataMonitoringReport", Edr)
    return Edr


@pytest.mark.usefixtures("fake_edr")
def test_stand_ins_views_are_made_once_for_the_first_report(
    invoked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elementary.prepare()
    assert invoked == []
    elementary.make_report(tmp_path)
    elementary.make_report(tmp_path)
    assert invoked == ["run --select package:elementary --no-write-json"]
    monkeypatch.setattr(dbt_packages, "installed", lambda *_: "stand-ins 2")
    elementary.make_report(tmp_path)
    assert invoked[1:] == ["run-operation drop_views --args {schema: elementary} --no-write-json", invoked[0]]


@pytest.mark.usefixtures("fake_edr")
def test_real_packages_tables_are_made_before_a_build_and_filled_after_it(
    invoked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt_packages, "installed", lambda *_: "hub 1")
    elementary.prepare()
    elementary.prepare()
    assert invoked == ["run --select package:elementary --no-write-json"]
    elementary.make_report(tmp_path)
    assert invoked[1:] == [
        "run --select elementary.edr.dbt_artifacts --no-write-json",
        "run-operation fill_run_results --no-write-json",
    ]


@pytest.mark.parametrize("sources_only", [False, True])
def test_monitors_leave_the_builds_artifacts_alone(invoked: list[str], sources_only: bool) -> None:
    elementary.run_monitors(sources_only=sources_only)
    selected = "source:*,tag:elementary-tests" if sources_only else "tag:elementary-tests"
    kept = dbt_commands.target_path() / "monitors.json"
    assert invoked == [f"test --cache-selected-only --select {selected} --no-write-json into {kept}"]


def test_the_page_makes_no_outside_requests() -> None:
    links = (
        '<link rel="icon" href="./i.svg" />\n<link\n  href="https://fonts.example/css"\n rel="stylesheet"\n/>'
    )
    code = '<script type="module">document.write("<link rel=x>")</script></head><body></body></html>'
    page = edr.block_requests(f"<script>window.elementaryData = 1</script><html><head>{links}{code}")
    assert "fonts.example" not in page and "i.svg" not in page
    assert "Content-Security-Policy" in page.partition("<script type")[0]
    assert page.startswith("<script>window.elementaryData = 1</script><html><head>") and page.endswith(code)


@pytest.mark.usefixtures("invoked")
def test_a_failed_report_is_a_one_line_error_and_keeps_the_last_page(
    fake_edr: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_LOG_PATH", "kept")
    (tmp_path / "index.html").write_text("yesterday's")
    monkeypatch.setattr(
        fake_edr, "error", RuntimeError("no such table:\n  elementary.dbt_models near 'Smith'")
    )
    with pytest.raises(
        LarderError,
        match=r"^Elementary's report .*: no such table: elementary\.dbt_models near '\*\*\*'; .*$",
    ):
        elementary.make_report(tmp_path)
    assert (tmp_path / "index.html").read_text() == "yesterday's"
    assert os.environ["DBT_LOG_PATH"] == "kept" and "DBT_RUNNER_METHOD" not in os.environ
