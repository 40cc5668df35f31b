"""Repetitions, medians and ranges, printed so that a claim can be read off."""

from collections.abc import Sequence
from statistics import median


def spread(values: Sequence[float], unit: str = "s") -> str:
    """Median and range of repeated measurements, such as `1.42 s (1.31 to 1.60)`."""
    return f"{median(values):.2f} {unit} ({min(values):.2f} to {max(values):.2f})"


def ratio(values: Sequence[float], base: Sequence[float]) -> list[float]:
    """Pairwise ratios of measurements taken in turns, so that a drifting machine does not matter."""
    return [value / floor for value, floor in zip(values, base, strict=True)]


def claim(what: str, ratios: Sequence[float], limit: float | None) -> str:
    """One line of the report: the median ratio with its range, beside the limit it is held to."""
    text = f"{what}: {median(ratios):.2f} × ({min(ratios):.2f} to {max(ratios):.2f})"
    if limit is None:
        return text
    return f"{text}, limit {limit} × — {'kept' if median(ratios) <= limit else 'MISSED'}"
