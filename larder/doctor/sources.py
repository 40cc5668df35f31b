"""`larder doctor`: whether each source is set up and answers. Prints no secrets."""

from collections.abc import Iterator

from larder import local_sources
from larder.doctor.finding import Finding
from larder.errors import IngestError


def sources() -> Iterator[Finding]:
    """Check that each source is set up, and that it answers."""
    local_sources.load()
    from larder.landing.sources import source_names  # noqa: PLC0415 dlt takes seconds

    for name in source_names():
        yield _examine(name)


def _examine(name: str) -> Finding:
    from larder.config import SettingMissing  # noqa: PLC0415 dlt takes seconds
    from larder.landing.ping import ping  # noqa: PLC0415 dlt takes seconds
    from larder.landing.sources import find_source  # noqa: PLC0415 dlt takes seconds

    try:
        return Finding("ok", f"{name} answers: {ping(find_source(name))}")
    except SettingMissing as error:
        return Finding("warn", f"{name} is not set up", str(error))
    except IngestError as error:
        return Finding("fail", f"{name} does not give its data", str(error))
    except Exception as error:  # each driver has errors of its own; their text may hold a secret
        return Finding(
            "fail",
            f"{name} does not answer ({type(error).__name__})",
            f"is it running, and is SOURCES__{name.upper()}__* right? The demo's: run `larder demo start`",
        )
