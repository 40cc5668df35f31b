"""Explain in one line why an API's pages could not be read."""

import requests
from requests.exceptions import (
    ChunkedEncodingError,
    ContentDecodingError,
    InvalidJSONError,
    InvalidSchema,
    InvalidURL,
    MissingSchema,
    SSLError,
    TooManyRedirects,
)

from larder.errors import IngestError, SourceChanged, SourceUnavailable
from larder.landing.apis.origins import address
from larder.landing.apis.paging import BadPage
from larder.redaction import redact_error

# Statuses that dlt's client has already retried.
BUSY = 429
SERVER_ERRORS = 500
REFUSED = (401, 403)

INVALID_URL = (
    "cannot be asked: {settings} is not a valid URL; set it to something like https://api.example.com, "
    "then {again}"
)
DOWN = (
    "does not answer; see that it is up (the demo's: `larder demo status`) and that {settings} is right, "
    "then {again}"
)
# What is wrong and what to do, by what the client raises; the first that fits.
EXPLANATIONS: list[tuple[type[BaseException], type[IngestError], str]] = [
    (
        InvalidJSONError,
        IngestError,
        "sent a page that is not valid JSON ({error}); nothing of it was loaded, {again} once the API works",
    ),
    (
        ContentDecodingError,
        IngestError,
        "sent a page that cannot be decompressed; nothing of it was loaded, {again} once the API works",
    ),
    (
        ChunkedEncodingError,
        SourceUnavailable,
        "breaks off in the middle of a page at every try; see the server's log, then {again}",
    ),
    (TooManyRedirects, IngestError, "redirects without end; check {settings}, then {again}"),
    (InvalidSchema, IngestError, INVALID_URL),
    (InvalidURL, IngestError, INVALID_URL),
    (MissingSchema, IngestError, INVALID_URL),
    (
        SSLError,
        SourceUnavailable,
        "cannot be trusted ({error}); check {settings} and its certificate, then {again}",
    ),
    (requests.RequestException, SourceUnavailable, DOWN),
    (
        ValueError,  # from http.client for a header, or a Unicode error
        IngestError,
        "cannot be asked: {secrets} has a line break or another character that is invalid in HTTP headers; "
        "set it again, then {again}",
    ),
]


def explain(name: str, error: BaseException, where: str, settings: str, secrets: str) -> IngestError:
    """Turn what the client raised into one of our errors.

    Args:
        name: the source.
        error: what the client raised.
        where: what was read, `<table> (<path>)`.
        settings: the environment variables of its settings, for the message.
        secrets: the environment variables of its secrets, for the message.
    """
    asked = _request_address(error)
    subject = (
        f"{where.partition(' (')[0] or f'{name} API'}: {asked}" if asked else f"{name} API {where}".rstrip()
    )
    if isinstance(error, BadPage):
        return (SourceChanged if error.is_change else IngestError)(f"{subject} {error.words}")
    if isinstance(error, requests.HTTPError):
        status = error.response.status_code if error.response is not None else SERVER_ERRORS
        return _explain_status(subject, status, settings, secrets)
    kind, words = next((kind, words) for type_, kind, words in EXPLANATIONS if isinstance(error, type_))
    words = words.format(
        settings=settings, secrets=secrets, error=redact_error(error), again="run the date again"
    )
    return kind(f"{subject} {words}")


def _explain_status(subject: str, status: int, settings: str, secrets: str) -> IngestError:
    if status in REFUSED:
        return IngestError(
            f"{subject} refused the token ({status}); check {secrets}, then run the date again"
        )
    if status != BUSY and status < SERVER_ERRORS:
        return IngestError(f"{subject} answered {status}; check {settings}, then run the date again")
    return SourceUnavailable(
        f"{subject} answered {status} to every try; see the server's log, then run the date again"
    )


def _request_address(error: BaseException) -> str:
    if isinstance(error, BadPage):
        return address(error.url)
    request = getattr(error, "request", None) or getattr(getattr(error, "response", None), "request", None)
    return address(str(request.url)) if request is not None and request.url else ""
