"""What flows call: an incident begins, or is over. One alert an incident, delivered once to each receiver.

An alert that could not be delivered is tried again whenever one of these functions is called. They never
raise: whatever is wrong with alerts is said in one line, and the run goes on.
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
from larder.alerts.store import Event, Recorded
from larder.errors import LarderError

STORE = "the incidents' store, ops.incident_events,"
LOG = "log"  # the receiver where no other is set up
logger = logging.getLogger("alerts")
# Where nothing listens to the log, a line in the terminal is enough.
logger.addHandler(logging.NullHandler())


def raise_incident(incident: Incident) -> None:
    """Open an incident, unless the same one lasts already, and tell who does not know of it yet.

    Others of its kind of which its run shows that they are over, are closed.
    """
    with _never_raising(f"the alert “{incident.summary}”"), _alone():
        try:
            recorded = _recorded()
            if known := _open(recorded, incident.kind, incident.subject):
                store.write(_seen_again(known, incident.run.business_date, incident.run.flow_run_id))
            else:
                new = _opened(incident)
                store.write([new.event("opened", happened_at=new.opened_at)])
                recorded.append(new)
        except Exception as error:  # each kind of catalog has errors of its own
            _deliver_unrecorded(incident, error)
        else:
            _tell(recorded)
    if incident.lasting is not None:
        lasting = {incident.subject, *incident.lasting}
        close_incidents(incident.kind, except_subjects=lasting, up_to=incident.run.business_date)


def close_incidents(
    kind: Kind, except_subjects: Collection[str] = (), up_to: date | None = None, instead: str = ""
) -> None:
    """Say of the open incidents of a kind that they are over.

    Args:
        kind: which.
        except_subjects: what lasts.
        up_to: where given, incidents last, too, that were seen on a later business date.
        instead: where given, what is wrong in their place: they have changed, and nobody is told all is well.
    """
    with _never_raising(f"the end of incidents ({kind})"), _alone():
        recorded = _recorded()
        ending = [
            one
            for one in recorded
            if one.closed_at is None and one.kind == kind and one.subject not in except_subjects
            if up_to is None or one.business_date <= up_to
        ]
        for one in ending:
            one.closed_at, one.instead = datetime.now(UTC), instead
        store.write(one.event("closed", happened_at=one.closed_at) for one in ending)
        _tell(recorded)


def rehearse() -> dict[str, str]:
    """Send a test alert, and its end, to each receiver; why one did not get them, empty for those that did.

    Raises:
        LarderError: none is set up.
    """
    found = receivers.configured()
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
    """What identifies an incident where others count them, as PagerDuty does."""
    return f"larder-{hashlib.sha256(f'{kind} {subject}'.encode()).hexdigest()[:12]}"


def _open(incidents: list[Recorded], kind: str, subject: str) -> Recorded | None:
    """The incident of a subject that lasts."""
    return next(
        (one for one in incidents if one.closed_at is None and (one.kind, one.subject) == (kind, subject)),
        None,
    )


def _seen_again(known: Recorded, day: date, flow_run_id: str | None) -> list[Event]:
    """The event that an incident lasts on a later business date: no run of an earlier one ends it."""
    if day <= known.business_date:
        return []
    known.business_date, known.flow_run_id = day, flow_run_id
    return [known.event("seen again")]


def _opened(incident: Incident) -> Recorded:
    now = datetime.now(UTC)
    return Recorded(
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


def _tell(recorded: list[Recorded]) -> None:
    """Deliver what is still to be told, and record who got it.

    A receiver that does not answer is not waited for again with the next message. One that answers that it
    does not take a message may take the next.
    """
    told = _receivers()
    for incident in recorded:
        if waiting := [one for one in told if incident.awaits(one.name)]:
            event = "notified" if incident.closed_at is None else "closing notified"
            got, silent = _delivered(_message(incident), waiting)
            told = [one for one in told if one.name not in silent]
            try:
                store.write(incident.event(event, name) for name in got)
            except Exception as error:  # the other incidents are to be told nonetheless
                _say(f"{STORE} cannot be used ({type(error).__name__}): “{incident.summary}” may come again")


def _delivered(what: Message, waiting: list[Receiver]) -> tuple[list[str], list[str]]:
    """The names of the receivers that got a message, and of those that did not answer at all.

    Of each that did not get it a line says why.
    """
    outcomes = receivers.deliver(what, waiting)
    failures = {name: failure for name, failure in outcomes.items() if failure}
    for failure in failures.values():
        _say(f"{what.subject}: {failure.why}; it is tried again at the next run or check")
    got = [name for name in outcomes if name not in failures]
    if others := [name for name in got if name != LOG]:
        _say(f"{what.subject} (told {', '.join(others)})")
    return got, [name for name, failure in failures.items() if not failure.has_answered]


def _message(incident: Recorded) -> Message:
    key = thread(incident.kind, incident.subject)
    if incident.closed_at is None:
        return Message(key, incident.summary, incident.alert_text)
    subject, body = message.over(incident.summary, incident.opened_at, incident.closed_at, incident.instead)
    return Message(key, subject, body, is_over=True)


def _recorded() -> list[Recorded]:
    """All incidents; those that were told while the store could not be used are written to it first."""
    recorded = store.read()
    kept = unrecorded.read()
    for one in kept:
        known = _open(recorded, one.kind, one.subject)
        if known is None:
            store.write(
                [
                    one.event("opened", happened_at=one.opened_at),
                    *(one.event("notified", name) for name in one.told),
                ]
            )
            recorded.append(one)
        else:
            again = _seen_again(known, one.business_date, one.flow_run_id)
            store.write([*again, *(known.event("notified", name) for name in one.told - known.told)])
            known.told |= one.told
    if kept:
        unrecorded.forget()
    return recorded


def _deliver_unrecorded(incident: Incident, error: Exception) -> None:
    """The alert goes out all the same, once to each receiver; who got it is recorded later."""
    kept = unrecorded.read()
    known = _open(kept, incident.kind, incident.subject)
    if known is None:
        remark = f"{STORE} cannot be used ({type(error).__name__}): an alert from before may come again"
        _say(remark)
        known = _opened(replace(incident, remarks=(*incident.remarks, remark)))
        kept.append(known)
    _seen_again(known, incident.run.business_date, incident.run.flow_run_id)
    if waiting := [one for one in _receivers() if known.awaits(one.name)]:
        got, _ = _delivered(_message(known), waiting)
        known.told |= set(got)
    unrecorded.keep(kept)


def _receivers() -> list[Receiver]:
    return receivers.configured() or [Receiver(LOG, "", lambda message: _say(message.subject))]


@contextmanager
def _alone() -> Iterator[None]:
    """One at a time: two processes at once would both tell what is still to be told."""
    settings.home().mkdir(parents=True, exist_ok=True)
    with (settings.home() / "alerts.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _never_raising(what: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # the run's data and outcome do not depend on alerts
        _say(f"{what} was not handled ({type(error).__name__}); `larder alerts test` tries the receivers")


def _say(line: str) -> None:
    """A line in the log and in the terminal."""
    logger.warning(line)
    print(f"alert: {line}", file=sys.stderr, flush=True)
