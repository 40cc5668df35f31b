"""Alerts: one for each incident to who is on call, with all they need, and a word when it is over."""
