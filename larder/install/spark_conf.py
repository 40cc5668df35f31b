"""Spark's own configuration, so that a bare `dbt build` starts Spark with nothing exported.

What belongs to this machine is written into the installed pyspark's `conf` folder, which Spark's start
scripts read: Java, the jars' paths, the JVM's flags, the log's level. What belongs to the project is in
`profiles.yml`.
"""

import os
import shlex
import shutil
from importlib.util import find_spec
from pathlib import Path

from larder.errors import LarderError

# A client's short-lived JVM: the second compiler and parallel collectors cost more than they give.
# One compiler keeps 48 MB of code at most unless told otherwise; a build of everything needs more.
JVM_FLAGS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=256m"

# All of it is in spark-env.sh, and the folder that Spark is told to read the rest from does not exist: Spark
# puts that folder on Java's class path, and Java archives no classes where it finds files in such a folder.
_SPARK_ENV = """\
# Written by `make setup`.
JAVA_HOME={java_home}
SPARK_CONF_DIR={no_folder}
SPARK_LOCAL_IP=${{SPARK_LOCAL_IP:-127.0.0.1}}
SPARK_DRIVER_MEMORY=${{SPARK_DRIVER_MEMORY:-2g}}
SPARK_DIST_CLASSPATH={class_path}
SPARK_LAUNCHER_OPTS={launcher_options}
SPARK_SUBMIT_OPTS={options}" $SPARK_SUBMIT_OPTS"
"""
_JVM_PROPERTIES = (
    "-Dspark.driver.host=127.0.0.1",
    "-Dspark.ui.enabled=false",
    "-Dspark.ui.showConsoleProgress=false",
)

# How Spark's start script reads spark-env.sh, and how a path with a space has to be read.
_UNQUOTED, _QUOTED = ". ${SPARK_ENV_SH}\n", '. "${SPARK_ENV_SH}"\n'

_LOG4J = """\
# Written by `make setup`: dbt and Prefect tell what happens; from Spark only errors.
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
# The level named for its main class keeps Spark from announcing one of its own.
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = error
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{yyyy-MM-dd HH:mm:ss} Spark %p %c{1}: %m%n%ex{3}
"""


def pyspark_folder() -> Path:
    """The installed pyspark, which is Spark's home.

    Raises LarderError where it is not installed.
    """
    spec = find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise LarderError("pyspark is not installed here: run `make setup`")
    return Path(spec.origin).parent


def option(text: str) -> str:
    """One JVM option as Spark's launcher reads it in a line of several."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def install(java_home: Path, jars: list[Path], archive_flags: str = "", folder: Path | None = None) -> Path:
    """Write Spark's configuration files into `folder` (default: the installed pyspark's), and return it.

    `archive_flags` are JVM options in a line, each with a path quoted by `option`.
    """
    folder = folder or pyspark_folder() / "conf"
    folder.mkdir(exist_ok=True)
    log4j = folder / "log4j2.properties"
    log4j.write_text(_LOG4J)
    # As a URI: Log4j reads a comma in a path as the end of a file's name.
    options = [
        JVM_FLAGS,
        archive_flags,
        option(f"-Dlog4j2.configurationFile={log4j.as_uri()}"),
        *_JVM_PROPERTIES,
    ]
    (folder / "spark-env.sh").write_text(
        _SPARK_ENV.format(
            java_home=shlex.quote(str(java_home)),
            no_folder=shlex.quote(str(folder / "none")),
            class_path=shlex.quote(os.pathsep.join(str(jar) for jar in jars)),
            launcher_options=shlex.quote(JVM_FLAGS),
            options=shlex.quote(" ".join(filter(None, options))),
        )
    )
    return folder


def quote_start_script(spark_home: Path | None = None) -> None:
    """Have the start script of `spark_home` (default: the installed pyspark) read a path that has spaces.

    The file is replaced, not written to: an installer may share it with its cache.
    """
    script = (spark_home or pyspark_folder()) / "bin" / "load-spark-env.sh"
    text = script.read_text()
    if _UNQUOTED in text:
        quoted = script.with_suffix(".new")
        quoted.write_text(text.replace(_UNQUOTED, _QUOTED))
        shutil.copymode(script, quoted)
        quoted.replace(script)
