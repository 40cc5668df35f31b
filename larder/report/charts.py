"""Plotly figures as data. Colours are roles (`accent`, `good` …) that `assets/charts.js` looks up."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Values = Sequence[Any]
Trace = dict[str, Any]
# Day labels that fit on a phone.
FEW = 7
SERIES = ("accent", "series2", "series3", "series4", "series5", "series6")


def to_json_values(values: Values) -> list[Any]:
    """Convert values for JSON: decimals to numbers, dates and times to ISO text."""
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
    """A line; `hover` is a d3 format with its unit, such as `$%{y:,.0f}`."""
    return {
        "type": "scatter",
        "mode": "lines" if len(x) > 1 else "markers",
        "name": name,
        "x": to_json_values(x),
        "y": to_json_values(y),
        "line": {"width": 1 if is_thin else 2.5, "dash": "dot" if is_dotted else "solid"},
        "hovertemplate": f"{hover}<extra>%{{fullData.name}}</extra>",
        "meta": {"role": role},
    }


def bars(name: str, x: Values, y: Values, role: str | Sequence[str], hover: str) -> Trace:
    """Vertical bars, with one role for all or one for each."""
    roles: dict[str, Any] = {"role": role} if isinstance(role, str) else {"roles": list(role)}
    return {
        "type": "bar",
        "name": name,
        "x": to_json_values(x),
        "y": to_json_values(y),
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
    """A figure over days, or over the positions 0, 1, 2 … with `labels`.

    Args:
        traces: lines and bars.
        unit: the title of the y axis.
        y_format: d3 format of the y axis; y_prefix and y_suffix surround its tick labels.
        labels: tick labels of the x axis, if it does not show days.
        is_stacked: whether bars are stacked.
        is_from_zero: whether the y axis begins at zero.
        has_legend: whether to show a legend; by default if there are several traces.
        height: in pixels.
    """
    x_axis: dict[str, Any] = {"type": "date"}
    days = sorted({day for trace in traces for day in trace["x"]})
    if labels is None and len(days) <= FEW:
        # For few days Plotly would label hours, and hide a label that extends beyond the last day.
        x_axis |= {"tickvals": days, "tickformat": "%d %b", "ticklabeloverflow": "allow"}
    if labels is not None:
        step = max(1, -(-len(labels) // FEW))
        positions = list(range(0, len(labels), step))
        x_axis = {
            "type": "linear",
            "tickvals": positions,
            "ticktext": [labels[position] for position in positions],
        }
    return {
        "data": list(traces),
        "layout": {
            "height": height,
            "barmode": "stack" if is_stacked else "group",
            # Keep bars narrow if there are few.
            "bargap": max(0.25, 1 - len(labels) / FEW) if labels is not None else 0.25,
            "showlegend": len(traces) > 1 if has_legend is None else has_legend,
            "xaxis": x_axis,
            "yaxis": {
                "title": {"text": unit},
                "tickformat": y_format,
                "tickprefix": y_prefix,
                "ticksuffix": y_suffix,
                "rangemode": "tozero" if is_from_zero else "normal",
            },
        },
    }
