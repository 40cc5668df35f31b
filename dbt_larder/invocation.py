"""The environment of the dbt command that runs: what `env_var` reads in models and macros."""

from collections.abc import MutableMapping
from typing import cast

from dbt_common.context import get_invocation_context


def environment() -> MutableMapping[str, str]:
    """The variables of the current command; dbt copied them from the process when the command began."""
    return cast("MutableMapping[str, str]", get_invocation_context().env)
