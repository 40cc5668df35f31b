"""Which schemas each dbt target writes to and reads from: developers stay out of production's."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit import parsed_project


@pytest.fixture(scope="module")
def dev_manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return parsed_project.parse(
        tmp_path_factory.mktemp("dev"), "--target", "dev", LARDER_DEV_SCHEMA="dev_ana"
    )


@pytest.fixture(scope="module")
def cluster_manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return parsed_project.parse(tmp_path_factory.mktemp("cluster"), "--target", "cluster")


def _schemas(manifest: dict[str, Any]) -> dict[str, str]:
    """The schemas that a build writes: those of models, snapshots and the tables of failed tests."""
    return {name: node["schema"] for name, node in manifest["nodes"].items()}


def test_production_has_one_schema_per_layer(
    manifest: dict[str, Any], cluster_manifest: dict[str, Any]
) -> None:
    assert _schemas(cluster_manifest) == _schemas(manifest)
    models = {node["schema"] for node in manifest["nodes"].values() if node["resource_type"] != "test"}
    assert models == {"silver", "gold", "ops", "elementary"}


def test_a_developer_never_writes_to_production(
    manifest: dict[str, Any], dev_manifest: dict[str, Any]
) -> None:
    assert _schemas(dev_manifest) == {
        name: f"dev_ana_{schema}" for name, schema in _schemas(manifest).items()
    }


def test_a_developer_reads_the_shared_sources(manifest: dict[str, Any], dev_manifest: dict[str, Any]) -> None:
    def read(parsed: dict[str, Any]) -> dict[str, str]:
        return {name: source["relation_name"] for name, source in parsed["sources"].items()}

    assert read(dev_manifest) == read(manifest)
    assert {source["schema"] for source in manifest["sources"].values()} == {"bronze", "ops", "quarantine"}


def test_a_developers_schemas_are_named_after_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LARDER_DEV_SCHEMA", raising=False)
    manifest = parsed_project.parse(tmp_path, "--target", "dev", USER="Ana.Lopez-Ruiz")
    assert manifest["nodes"]["model.larder.dim_stores"]["schema"] == "dev_ana_lopez_ruiz_gold"
