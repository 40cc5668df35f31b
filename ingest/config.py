"""Settings of the sources, from dlt's own providers: the environment and the files in `.dlt/`."""

import dlt

from ingest.errors import IngestError


def setting(source: str, name: str) -> str:
    """A source's setting, such as ("shop", "credentials").

    Raises:
        IngestError: it is set nowhere.
    """
    value: str | None = dlt.secrets.get(f"sources.{source}.{name}") or dlt.config.get(
        f"sources.{source}.{name}"
    )
    value = (value or "").strip()
    if not value:
        raise IngestError(
            f"{source}: SOURCES__{source.upper()}__{name.upper()} is not set; set it in the environment "
            f"or in .dlt/secrets.toml, or start the demo retailer with `larder demo start`"
        )
    return value
