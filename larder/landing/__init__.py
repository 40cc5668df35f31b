"""Landing: load the rows of dlt sources into Bronze, each version once."""
