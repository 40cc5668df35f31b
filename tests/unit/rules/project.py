"""This project in dbt's manifest, as the rules read it, and the violations of a rule.

A rule is a function that yields the nodes that break it, each with the problem. Its docstring gives the
reason, then the remedy, which the message repeats.
"""

import inspect
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

Node = dict[str, Any]
Violations = Iterator[tuple[str, str]]


class Project:
    """The nodes of this project in dbt's manifest, without those of packages."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        """Read them from a manifest."""
        own = [node for node in manifest["nodes"].values() if node["package_name"] == "larder"]
        self.nodes: dict[str, Node] = manifest["nodes"] | manifest["sources"]
        self.models = [node for node in own if node["resource_type"] in ("model", "snapshot")]
        self.tests = [node for node in own if node["resource_type"] == "test"]
        self.sources = [node for node in manifest["sources"].values() if node["package_name"] == "larder"]
        self.exposures: list[Node] = list(manifest["exposures"].values())
        self.unit_tested = {one for test in manifest["unit_tests"].values() for one in parents(test)}

    def of_layer(self, *layers: str) -> list[Node]:
        """The models and snapshots of some layers."""
        return [node for node in self.models if layer(node) in layers]

    def tests_of(self, node: Node) -> list[tuple[str, str | None]]:
        """A model's generic tests: their names and columns."""
        own = [test for test in self.tests if test.get("attached_node") == node["unique_id"]]
        return [(test["test_metadata"]["name"], test.get("column_name")) for test in own]


def parents(node: Node) -> list[str]:
    """The ids of the nodes that a node reads."""
    found: list[str] = node["depends_on"]["nodes"]
    return found


def ancestors(project: Project, node: Node) -> set[str]:
    """The ids of the nodes that a node reads, and of those that they read, and so on."""
    found: set[str] = set()
    left = parents(node)
    while left:
        new = set(left) - found
        found |= new
        left = [
            parent
            for one in new
            if "depends_on" in project.nodes[one]
            for parent in parents(project.nodes[one])
        ]
    return found


def layer(node: Node) -> str:
    """A model's layer by its folder: `staging`, `intermediate`, `marts`, or `snapshots`; otherwise empty."""
    folders = PurePosixPath(node["original_file_path"]).parts
    if folders[0] == "snapshots":
        return "snapshots"
    return folders[1] if folders[1] in ("staging", "intermediate", "marts") else ""


def label(node: Node) -> str:
    """A node's name in the list of exceptions: `dim_stores`, or `shop.stores` for a source."""
    return f"{node['source_name']}.{node['name']}" if node["resource_type"] == "source" else node["name"]


Rule = Callable[[Project], Violations]


def find_violations(rule: Rule, manifest: dict[str, Any]) -> dict[str, str]:
    """A rule's violations: a message by node, which names the problem, the rule and the remedy."""
    remedy = " ".join(inspect.getdoc(rule).partition("Remedy: ")[2].split())  # type: ignore[union-attr]
    found: dict[str, list[str]] = {}
    for node, problem in rule(Project(manifest)):
        found.setdefault(node, []).append(problem)
    name = getattr(rule, "__name__", "")
    return {
        node: f"{node}: {'; '.join(problems)} ({name}). Remedy: {remedy}" for node, problems in found.items()
    }
