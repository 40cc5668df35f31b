"""Erase a person from the lake: rows, history, files, logs; and prove it by a scan of what is left."""
