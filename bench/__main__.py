"""`make bench`: every measure, one after the other, each in a process of its own (Spark serves one home)."""

import subprocess
import sys

MEASURES = ("ingest", "peer", "build", "report", "demo")

if __name__ == "__main__":
    names = sys.argv[1:] or MEASURES
    failed = [
        name
        for name in names
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode
    ]
    if failed:
        sys.exit(f"error: {', '.join(failed)} could not be measured; see above")
