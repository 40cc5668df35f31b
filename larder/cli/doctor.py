"""`larder doctor`."""

import typer


def doctor() -> None:
    """Say what is missing or wrong here, and how to mend it. Fails where what is set up does not work."""
    from larder.doctor.examine import examine

    findings = examine()
    for finding in findings:
        typer.echo(str(finding))
    if any(finding.level == "fail" for finding in findings):
        raise typer.Exit(1)
