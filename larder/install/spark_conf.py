"""Spark's own configuration, so that a bare `dbt build` starts Spark with nothing exported.

What belongs to this machine is written into the installed pyspark's `conf` folder, which Spark's start
scripts read: Java, the jars' paths, the JVM's flags, the log's level. What belongs to the project is in
`profiles.yml`.
"""

import os
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
SPARK_CONF_DIR={folder}/none
SPARK_LOCAL_IP=${{SPARK_LOCAL_IP:-127.0.0.1}}
SPARK_DRIVER_MEMORY=${{SPARK_DRIVER_MEMORY:-2g}}
SPARK_DIST_CLASSPATH={class_path}
SPARK_LAUNCHER_OPTS="{jvm_flags}"
SPARK_SUBMIT_OPTS="{jvm_flags} {archive_flags} \\
    -Dlog4j2.configurationFile={folder}/log4j2.properties \\
    -Dspark.driver.host=127.0.0.1 \\
    -Dspark.ui.enabled=false \\
    -Dspark.ui.showConsoleProgress=false \\
    $SPARK_SUBMIT_OPTS"
"""

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


def install(java_home: Path, jars: list[Path], archive_flags: str = "", folder: Path | None = None) -> Path:
    """Write Spark's configuration files into `folder` (default: the installed pyspark's), and return it.

    Raises LarderError where a path has a space: Spark's start scripts could not read the files.
    """
    folder = folder or pyspark_folder() / "conf"
    if " " in f"{folder}{java_home}":
        raise LarderError(
            f"Spark's start scripts cannot read a path with a space: move the project out of {folder}"
        )
    folder.mkdir(exist_ok=True)
    (folder / "spark-env.sh").write_text(
        _SPARK_ENV.format(
            java_home=java_home,
            folder=folder,
            class_path=os.pathsep.join(str(jar) for jar in jars),
            jvm_flags=JVM_FLAGS,
            archive_flags=archive_flags,
        )
    )
    (folder / "log4j2.properties").write_text(_LOG4J)
    return folder
