"""`larder doctor`."""

import typer


def doctor() -> None:
    """Report what is missing or wrong here, and how to fix it. Fails if something does not work."""
    from larder.doctor.examine import examine

    findings = examine()
    for finding in findings:
        typer.echo(str(finding))
    if any(finding.level == "fail" for finding in findings):
        raise typer.Exit(1)
