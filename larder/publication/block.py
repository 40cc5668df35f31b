"""A block of code that builds on a branch of its own, outside a flow."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from larder.publication import branch
from larder.publication.begin import discard, prepare
from larder.publication.publish import publish
from larder.publication.record import Publication


@contextmanager
def published_block() -> Iterator[str]:
    """Prepare a branch, whose name it yields, and publish it after the block; if that fails, remove it.

    The name is empty if publication is switched off.
    """
    if not branch.is_on():
        yield ""
        return
    identifier = uuid4().hex
    publication = Publication(branch.name_command(identifier), invocation_id=identifier)
    prepare(publication)
    try:
        yield publication.branch
        publish(publication)
    except BaseException:
        discard(publication.branch)
        raise
