"""The README's example of a source works as printed."""

import json
import re
import sys
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest

from larder.landing.load import land
from larder.landing.sources import Source
from larder.settings import PROJECT
from tests.unit.bronze_tables import values
from tests.unit.http_stub import QuietHandler, serve
from tests.unit.landing_helpers import DAY

AT = "2017-03-01T08:00:00+00:00"
ROWS: dict[str, list[dict[str, Any]]] = {
    "/members": [{"member_id": 1, "tier": "gold", "updated_at": AT}],
    "/cards": [{"card_number": "A1", "member_id": 1, "updated_at": AT}],
    "/bookings": [{"booking_id": 7, "member_id": 1, "points": 50, "updated_at": AT}],
}


class Api(QuietHandler):
    """The loyalty programme's API."""

    def do_GET(self) -> None:
        text = json.dumps({"data": ROWS[urlsplit(self.path).path], "next": None}).encode()
        self.send_response(200 if self.headers["Authorization"] == "Bearer secret" else 401)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def test_the_example_of_a_source_lands_each_version_once(
    home: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    [example] = re.findall(r"```python\n(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL)
    assert len(example.splitlines()) < 45
    module = ModuleType("loyalty")
    # dlt looks for the module of a source among those that are imported.
    monkeypatch.setitem(sys.modules, "loyalty", module)
    exec(compile(example, "loyalty.py", "exec"), module.__dict__)  # noqa: S102 it is ours
    source = Source("loyalty", module.loyalty, {"base_url": False, "api_token": True})
    monkeypatch.setenv("SOURCES__LOYALTY__API_TOKEN", "secret")
    with serve(Api) as url:
        monkeypatch.setenv("SOURCES__LOYALTY__BASE_URL", url)
        assert sum(land(source, DAY).rows.values()) == 3
        assert sum(land(source, DAY).rows.values()) == 0
    assert values("loyalty_bookings", "booking_id", "points") == [(7, 50)]
