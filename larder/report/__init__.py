"""The static site: the latest runs, quality over time, and the business itself.

It is rebuilt after each run from the Iceberg tables of `ops` and `gold` alone, without Spark or the
orchestrator.
"""

from larder.report.site import make

__all__ = ["make"]
