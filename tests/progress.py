"""Live progress of a long test: a child process reports its steps, and pytest's terminal shows them."""

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

# Prefix of the lines to show, among everything else that the child prints.
MARK = "progress: "


class Reporter:
    """Reports steps on stdout, each with the time since the first."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, words: str) -> None:
        """Report that something begins or has ended."""
        minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
        print(f"{MARK}{minutes:2}:{seconds:02} {words}", flush=True)


def run(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, show: Callable[[str], None]
) -> tuple[int, str]:
    """Run a command in a folder and show the steps that it reports; return its exit code and its output."""
    output: list[str] = []
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**environment, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            output.append(line)
            if line.startswith(MARK):
                show(line.removeprefix(MARK).rstrip())
    return process.returncode, "".join(output)


def terminal(config: pytest.Config) -> Callable[[str], None]:
    """Return a function that shows a line in the terminal at once, although pytest captures output."""
    capture = config.pluginmanager.getplugin("capturemanager")
    reporter = config.pluginmanager.getplugin("terminalreporter")

    def show(line: str) -> None:
        with capture.global_and_fixture_disabled():
            reporter.write_line(line)
            reporter.flush()

    return show
