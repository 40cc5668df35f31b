"""Variables of `dbt_project.yml` that Python shares with the models, so that each rule has one definition."""

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


# dbt's statuses for failed nodes, tests and source freshness.
FAILED_STATUSES: tuple[str, ...] = tuple(dbt_variable("failed_statuses"))
