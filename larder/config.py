"""Settings of sources and alerts, from dlt's own providers: the environment and the files in `.dlt/`."""

import dlt

from larder.errors import IngestError


class SettingMissing(IngestError):
    """A setting of a source is missing."""


def find_setting(path: str) -> str:
    """A setting by its path, such as "sources.shop.credentials"; empty if it is not set."""
    value: object = dlt.secrets.get(path) or dlt.config.get(path)
    return str(value or "").strip()


def source_setting(source: str, name: str) -> str:
    """A source's setting, such as ("shop", "credentials").

    Raises:
        SettingMissing: it is not set.
    """
    value = find_setting(f"sources.{source}.{name}")
    if not value:
        raise SettingMissing(
            f"{source}: SOURCES__{source.upper()}__{name.upper()} is not set; set it in the environment "
            f"or in .dlt/secrets.toml, or start the demo retailer with `larder demo start`"
        )
    return value
