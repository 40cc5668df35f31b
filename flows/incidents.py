"""A run's incidents, once it has ended: one begins, or others are over. That never fails the run."""

from typing import TYPE_CHECKING

from prefect import runtime, task
from prefect.cache_policies import NO_CACHE

from alerts import diagnosis, oncall, samples
from alerts.incident import Run
from flows import dbt, server
from ingest.dbt_artifacts import Row

if TYPE_CHECKING:
    from flows.account import Account


def run_of(account: "Account") -> Run:
    """The run, with links to where more is to be seen once `larder serve` runs."""
    flow_run_id = str(runtime.flow_run.id)
    return Run(
        account.business_date,
        str(runtime.flow_run.name),
        flow_run_id,
        account.is_full_refresh,
        (("Prefect", f"{server.ui_url()}/runs/flow-run/{flow_run_id}"), ("Site", server.SITE_URL)),
    )


@task(task_run_name="samples of failed tests", cache_policy=NO_CACHE)
def sample(account: "Account") -> list[Row]:
    """Some rows that broke each failed test, masked; rows of `ops.dbt_failure_samples`."""
    if not isinstance(account.error, Exception) or account.steps[-1:] != [diagnosis.BUILD]:
        return []
    return samples.of_failures(dbt.target_path(), account.started_at)


@task(task_run_name="alerts", cache_policy=NO_CACHE)
def settle(account: "Account", broken: list[Row]) -> None:
    """Alert who is on call of what failed first; where nothing did, say what is over.

    A run that was interrupted shows neither.
    """
    if account.error is None:
        oncall.close_incidents("run", up_to=account.business_date)
        return
    if not isinstance(account.error, Exception):
        return
    run, step = run_of(account), account.steps[-1] if account.steps else "start"
    if step == diagnosis.BUILD:
        found = diagnosis.of_build(run, account.error, dbt.target_path(), account.started_at, broken)
    else:
        found = diagnosis.of_step(run, step, account.error, dbt.target_path(), account.started_at)
    oncall.raise_incident(found)
