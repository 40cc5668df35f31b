"""Pages of an API, asked for one by one; what goes wrong is one line without the token."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from larder.errors import LarderError
from larder.landing.apis.json_pages import NotJson, parse

SECONDS = 30
REFUSED = (401, 403)
ERRORS = 400


@dataclass(frozen=True)
class Answer:
    """A page of JSON, and whether a link to the next one came in its header."""

    page: Any
    has_link: bool


class Api:
    """An API that is asked page by page; its errors are one line without the token."""

    def __init__(self, source: str, base_url: str, token: str) -> None:
        """Name the source, for errors, and how its API is reached.

        Raises:
            LarderError: the URL is not one.
        """
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
            raise LarderError(
                f"{source}: --api is not a URL such as https://api.example.com/v2/. Write it so."
            )
        self.source, self.base_url = source, base_url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, path: str, parameters: dict[str, Any]) -> Answer:
        """Ask for a page.

        Raises:
            LarderError: the API does not answer, refuses, or answers something else than JSON.
        """
        url = f"{self.base_url.rstrip('/')}/{path.lstrip('/')}"
        where = f"{self.source}: {url}"
        try:
            answer = requests.get(url, params=parameters, headers=self._headers, timeout=SECONDS)
        except (requests.RequestException, ValueError):
            raise LarderError(
                f"{where} does not answer. See that it is up, and that --api, --path and --token are right."
            ) from None
        if answer.status_code in REFUSED:
            raise LarderError(
                f"{where} refused the token ({answer.status_code}). Give the right one: --token."
            )
        if answer.status_code >= ERRORS:
            raise LarderError(f"{where} answered {answer.status_code}. See that --api and --path are right.")
        try:
            return Answer(parse(answer.content), "next" in answer.links)
        except NotJson as error:
            raise LarderError(
                f"{where} answered a page that is {error}. See that --api and --path are right."
            ) from None
