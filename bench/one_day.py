"""One `larder run` of the current business date, counted; run as a program, also by an older checkout.

    LARDER_HOME=<state folder> PYTHONPATH=<checkout> python -P bench/one_day.py

The last line of its output is JSON: `{"statements": …, "jobs": …, "CPU seconds": …}`. The time is that of
this process, Spark and Prefect's server.
"""

import json
import os
from typing import Any
from unittest.mock import patch

from larder.runtime import environment
from larder.runtime.meter import tree


def main() -> None:
    """Run the date and print what it took."""
    environment.prepare()
    from larder.runtime import prefect_server

    with prefect_server.connected():
        from pyspark.sql import SparkSession

        from flows.daily import daily

        session: Any = SparkSession
        send, statements = session.sql, 0

        def count(self: Any, *arguments: Any, **options: Any) -> Any:
            nonlocal statements
            statements += 1
            return send(self, *arguments, **options)

        with patch.object(session, "sql", count):
            daily()
        jobs = session.active().sparkContext._jsc.sc().dagScheduler().numTotalJobs()
        seconds = sum(sum(process.cpu_times()[:2]) for process in tree([os.getpid()]))
    print(json.dumps({"statements": statements, "jobs": int(jobs), "CPU seconds": seconds}))


if __name__ == "__main__":
    main()
