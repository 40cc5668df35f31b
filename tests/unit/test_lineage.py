"""Which nodes a test is about."""

from typing import Any

import pytest

from larder.ops.lineage import find_tested_nodes

GENERIC = {"test_metadata": {"name": "relationships"}}


def depends_on(*nodes: str) -> dict[str, Any]:
    return {"resource_type": "test", "depends_on": {"nodes": list(nodes)}}


@pytest.mark.parametrize(
    ("test", "about"),
    [
        (depends_on("model.a", "model.b") | GENERIC | {"attached_node": "model.a"}, ["model.a"]),
        # dbt attaches a source's test to nothing, and lists the source last.
        (depends_on("model.a", "source.s") | GENERIC, ["source.s"]),
        (depends_on("model.a", "model.b"), ["model.a", "model.b"]),
        (depends_on(), []),
    ],
    ids=["of a model", "of a source", "singular", "of nothing"],
)
def test_tested_nodes_are_found(test: dict[str, Any], about: list[str]) -> None:
    assert find_tested_nodes(test) == about
