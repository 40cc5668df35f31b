"""What a source opens for all of its resources together, such as a database transaction."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")
_stack: ContextVar[ExitStack | None] = ContextVar("stack", default=None)


@contextmanager
def loading() -> Iterator[None]:
    """Close at the end of the block what `open_until_loaded` opened in it."""
    with ExitStack() as stack:
        token = _stack.set(stack)
        try:
            yield
        finally:
            _stack.reset(token)


def open_until_loaded(resource: AbstractContextManager[T]) -> T:
    """Enter a context that stays open until the source's load has ended; outside of one, for good."""
    stack = _stack.get()
    return stack.enter_context(resource) if stack is not None else resource.__enter__()
