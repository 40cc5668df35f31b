"""Lineage from dbt's manifest: the owner of a node, the subject of a test, what is downstream."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Node = dict[str, Any]

SECTIONS = ("nodes", "sources", "exposures")
TESTS = ("test", "unit_test")


@dataclass(frozen=True)
class AffectedNode:
    """A node whose data is stale or missing because of an incident. An empty owner means none."""

    name: str
    owner: str


class Lineage:
    """The nodes, sources and exposures of a manifest, and their dependencies."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        """Read a manifest (JSON); an empty one has no nodes."""
        self.nodes: dict[str, Node] = {
            name: node for kind in SECTIONS for name, node in manifest.get(kind, {}).items()
        }
        self._children: dict[str, list[str]] = {}
        for name in self.nodes:
            for parent in self._parents(name):
                self._children.setdefault(parent, []).append(name)

    def _parents(self, name: str) -> list[str]:
        return _dependencies(self.nodes.get(name, {}))

    def ancestors(self, name: str) -> set[str]:
        """All direct and indirect parents of a node."""
        return _traverse(self._parents(name), self._parents)

    def subjects(self, name: str) -> list[str]:
        """The nodes that a node's failure is about: the tested ones for a test, else the node itself."""
        node = self.nodes.get(name, {})
        if node.get("resource_type") not in TESTS:
            return [name]
        return find_tested_nodes(node)

    def downstream(self, names: Iterable[str]) -> list[AffectedNode]:
        """The models, snapshots, seeds and exposures downstream of these nodes, with their owners."""
        found = _traverse(names, lambda name: self._children.get(name, [])) - set(names)
        return [
            AffectedNode(self.label(name), self.owner(name))
            for name in sorted(found, key=lambda name: (name.partition(".")[0], name))
            if self.nodes[name].get("resource_type") not in TESTS and not self._is_ephemeral(name)
        ]

    def _is_ephemeral(self, name: str) -> bool:
        """Whether a node is only a part of the SQL of others, and so holds no data of its own."""
        return (self.nodes[name].get("config") or {}).get("materialized") == "ephemeral"

    def owner(self, name: str) -> str:
        """The owner of a node: its `meta.owner`, or for a test that of the tested nodes; else empty."""
        node = self.nodes.get(name, {})
        if node.get("resource_type") == "exposure":
            owner = node.get("owner") or {}
            email = f"<{owner['email']}>" if owner.get("email") else ""
            return f"{owner.get('name') or ''} {email}".strip()
        if own := meta(node).get("owner"):
            return str(own)
        owners = [self.owner(one) for one in self.subjects(name) if one != name]
        return ", ".join(dict.fromkeys(filter(None, owners)))

    def label(self, name: str) -> str:
        """A node's label, such as `dim_products`, `source shop.stores` or `dashboard Daily trading`."""
        node = self.nodes.get(name)
        if node is None:
            return name
        match node.get("resource_type"):
            case "exposure":
                return f"{node.get('type') or 'exposure'} {node.get('label') or node['name']}"
            case "source":
                return f"source {node['source_name']}.{node['name']}"
            case _:
                return str(node["name"])

    def declared_in(self, name: str) -> str:
        """The project file that declares a node's properties, or could do so."""
        node = self.nodes.get(name, {})
        path = str(node.get("patch_path") or node.get("original_file_path") or "its .yml")
        return path.rpartition("://")[2]


def find_tested_nodes(test: Node) -> list[str]:
    """The nodes that a test is about.

    A generic test is about the node that declares it. dbt attaches it to a model; the test of a source is
    not attached, but its last dependency is the source. A singular test is about all nodes that it reads.
    """
    if test.get("attached_node"):
        return [str(test["attached_node"])]
    return _dependencies(test)[-1:] if test.get("test_metadata") else _dependencies(test)


def meta(node: Node) -> dict[str, Any]:
    """The `meta` of a node or a column, in its config or outside."""
    return {**(node.get("meta") or {}), **((node.get("config") or {}).get("meta") or {})}


def _dependencies(node: Node) -> list[str]:
    found: list[str] = (node.get("depends_on") or {}).get("nodes") or []
    return found


def _traverse(starts: Iterable[str], neighbours: Any) -> set[str]:
    """All nodes reachable from `starts`, including themselves."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += neighbours(name)
    return found
