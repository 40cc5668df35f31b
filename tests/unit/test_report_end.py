"""What the end of a report means for incidents."""

from datetime import date
from pathlib import Path

import pytest

from larder.alerts import report_end, store
from larder.alerts.incident import Run
from larder.errors import LarderError
from larder.ops.steps import DBT_DOCS, SITE

RUN = Run(date(2017, 12, 29), "report 2017-12-29")


def open_incidents() -> list[tuple[str, str]]:
    return [(one.kind, one.subject) for one in store.read() if one.closed_at is None]


def test_each_step_that_failed_is_an_incident_until_a_report_makes_it(home: Path) -> None:
    failed = {SITE: LarderError("no templates"), DBT_DOCS: LarderError("no catalog")}
    with pytest.raises(report_end.ReportFailed, match=r"^site: no templates; dbt docs: no catalog$"):
        report_end.settle(RUN, failed)
    assert open_incidents() == [("report", "site"), ("report", "dbt docs")]
    with pytest.raises(report_end.ReportFailed):
        report_end.settle(RUN, {SITE: LarderError("no templates")})
    assert open_incidents() == [("report", "site")]
    report_end.settle(RUN, {})
    assert open_incidents() == []


def test_a_report_that_did_not_come_to_its_steps_is_an_incident_of_its_own(home: Path) -> None:
    report_end.settle_unfinished(RUN, report_end.ReportFailed("site: no templates"))
    assert open_incidents() == [], "its steps are incidents already"
    report_end.settle_unfinished(RUN, RuntimeError("no Spark"))
    assert open_incidents() == [("report", "report")]
