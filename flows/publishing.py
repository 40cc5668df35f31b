"""The tasks around a run's `dbt build` that keep its branch: recover, begin, publish."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from prefect import runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from larder.lake.lease import Lease
from larder.ops.run_log import RunLog
from larder.ops.steps import PUBLISH, RECOVER, Step
from larder.publication import begin, branch
from larder.publication.publish import publish as publish_branch
from larder.publication.record import Publication


@task(task_run_name=RECOVER.name, cache_policy=NO_CACHE)
def recover() -> None:
    """Complete publications that were interrupted, and remove the branches of failed runs."""
    if branch.is_on() and (removed := begin.recover()):
        get_run_logger().info("Removed what earlier runs left: %s", ", ".join(removed))


def begin_branch(business_date: date) -> str:
    """The branch for the run's build, prepared; empty if publication is switched off."""
    if not branch.is_on():
        return ""
    name = branch.name_run(business_date, str(runtime.flow_run.id))
    begin.prepare(_describe(name, business_date))
    return name


@contextmanager
def on_branch(step: Step, business_date: date, held: Lease, log: RunLog) -> Iterator[str]:
    """Begin a step that builds on a branch, whose name it yields, and publish it unless the block fails."""
    log.begin(step)
    held.check()
    log.branch = begin_branch(business_date)
    yield log.branch
    log.begin(PUBLISH)
    held.check()
    publish(log.branch, business_date)


@task(task_run_name=PUBLISH.name, cache_policy=NO_CACHE)
def publish(name: str, business_date: date) -> None:
    """Publish all tables and views of the run's branch together."""
    if not name:
        return
    moves = publish_branch(_describe(name, business_date))
    get_run_logger().info("Published %s tables: %s", len(moves), ", ".join(move.table for move in moves))


def _describe(name: str, business_date: date) -> Publication:
    return Publication(name, flow_run_id=str(runtime.flow_run.id), business_date=business_date)
