"""`larder alerts`."""

import typer

app = typer.Typer(no_args_is_help=True, help="Alerts for the person on call.")


@app.command("test")
def alerts_test() -> None:
    """Send a test alert to each receiver that is set up, and report which ones got it."""
    from larder.runtime import environment

    environment.prepare()
    from larder.alerts.oncall import rehearse

    outcomes = rehearse()
    for name, problem in outcomes.items():
        typer.echo(f"warn  {problem}" if problem else f"ok    {name} got the test alert and its end")
    if any(outcomes.values()):
        raise typer.Exit(1)


@app.callback()
def main() -> None:
    """Alerts for the person on call."""
