"""An archive of Spark's classes, loaded and verified once in setup, so that Spark starts in 60 % of the time.

This is Java's class-data sharing. At each start Java compares the archive with its own version and the class
path, and ignores it if they differ. So setup continues if the archive cannot be made.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from larder.install.java import JAVA_HOME, Java
from larder.install.spark_conf import option
from larder.spark.home import pyspark_folder

_SECONDS = 300
# No warnings about a mismatch: Java then loads the classes itself.
_SILENT = "-Xlog:cds=off -Xlog:cds+dynamic=off -Xlog:class+path=off"


def flags(java: Java, jars: list[Path], folder: Path = JAVA_HOME) -> str:
    """The JVM flags that use the archive; empty if there is none."""
    base, spark = _archives(java, jars, folder)
    archives = option(f"-XX:SharedArchiveFile={base}:{spark}")
    return f"{archives} -Xshare:auto {_SILENT}" if spark.exists() else ""


def make(java: Java, jars: list[Path], folder: Path = JAVA_HOME) -> bool:
    """Make the archive if it is missing, by starting Spark once; returns whether it exists now.

    Spark's configuration must be in place, without an archive.
    """
    base, spark = _archives(java, jars, folder)
    if spark.exists():
        return True
    for old in folder.glob("*.jsa"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="archive-", dir=folder) as scratch:
        archive = Path(scratch, "spark.jsa")
        dump = [
            str(java.home / "bin" / "java"),
            "-Xshare:dump",
            f"-XX:SharedArchiveFile={base}",
            "-Xlog:cds=off",
        ]
        options = [f"-XX:SharedArchiveFile={base}", f"-XX:ArchiveClassesAtExit={archive}"]
        line = " ".join([*map(option, options), _SILENT])
        environment = os.environ | {"LARDER_HOME": scratch, "SPARK_SUBMIT_OPTS": line}
        for command in (dump, [sys.executable, "-m", "larder.install.warm_up"]):
            if not _succeeds(command, environment):
                return False
        if not archive.exists():
            return False
        archive.rename(spark)
    return True


def _succeeds(command: list[str], environment: dict[str, str]) -> bool:
    """Run a command, and wait for its child processes, too, which hold its output open."""
    try:
        answer = subprocess.run(command, env=environment, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _archives(java: Java, jars: list[Path], folder: Path) -> tuple[Path, Path]:
    """The archives of Java's own classes and, on top, of Spark's; their names have a hash of their inputs."""
    parts = [f"{java.home} {java.version} {(java.home / 'lib' / 'modules').stat().st_mtime_ns}"]
    parts.append((folder / "bin" / "java").read_text())
    parts += [
        f"{jar} {jar.stat().st_mtime_ns}" for jar in [*jars, *sorted((pyspark_folder() / "jars").iterdir())]
    ]
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    return folder / f"java-{key}.jsa", folder / f"spark-{key}.jsa"
