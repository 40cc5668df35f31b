"""dlt sources: one module per source."""
