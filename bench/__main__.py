"""`make bench`: runs the benchmarks one by one, each in its own process (Spark serves one state folder)."""

import subprocess
import sys

BENCHMARKS = ("ingest", "peer", "build", "publication", "day", "report", "demo")

if __name__ == "__main__":
    names = sys.argv[1:] or BENCHMARKS
    failed = [
        name
        for name in names
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode
    ]
    if failed:
        sys.exit(f"error: {', '.join(failed)} failed; see above")
