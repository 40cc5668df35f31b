"""Setup: Java, Spark's jars and configuration, dbt's packages."""
