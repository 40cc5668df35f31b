"""The retailer's systems during a benchmark, and their ingestion into Bronze."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from demo import retailer
from larder import local_sources
from larder.landing.load import ingest
from larder.landing.sources import source_names


@contextmanager
def run_retailer(home: Path, business_date: date) -> Iterator[None]:
    """Run the retailer at a date as the sources of this process, and stop it at the end."""
    retailer.start(home, business_date)
    try:
        local_sources.load()
        yield
    finally:
        retailer.stop(home)


def load(business_date: date) -> None:
    """Ingest every source into Bronze for a business date."""
    for source in source_names():
        ingest(source, business_date)
