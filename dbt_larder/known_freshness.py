"""When a source was last loaded, which is asked once though it is declared for each of its tables."""

from typing import Any

from dbt.adapters.spark.impl import SparkAdapter

from dbt_larder.once import OnceACommand

# By query.
_answers: OnceACommand[dict[str, Any]] = OnceACommand(dict)


def set_up() -> None:
    """Ask each query of freshness once in a dbt command. Repeating this changes nothing."""
    adapter: Any = SparkAdapter
    ask = adapter.calculate_freshness_from_custom_sql
    if getattr(ask, "remembers", False):
        return

    def ask_once(self: Any, source: Any, sql: str, *arguments: Any, **options: Any) -> Any:
        # The others wait: they would ask the same.
        with _answers.held() as answers:
            if sql not in answers:
                answers[sql] = ask(self, source, sql, *arguments, **options)
            return answers[sql]

    ask_once.remembers = True  # type: ignore[attr-defined]
    adapter.calculate_freshness_from_custom_sql = ask_once
