"""Time and memory of the demo as `make demo` runs it: the whole year and three increments."""

import os
import tempfile
from pathlib import Path

from larder.runtime import environment

MINUTES_LIMIT = 6
GIB_LIMIT = 6


def main() -> None:
    """Play the demo in a temporary state folder and print its time and memory."""
    with tempfile.TemporaryDirectory(prefix="larder-bench-") as name:
        os.environ |= {"LARDER_HOME": str(Path(name) / "home"), "DBT_TARGET_PATH": str(Path(name) / "target")}
        environment.prepare()
        # Imported here because Prefect reads its settings on import.
        from demo.play import play

        steps = play()
    minutes = sum(step.seconds for step in steps) / 60
    *year, report = steps
    gib = max(step.peak_bytes for step in steps) / 2**30
    print(
        f"make demo after installation: {minutes:.1f} minutes, limit {MINUTES_LIMIT} — "
        f"{'kept' if minutes <= MINUTES_LIMIT else 'MISSED'}; "
        f"at most {gib:.1f} GiB of all processes, limit {GIB_LIMIT} — "
        f"{'kept' if gib < GIB_LIMIT else 'MISSED'}"
    )
    days = sum(step.seconds for step in year)
    print(f"  {days:.0f} s for the year and its days, {report.seconds:.0f} s to report")


if __name__ == "__main__":
    main()
