"""Variables of `dbt_project.yml` that Python shares with the models, so that a rule stands once."""

from functools import cache
from typing import Any

import yaml

from larder.settings import PROJECT


@cache
def dbt_variable(name: str) -> Any:
    """The value of a variable.

    Raises:
        KeyError: `dbt_project.yml` does not declare it.
    """
    return yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"][name]


# What dbt calls that which did not succeed: nodes, tests, source freshness.
FAILED_STATUSES: tuple[str, ...] = tuple(dbt_variable("failed_statuses"))
