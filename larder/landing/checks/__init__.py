"""Checks: the gate before Bronze, its rules, and the payloads of the rows that it sets aside."""
