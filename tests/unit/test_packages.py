"""How dbt packages get into dbt_packages/: from a hub if it answers, otherwise from the stand-ins."""

import io
import json
import shutil
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from larder.errors import LarderError
from larder.install.dbt_packages import install_packages

NOWHERE = "http://127.0.0.1:9/"


class Hub(BaseHTTPRequestHandler):
    """A package hub with one package, `acme/tools`, in the versions listed."""

    versions: ClassVar[list[str]]

    def do_GET(self) -> None:
        host = f"http://{self.headers['Host']}"
        answers = {
            "/api/v1/index.json": json.dumps(["acme/tools"]).encode(),
            "/api/v1/acme/tools.json": json.dumps(
                {
                    "name": "tools",
                    "namespace": "acme",
                    "versions": {version: self.describe(host, version) for version in self.versions},
                }
            ).encode(),
            "/tools.tar.gz": self.tarball(),
        }
        body = answers.get(self.path, b"")
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @staticmethod
    def describe(host: str, version: str) -> dict[str, object]:
        return {
            "id": f"acme/tools/{version}",
            "name": "tools",
            "version": version,
            "packages": [],
            "downloads": {"tarball": f"{host}/tools.tar.gz"},
        }

    @staticmethod
    def tarball() -> bytes:
        project = b"name: tools\nversion: 9.9.9\n"
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w:gz") as tar:
            folder = tarfile.TarInfo("tools-main")
            folder.type = tarfile.DIRTYPE
            folder.mode = 0o755
            tar.addfile(folder)
            member = tarfile.TarInfo("tools-main/dbt_project.yml")
            member.size = len(project)
            tar.addfile(member, io.BytesIO(project))
        return content.getvalue()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output quiet."""


@pytest.fixture
def hub() -> Iterator[str]:
    Hub.versions = ["1.0.0", "1.2.0", "2.0.0"]
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "packages.yml").write_text(
        'packages:\n  - package: acme/tools\n    version: [">=1.0.0", "<2.0.0"]\n'
    )
    stand_in = tmp_path / "airgap" / "tools"
    stand_in.mkdir(parents=True)
    (stand_in / "dbt_project.yml").write_text("name: tools\nversion: 0.1.0\n")
    return tmp_path


def installed(project: Path) -> str:
    return (project / "dbt_packages" / "tools" / "dbt_project.yml").read_text()


def test_packages_stay_when_the_hub_stops_answering(
    project: Path, hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_PACKAGE_HUB_URL", hub)
    assert "tools 1.2.0, from" in install_packages(project)
    assert "9.9.9" in installed(project)
    assert "version: 1.2.0" in (project / "package-lock.yml").read_text()

    monkeypatch.setenv("DBT_PACKAGE_HUB_URL", NOWHERE)
    assert "nothing to do" in install_packages(project)
    assert "9.9.9" in installed(project)


def test_the_hubs_packages_replace_stand_ins_once_it_answers(
    project: Path, hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_PACKAGE_HUB_URL", NOWHERE)
    message = install_packages(project)
    assert f"hub {NOWHERE} does not answer" in message
    assert "now holds this project's stand-ins for tools" in message
    assert "0.1.0" in installed(project)

    monkeypatch.setenv("DBT_PACKAGE_HUB_URL", hub)
    assert "tools 1.2.0, from" in install_packages(project)
    assert "9.9.9" in installed(project)
    assert list((project / "target").iterdir()) == []


def test_back_to_stand_ins_when_the_lock_changes(
    project: Path, hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_PACKAGE_HUB_URL", hub)
    install_packages(project)
    (project / "package-lock.yml").unlink()
    monkeypatch.setenv("DBT_PACKAGE_HUB_URL", NOWHERE)
    assert "stand-ins for tools" in install_packages(project)
    assert "0.1.0" in installed(project)


def test_stand_ins_stay_until_they_change(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_PACKAGE_HUB_URL", NOWHERE)
    install_packages(project)
    folder = project / "dbt_packages"
    before = folder.stat().st_ino
    assert "stay in dbt_packages/" in install_packages(project)
    assert folder.stat().st_ino == before

    (project / "airgap" / "tools" / "dbt_project.yml").write_text("name: tools\nversion: 0.2.0\n")
    assert "now holds" in install_packages(project)
    assert "0.2.0" in installed(project)

    shutil.rmtree(folder / "tools")
    assert "now holds" in install_packages(project)
    assert "0.2.0" in installed(project)


def test_a_hub_without_the_version_means_stand_ins(
    project: Path, hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Hub.versions = ["2.0.0"]
    monkeypatch.setenv("DBT_PACKAGE_HUB_URL", hub)
    message = install_packages(project)
    assert "answers, but `dbt deps` failed (Runtime Error: Could not find a matching" in message
    assert "0.1.0" in installed(project)
    assert not (project / "package-lock.yml").exists()


def test_no_hub_and_no_stand_in_is_an_error(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_PACKAGE_HUB_URL", NOWHERE)
    shutil.rmtree(project / "airgap")
    with pytest.raises(LarderError, match="no stand-in for tools"):
        install_packages(project)
    assert not (project / "dbt_packages").exists()
