"""Spark's additional jars: fetched once, checked, and then used from the local folder.

`requirements/jars.txt` pins them with their hashes. Spark's own resolver (Ivy, part of pyspark) fetches them.
To use a mirror, set LARDER_IVY_SETTINGS to an Ivy settings file.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from larder.errors import LarderError
from larder.settings import PROJECT
from larder.spark.home import pyspark_folder

JARS = PROJECT / ".larder" / "jars"
LOCK = PROJECT / "requirements" / "jars.txt"
_RESOLVER_SECONDS = 600


@dataclass(frozen=True)
class Jar:
    """A pinned jar: its Maven coordinates `group:artifact:version` and the SHA-256 of the file, in hex."""

    coordinates: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The jar's name as Spark's resolver writes it: `group_artifact-version.jar`."""
        group, artifact, version = self.coordinates.split(":")
        return f"{group}_{artifact}-{version}.jar"

    def is_intact(self, folder: Path) -> bool:
        """Whether `folder` holds this jar with the pinned hash."""
        path = folder / self.file_name
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256


def read_pinned(lock: Path = LOCK) -> list[Jar]:
    """The jars of the lock file, one per line: `group:artifact:version sha256:<hex>`."""
    lines = [line.split() for line in lock.read_text().splitlines()]
    return [Jar(line[0], line[1].removeprefix("sha256:")) for line in lines if line and line[0] != "#"]


def install(java_home: Path, folder: Path = JARS, lock: Path = LOCK) -> list[Path]:
    """Fetch the pinned jars that are missing or damaged in `folder`; returns the paths of all.

    Raises:
        LarderError: a jar could not be fetched, or is not the pinned file.
    """
    jars = read_pinned(lock)
    missing = [jar for jar in jars if not jar.is_intact(folder)]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        # Not in the project, whose path may have parentheses: these are syntax in Ivy's patterns.
        with tempfile.TemporaryDirectory(prefix="larder-ivy-") as scratch:
            _resolve(missing, Path(scratch), java_home, folder.parent / "jars.log")
            for jar in missing:
                _check(jar, Path(scratch) / "jars", lock)
                shutil.move(Path(scratch) / "jars" / jar.file_name, folder / jar.file_name)
    return [folder / jar.file_name for jar in jars]


def _resolve(jars: list[Jar], scratch: Path, java_home: Path, log: Path) -> None:
    """Fetch `jars` into `scratch`/jars: Spark resolves packages before it runs the (empty) application."""
    spark_home = pyspark_folder()
    application = scratch / "nothing.py"
    application.touch()
    command = [str(spark_home / "bin" / "spark-submit"), "--conf", f"spark.jars.ivy={scratch}"]
    command += ["--packages", ",".join(jar.coordinates for jar in jars)]
    if settings := os.environ.get("LARDER_IVY_SETTINGS"):
        command += ["--conf", f"spark.jars.ivySettings={Path(settings).expanduser().resolve()}"]
    environment = os.environ | {
        "SPARK_HOME": str(spark_home),
        "SPARK_CONF_DIR": str(scratch / "conf"),
        "JAVA_HOME": str(java_home),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    try:
        with log.open("w") as out:
            subprocess.run(
                [*command, str(application)],
                env=environment,
                stdout=out,
                stderr=out,
                timeout=_RESOLVER_SECONDS,
                check=True,
            )
    except subprocess.SubprocessError as error:
        names = ", ".join(jar.coordinates for jar in jars)
        raise LarderError(
            f"Spark's jars could not be fetched ({names}): no Maven repository answered with them. "
            "Check the network, or name your mirror's Ivy settings in LARDER_IVY_SETTINGS, "
            f"and run `make setup` again; log: {log}"
        ) from error
    log.unlink()


def _check(jar: Jar, folder: Path, lock: Path) -> None:
    if not jar.is_intact(folder):
        raise LarderError(
            f"{jar.coordinates} was fetched, but is not the file that {lock} pins (its SHA-256 differs): "
            "ask whoever runs your Maven mirror, and run `make setup` again"
        )
