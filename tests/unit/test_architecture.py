"""The picture of the packages in docs/architecture.md matches the real imports."""

import re
from collections import defaultdict

import grimp
import pytest

from larder.settings import PROJECT

ROOTS = ("larder", "ingest", "flows", "demo", "dbt_larder")
# The modules directly in `larder`, from settings to the clock, are one box.
GROUND = "ground"
BOXES = (
    "lake", "publication", "quarantine", "landing", "erasure", "ops", "alerts", "report", "spark",
    "runtime", "install", "doctor", "scaffold", "cli",
)  # fmt: skip
DOCUMENT = PROJECT / "docs" / "architecture.md"

Edges = set[tuple[str, str]]


def box(module: str) -> str:
    """The box of the picture that a module belongs to."""
    root, _, rest = module.partition(".")
    if root != "larder":
        return root
    package = rest.partition(".")[0]
    return package if package in BOXES else GROUND


@pytest.fixture(scope="module")
def imports() -> Edges:
    """Which box imports from which, over all modules."""
    graph = grimp.build_graph(*ROOTS, cache_dir=None)
    edges = {
        (box(module), box(imported))
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
    }
    return {(one, other) for one, other in edges if one != other}


def reachable(start: str, edges: Edges) -> set[str]:
    """All boxes that a box imports, directly or indirectly."""
    following = defaultdict(set)
    for one, other in edges:
        following[one].add(other)
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = following[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def without_implied(edges: Edges) -> Edges:
    """The edges that are not implied by others, which are those that a picture needs."""
    return {(one, other) for one, other in edges if other not in reachable(one, edges - {(one, other)})}


def read_picture() -> Edges:
    """The arrows of the picture."""
    text = DOCUMENT.read_text()
    [picture] = re.findall(r"```mermaid\n%% the packages\n(.*?)```", text, re.DOTALL)
    return set(re.findall(r"^ *(\w+) --> (\w+)$", picture, re.MULTILINE))


def test_boxes_have_no_import_cycle(imports: Edges) -> None:
    boxes = {one for edge in imports for one in edge}
    assert [one for one in boxes if one in reachable(one, imports)] == []


def test_the_picture_matches_the_imports(imports: Edges) -> None:
    real, picture = without_implied(imports), read_picture()
    assert picture == real, (
        "docs/architecture.md, 'The packages': "
        f"add {sorted(f'{one} --> {other}' for one, other in real - picture)}, "
        f"remove {sorted(f'{one} --> {other}' for one, other in picture - real)}"
    )


def test_only_the_demo_and_the_benches_import_the_demo(imports: Edges) -> None:
    assert {one for one, other in imports if other == "demo"} == set()


def test_only_the_command_line_and_the_demo_import_flows(imports: Edges) -> None:
    assert {one for one, other in imports if other == "flows"} == {"cli", "demo"}


def test_no_module_of_a_source_is_over_100_lines() -> None:
    modules = (PROJECT / "ingest").glob("*.py")
    lengths = {path.name: len(path.read_text().splitlines()) for path in modules}
    assert "shop.py" in lengths
    assert {name: lines for name, lines in lengths.items() if lines > 100} == {}
