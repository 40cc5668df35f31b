"""Alerts: the person on call gets one per incident, with all the context, and a notice when it is over."""
