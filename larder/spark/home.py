"""Where Spark is installed, and what each of its JVMs needs."""

from importlib.util import find_spec
from pathlib import Path

from larder.errors import LarderError

# Iceberg's statements, such as `merge` and those on branches; a setting that a JVM has from its start.
EXTENSIONS = "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"


def pyspark_folder() -> Path:
    """The folder of the installed pyspark, which is Spark's home.

    Raises:
        LarderError: it is not installed.
    """
    spec = find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise LarderError("pyspark is not installed here: run `make setup`")
    return Path(spec.origin).parent
