"""The lake: one Iceberg catalog, its tables, and what their metadata tell."""
