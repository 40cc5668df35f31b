"""Plotly figures as data. Colours are roles (`accent`, `good` …) that `assets/charts.js` looks up."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Values = Sequence[Any]
Trace = dict[str, Any]
# As many names of days as a phone has room for.
FEW = 7
SERIES = ("accent", "series2", "series3", "series4", "series5", "series6")


def plain(values: Values) -> list[Any]:
    """Values as JSON has them: decimals as numbers, days and instants as ISO text."""
    return [
        float(value)
        if isinstance(value, Decimal)
        else value.isoformat()
        if isinstance(value, date | datetime)
        else value
        for value in values
    ]


def line(
    name: str, x: Values, y: Values, role: str, hover: str, *, is_thin: bool = False, is_dotted: bool = False
) -> Trace:
    """A line; `hover` is a d3 format with its unit around it, such as `$%{y:,.0f}`."""
    return {
        "type": "scatter",
        "mode": "lines" if len(x) > 1 else "markers",
        "name": name,
        "x": plain(x),
        "y": plain(y),
        "line": {"width": 1 if is_thin else 2.5, "dash": "dot" if is_dotted else "solid"},
        "hovertemplate": f"{hover}<extra>%{{fullData.name}}</extra>",
        "meta": {"role": role},
    }


def bars(name: str, x: Values, y: Values, role: str | Sequence[str], hover: str) -> Trace:
    """Upright bars, of one role or of one each."""
    roles: dict[str, Any] = {"role": role} if isinstance(role, str) else {"roles": list(role)}
    return {
        "type": "bar",
        "name": name,
        "x": plain(x),
        "y": plain(y),
        "hovertemplate": f"{hover}<extra>%{{fullData.name}}</extra>",
        "meta": roles,
    }


def figure(
    traces: Sequence[Trace],
    unit: str,
    *,
    y_format: str = "~s",
    y_prefix: str = "",
    y_suffix: str = "",
    labels: Sequence[str] | None = None,
    is_stacked: bool = False,
    is_from_zero: bool = True,
    has_legend: bool | None = None,
    height: int = 280,
) -> dict[str, Any]:
    """A figure over days, or over the places 0, 1, 2 … that `labels` name.

    Args:
        traces: lines and bars.
        unit: what the upright axis counts.
        y_format: d3 format of its ticks; y_prefix and y_suffix stand around them.
        labels: names of the places of the level axis, where it does not show days.
        is_stacked: whether bars stand on each other.
        is_from_zero: whether the upright axis begins at zero.
        has_legend: default: where there are several traces.
        height: in pixels.
    """
    across: dict[str, Any] = {"type": "date"}
    days = sorted({day for trace in traces for day in trace["x"]})
    if labels is None and len(days) <= FEW:
        # Between few days Plotly would name hours, and hide the name that reaches past the last of them.
        across |= {"tickvals": days, "tickformat": "%d %b", "ticklabeloverflow": "allow"}
    if labels is not None:
        step = max(1, -(-len(labels) // FEW))
        places = list(range(0, len(labels), step))
        across = {"type": "linear", "tickvals": places, "ticktext": [labels[place] for place in places]}
    return {
        "data": list(traces),
        "layout": {
            "height": height,
            "barmode": "stack" if is_stacked else "group",
            # Few bars are no reason for broad ones.
            "bargap": max(0.25, 1 - len(labels) / FEW) if labels is not None else 0.25,
            "showlegend": len(traces) > 1 if has_legend is None else has_legend,
            "xaxis": across,
            "yaxis": {
                "title": {"text": unit},
                "tickformat": y_format,
                "tickprefix": y_prefix,
                "ticksuffix": y_suffix,
                "rangemode": "tozero" if is_from_zero else "normal",
            },
        },
    }
