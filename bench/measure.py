"""Medians, ranges and ratios of repeated measurements, as text."""

from collections.abc import Sequence
from statistics import median


def format_spread(values: Sequence[float], unit: str = "s") -> str:
    """Median and range of repeated measurements, such as `1.42 s (1.31 to 1.60)`."""
    return f"{median(values):.2f} {unit} ({min(values):.2f} to {max(values):.2f})"


def compute_ratios(values: Sequence[float], base: Sequence[float]) -> list[float]:
    """Pairwise ratios of alternating measurements, so that drift of the machine cancels out."""
    return [value / floor for value, floor in zip(values, base, strict=True)]


def format_ratio(what: str, ratios: Sequence[float], limit: float | None) -> str:
    """One line of the report: the median ratio with its range, and the limit with whether it was kept."""
    text = f"{what}: {median(ratios):.2f} × ({min(ratios):.2f} to {max(ratios):.2f})"
    if limit is None:
        return text
    return f"{text}, limit {limit} × — {'kept' if median(ratios) <= limit else 'MISSED'}"
