"""The part of `larder doctor` that asks the three sources: is each set, does it answer. Prints no secrets."""

from collections.abc import Callable, Iterator

from larder import local_sources
from larder.doctor.finding import Finding
from larder.errors import LarderError

SECONDS = 5
REFUSED = (401, 403)


class _Unusable(LarderError):
    """A source that is set and answers, but not as ingestion needs it."""


def sources() -> Iterator[Finding]:
    """Whether each source's settings are there, and whether it answers."""
    local_sources.load()
    for name, ask in (("shop", _shop), ("marketing", _marketing), ("promotions", _promotions)):
        yield _finding(name, ask)


def _finding(name: str, ask: Callable[[], str]) -> Finding:
    try:
        return Finding("ok", f"{name} answers: {ask()}")
    except _Unusable as error:
        return Finding("fail", f"{name} does not give its data", str(error))
    except LarderError as error:
        return Finding("warn", f"{name} is not set up", str(error))
    except Exception as error:  # each driver has errors of its own; their text may hold a secret
        return Finding(
            "fail",
            f"{name} does not answer ({type(error).__name__})",
            f"is it running, and is SOURCES__{name.upper()}__* right? The demo's: run `larder demo start`",
        )


def _shop() -> str:
    import psycopg  # noqa: PLC0415 only the doctor waits for these

    from larder.config import setting  # noqa: PLC0415 takes seconds

    with psycopg.connect(setting("shop", "credentials"), connect_timeout=SECONDS) as connection:
        found = connection.info
        return f"PostgreSQL {found.server_version // 10_000} at {found.host}:{found.port}"


def _marketing() -> str:
    import httpx  # noqa: PLC0415 takes a moment

    from larder.config import setting  # noqa: PLC0415 takes seconds

    url, token = setting("marketing", "base_url"), setting("marketing", "api_token")
    answer = httpx.get(
        f"{url.rstrip('/')}/v1/campaigns?limit=1",
        headers={"Authorization": f"Bearer {token}"},
        timeout=SECONDS,
    )
    if answer.status_code in REFUSED:
        raise _Unusable("the API refuses the token: set SOURCES__MARKETING__API_TOKEN to a valid one")
    if not answer.is_success:
        raise _Unusable(
            f"the API answers {answer.status_code}: see its log, and SOURCES__MARKETING__BASE_URL"
        )
    return f"HTTP {answer.status_code} from {answer.url.host}:{answer.url.port}"


def _promotions() -> str:
    import fsspec  # type: ignore[import-untyped]  # noqa: PLC0415 takes a moment
    from dlt.common.storages.configuration import FilesystemConfiguration  # noqa: PLC0415 takes seconds

    from larder.config import setting  # noqa: PLC0415 takes seconds

    url = setting("promotions", "bucket_url")
    if url.startswith("file:"):
        # As dlt does; fsspec takes an escape such as `%20` as part of a name.
        url = FilesystemConfiguration.make_local_path(url)
    files, folder = fsspec.url_to_fs(url)
    return f"{len(files.ls(folder))} files in {folder}"
