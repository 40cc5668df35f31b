"""Landing: from a dlt source to rows in Bronze, each version once."""
