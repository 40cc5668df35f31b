"""Whether the data of the business date can be used, and if not, why, and who owns what failed."""
