"""Errors that people are meant to read."""


class LarderError(Exception):
    """Something expected went wrong: one line that says what, where, and what to do next.

    The command line prints it as `error: …` and ends with exit code 1, without a traceback.
    """
