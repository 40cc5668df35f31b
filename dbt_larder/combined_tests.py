"""All data tests of a model in one statement, instead of a statement for each.

A test that passes takes its result from that statement. Any other runs by itself, as dbt would run it, so
that its failures are counted, sampled and set aside as ever.
"""

import copy
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import wraps
from typing import Any

from dbt import selected_resources
from dbt.adapters.contracts.connection import AdapterResponse
from dbt.adapters.spark.connections import SparkConnectionManager
from dbt.clients.jinja import get_rendered
from dbt.context.providers import generate_runtime_model_context
from dbt.flags import get_flags
from dbt.task.test import TestRunner
from dbt_common.clients.agate_helper import table_from_rows
from dbt_common.exceptions import DbtRuntimeError

from dbt_larder.once import OnceACommand
from dbt_larder.row_tests import failing_condition

# Their tests write tables.
OWN_NAMESPACES = ("elementary",)
USUAL_LIMIT = "!= 0"
# Ends the statement that dbt makes of a test's query, which has these columns.
DBT_ALIAS = "dbt_internal_test"
COLUMNS = ("failures", "should_warn", "should_error")


class Group:
    """The tests of a command that depend on the same nodes, so that all may run once these are built."""

    def __init__(self) -> None:
        """Nothing has run yet."""
        self._lock = threading.Lock()
        self._passed: frozenset[str] | None = None

    def passed(self, runner: Any, manifest: Any) -> frozenset[str]:
        """The unique ids of those that pass; the first thread that asks runs them."""
        with self._lock:
            if self._passed is None:
                self._passed = _run(runner, _members(runner.node, manifest), manifest)
            return self._passed


# By the nodes that their tests depend on.
_groups: OnceACommand[defaultdict[frozenset[str], Group]] = OnceACommand(lambda: defaultdict(Group))
# `query`: that of the test that this thread runs, if it is known to pass.
_known = threading.local()


def set_up() -> None:
    """Combine the tests of each command in this process. Repeating it changes nothing."""
    runner: Any = TestRunner
    manager: Any = SparkConnectionManager
    run_test, execute = runner.execute_data_test, manager.execute
    if getattr(run_test, "combines", False):
        return

    def run_combined(self: Any, data_test: Any, manifest: Any) -> Any:
        if _is_usual(data_test) and data_test.unique_id in _find_group(data_test).passed(self, manifest):
            _known.query = data_test.compiled_code.strip()
        try:
            return run_test(self, data_test, manifest)
        finally:
            _known.query = None

    @wraps(execute)
    def execute_unknown(self: Any, sql: str, *arguments: Any, **options: Any) -> Any:
        query = getattr(_known, "query", None)
        if query and DBT_ALIAS in sql and query in sql:
            return AdapterResponse("OK"), table_from_rows([(0, False, False)], COLUMNS)
        return execute(self, sql, *arguments, **options)

    run_combined.combines = True  # type: ignore[attr-defined]
    runner.execute_data_test, manager.execute = run_combined, execute_unknown


def _find_group(test: Any) -> Group:
    with _groups.held() as groups:
        return groups[frozenset(test.depends_on.nodes)]


def _members(test: Any, manifest: Any) -> list[Any]:
    selected = set(selected_resources.SELECTED_RESOURCES)
    reads = set(test.depends_on.nodes)
    return [
        node
        for node in manifest.nodes.values()
        if node.resource_type == "test"
        and node.unique_id in selected
        and set(node.depends_on.nodes) == reads
        and _is_usual(node)
    ]


def _is_usual(test: Any) -> bool:
    """Whether it is a generic test that only counts rows: it stores nothing, and passes if there are none."""
    config, metadata = test.config, getattr(test, "test_metadata", None)
    flags: Any = get_flags()  # type: ignore[no-untyped-call]
    return (
        metadata is not None
        and metadata.namespace not in OWN_NAMESPACES
        and config.warn_if == config.error_if == USUAL_LIMIT
        and config.limit is None
        and not (config.store_failures or flags.STORE_FAILURES)
        and not (config.meta or {}).get("quarantine")
    )


def _run(runner: Any, tests: Sequence[Any], manifest: Any) -> frozenset[str]:
    """Run tests together; returns the unique ids of those that pass."""
    if len(tests) == 1:
        return frozenset()
    queries = list(_queries(runner, tests, manifest))
    try:
        _, table = runner.adapter.execute(" union all ".join(queries), fetch=True)
    except DbtRuntimeError:
        # One of them has an error. Each then runs by itself, and dbt shows which it is.
        return frozenset()
    return frozenset(tests[int(number)].unique_id for number, failures in table.rows if failures == 0)


def _queries(runner: Any, tests: Sequence[Any], manifest: Any) -> Iterator[str]:
    """Queries of tests' numbers and failures: one for all that look at single rows, one for each other."""
    by_rows: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for number, test in enumerate(tests):
        arguments = test.test_metadata.kwargs | test.test_metadata.kwargs.get("arguments", {})
        condition = failing_condition(test.test_metadata.name, arguments)
        if condition:
            context = generate_runtime_model_context(test, runner.config, manifest)
            relation = get_rendered(arguments["model"], context, test)
            by_rows[relation][number] = get_rendered(condition, context, test)
        else:
            # A copy: dbt compiles each test again before it runs it.
            compiled = runner.compiler.compile_node(copy.deepcopy(test), manifest, {}, write=False)
            failures = f"cast({test.config.fail_calc} as bigint) as failures"
            query = f"from ({compiled.compiled_code}) as {DBT_ALIAS}"
            yield f"select {number} as test, {failures} {query}"
    for relation, conditions in by_rows.items():
        yield _count_rows(relation, conditions.items())


def _count_rows(relation: str, conditions: Iterable[tuple[int, str]]) -> str:
    counted = [f"count_if({condition}) as failures_{number}" for number, condition in conditions]
    pairs = ", ".join(f"{number}, failures_{number}" for number, _ in conditions)
    return (
        f"select stack({len(counted)}, {pairs}) as (test, failures)"  # noqa: S608 dbt's own conditions
        f" from (select {', '.join(counted)} from {relation}) as counted"
    )
