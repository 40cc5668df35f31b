"""How long tests wait: only a hang takes longer, however slow or busy the machine is."""

import sys

import pytest

SECONDS = 600.0

# Limits of the project's own that could end something in a test that is only slow: module and name.
LIMITS = (
    ("larder.alerts.receivers", "SECONDS"),
    ("larder.landing.ping", "SECONDS"),
    ("larder.install.dbt_packages", "PROBE_SECONDS"),
    ("larder.install.dbt_packages", "INSTALL_SECONDS"),
    ("larder.runtime.prefect_server", "START_SECONDS"),
)


def raise_limits(patch: pytest.MonkeyPatch) -> None:
    """Raise the limits of the modules that are imported."""
    for module, name in LIMITS:
        if module in sys.modules:
            patch.setattr(sys.modules[module], name, SECONDS)
