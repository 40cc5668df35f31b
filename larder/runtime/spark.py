"""A Spark session like dbt's, for use outside dbt: benchmarks, tests, the warm-up in setup."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import jinja2
import yaml

from larder.publication.branch import SESSION
from larder.settings import PROJECT, home

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def _env_var(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise KeyError(name)
    return value


def parameters(target: str = "local") -> dict[str, Any]:
    """The `server_side_parameters` of a target in `profiles.yml`, for the current state folder."""
    template = jinja2.Environment(autoescape=False, undefined=jinja2.StrictUndefined)  # noqa: S701 it is YAML
    template.filters["as_number"] = int
    template.globals["env_var"] = lambda name, default=None: (
        str(home()) if name == "LARDER_HOME" else _env_var(name, default)
    )
    template.globals["flags"] = {"PROFILES_DIR": str(PROJECT)}
    outputs = yaml.safe_load((PROJECT / "profiles.yml").read_text())["larder"]["outputs"]
    # Render values after parsing the YAML, like dbt, so that they may hold any character.
    return {
        key: template.from_string(value).render()
        for key, value in outputs[target]["server_side_parameters"].items()
    }


def session() -> "SparkSession":
    """The process's Spark session, started if there is none, on the catalog of `settings.home()`."""
    from pyspark.sql import SparkSession

    home().mkdir(parents=True, exist_ok=True)
    builder = SparkSession.builder
    for key, value in parameters().items():
        builder = builder.config(key, str(value))
    return builder.getOrCreate()


@contextmanager
def on_branch(branch: str) -> Iterator["SparkSession"]:
    """The process's Spark session, which reads and writes silver and gold on a branch during the block.

    Without a branch's name it reads and writes what is published.
    """
    on_it = session()
    if branch:
        on_it.conf.set(SESSION, branch)
    try:
        yield on_it
    finally:
        on_it.conf.unset(SESSION)
