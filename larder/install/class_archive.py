"""An archive of Spark's classes, loaded and verified once at set-up: Spark starts in about 60 % of the time.

This is Java's class-data sharing. At each start Java compares the archive with its own version and the class
path, and does without it where they differ; so a set-up that cannot make one goes on.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from larder.install.java import JAVA_HOME, Java
from larder.install.spark_conf import option, pyspark_folder

_SECONDS = 300
# A mismatch is no news to anyone: Java just loads the classes itself.
_SILENT = "-Xlog:cds=off -Xlog:cds+dynamic=off -Xlog:class+path=off"


def flags(java: Java, jars: list[Path], folder: Path = JAVA_HOME) -> str:
    """The JVM flags that use the archive, or none where there is no archive."""
    base, spark = _archives(java, jars, folder)
    archives = option(f"-XX:SharedArchiveFile={base}:{spark}")
    return f"{archives} -Xshare:auto {_SILENT}" if spark.exists() else ""


def make(java: Java, jars: list[Path], folder: Path = JAVA_HOME) -> bool:
    """Make the archive where it is missing, by starting Spark once; whether there is one now.

    Spark's configuration must be in place, without an archive.
    """
    base, spark = _archives(java, jars, folder)
    if spark.exists():
        return True
    for old in folder.glob("*.jsa"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="archive-", dir=folder) as scratch:
        made = Path(scratch, "spark.jsa")
        dump = [
            str(java.home / "bin" / "java"),
            "-Xshare:dump",
            f"-XX:SharedArchiveFile={base}",
            "-Xlog:cds=off",
        ]
        options = [f"-XX:SharedArchiveFile={base}", f"-XX:ArchiveClassesAtExit={made}"]
        line = " ".join([*map(option, options), _SILENT])
        environment = os.environ | {"LARDER_HOME": scratch, "SPARK_SUBMIT_OPTS": line}
        for command in (dump, [sys.executable, "-m", "larder.install.warm_up"]):
            if not _succeeds(command, environment):
                return False
        if not made.exists():
            return False
        made.rename(spark)
    return True


def _succeeds(command: list[str], environment: dict[str, str]) -> bool:
    """Whether a command succeeds, waiting for what it has started, too: that holds its output open."""
    try:
        answer = subprocess.run(command, env=environment, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _archives(java: Java, jars: list[Path], folder: Path) -> tuple[Path, Path]:
    """The archive of Java's own classes and, on top of it, that of Spark's; named for what they depend on."""
    parts = [f"{java.home} {java.version} {(java.home / 'lib' / 'modules').stat().st_mtime_ns}"]
    parts.append((folder / "bin" / "java").read_text())
    parts += [
        f"{jar} {jar.stat().st_mtime_ns}" for jar in [*jars, *sorted((pyspark_folder() / "jars").iterdir())]
    ]
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    return folder / f"java-{key}.jsa", folder / f"spark-{key}.jsa"
