"""The record of runs: the tables of `ops`, dbt's artifacts, lineage and service levels."""
