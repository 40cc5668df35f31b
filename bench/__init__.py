"""Measures: ratios within one run, floors and peers side by side."""
