"""Spark for tests whose tables have a few rows."""

# Generating and compiling Java for each query costs more than it saves: a fifth to a quarter of the CPU time.
# The end-to-end story runs with Spark's defaults.
INTERPRETED = {
    "SPARK_SUBMIT_OPTS": "-Dspark.sql.codegen.factoryMode=NO_CODEGEN -Dspark.sql.codegen.wholeStage=false"
}
