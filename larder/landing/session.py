"""Contexts that all resources of a source share during a load, such as a database transaction."""

import atexit
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")
# Contexts that are entered outside a load stay open until Python ends.
_outside = ExitStack()
atexit.register(_outside.close)
_stack: ContextVar[ExitStack] = ContextVar("stack", default=_outside)


@contextmanager
def loading() -> Iterator[None]:
    """Close the contexts that `open_until_loaded` entered, at the end of the block."""
    with ExitStack() as stack:
        token = _stack.set(stack)
        try:
            yield
        finally:
            _stack.reset(token)


def open_until_loaded(resource: AbstractContextManager[T]) -> T:
    """Enter a context that stays open until the source's load ends; outside a load, it stays open."""
    return _stack.get().enter_context(resource)
