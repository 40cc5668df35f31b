"""How Prefect is pointed to the server that it reports to."""

import os
import ssl
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from unittest import mock

import pytest

from larder.runtime import prefect_server

AUTHORITIES = "PREFECT_API_SSL_CERT_FILE"


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[MutableMapping[str, str]]:
    """The environment of a process with a state folder of its own; all changes to it end with the test."""
    with mock.patch.dict(os.environ, {"LARDER_HOME": str(tmp_path)}):
        os.environ.pop(AUTHORITIES, None)
        os.environ.pop("PREFECT_API_URL", None)
        yield os.environ


def test_without_tls_the_client_reads_one_authority(environment: MutableMapping[str, str]) -> None:
    prefect_server.point_to("http://127.0.0.1:4200/api")
    assert environment["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"
    read = ssl.create_default_context(cafile=environment[AUTHORITIES])
    assert len(read.get_ca_certs()) == 1


def test_with_tls_all_authorities_stay(environment: MutableMapping[str, str]) -> None:
    prefect_server.point_to("https://prefect.example.com/api")
    assert environment["PREFECT_API_URL"] == "https://prefect.example.com/api"
    assert AUTHORITIES not in environment


def test_a_configured_server_is_used(environment: MutableMapping[str, str]) -> None:
    environment["PREFECT_API_URL"] = "https://prefect.example.com/api"
    with prefect_server.connected() as url:
        assert url == "https://prefect.example.com/api"
    assert environment["PREFECT_API_URL"] == "https://prefect.example.com/api"
