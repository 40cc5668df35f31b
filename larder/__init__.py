"""Larder: a grocer's open lakehouse. The command line, its settings and what a set-up needs."""
