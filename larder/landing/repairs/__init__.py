"""Repairs: find the rows that a source has deleted, and those that came late."""
