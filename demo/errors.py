"""The demo retailer's error."""

from larder.errors import LarderError


class RetailerError(LarderError):
    """The demo retailer cannot do what was asked: one line with what is wrong, where, and what to do next."""
