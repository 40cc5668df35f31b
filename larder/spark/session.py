"""The one Spark session of a process: dbt's, and that of everything outside dbt.

`SPARK_REMOTE` decides where it runs. Unset: in a JVM that this process starts. `sc://host:port`: on that
Spark Connect server, be it the warm one of this machine (`larder spark start`) or a cluster's.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import jinja2
import yaml
from pyspark.sql import SparkSession

from larder.publication.branch import SESSION
from larder.settings import PROJECT, home
from larder.spark import remote

# URLs of servers that were checked by this process.
_checked: set[str] = set()


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


def open_session(settings: Mapping[str, Any]) -> SparkSession:
    """The process's Spark session with these settings; started if there is none.

    Raises:
        LarderError: SPARK_REMOTE names a server that cannot be used.
    """
    url = os.environ.get(remote.VARIABLE, "")
    is_first = url not in _checked
    if url and is_first:
        remote.check_answers(url)
    builder = SparkSession.builder
    for key, value in settings.items():
        builder = builder.config(key, str(value))
    if not url:
        # Spark takes an empty variable for the URL of a server.
        os.environ.pop(remote.VARIABLE, None)
        return builder.getOrCreate()
    with remote.explained():
        session = builder.getOrCreate()
        if is_first:
            remote.check_suits(session)
            _checked.add(url)
    return session


def session() -> SparkSession:
    """The process's Spark session, started if there is none, on the catalog of `settings.home()`."""
    home().mkdir(parents=True, exist_ok=True)
    return open_session(parameters())


@contextmanager
def on_branch(branch: str) -> Iterator[SparkSession]:
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


def interrupt(session: SparkSession) -> None:
    """Stop all statements that run in a session; a server would go on with them."""
    if os.environ.get(remote.VARIABLE):
        session.interruptAll()
    else:
        session.sparkContext.cancelAllJobs()
