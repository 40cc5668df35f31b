"""The static site: what happened, how quality moves over time, and the business itself.

Made after each run from the Iceberg tables of `ops` and `gold` alone; it knows neither Spark nor
the orchestrator.
"""

from larder.report.site import make

__all__ = ["make"]
