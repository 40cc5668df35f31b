"""How an API's pages are followed: to their end, once each, and never to a stranger."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import tenacity.nap
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import HeaderLinkPaginator, JSONLinkPaginator
from dlt.sources.rest_api import rest_api_resources

from larder.errors import IngestError, SourceChanged, SourceUnavailable
from larder.landing.apis import paging
from larder.landing.apis.origins import address, origin_of
from larder.landing.columns import columns
from larder.landing.http import NextLinkPaginator
from tests.unit.landing_helpers import land_resources
from tests.unit.raw_api import RawApi, Sent, page, serve_raw

TOKEN = "a-secret-token"
UNTIL = 3  # pages of an API that ends
Parameters = dict[str, str]


@pytest.fixture(autouse=True)
def state_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a warehouse of its own, and no pauses between tries."""
    monkeypatch.setattr(tenacity.nap, "time", SimpleNamespace(sleep=lambda seconds: None))


def load(
    base_url: str, paginator: Any = None, auth: Any = None, selector: str = "data", **params: str
) -> int:
    """Land the people of an API; returns the number of their rows."""
    config: Any = {
        "client": {
            "base_url": base_url,
            "auth": auth or {"type": "bearer", "token": TOKEN},
            "paginator": paginator or NextLinkPaginator(),
        },
        "resources": [
            {
                "name": "people",
                "primary_key": "id",
                "columns": columns(bigint=["id"]),
                "endpoint": {"path": "v1/people", "data_selector": selector, "params": params},
            }
        ],
    }
    return land_resources(*rest_api_resources(config)).rows["loyalty_people"]


def refused(base_url: str, kind: type[IngestError] = IngestError, **options: Any) -> str:
    """The one line that a load ends with; nothing is loaded."""
    with pytest.raises(kind) as caught:
        load(base_url, **options)
    line = str(caught.value)
    assert "\n" not in line
    assert TOKEN not in line
    assert "v1/people" in line
    assert "loyalty" in line
    assert "run the date again" in line
    return line


def read(base_url: str, paginator: Any = None) -> list[Any]:
    """All rows of an API, without landing them."""
    paging.install()
    client = RESTClient(base_url, auth=BearerTokenAuth(TOKEN), paginator=paginator or NextLinkPaginator())
    return [one for rows in client.paginate("v1/people", data_selector="data") for one in rows]


@contextmanager
def serving(answer: Callable[[RawApi, Parameters], Sent]) -> Iterator[RawApi]:
    with serve_raw(lambda parameters: answer(api, parameters)) as api:
        yield api


def row(number: int) -> dict[str, int]:
    return {"id": number}


# The end of the pages


@pytest.mark.parametrize("link", [None, "", " ", "\t"], ids=["null", "empty", "blank", "tab"])
def test_a_blank_link_is_the_end(link: str | None) -> None:
    with serve_raw(lambda parameters: page({"data": [row(1)], "next": link})) as api:
        assert load(api.base_url) == 1
        assert len(api.paths) == 1


@pytest.mark.parametrize(
    ("paginator", "sent"),
    [
        ({"type": "json_link", "next_url_path": "next"}, page({"data": [row(1)], "next": ""})),
        ("header_link", page({"data": [row(1)]}, link='<>; rel="next"')),
        ({"type": "cursor", "cursor_path": "next"}, page({"data": [row(1)], "next": ""})),
        ({"type": "header_cursor", "cursor_key": "Next"}, page({"data": [row(1)]}, next="")),
    ],
    ids=["json_link", "header_link", "cursor", "header_cursor"],
)
def test_a_blank_reference_of_dlts_paginators_is_the_end(paginator: Any, sent: Sent) -> None:
    with serve_raw(lambda parameters: sent) as api:
        assert load(api.base_url, paginator) == 1
        assert len(api.paths) == 1


@pytest.mark.parametrize(
    ("paginator", "link"), [(None, "/v1/people?cursor=a"), ({"type": "cursor", "cursor_path": "next"}, "a")]
)
def test_an_empty_page_that_leads_to_itself_is_the_end(paginator: Any, link: str) -> None:
    with serving(
        lambda api, asked: page({"data": [] if "cursor" in asked else [row(1)], "next": link})
    ) as api:
        assert load(api.base_url, paginator) == 1
        assert len(api.paths) == 2


def test_no_content_is_no_rows() -> None:
    for paginator in (None, "header_link", {"type": "cursor", "cursor_path": "next"}):
        with serve_raw(lambda parameters: Sent(status=204, content_type=None)) as api:
            assert load(api.base_url, paginator) == 0


def test_a_list_that_is_null_is_no_rows() -> None:
    with serve_raw(lambda parameters: page({"data": None, "next": None})) as api:
        assert load(api.base_url) == 0


# Loops

LOOPS: dict[str, tuple[Any, Callable[[RawApi, Parameters], Sent]]] = {
    "next link to itself": (
        NextLinkPaginator(),
        lambda api, asked: page({"data": [row(1)], "next": f"http://localhost:{api.port}/v1/people"}),
    ),
    "next link back to the first page": (
        NextLinkPaginator(),
        lambda api, asked: page(
            {
                "data": [row(int(asked.get("p", 0)))],
                "next": "/v1/people?p=1" if "p" not in asked else "/v1/people",
            }
        ),
    ),
    "next link in another order and spelling": (
        NextLinkPaginator(),
        lambda api, asked: page(
            {
                "data": [row(len(api.paths))],
                "next": f"HTTP://LOCALHOST:{api.port}/v1/people?"
                + ("a=1&b=2", "b=2&a=1")[len(api.paths) % 2],
            }
        ),
    ),
    "link header": (
        "header_link",
        lambda api, asked: page(
            {"data": [row(1)]}, link=f'<http://localhost:{api.port}/v1/people?p=1>; rel="next"'
        ),
    ),
    "JSON link": (
        {"type": "json_link", "next_url_path": "next"},
        lambda api, asked: page({"data": [row(len(api.paths))], "next": "/v1/people?p=1"}),
    ),
    "cursor that repeats": (
        {"type": "cursor", "cursor_path": "next"},
        lambda api, asked: page({"data": [row(len(api.paths))], "next": "same"}),
    ),
    "cursors that alternate": (
        {"type": "cursor", "cursor_path": "next"},
        lambda api, asked: page({"data": [row(len(api.paths))], "next": "ab"[len(api.paths) % 2]}),
    ),
    "cursor that is ignored": (
        {"type": "cursor", "cursor_path": "next"},
        lambda api, asked: page({"data": [row(1)], "next": f"token {len(api.paths)}"}),
    ),
    "cursor in a header": (
        {"type": "header_cursor", "cursor_key": "Next"},
        lambda api, asked: page({"data": [row(len(api.paths))]}, next="same"),
    ),
    "page number that is ignored": (
        {"type": "page_number", "base_page": 1, "total_path": None},
        lambda api, asked: page({"data": [row(1)]}),
    ),
    "page number that is ignored, with a total": (
        {"type": "page_number", "base_page": 1, "total_path": "total"},
        lambda api, asked: page({"data": [row(1)], "total": 2, "at": len(api.paths)}),
    ),
    "offset that is ignored": (
        {"type": "offset", "limit": 1, "total_path": "total"},
        lambda api, asked: page({"data": [row(1)], "total": 5}),
    ),
    "last page again and again": (
        {"type": "offset", "limit": 1, "total_path": None},
        lambda api, asked: page({"data": [row(min(int(asked["offset"]), 3))]}),
    ),
    "empty pages without end": (
        {"type": "cursor", "cursor_path": "next"},
        lambda api, asked: page({"data": [], "next": f"token {len(api.paths)}"}),
    ),
}


@pytest.mark.parametrize("loop", LOOPS)
def test_pages_without_end_are_refused(monkeypatch: pytest.MonkeyPatch, loop: str) -> None:
    monkeypatch.setattr(paging, "MOST_EMPTY_PAGES", 5)
    paginator, answer = LOOPS[loop]
    with serving(answer) as api:
        line = refused(api.base_url.replace("127.0.0.1", "localhost"), paginator=paginator)
        assert len(api.paths) < 10
    assert ("already read" in line) or ("without a row" in line)


def test_a_key_in_the_parameters_does_not_hide_a_loop() -> None:
    auth = {"type": "api_key", "name": "key", "api_key": TOKEN, "location": "query"}
    with serving(lambda api, asked: page({"data": [row(len(api.paths))], "next": "/v1/people"})) as api:
        assert "already read" in refused(api.base_url, auth=auth)
        assert all(TOKEN in path for path in api.paths)


def test_pages_that_are_read_once_for_each_parent_are_not_a_loop() -> None:
    def answer(api: RawApi, asked: Parameters) -> Sent:
        if "/orders" in api.paths[-1]:
            return page({"data": [{"number": 7}], "next": None})
        first = "after" not in asked
        return page({"data": [row(1 if first else 2)], "next": "/v1/people?after=1" if first else None})

    with serving(answer) as api:
        config: Any = {
            "client": {"base_url": api.base_url, "paginator": NextLinkPaginator()},
            "resource_defaults": {"endpoint": {"data_selector": "data"}},
            "resources": [
                {"name": "people", "primary_key": "id", "endpoint": {"path": "v1/people"}},
                {
                    "name": "orders",
                    "primary_key": ["_people_id", "number"],
                    "include_from_parent": ["id"],
                    "endpoint": {"path": "v1/orders?all=1", "params": {"x": "{resources.people.id}"}},
                },
            ],
        }
        rows = land_resources(*rest_api_resources(config)).rows
    assert rows == {"loyalty_people": 2, "loyalty_orders": 2}


# Strangers


@pytest.mark.parametrize(
    ("base_url", "link"),
    [
        ("http://127.0.0.1:80", "http://127.0.0.1/x"),
        ("https://API.example.com", "https://api.example.com:443/x"),
        ("https://api.example.com:443", "HTTPS://api.Example.com/x"),
        ("https://api.example.com.", "https://api.example.com/x"),
        ("http://api.example.com", "https://api.example.com/x"),
        ("https://[::1]:443/", "https://[::1]/x"),
    ],
)
def test_the_same_address_in_another_spelling_is_no_stranger(base_url: str, link: str) -> None:
    here, there = origin_of(base_url), origin_of(link)
    assert here is not None
    assert there is not None
    assert here.may_lead_to(there)


@pytest.mark.parametrize(
    ("base_url", "link"),
    [
        ("https://api.example.com", "http://api.example.com/x"),
        ("https://api.example.com", "https://api.example.com:8443/x"),
        ("http://api.example.com:8080", "https://api.example.com/x"),
        ("https://api.example.com", "https://example.com/x"),
        ("https://api.example.com", "https://api.example.com.evil.com/x"),
        ("https://api.example.com", "ftp://api.example.com/x"),
        ("https://api.example.com", "https://me@api.example.com/x"),
        ("https://api.example.com", r"https://api.example.com\@evil.com/x"),
        ("https://api.example.com", "https://api.example.com:x/"),
        ("https://api.example.com", "https:///x"),
        ("https://api.example.com", "https://[::1/x"),
    ],
)
def test_another_address_is_a_stranger(base_url: str, link: str) -> None:
    here, there = origin_of(base_url), origin_of(link)
    assert here is not None
    assert there is None or not here.may_lead_to(there)


@pytest.mark.parametrize("base_url", ["http://LOCALHOST:{port}", "HTTP://localhost:{port}/"])
@pytest.mark.parametrize(
    "link", ["http://localhost:{port}/v1/people?p=1", "?p=1", "//LOCALHOST:{port}/v1/people?p=1"]
)
def test_pages_are_followed_in_every_spelling_of_the_address(base_url: str, link: str) -> None:
    def answer(api: RawApi, asked: Parameters) -> Sent:
        first = "p" not in asked
        return page({"data": [row(1 if first else 2)], "next": link.format(port=api.port) if first else None})

    with serving(answer) as api:
        assert len(read(base_url.format(port=api.port))) == 2
        assert api.tokens == [f"Bearer {TOKEN}"] * 2


@pytest.mark.parametrize("paginator", [NextLinkPaginator(), HeaderLinkPaginator(), JSONLinkPaginator("next")])
@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1:{other}/v1/people?p=1",
        "http://localhost:{other}/v1/people?p=1",
        "//127.0.0.1:{other}/v1/people?p=1",
        "http://me:secret@localhost:{port}/v1/people?p=1",
        "http://localhost:{port}\\@127.0.0.1:{other}/v1/people",
        "file:///etc/passwd",
    ],
)
def test_the_token_never_reaches_a_stranger(paginator: Any, link: str) -> None:
    with serve_raw(lambda parameters: page({"data": [], "next": None})) as other:

        def answer(api: RawApi, asked: Parameters) -> Sent:
            there = link.format(port=api.port, other=other.port)
            return page({"data": [row(1)], "next": there}, link=f'<{there}>; rel="next"')

        with serving(answer) as api, pytest.raises(paging.BadPage, match="at another address") as caught:
            read(api.base_url.replace("127.0.0.1", "localhost"), paginator)
        assert "secret@" not in str(caught.value)
        assert other.paths == []


@pytest.mark.parametrize("auth", [None, {"type": "api_key", "name": "X-Key", "api_key": TOKEN}])
def test_a_redirect_to_a_stranger_is_refused(auth: Any) -> None:
    with serve_raw(lambda parameters: page({"data": [row(1)], "next": None})) as other:
        there = Sent(status=302, headers={"Location": f"{other.base_url}/v1/people"})
        with serve_raw(lambda parameters: there) as api:
            assert "redirects to another address" in refused(api.base_url, auth=auth)
        assert other.paths == []


def test_a_redirect_within_the_api_is_followed_with_the_token() -> None:
    def answer(api: RawApi, asked: Parameters) -> Sent:
        if "moved" not in asked:
            return Sent(status=308, headers={"Location": "/v1/people?moved=1"})
        return page({"data": [row(1)], "next": None})

    with serving(answer) as api:
        assert load(api.base_url) == 1
        assert api.tokens == [f"Bearer {TOKEN}"] * 2


def test_a_redirect_to_itself_is_refused() -> None:
    with serving(lambda api, asked: Sent(status=302, headers={"Location": api.paths[-1]})) as api:
        assert "redirects without end" in refused(api.base_url)


def test_an_address_is_shown_without_its_secrets() -> None:
    assert (
        address("https://me:secret@api.example.com:8443/v1/x?key=secret#y")
        == "https://api.example.com:8443/v1/x"
    )


# What is answered


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "application/json",
        "application/json; charset=utf-8",
        "application/json; charset=iso-8859-1",
        "application/json; charset=nonsense",
        "text/plain",
        "text/html; charset=windows-1252",
        "application/octet-stream",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_is_read_by_its_bytes_whatever_the_server_declares(
    content_type: str | None, encoding: str
) -> None:
    body = '{"data": [{"id": 1, "name": "Žofie Müller"}], "next": null}'.encode(encoding)
    with serve_raw(lambda parameters: Sent(body, content_type)) as api:
        assert read(api.base_url) == [{"id": 1, "name": "Žofie Müller"}]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (Sent(b"<html>Sign in</html>", "text/html"), "sent a page that is HTML or XML"),
        (Sent(b""), "sent a page that is empty"),
        (Sent(b"null"), "no longer answers"),
        (Sent(b"[]"), "no longer answers"),
        (Sent(b"7"), "no longer answers"),
        (Sent(b'{"error": "quota"}'), "no longer answers"),
        (Sent(b'{"data": {"id": 1}, "next": null}'), "no longer answers"),
        (Sent(b'{"data": [1], "next": null}'), "no longer answers"),
        (Sent(b'{"data": [], "next": 5}'), "no longer answers"),
        (Sent(b'{"data": [{"id": 1'), "sent a page that is not valid JSON"),
        (Sent(b'{"data": []}{"data": []}'), "sent a page that is not valid JSON (Extra data"),
        (Sent(b'{"data": [], "next": null}', length=20), "sent a page that is not valid JSON"),
        (Sent('{"data": [{"id": "ü"}]}'.encode("latin-1")), "sent a page that is not valid UTF-8"),
        (Sent(b'{"data": [{"id": NaN}]}'), "sent a page that is not valid JSON (it has NaN)"),
        (Sent(b'{"data": [{"id": 1, "id": 2}]}'), "an object has the key id twice"),
        (Sent(b"not gzip", headers={"Content-Encoding": "gzip"}), "cannot be decompressed"),
        (Sent(b'{"data": [', length=100), "breaks off in the middle of a page"),
        (Sent(b"", status=404), "answered 404"),
        (Sent(b"<html>", status=503), "answered 503 to every try"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_that_is_no_page_is_one_line(sent: Sent, words: str) -> None:
    kind: type[IngestError] = IngestError
    if "no longer" in words:
        kind = SourceChanged
    if "every try" in words or "breaks off" in words:
        kind = SourceUnavailable
    with serve_raw(lambda parameters: sent) as api:
        assert words in refused(api.base_url, kind=kind)


@pytest.mark.parametrize("body", [b"null", b"[]", b'{"error": "quota"}', b'"x"'])
def test_rows_that_are_missing_are_not_taken_for_none(body: bytes) -> None:
    with serve_raw(lambda parameters: Sent(body)) as api:
        assert 'no longer answers {"data": [rows]}' in refused(
            api.base_url, SourceChanged, paginator="single_page"
        )


def test_a_selector_may_say_that_rows_may_be_missing() -> None:
    with serve_raw(lambda parameters: Sent(b"{}")) as api:
        assert load(api.base_url, "single_page", selector="data[*]") == 0
