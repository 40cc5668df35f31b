"""The steps of a run, named the same in flows, in `ops` and in alerts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A step of a run.

    Attributes:
        name: shown to people; also the name of its task.
        source: the source that it loads, if any.
        artifact: the dbt artifact that it writes, without `.json`, if any.
        quotes_engine: whether its errors quote the engine, whose messages may hold personal data.
    """

    name: str
    source: str | None = None
    artifact: str | None = None
    quotes_engine: bool = False

    def __str__(self) -> str:
        """The name."""
        return self.name


def ingest_step(source: str) -> Step:
    """The step that loads a source."""
    return Step(f"ingest {source}", source=source)


START = Step("start")
RECOVER = Step("earlier runs")
FRESHNESS = Step("source freshness", artifact="sources")
BUILD = Step("dbt build", artifact="run_results", quotes_engine=True)
PUBLISH = Step("publish")
REBUILD = Step("rebuild", artifact="run_results", quotes_engine=True)
MONITORS = Step("anomaly monitors", artifact="monitors")
RECORD = Step("record the run")

REPORT = Step("report")
OPS_MODELS = Step("ops models")
ELEMENTARY_REPORT = Step("Elementary report")
DBT_DOCS = Step("dbt docs", quotes_engine=True)
SITE = Step("site")
