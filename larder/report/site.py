"""Write the site into a folder: four pages and their assets, each file replaced atomically."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from larder.report.page import Page
from larder.report.pages.business.page import build_business_page
from larder.report.pages.front.page import build_front_page
from larder.report.pages.quality.page import build_quality_page
from larder.report.pages.runs.page import build_runs_page
from larder.report.warehouse import Warehouse

_HERE = Path(__file__).parent
# Pages that other steps write into the same folder, and their names in the navigation.
_OTHERS = {"elementary/index.html": "Elementary", "docs/index.html": "dbt docs"}


@dataclass(frozen=True)
class _Link:
    """An entry of the navigation; without an address, it shows `absent`."""

    title: str
    address: str
    absent: str = "not made yet"


def make(folder: Path, *, business_date: date, prefect_ui_url: str | None) -> None:
    """Rebuild the site's pages from the tables of `ops` and `gold`. The same tables give the same files.

    Args:
        folder: the site's folder, created if it is missing.
        business_date: the date that the front page is about.
        prefect_ui_url: the URL of Prefect's UI, to link runs; None if there is none.
    """
    with Warehouse(business_date) as warehouse:
        pages = [
            build_front_page(warehouse, prefect_ui_url),
            build_quality_page(warehouse),
            build_runs_page(warehouse, prefect_ui_url),
            build_business_page(warehouse),
        ]
    assets = _assets()
    for name, content in assets.items():
        _replace(folder / "assets" / name, content)
    others = [_Link(title, page if (folder / page).exists() else "") for page, title in _OTHERS.items()]
    if prefect_ui_url:
        others.append(_Link("Prefect", prefect_ui_url))
    version = hashlib.sha256(b"".join(assets.values())).hexdigest()[:12]
    for address, html in _render(pages, others, business_date, version).items():
        _replace(folder / address, html.encode())


def _render(
    pages: Sequence[Page], others: Sequence[_Link], business_date: date, asset_version: str
) -> dict[str, str]:
    """The pages' HTML by address. `asset_version` makes browsers discard cached assets."""
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["breakable"] = _breakable
    template = environment.get_template("page.html")
    return {
        page.address: template.render(
            page=page, pages=pages, others=others, business_date=business_date, asset_version=asset_version
        )
        for page in pages
    }


def _breakable(name: str) -> Markup:
    """Allow a line break after each underscore of a name, such as a test's."""
    return escape(name).replace("_", Markup("_<wbr>"))


def _assets() -> dict[str, bytes]:
    return {
        "plotly.min.js": (files("plotly") / "package_data" / "plotly.min.js").read_bytes(),
        **{path.name: path.read_bytes() for path in sorted((_HERE / "assets").iterdir())},
    }


def _replace(path: Path, content: bytes) -> None:
    """Replace a file atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        scratch.write_bytes(content)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
