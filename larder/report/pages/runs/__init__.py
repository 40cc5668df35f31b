"""The runs page: outcomes and run times."""
