"""Stub receivers of alerts: a webhook that stands in for Slack or PagerDuty, and a mail server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from larder.runtime.prefect_server import free_port
from tests import patience
from tests.unit.http_stub import QuietHandler, serve


@dataclass
class Webhook:
    """Keeps the JSON posted to it; answers with `status`."""

    url: str
    status: int = 200
    posted: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Mailbox:
    """Keeps the mails that it receives."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        self.mails.append(message_from_bytes(content, policy=policy.default))
        return "250 taken"


@contextmanager
def webhook() -> Iterator[Webhook]:
    """Serve a webhook on a free port until the block ends."""

    class Handler(QuietHandler):
        def do_POST(self) -> None:
            posted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if stub.status == 200:
                stub.posted.append(posted)
            self.send_response(stub.status)
            self.end_headers()

    with serve(Handler) as address:
        stub = Webhook(f"{address}/services/T0/B0/webhooksecret")
        yield stub


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Receive mails on a free port, without TLS, until the block ends."""
    box = Mailbox(free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port, ready_timeout=patience.SECONDS)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
