"""`larder serve`: the Prefect server and UI, a worker for the schedule, and the site."""

import functools
import signal
import sys
import threading
from contextlib import ExitStack
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from larder import settings
from larder.errors import LarderError
from larder.runtime import prefect_server


class _Site(SimpleHTTPRequestHandler):
    """Serves the state folder's `site/`, without logging requests."""

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


def site(port: int) -> ThreadingHTTPServer:
    """Serve the site from a thread of this process; the caller shuts down the server."""
    folder = settings.home() / "site"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        http = ThreadingHTTPServer(
            (prefect_server.HOST, port), functools.partial(_Site, directory=str(folder))
        )
    except OSError as error:
        raise LarderError(
            f"port {port} on {prefect_server.HOST} is taken ({error.strerror}); "
            f"stop the process that listens there, then serve again"
        ) from error
    threading.Thread(target=http.serve_forever, name="site", daemon=True).start()
    return http


def serve() -> None:
    """Serve until interrupted: UI on 4200, site on 4201, scheduled runs in a worker's processes.

    Raises:
        LarderError: a port is taken, the server did not start, or the worker exited.
    """
    if prefect_server.answers(prefect_server.api_url(prefect_server.UI_PORT)):
        raise LarderError(
            f"a Prefect server already answers on port {prefect_server.UI_PORT}; stop it, then serve again"
        )
    # A service manager sends SIGTERM; handle it like Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ExitStack() as stack:
        http = site(prefect_server.SITE_PORT)
        stack.callback(http.shutdown)
        process = prefect_server.spawn(prefect_server.UI_PORT)
        stack.callback(prefect_server.stop, process)
        prefect_server.wait(process, prefect_server.UI_PORT)
        prefect_server.point_to(prefect_server.api_url(prefect_server.UI_PORT))
        # Imported late: Prefect reads its API's address when it is imported.
        from flows import deployments
        from larder.runtime import worker

        worker.give_up_lost_runs(deployments.POOL)
        deployments.register()
        worker_process = worker.spawn(deployments.POOL, deployments.QUEUES)
        stack.callback(prefect_server.stop, worker_process)
        print(f"Prefect UI  http://{prefect_server.HOST}:{prefect_server.UI_PORT}")
        print(f"Site        {prefect_server.SITE_URL}")
        print("Ctrl-C ends both.", flush=True)
        try:
            code = worker_process.wait()
        except KeyboardInterrupt:
            return
    raise LarderError(
        f"the worker ended by itself ({code}); its log {settings.home() / 'prefect' / 'worker.log'} says why"
    )
