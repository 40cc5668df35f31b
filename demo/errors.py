"""What the demo retailer raises when it cannot do what was asked."""


class RetailerError(Exception):
    """One line for the person at the keyboard: what is wrong, where, and what to do next."""
