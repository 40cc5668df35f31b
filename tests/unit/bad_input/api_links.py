"""Links of an API's pages: to the end, to themselves, in a circle, to a stranger."""

from urllib.parse import urlsplit

from tests.unit.bad_input.api import always, api, people, two_pages
from tests.unit.bad_input.case import Accepted, Case, Place, Refused, case
from tests.unit.raw_api import Sent

READ = "already read"
STRANGER = ("links its next page at another address", "must not get the token")
PRIVATE = ("Ann", "a-secret-token")


def port(place: Place) -> int | None:
    """The API's port."""
    return urlsplit(place.base_url).port


def ends(id: str, link: str | None) -> Case:
    """A link that is the end of the pages."""
    return case(id, always(people(1, link=link), 1), Accepted(["Ann"]))


def astray(id: str, link: str) -> Case:
    """A link to another address; `{port}` is the API's port."""
    delivery = two_pages(lambda place: link.format(port=port(place)))
    return case(id, delivery, Refused(*STRANGER), private=PRIVATE)


CASES = [
    ends("null", None),
    ends("empty", ""),
    ends("blank", " \t"),
    case("to_itself", always(people(1, link="/v1/people")), Refused(READ), private=PRIVATE),
    case(
        "to_itself_by_another_spelling",
        api(lambda place, asked: people(1, link=f"HTTP://127.0.0.1:{port(place)}/v1/people")),
        Refused(READ),
    ),
    case(
        "circle_of_two",
        api(
            lambda place, asked: people(
                2 if asked.get("page") == "2" else 1,
                link="/v1/people?page=" + ("1" if asked.get("page") == "2" else "2"),
            )
        ),
        Refused(READ),
    ),
    case(
        "same_rows_on_each_page",
        api(lambda place, asked: people(1, link=f"/v1/people?page={int(asked.get('page', 1)) + 1}")),
        Refused("sent the rows of a page that was already read"),
    ),
    case("relative", two_pages(lambda place: "/v1/people?page=2", 1, 2), Accepted(["Ann", "Ann"])),
    case(
        "absolute",
        two_pages(lambda place: f"{place.base_url}/v1/people?page=2", 1, 2),
        Accepted(["Ann", "Ann"]),
    ),
    case(
        "capitals",
        two_pages(lambda place: f"HTTP://127.0.0.1:{port(place)}/v1/people?page=2", 1, 2),
        Accepted(["Ann", "Ann"]),
    ),
    astray("port_443", "https://127.0.0.1:443/v1/people?page=2"),
    astray("other_port", "http://127.0.0.1:1/v1/people?page=2"),
    astray("stranger", "http://stranger.example.com:{port}/v1/people?page=2"),
    astray("stranger_behind_a_user", "http://127.0.0.1:{port}@stranger.example.com/v1/people?page=2"),
    astray("host_of_a_similar_name", "http://127.0.0.1.example.com:{port}/v1/people?page=2"),
    astray("without_a_scheme", "//stranger.example.com/v1/people?page=2"),
    case(
        "redirect_to_a_stranger",
        always(Sent(status=302, headers={"Location": "http://stranger.example.com/"})),
        Refused("redirects to another address"),
        private=PRIVATE,
    ),
    case(
        "redirect_without_end",
        always(Sent(status=302, headers={"Location": "/v1/people"})),
        Refused("redirects without end"),
        private=PRIVATE,
    ),
    case(
        "second_page_fails",
        api(
            lambda place, asked: Sent(status=500) if "page" in asked else people(1, link="/v1/people?page=2")
        ),
        Refused("answered 500 to every try"),
    ),
    case(
        "same_row_on_two_pages",
        api(
            lambda place, asked: people(1, 2) if "page" in asked else people(1, link="/v1/people?page=2"),
            1,
            2,
        ),
        Accepted(["Ann", "Ann"]),
    ),
]
