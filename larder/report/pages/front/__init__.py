"""The front page: whether the business date's data is ready, and if not, what failed and who owns it."""
