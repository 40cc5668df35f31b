"""Spark: the one session of a process, wherever it runs, and the warm server of this machine."""
