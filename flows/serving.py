"""`larder serve`: the Prefect server and UI, a worker for the schedule, and the site."""

import functools
import signal
import sys
import threading
from contextlib import ExitStack
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from flows import server
from larder import settings
from larder.errors import LarderError


class _Site(SimpleHTTPRequestHandler):
    """The state folder's `site/`, without a line in the terminal for each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


def site(port: int) -> ThreadingHTTPServer:
    """Serve the site from a thread of this process; returns the server, which the caller shuts down."""
    folder = settings.home() / "site"
    folder.mkdir(parents=True, exist_ok=True)
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
    """Serve until interrupted: UI on 4200, site on 4201, scheduled runs in processes of a worker.

    Raises:
        LarderError: a port is taken, the server did not start, or the worker ended by itself.
    """
    if server.answers(server.api_url(server.UI_PORT)):
        raise LarderError(
            f"a Prefect server already answers on port {server.UI_PORT}; end it, then serve again"
        )
    # A service manager ends with SIGTERM what a person ends with Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ExitStack() as stack:
        http = site(server.SITE_PORT)
        stack.callback(http.shutdown)
        process = server.spawn(server.UI_PORT)
        stack.callback(server.stop, process)
        server.wait(process, server.UI_PORT)
        server.point_to(server.api_url(server.UI_PORT))
        # Only now: Prefect reads its API's address when it is imported.
        from flows import deployments, worker

        worker.give_up_lost_runs()
        deployments.register()
        working = worker.spawn()
        stack.callback(server.stop, working)
        print(f"Prefect UI  http://{server.HOST}:{server.UI_PORT}")
        print(f"Site        {server.SITE_URL}")
        print("Ctrl-C ends both.", flush=True)
        try:
            code = working.wait()
        except KeyboardInterrupt:
            return
    raise LarderError(
        f"the worker ended by itself ({code}); its log {settings.home() / 'prefect' / 'worker.log'} says why"
    )
