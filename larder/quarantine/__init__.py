"""The quarantine: rows that failed a rule, until they come good, are replayed or are discarded."""
