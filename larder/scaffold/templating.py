"""The templates of a source's files."""

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from larder.scaffold.layout import fill

SQL_WIDTH = 90  # characters of names in a line of SQL
Files = dict[Path, str]


def fill_template(template: str, values: dict[str, Any]) -> str:
    """A template of `templates/` with its values."""
    environment = Environment(
        loader=PackageLoader("larder.scaffold"),
        autoescape=False,  # noqa: S701 it is Python, SQL and YAML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "yaml": lambda text: json.dumps(text, ensure_ascii=False),
        "quote": lambda name: f"'{name}'",
        "names": lambda names: str(list(names)),
        "lines": lambda texts: list(fill(list(texts), SQL_WIDTH)),
    }
    return environment.get_template(f"{template}.j2").render(values)
