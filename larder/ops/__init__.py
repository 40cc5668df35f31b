"""What happened: the tables of `ops`, dbt's artifacts, lineage and service levels."""
