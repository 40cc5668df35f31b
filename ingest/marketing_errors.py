"""What can go wrong with the marketing API, in one line that says what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from dlt.sources.helpers.requests import HTTPError, RequestException
from requests.exceptions import InvalidJSONError

from larder.errors import IngestError, SourceUnavailable
from larder.redaction import foreign

# What dlt's client has tried again, in vain.
BUSY = 429
SERVER_ERRORS = 500


@contextmanager
def answering(where: str) -> Iterator[None]:
    """Say why an endpoint did not give its pages.

    Raises:
        SourceUnavailable: it does not answer, or is busy or broken after every try.
        IngestError: it refuses the token or the request, or answers with something else than JSON.
    """
    try:
        yield
    except HTTPError as error:
        status = error.response.status_code if error.response is not None else SERVER_ERRORS
        if status in (401, 403):
            raise IngestError(
                f"{where} refused the token ({status}); check SOURCES__MARKETING__API_TOKEN, "
                f"then run the date again"
            ) from error
        if status != BUSY and status < SERVER_ERRORS:
            raise IngestError(
                f"{where} answered {status}; check SOURCES__MARKETING__BASE_URL, then run the date again"
            ) from error
        raise SourceUnavailable(
            f"{where} answered {status} to every try; see the server's log, then run the date again"
        ) from error
    except InvalidJSONError as error:
        raise IngestError(
            f"{where} sent a page that is not valid JSON ({foreign(error)}); nothing of it was loaded, "
            f"run the date again once the API is well"
        ) from error
    except RequestException as error:
        raise SourceUnavailable(
            f"{where} does not answer; see that it is up (the demo's: `larder demo status`) and that "
            f"SOURCES__MARKETING__BASE_URL is right, then run the date again"
        ) from error
