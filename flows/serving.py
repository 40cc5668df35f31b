"""`larder serve`: the Prefect server and UI, the scheduled deployments and the documentation site."""

import functools
import os
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from flows import server
from larder import settings
from larder.errors import LarderError

SITE_PORT = 4201


class _Site(SimpleHTTPRequestHandler):
    """The state folder's `site/`, without a line in the terminal for each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


def site(port: int) -> ThreadingHTTPServer:
    """Serve the site from a thread of this process; returns the server, which the caller shuts down."""
    folder = settings.home() / "site"
    (folder / "docs").mkdir(parents=True, exist_ok=True)
    try:
        http = ThreadingHTTPServer((server.HOST, port), functools.partial(_Site, directory=str(folder)))
    except OSError as error:
        raise LarderError(
            f"port {port} on {server.HOST} is taken ({error.strerror}); "
            f"end what listens there, then serve again"
        ) from error
    threading.Thread(target=http.serve_forever, name="site", daemon=True).start()
    return http


def serve() -> None:
    """Serve until interrupted: UI on 4200, documentation on 4201, deployments run by this process."""
    if server.answers(server.api_url(server.UI_PORT)):
        raise LarderError(
            f"a Prefect server already answers on port {server.UI_PORT}; end it, then serve again"
        )
    http = site(SITE_PORT)
    process = server.spawn(server.UI_PORT)
    try:
        server.wait(process, server.UI_PORT)
        os.environ["PREFECT_API_URL"] = server.api_url(server.UI_PORT)
        # Only now: Prefect reads its API's address when it is imported.
        from prefect import serve as run_deployments

        from flows.deployments import DEPLOYMENTS

        print(f"Prefect UI     http://{server.HOST}:{server.UI_PORT}")
        print(f"Documentation  http://{server.HOST}:{SITE_PORT}/docs/")
        print("Ctrl-C ends both.", flush=True)
        run_deployments(*(deployment.prepared() for deployment in DEPLOYMENTS), print_starting_message=False)
    finally:
        http.shutdown()
        server.stop(process)
