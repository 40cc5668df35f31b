"""The lake: one Iceberg catalog, its tables, and their metadata."""
