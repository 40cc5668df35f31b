"""`larder doctor`: what is missing or wrong on this machine, and how to fix it."""

import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path

import yaml
from packaging.requirements import Requirement

from larder import settings
from larder.doctor import alerting, sources
from larder.doctor.finding import Finding
from larder.install import jars, java
from larder.runtime import prefect_server
from larder.spark.home import pyspark_folder

GIB = 2**30
LEAST_FREE_GIB, COMFORTABLE_GIB = 2, 6
PYTHONS = ((3, 11), (3, 14))
PORTS = {prefect_server.UI_PORT: "Prefect's UI", prefect_server.SITE_PORT: "the site"}


def examine() -> list[Finding]:
    """Run all checks, each of which yields one finding or more. No check stops the next."""
    plugins = [entry.load() for entry in entry_points(group="larder.checks")]
    return [finding for check in (*CHECKS, *plugins) for finding in check()]


def python() -> Iterator[Finding]:
    """Check the version of Python."""
    found = sys.version_info[:2]
    supported = PYTHONS[0] <= found < PYTHONS[1]
    yield Finding(
        "ok" if supported else "fail",
        f"Python {found[0]}.{found[1]} ({sys.prefix})",
        "" if supported else "remove .venv and run `make setup PYTHON=<a Python 3.11 to 3.13>`",
    )


def packages(lock: Path = settings.PROJECT / "requirements" / "runtime.txt") -> Iterator[Finding]:
    """Check the installed Python packages against the lock file."""
    lines = [line.rstrip("\\ ") for line in lock.read_text().splitlines() if line[:1].isalnum()]
    required = [requirement for requirement in map(Requirement, lines) if _applies(requirement)]
    wrong = [f"{one.name}{one.specifier}" for one in required if _installed(one.name) not in one.specifier]
    if wrong:
        yield Finding("fail", f"Python packages differ from {lock.name}: {_some(wrong)}", "run `make setup`")
    else:
        yield Finding("ok", f"{len(required)} Python packages, as {lock.name} pins them")


def _applies(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate()


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "0"


def _some(names: list[str], at_most: int = 3) -> str:
    return ", ".join(names[:at_most]) + (f" and {len(names) - at_most} more" if len(names) > at_most else "")


def spark(java_home: Path = java.JAVA_HOME, environ: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """Check the Java and the configuration that Spark starts with."""
    found = java.probe(java_home / "bin" / "java")
    if found is None or found.version not in java.SUPPORTED:
        yield Finding("fail", f"no Java 17 or 21 behind {java_home}", "run `make clean setup`")
    else:
        yield Finding("ok", f"Java {found.version} ({found.home})")
    if not (pyspark_folder() / "conf" / "spark-env.sh").exists():
        yield Finding("fail", "Spark is not configured", "run `make clean setup`")
    for name in ("SPARK_HOME", "SPARK_CONF_DIR"):
        if name in (os.environ if environ is None else environ):
            yield Finding("warn", f"{name} is set: another Spark's settings may be used", f"unset {name}")


def spark_jars(folder: Path = jars.JARS) -> Iterator[Finding]:
    """Check Spark's jars and their hashes."""
    for jar in jars.read_pinned():
        intact = jar.is_intact(folder)
        remedy = "" if intact else "run `make clean setup`"
        yield Finding(
            "ok" if intact else "fail",
            f"{jar.coordinates} {'' if intact else 'is missing or damaged'}",
            remedy,
        )


def dbt_packages(project: Path = settings.PROJECT) -> Iterator[Finding]:
    """Check dbt's packages: whether they are installed, and real or stand-ins."""
    for entry in yaml.safe_load((project / "packages.yml").read_text())["packages"]:
        name = entry["package"].rpartition("/")[2]
        if not (project / "dbt_packages" / name / "dbt_project.yml").exists():
            yield Finding("fail", f"dbt package {name} is not installed", "run `make deps`")
            continue
        mark = project / "dbt_packages" / ".installed"
        is_stand_in = mark.exists() and mark.read_text().startswith("stand-ins")
        yield Finding("ok", f"dbt package {name}{' (stand-in of airgap/)' if is_stand_in else ''}")


def disk() -> Iterator[Finding]:
    """Check the free space on the state folder's disk."""
    place = next(folder for folder in (settings.home(), *settings.home().parents) if folder.exists())
    free = shutil.disk_usage(place).free / GIB
    what = f"{free:.0f} GiB free for {settings.home()}"
    remedy = f"the demo takes about {LEAST_FREE_GIB} GiB: make room, or set LARDER_HOME to another disk"
    if free >= COMFORTABLE_GIB:
        yield Finding("ok", what)
    else:
        yield Finding("warn" if free >= LEAST_FREE_GIB else "fail", what, remedy)


def catalog() -> Iterator[Finding]:
    """Check that the Iceberg catalog opens."""
    database = settings.home() / "catalog.db"
    if not database.exists() and not any(name.startswith("PYICEBERG_CATALOG__") for name in os.environ):
        yield Finding("ok", f"no warehouse yet in {settings.home()}")
        return
    from larder.lake.catalog import open_catalog as opened  # noqa: PLC0415 takes seconds

    try:
        tables = {".".join(space): len(opened().list_tables(space)) for space in opened().list_namespaces()}
    except Exception as error:  # each kind of catalog has errors of its own
        yield Finding(
            "fail",
            f"the catalog does not open: {type(error).__name__}",
            f"is {database} damaged? Restore its backup, with the tables' files of that time; "
            f"for another catalog, check PYICEBERG_CATALOG__LARDER__*",
        )
    else:
        yield Finding("ok", f"catalog: {', '.join(f'{n} tables in {name}' for name, n in tables.items())}")


def ports() -> Iterator[Finding]:
    """Check that the ports of `larder serve` are free."""
    for port, purpose in PORTS.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((prefect_server.HOST, port))
            except OSError:
                yield Finding(
                    "warn",
                    f"port {port} ({purpose}) is taken",
                    "fine while `larder serve` runs; else stop what listens there before you serve",
                )
            else:
                yield Finding("ok", f"port {port} is free for {purpose}")


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    python, packages, spark, spark_jars, dbt_packages, disk, catalog, sources.sources,
    alerting.alerts, ports,
)  # fmt: skip
