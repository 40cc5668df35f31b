"""Quality over time: tests, rows, nulls and freshness."""
