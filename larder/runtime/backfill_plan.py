"""Plan a backfill: which dates of which models are built, in as few builds as possible."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from larder.ops.code_versions import Scope
from larder.ops.lineage import Lineage

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Request:
    """What was asked for: business dates, and models in dbt's syntax, or whatever is missing or stale.

    `each_date`: one build per date, instead of one per range of dates.
    """

    first: date
    last: date
    select: tuple[str, ...] = ()
    each_date: bool = False


@dataclass(frozen=True)
class Model:
    """A model to build, the dates that it is built for, and why; `table` is such as "gold.fct_baskets"."""

    unique_id: str
    name: str
    table: str
    scope: Scope
    dates: tuple[date, ...]
    reason: str


@dataclass(frozen=True)
class Run:
    """A run of the daily flow: it loads the sources and builds everything up to its business date.

    It covers `dates`, which are its business date and those before it on which nothing ran.
    """

    dates: tuple[date, ...]

    @property
    def business_date(self) -> date:
        """The last of the dates."""
        return self.dates[-1]

    def describe(self) -> str:
        """The run in a few words."""
        others = f", which covers {self.dates[0]} to it" if len(self.dates) > 1 else ""
        return f"run {self.business_date}{others}"


@dataclass(frozen=True)
class Rebuild:
    """A build of some models for a range of dates; with `is_full`, of all that they have."""

    models: tuple[str, ...]
    first: date
    last: date
    is_full: bool = False

    def describe(self) -> str:
        """The build in a few words."""
        count = f"{len(self.models)} model{'' if len(self.models) == 1 else 's'}"
        dates = f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"
        return f"rebuild {count} whole" if self.is_full else f"rebuild {count} for {dates}"


Step = Run | Rebuild


@dataclass(frozen=True)
class Plan:
    """Steps in the order in which they run, and what is left out, with the reason."""

    request: Request
    models: tuple[Model, ...] = ()
    steps: tuple[Step, ...] = ()
    left_out: dict[str, str] = field(default_factory=dict)


def plan_runs(missing: Iterable[date], *, each_date: bool) -> list[Run]:
    """The daily runs that fill gaps: one for all, since it covers the dates before it, or one each."""
    dates = tuple(sorted(missing))
    if each_date:
        return [Run((one,)) for one in dates]
    return [Run(dates)] if dates else []


def plan_rebuilds(models: Iterable[Model], lineage: Lineage, *, each_date: bool) -> list[Rebuild]:
    """The builds of some models, upstream before downstream, and as few as that allows.

    A build is either a full refresh or for a range of dates. What is made whole anyway goes with either.
    """
    waiting = {model.unique_id: model for model in models}
    upstream = {name: lineage.ancestors(name) - {name} for name in waiting}
    steps: list[Rebuild] = []
    while waiting:
        together = _choose(waiting, upstream)
        steps += _split(together, upstream, each_date=each_date)
        for model in together:
            del waiting[model.unique_id]
    return steps


def _choose(waiting: dict[str, Model], upstream: dict[str, set[str]]) -> list[Model]:
    """The models that the next command builds: they need the same, and nothing that is built later."""
    found: dict[str, Model] = {}
    needs: tuple[bool, tuple[date, ...]] | None = None
    while True:
        before = len(found)
        for name, model in waiting.items():
            if name in found or upstream[name] & (waiting.keys() - found.keys()):
                continue
            if model.scope == "whole":
                found[name] = model
            elif needs in (None, _needs(model)):
                needs = _needs(model)
                found[name] = model
        if len(found) == before:
            return list(found.values())


def _needs(model: Model) -> tuple[bool, tuple[date, ...]]:
    """Whether a full refresh, and the dates; those do not matter to a full refresh."""
    return (True, ()) if model.scope == "new_rows" else (False, model.dates)


def _split(models: list[Model], upstream: dict[str, set[str]], *, each_date: bool) -> list[Rebuild]:
    """The builds of models that need the same: one for each range of dates."""
    by_dates = [model for model in models if model.scope == "dates"]
    if not by_dates:
        names, dates = (
            [model.name for model in models],
            sorted({one for model in models for one in model.dates}),
        )
        is_full = any(model.scope == "new_rows" for model in models)
        return [Rebuild(tuple(sorted(names)), dates[0], dates[-1], is_full)]
    ranges = find_ranges(by_dates[0].dates, each_date=each_date)
    read = set().union(*(upstream[model.unique_id] for model in by_dates))
    first = {model.name for model in models if model.scope == "whole" and model.unique_id in read}
    last = {model.name for model in models if model.scope == "whole"} - first
    steps = []
    for number, (begins, ends) in enumerate(ranges):
        names_of_range = {model.name for model in by_dates}
        names_of_range |= first if number == 0 else set()
        names_of_range |= last if number == len(ranges) - 1 else set()
        steps.append(Rebuild(tuple(sorted(names_of_range)), begins, ends))
    return steps


def find_ranges(dates: Iterable[date], *, each_date: bool = False) -> list[tuple[date, date]]:
    """The first and last dates of the ranges that some dates form."""
    ranges: list[tuple[date, date]] = []
    for one in sorted(dates):
        if ranges and not each_date and one == ranges[-1][1] + DAY:
            ranges[-1] = (ranges[-1][0], one)
        else:
            ranges.append((one, one))
    return ranges
