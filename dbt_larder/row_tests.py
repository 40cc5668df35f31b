"""Data tests that look at each row by itself, as the condition of a row that fails."""

from collections.abc import Mapping
from typing import Any


def failing_condition(test: str, arguments: Mapping[str, Any]) -> str | None:
    """The condition of a row that fails a test; None if the test compares rows, or is not known.

    Args:
        test: the name of a generic test of dbt or dbt_utils, such as `not_null`.
        arguments: its arguments, without `model`.
    """
    column = arguments.get("column_name", "")
    match test:
        case "not_null":
            return f"{column} is null"
        case "accepted_values":
            quote = "'" if arguments.get("quote", True) else ""
            values = ", ".join(f"{quote}{value}{quote}" for value in arguments["values"])
            return f"{column} not in ({values})"
        case "accepted_range":
            equal = "=" if arguments.get("inclusive", True) else ""
            limits = {">": arguments.get("min_value"), "<": arguments.get("max_value")}
            given = {sign: limit for sign, limit in limits.items() if limit is not None}
            return " or ".join(f"not {column} {sign}{equal} {limit}" for sign, limit in given.items()) or None
        case "expression_is_true":
            return f"not ({column} {arguments['expression']})"
    return None
