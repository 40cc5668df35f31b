"""A Spark session like dbt's own, for what is no dbt model: benchmarks, tests, the set-up's warm-up."""

import os
from typing import TYPE_CHECKING, Any

import jinja2
import yaml

from larder.settings import PROJECT, home

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def _env_var(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise KeyError(name)
    return value


def parameters(target: str = "local") -> dict[str, Any]:
    """The `server_side_parameters` of a target of `profiles.yml`, for the state folder in use."""
    template = jinja2.Environment(autoescape=False, undefined=jinja2.StrictUndefined)  # noqa: S701 it is YAML
    template.filters["as_number"] = int
    template.globals["env_var"] = lambda name, default=None: (
        str(home()) if name == "LARDER_HOME" else _env_var(name, default)
    )
    template.globals["flags"] = {"PROFILES_DIR": str(PROJECT)}
    outputs = yaml.safe_load((PROJECT / "profiles.yml").read_text())["larder"]["outputs"]
    # As dbt does it: a value is rendered after the YAML around it was read, and may hold any character.
    return {
        key: template.from_string(value).render()
        for key, value in outputs[target]["server_side_parameters"].items()
    }


def session() -> "SparkSession":
    """The process's Spark session, started where there is none, on the catalog of `settings.home()`."""
    from pyspark.sql import SparkSession

    home().mkdir(parents=True, exist_ok=True)
    builder = SparkSession.builder
    for key, value in parameters().items():
        builder = builder.config(key, str(value))
    return builder.getOrCreate()
