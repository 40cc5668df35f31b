"""Steps of a long test, shown as they happen: a child process reports them, pytest's terminal shows them."""

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

# How a line that is to be shown begins, among whatever else the child prints.
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
    """Run a command in a folder and show the steps that it reports; its exit code and all that it printed."""
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
    """Shows a line in the terminal at once, although pytest captures what tests print."""
    capture = config.pluginmanager.getplugin("capturemanager")
    reporter = config.pluginmanager.getplugin("terminalreporter")

    def show(line: str) -> None:
        with capture.global_and_fixture_disabled():
            reporter.write_line(line)
            reporter.flush()

    return show
