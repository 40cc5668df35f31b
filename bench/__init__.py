"""Benchmarks: ratios within one run, compared with floors and with another engine."""
