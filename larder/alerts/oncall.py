"""Open and close incidents, called by flows. Each incident is one alert, delivered once to each receiver.

An alert that could not be delivered is retried whenever one of these functions is called. They never raise:
a problem with alerts is reported in one line, and the run continues.
"""

import fcntl
import hashlib
import logging
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

from larder import settings
from larder.alerts import message, receivers, store, unrecorded
from larder.alerts.incident import Incident, Kind
from larder.alerts.message import Message
from larder.alerts.receivers import Receiver
from larder.alerts.store import Event, RecordedIncident
from larder.errors import LarderError

STORE = "the incidents' store, ops.incident_events,"
LOG = "log"  # the receiver if no other is set up
logger = logging.getLogger("alerts")
# Without a log handler, the line in the terminal is enough.
logger.addHandler(logging.NullHandler())


def raise_incident(incident: Incident) -> None:
    """Open an incident unless the same one is already open, and notify receivers that have not got it yet.

    Also closes the incidents of the same kind that its run shows to be over.
    """
    with _never_raising(f"the alert “{incident.summary}”"), _lock():
        try:
            recorded = _read_incidents()
            if known := _find_open(recorded, incident.kind, incident.subject):
                store.write(_see_again(known, incident.run.business_date, incident.run.flow_run_id))
            else:
                new = _open_incident(incident)
                store.write([new.event("opened", happened_at=new.opened_at)])
                recorded.append(new)
        except Exception as error:  # each kind of catalog has errors of its own
            _deliver_unrecorded(incident, error)
        else:
            _deliver_pending(recorded)
    if incident.lasting is not None:
        lasting = {incident.subject, *incident.lasting}
        close_incidents(incident.kind, except_subjects=lasting, up_to=incident.run.business_date)


def close_incidents(
    kind: Kind, except_subjects: Collection[str] = (), up_to: date | None = None, instead: str = ""
) -> None:
    """Close the open incidents of a kind, and send the notice that they are over.

    Args:
        kind: the kind to close.
        except_subjects: the subjects whose incidents stay open.
        up_to: if given, incidents that were seen on a later business date stay open, too.
        instead: if given, what is wrong now: the notice then says that the problem has changed.
    """
    with _never_raising(f"the end of incidents ({kind})"), _lock():
        recorded = _read_incidents()
        to_close = [
            one
            for one in recorded
            if one.closed_at is None and one.kind == kind and one.subject not in except_subjects
            if up_to is None or one.business_date <= up_to
        ]
        for one in to_close:
            one.closed_at, one.instead = datetime.now(UTC), instead
        store.write(one.event("closed", happened_at=one.closed_at) for one in to_close)
        _deliver_pending(recorded)


def rehearse() -> dict[str, str]:
    """Send a test alert and its closing notice to each receiver.

    Returns:
        By receiver, why it did not get them; empty if it did.

    Raises:
        LarderError: no receiver is set up.
    """
    found = receivers.list_receivers()
    if not found:
        raise LarderError(
            "no receiver of alerts is set up; set ALERTS__SLACK_WEBHOOK_URL, "
            "ALERTS__PAGERDUTY_INTEGRATION_KEY or ALERTS__EMAIL_TO in the environment or in .dlt/secrets.toml"
        )
    key = thread("test", f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}")
    begun = receivers.deliver(Message(key, "test of Larder's alerts", "All is well: this is a test."), found)
    ended = receivers.deliver(
        Message(key, "Over: test of Larder's alerts", "The test is over.", is_over=True), found
    )
    failures = {name: begun[name] or ended[name] for name in begun}
    return {name: failure.why if failure else "" for name, failure in failures.items()}


def thread(kind: str, subject: str) -> str:
    """The key by which receivers such as PagerDuty recognise an incident."""
    return f"larder-{hashlib.sha256(f'{kind} {subject}'.encode()).hexdigest()[:12]}"


def _find_open(incidents: list[RecordedIncident], kind: str, subject: str) -> RecordedIncident | None:
    """The open incident of a subject."""
    return next(
        (one for one in incidents if one.closed_at is None and (one.kind, one.subject) == (kind, subject)),
        None,
    )


def _see_again(known: RecordedIncident, day: date, flow_run_id: str | None) -> list[Event]:
    """Record that an incident is still open on a later business date, so that no earlier run closes it."""
    if day <= known.business_date:
        return []
    known.business_date, known.flow_run_id = day, flow_run_id
    return [known.event("seen again")]


def _open_incident(incident: Incident) -> RecordedIncident:
    now = datetime.now(UTC)
    return RecordedIncident(
        incident_id=f"{thread(incident.kind, incident.subject)}-{now:%Y%m%dT%H%M%S%f}",
        kind=incident.kind,
        subject=incident.subject,
        summary=message.subject(incident),
        alert_text=message.body(incident),
        owner=", ".join(incident.owners) or None,
        flow_run_id=incident.run.flow_run_id,
        business_date=incident.run.business_date,
        opened_at=now,
    )


def _deliver_pending(recorded: list[RecordedIncident]) -> None:
    """Deliver all pending messages, and record who got them.

    A receiver that does not answer is skipped for the remaining messages. One that rejects a message may
    accept the next.
    """
    available = _receivers()
    for incident in recorded:
        if waiting := [one for one in available if incident.awaits(one.name)]:
            event = "notified" if incident.closed_at is None else "closing notified"
            notified, silent = _deliver(_build_message(incident), waiting)
            available = [one for one in available if one.name not in silent]
            try:
                store.write(incident.event(event, name) for name in notified)
            except Exception as error:  # the other incidents must still be delivered
                _report(
                    f"{STORE} cannot be used ({type(error).__name__}): “{incident.summary}” may come again"
                )


def _deliver(what: Message, waiting: list[Receiver]) -> tuple[list[str], list[str]]:
    """Deliver a message; the names of the receivers that got it, and of those that did not answer at all.

    Reports each failed delivery.
    """
    outcomes = receivers.deliver(what, waiting)
    failures = {name: failure for name, failure in outcomes.items() if failure}
    for failure in failures.values():
        _report(f"{what.subject}: {failure.why}; it is tried again at the next run or check")
    notified = [name for name in outcomes if name not in failures]
    if others := [name for name in notified if name != LOG]:
        _report(f"{what.subject} (notified {', '.join(others)})")
    return notified, [name for name, failure in failures.items() if not failure.has_answered]


def _build_message(incident: RecordedIncident) -> Message:
    key = thread(incident.kind, incident.subject)
    if incident.closed_at is None:
        return Message(key, incident.summary, incident.alert_text)
    subject, body = message.compose_closing(
        incident.summary, incident.opened_at, incident.closed_at, incident.instead
    )
    return Message(key, subject, body, is_over=True)


def _read_incidents() -> list[RecordedIncident]:
    """All incidents. Those that were delivered while the store was unavailable are written to it first."""
    recorded = store.read()
    kept = unrecorded.read()
    for one in kept:
        known = _find_open(recorded, one.kind, one.subject)
        if known is None:
            store.write(
                [
                    one.event("opened", happened_at=one.opened_at),
                    *(one.event("notified", name) for name in one.notified),
                ]
            )
            recorded.append(one)
        else:
            again = _see_again(known, one.business_date, one.flow_run_id)
            store.write([*again, *(known.event("notified", name) for name in one.notified - known.notified)])
            known.notified |= one.notified
    if kept:
        unrecorded.forget()
    return recorded


def _deliver_unrecorded(incident: Incident, error: Exception) -> None:
    """Deliver the alert without the store, once to each receiver; who got it is recorded later."""
    kept = unrecorded.read()
    known = _find_open(kept, incident.kind, incident.subject)
    if known is None:
        remark = f"{STORE} cannot be used ({type(error).__name__}): an alert from before may come again"
        _report(remark)
        known = _open_incident(replace(incident, remarks=(*incident.remarks, remark)))
        kept.append(known)
    _see_again(known, incident.run.business_date, incident.run.flow_run_id)
    if waiting := [one for one in _receivers() if known.awaits(one.name)]:
        notified, _ = _deliver(_build_message(known), waiting)
        known.notified |= set(notified)
    unrecorded.keep(kept)


def _receivers() -> list[Receiver]:
    return receivers.list_receivers() or [Receiver(LOG, "", lambda message: _report(message.subject))]


@contextmanager
def _lock() -> Iterator[None]:
    """Allow one process at a time: two would deliver the same pending messages twice."""
    settings.home().mkdir(parents=True, exist_ok=True)
    with (settings.home() / "alerts.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _never_raising(what: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # the run's data and outcome do not depend on alerts
        _report(f"{what} was not handled ({type(error).__name__}); `larder alerts test` tries the receivers")


def _report(line: str) -> None:
    """Write a line to the log and to the terminal."""
    logger.warning(line)
    print(f"alert: {line}", file=sys.stderr, flush=True)
