"""The owner of a lock: which process on which machine, what it runs, and since when."""

import json
import os
import socket
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import psutil

from larder.processes import describe_machine, find_process


@dataclass(frozen=True)
class Owner:
    """A process that holds a lock.

    `token` is different each time a lock is acquired. `machine` is as in `describe_machine`. `started_at` is
    the process's start in seconds since 1970-01-01 UTC. `since` is the time on the owner's clock (UTC), for
    people: it is compared with no other clock.
    """

    token: str
    host: str
    machine: str
    pid: int
    started_at: float
    activity: str
    run_id: str
    since: datetime

    @classmethod
    def describe_self(cls, activity: str, run_id: str = "") -> "Owner":
        """This process as an owner, with a new token.

        Args:
            activity: what it runs, such as "daily 2017-12-29"; others see it.
            run_id: the flow run, if there is one.
        """
        pid = os.getpid()
        return cls(
            token=uuid.uuid4().hex,
            host=socket.gethostname(),
            machine=describe_machine(),
            pid=pid,
            started_at=psutil.Process(pid).create_time(),
            activity=activity,
            run_id=run_id,
            since=datetime.now(UTC),
        )

    @classmethod
    def from_json(cls, text: str) -> "Owner":
        """An owner from `to_json`."""
        fields = json.loads(text)
        return cls(**fields | {"since": datetime.fromisoformat(fields["since"])})

    def to_json(self) -> str:
        """The owner as a JSON object."""
        return json.dumps(asdict(self) | {"since": self.since.isoformat()})

    def is_gone(self) -> bool:
        """Whether its process has certainly ended. Of another machine's processes, nothing is certain."""
        if self.machine != describe_machine():
            return False
        try:
            return find_process(self.pid, self.started_at) is None
        except psutil.AccessDenied:
            return False

    def __str__(self) -> str:
        """For people, such as: daily 2017-12-29 on laptop, process 4711, since 2017-12-30 04:00:07 UTC."""
        run = f" (run {self.run_id})" if self.run_id else ""
        since = f"{self.since:%Y-%m-%d %H:%M:%S} UTC"
        return f"{self.activity}{run} on {self.host}, process {self.pid}, since {since}"
