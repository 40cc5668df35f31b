"""What the demo retailer raises when it cannot do what was asked."""

from larder.errors import LarderError


class RetailerError(LarderError):
    """One line for the person at the keyboard: what is wrong, where, and what to do next."""
