"""An Iceberg REST catalog in a thread of the test, over SQLite: as much as locks and publication need."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

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
from pyiceberg.view.metadata import ViewMetadata

from larder.publication import sql_catalog
from larder.publication.changes import StoredView, TableChange, ViewChange
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

        def do_DELETE(self) -> None:
            self._answer(b"", delete=True)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, body: bytes, *, delete: bool = False) -> None:
            path = self.path.split("?")[0].strip("/").split("/")[1:]
            try:
                status, text = 200, answer(catalog, [*path, "delete"] if delete else path, body)
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
    """The answer to a request; without a body, it is a GET, or a DELETE with a last part `delete`."""
    match path:
        case ["transactions", "commit"]:
            return change_tables(catalog, body)
        case ["namespaces", namespace, "views", *name]:
            return answer_about_views(catalog, namespace, name, body)
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
        case ["namespaces", namespace, "tables", name]:
            if body:
                commit: Any = CommitTableRequest.model_validate_json(body)
                table = catalog.load_table((namespace, name))
                catalog.commit_table(table, commit.requirements, commit.updates)
            return describe(catalog.load_table((namespace, name)))
    raise NotImplementedError(path)


def change_tables(catalog: SqlCatalog, body: bytes) -> str:
    """Commit several tables at once."""
    changes = [read_change(catalog, one) for one in json.loads(body)["table-changes"]]
    sql_catalog.commit(catalog, changes, [])
    return ""


def read_change(catalog: SqlCatalog, found: Any) -> TableChange:
    """One table's part of a commit of several tables."""
    commit: Any = CommitTableRequest.model_validate(found)
    table = catalog.load_table((*found["identifier"]["namespace"], found["identifier"]["name"]))
    return TableChange(table, commit.requirements, commit.updates)


def answer_about_views(catalog: SqlCatalog, namespace: str, name: list[str], body: bytes) -> str:
    """The answer to a request for views: create or list them, read or drop one."""
    known = {view.name: view for view in sql_catalog.read_views(catalog, namespace)}
    if body:
        wanted = json.loads(body)
        metadata = ViewMetadata.model_validate(
            {
                "view-uuid": str(uuid4()),
                "format-version": 1,
                "location": f"{catalog.properties['warehouse']}/{namespace}/{wanted['name']}",
                "schemas": [wanted["schema"]],
                "current-version-id": wanted["view-version"]["version-id"],
                "versions": [wanted["view-version"]],
                "version-log": [],
                "properties": wanted["properties"],
            }
        )
        sql_catalog.commit(catalog, [], [ViewChange(None, StoredView(namespace, wanted["name"], metadata))])
        return describe_view(metadata)
    match name:
        case [one, "delete"]:
            sql_catalog.commit(catalog, [], [ViewChange(known[one], None)])
            return ""
        case [one]:
            return describe_view(known[one].metadata)
    return json.dumps({"identifiers": [{"namespace": [namespace], "name": one} for one in known]})


def describe_view(metadata: ViewMetadata) -> str:
    """A view as the protocol has it."""
    found = json.loads(metadata.model_dump_json(by_alias=True, exclude_none=True))
    return json.dumps({"metadata-location": metadata.location, "metadata": found, "config": {}})


def describe(table: Table) -> str:
    """A table as the protocol has it."""
    found: Any = TableResponse
    return str(
        found(metadata_location=table.metadata_location, metadata=table.metadata).model_dump_json(
            by_alias=True
        )
    )
