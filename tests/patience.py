"""How long tests wait: so long that only a hang takes longer, even on a slow or busy machine."""

import sys

import pytest

SECONDS = 600.0

# The project's own time limits, which a test that is merely slow could exceed: module and name.
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
