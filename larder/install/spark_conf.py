"""Spark's own configuration, so that a plain `dbt build` starts Spark without exported variables.

Settings of this machine go into the `conf` folder of the installed pyspark, which Spark's start scripts read:
Java, the jars' paths, the JVM's flags and settings, the log level. `profiles.yml` has those of sessions.
"""

import os
import shlex
import shutil
from pathlib import Path

from larder.spark.home import EXTENSIONS, pyspark_folder

# For a short-lived client JVM, the second compiler and parallel collectors cost more than they gain.
# With one compiler, the code cache is limited to 48 MB by default; a full build needs more.
JVM_FLAGS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=256m"

# Everything is in spark-env.sh, and SPARK_CONF_DIR does not exist on purpose: Spark puts that folder on the
# class path, and Java archives no classes if a folder on the class path has files.
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
# Spark's settings that a JVM has from its start. Those of sessions are in `profiles.yml`.
SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.extensions": EXTENSIONS,
    # Hadoop's default starts a `chmod` process for each file and folder it creates.
    "spark.hadoop.fs.file.impl": "com.globalmentor.apache.hadoop.fs.BareLocalFileSystem",
    # A process that builds several dates reuses generated code; Spark's default is to cache 1,000 classes.
    "spark.sql.codegen.cache.maxEntries": "10000",
}

# How Spark's start script sources spark-env.sh, and how it must do so for a path with a space.
_UNQUOTED, _QUOTED = ". ${SPARK_ENV_SH}\n", '. "${SPARK_ENV_SH}"\n'

_LOG4J = """\
# Written by `make setup`: only Spark's errors, since dbt and Prefect log the rest.
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
# A level for its main class keeps Spark from printing that it sets one.
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = error
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{yyyy-MM-dd HH:mm:ss} Spark %p %c{1}: %m%n%ex{3}
"""


def option(text: str) -> str:
    """Quote a JVM option for a line of options that Spark's launcher parses."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def install(java_home: Path, jars: list[Path], archive_flags: str = "", folder: Path | None = None) -> Path:
    """Write Spark's configuration files into `folder` (default: the installed pyspark's), and return it.

    `archive_flags` is a line of JVM options, with those that have a path quoted by `option`.
    """
    folder = folder or pyspark_folder() / "conf"
    folder.mkdir(exist_ok=True)
    log4j = folder / "log4j2.properties"
    log4j.write_text(_LOG4J)
    # As a URI, since Log4j splits a path at commas.
    options = [
        JVM_FLAGS,
        archive_flags,
        option(f"-Dlog4j2.configurationFile={log4j.as_uri()}"),
        *(f"-D{name}={value}" for name, value in SETTINGS.items()),
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
    """Make the start script of `spark_home` (default: the installed pyspark) work in paths with spaces.

    The file is replaced, not modified: an installer may have hard-linked it to its cache.
    """
    script = (spark_home or pyspark_folder()) / "bin" / "load-spark-env.sh"
    text = script.read_text()
    if _UNQUOTED in text:
        quoted = script.with_suffix(".new")
        quoted.write_text(text.replace(_UNQUOTED, _QUOTED))
        shutil.copymode(script, quoted)
        quoted.replace(script)
