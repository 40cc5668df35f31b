"""Where a URL leads: its scheme, host and port, to compare and to show."""

from typing import NamedTuple
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Scheme, host and port of a URL, as they are the same for all its spellings."""

    scheme: str
    host: str
    port: int

    def may_lead_to(self, other: "Origin") -> bool:
        """Whether what is sent here, such as a token, may be sent there: the same, or its secure form."""
        secure = Origin("https", self.host, PORTS["https"])
        return other == self or (self[::2] == ("http", PORTS["http"]) and other == secure)

    def __str__(self) -> str:
        """Scheme and host, with the port if it is not the usual one."""
        port = "" if self.port == PORTS.get(self.scheme) else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


def origin_of(url: str) -> Origin | None:
    """The origin of a URL; None if it has none, or has a user name or password, which no link may have."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname or "@" in parts.netloc:
        return None
    return Origin(parts.scheme, parts.hostname.rstrip("."), port or PORTS.get(parts.scheme, 0))


def address(url: str) -> str:
    """A URL without its query, user and password, which may hold secrets."""
    plain = url.partition("?")[0].partition("#")[0]
    scheme, separator, rest = plain.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}" if separator else plain
