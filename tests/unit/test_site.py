"""The site as files: text from tables never becomes markup, rebuilds are identical, links work."""

import re
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import plotly.graph_objects as go  # type: ignore[import-untyped]
import pytest

from larder.report.blocks import Chart
from larder.report.pages.business.page import build_business_page
from larder.report.pages.front.page import build_front_page
from larder.report.pages.quality.page import build_quality_page
from larder.report.pages.runs.page import build_runs_page
from larder.report.site import make
from larder.report.warehouse import Warehouse
from tests.unit.site_sample import HARM
from tests.unit.site_tables import DAY

PAGES = ["index.html", "quality.html", "runs.html", "business.html"]
UI = "http://127.0.0.1:4200"


class Elements(HTMLParser):
    """A page's elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def site(home: Path, ui: str | None = UI) -> Path:
    """Build a site and return its folder."""
    folder = home / "site"
    make(folder, business_date=DAY, prefect_ui_url=ui)
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """All files, the hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_site_of_an_empty_warehouse_has_all_pages_and_assets(home: Path) -> None:
    made = content(site(home))
    assert sorted(made) == sorted([*PAGES, "assets/larder.css", "assets/charts.js", "assets/plotly.min.js"])
    assert all(b"No data yet" in made[page] for page in PAGES)


def test_building_twice_gives_the_same_files(filled_home: Path) -> None:
    first = content(site(filled_home))
    assert content(site(filled_home)) == first


def test_text_from_tables_never_becomes_markup(filled_home: Path) -> None:
    folder = site(filled_home)
    for page in PAGES:
        html = (folder / page).read_text()
        elements = Elements(html)
        assert "<script>alert" not in html
        assert not [attributes for _, attributes in elements.found if "onerror" in attributes]
        assert not [tag for tag, _ in elements.found if tag == "img"]
        scripts = [attributes for tag, attributes in elements.found if tag == "script"]
        assert all("src" in script or script["type"] == "application/json" for script in scripts)
    # It is shown unchanged, as text.
    assert HARM in Elements((folder / "index.html").read_text()).text


def test_each_chart_is_a_figure_that_plotly_knows_and_no_section_went_wrong(filled_home: Path) -> None:
    with Warehouse(DAY) as warehouse:
        pages = (
            build_front_page(warehouse, UI), build_quality_page(warehouse), build_runs_page(warehouse, UI),
            build_business_page(warehouse),
        )  # fmt: skip
    names = []
    for page in pages:
        for section in (section for group in page.groups for section in group.sections):
            for block in section.blocks:
                assert block.kind != "sentence" or "could not" not in getattr(block, "text", "")
                if isinstance(block, Chart):
                    names.append(block.name)
                    go.Figure(block.figure)
    assert len(names) == len(set(names))
    assert len(names) >= 12


def test_the_site_leaves_no_session_of_duckdb_open(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[duckdb.DuckDBPyConnection] = []
    connect = duckdb.connect

    def remember() -> duckdb.DuckDBPyConnection:
        opened.append(connect())
        return opened[-1]

    monkeypatch.setattr(duckdb, "connect", remember)
    site(home)
    assert len(opened) == 1
    with pytest.raises(duckdb.ConnectionException):
        opened[0].execute("select 1")


def test_pages_of_others_are_linked_where_they_are_and_said_where_not(home: Path) -> None:
    folder = site(home)
    html = (folder / "index.html").read_text()
    assert "dbt docs: not made yet" in html and 'href="docs/index.html"' not in html
    (folder / "docs").mkdir()
    (folder / "docs" / "index.html").write_text("docs")
    site(home)
    html = (folder / "index.html").read_text()
    assert 'href="docs/index.html"' in html and "Elementary: not made yet" in html


def test_every_link_leads_to_the_site_or_to_prefect(filled_home: Path) -> None:
    folder = site(filled_home)
    for tag, attributes in (found for page in PAGES for found in Elements((folder / page).read_text()).found):
        address = attributes.get("href") or attributes.get("src") or ""
        if address and not address.startswith((UI, "data:", "#")):
            assert (folder / re.sub(r"\?.*", "", address)).is_file(), f"<{tag}> leads to {address}"


def test_without_a_ui_nothing_links_to_prefect(filled_home: Path) -> None:
    folder = site(filled_home, ui=None)
    assert not [page for page in PAGES if "flow-run/" in (folder / page).read_text()]
