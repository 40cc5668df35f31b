"""`larder serve`."""


def serve() -> None:
    """Serve Prefect's UI with the daily schedule, and the site, until Ctrl-C."""
    from larder.runtime import environment

    environment.prepare()
    from larder.cli.serving import serve as serve_until_interrupted

    serve_until_interrupted()
