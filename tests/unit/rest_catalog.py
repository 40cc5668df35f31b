"""An Iceberg REST catalog in a thread of the test: the part of the protocol that locks need, over SQLite."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyiceberg.catalog.rest import CreateTableRequest, TableResponse
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import (
    CommitFailedException,
    NamespaceAlreadyExistsError,
    NoSuchNamespaceError,
    NoSuchTableError,
    TableAlreadyExistsError,
)
from pyiceberg.table import CommitTableRequest, Table

from tests.unit.http_stub import QuietHandler, serve

MISSING = (NoSuchTableError, NoSuchNamespaceError)
CONFLICTS = (CommitFailedException, NamespaceAlreadyExistsError, TableAlreadyExistsError)


@contextmanager
def serve_catalog(folder: Path) -> Iterator[str]:
    """Serve a catalog whose files are in a folder; yields its address."""
    folder.mkdir(parents=True, exist_ok=True)
    uri = f"sqlite:///{folder / 'rest.db'}?timeout=60"
    catalog = SqlCatalog("rest", uri=uri, warehouse=(folder / "warehouse").as_uri())

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, body: bytes) -> None:
            try:
                status, text = 200, answer(catalog, self.path.split("?")[0].strip("/").split("/")[1:], body)
            except (*MISSING, *CONFLICTS) as error:
                status = 404 if isinstance(error, MISSING) else 409
                found = {"message": str(error), "type": type(error).__name__, "code": status}
                text = json.dumps({"error": found})
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

    with serve(Handler) as address:
        yield address


def answer(catalog: SqlCatalog, path: list[str], body: bytes) -> str:
    """The answer to a request; without a body, it is a GET."""
    match path:
        case ["config"]:
            return json.dumps({"defaults": {}, "overrides": {}})
        case ["namespaces"]:
            catalog.create_namespace(".".join(json.loads(body)["namespace"]))
            return body.decode()
        case ["namespaces", namespace, "tables"]:
            left_out = dict.fromkeys(("location", "partition-spec", "write-order"))
            wanted: Any = CreateTableRequest.model_validate(left_out | json.loads(body))
            created = catalog.create_table(
                (namespace, wanted.name), wanted.table_schema, properties=wanted.properties
            )
            return describe(created)
        case ["namespaces", namespace, "tables", name] if body:
            commit: Any = CommitTableRequest.model_validate_json(body)
            catalog.commit_table(catalog.load_table((namespace, name)), commit.requirements, commit.updates)
            return describe(catalog.load_table((namespace, name)))
        case ["namespaces", namespace, "tables", name]:
            return describe(catalog.load_table((namespace, name)))
    raise NotImplementedError(path)


def describe(table: Table) -> str:
    """A table as the protocol has it."""
    found: Any = TableResponse
    return str(
        found(metadata_location=table.metadata_location, metadata=table.metadata).model_dump_json(
            by_alias=True
        )
    )
