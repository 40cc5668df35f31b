"""Contexts that all resources of a source share during a load, such as a database transaction."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")
_stack: ContextVar[ExitStack | None] = ContextVar("stack", default=None)


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
    stack = _stack.get()
    return stack.enter_context(resource) if stack is not None else resource.__enter__()
