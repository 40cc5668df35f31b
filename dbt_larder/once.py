"""What this process remembers for as long as a dbt command runs."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from dbt_common.invocation import get_invocation_id

T = TypeVar("T")


class OnceACommand(Generic[T]):
    """A value that begins with each dbt command, and that its threads share."""

    def __init__(self, make: Callable[[], T]) -> None:
        """`make` makes the value, without arguments."""
        self._make = make
        self._lock = threading.Lock()
        self._invocation_id = ""
        self._value: T = make()

    @contextmanager
    def held(self) -> Iterator[T]:
        """The value of the command that runs, which no other thread has during the block."""
        with self._lock:
            if self._invocation_id != get_invocation_id():
                self._invocation_id, self._value = get_invocation_id(), self._make()
            yield self._value
