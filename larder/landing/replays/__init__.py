"""Replays: load the rows in quarantine again, and close the records of those that came good."""
