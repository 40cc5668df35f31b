"""Spark's own configuration files, so that a bare `dbt build` starts Spark with nothing exported.

What belongs to this machine is written here, into the installed pyspark's `conf` folder where its start scripts look:
the Java, the jars' paths, the JVM's flags, the log's level. What belongs to the project is in `profiles.yml`.
"""

import os
from pathlib import Path

from larder.errors import LarderError

# Short-lived local JVM: the second compiler and parallel collectors cost more than they give.
JVM_FLAGS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m")

_SPARK_ENV = """\
# Written by `make setup`.
JAVA_HOME={java_home}
SPARK_LOCAL_IP=${{SPARK_LOCAL_IP:-127.0.0.1}}
"""

_SPARK_DEFAULTS = """\
# Written by `make setup`.
spark.driver.extraClassPath {class_path}
spark.driver.extraJavaOptions {jvm_flags}
spark.driver.memory 2g
spark.driver.host 127.0.0.1
spark.ui.enabled false
spark.ui.showConsoleProgress false
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


def conf_folder() -> Path:
    """The folder of the installed pyspark that its start scripts read their configuration from."""
    import pyspark

    return Path(pyspark.__file__).parent / "conf"


def install(java_home: Path, jars: list[Path], folder: Path | None = None) -> Path:
    """Write Spark's configuration files into `folder` (default: the installed pyspark's), and return it.

    Raises LarderError where the path has a space: Spark's start scripts would not read the files.
    """
    folder = folder or conf_folder()
    if " " in f"{folder}{java_home}":
        raise LarderError(
            f"Spark's start scripts cannot read a path with a space: move the project out of {folder}"
        )
    folder.mkdir(exist_ok=True)
    class_path = os.pathsep.join(str(jar) for jar in jars)
    (folder / "spark-env.sh").write_text(_SPARK_ENV.format(java_home=java_home))
    (folder / "spark-defaults.conf").write_text(
        _SPARK_DEFAULTS.format(class_path=class_path, jvm_flags=" ".join(JVM_FLAGS))
    )
    (folder / "log4j2.properties").write_text(_LOG4J)
    return folder
