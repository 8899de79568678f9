"""Charts as SVG that stands in a page and takes its colours from there."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import leather

WIDTH, BAR, FRAME = 480, 34, 70
HEIGHT = 240
MOST_BARS = 10
_OPENING = re.compile(r"<svg width=\"[0-9]+\" height=\"([0-9]+)\"[^>]{0,200}>")


def bars(title: str, values: Sequence[tuple[str, float]]) -> str:
    """Draw one bar a name, the first on top; "" for nothing to draw."""
    shown = [(Decimal(f"{v:.4f}"), name) for name, v in values[:MOST_BARS]]
    if not any(value for value, _ in shown):
        return ""
    chart = leather.Chart()
    chart.add_bars(shown)
    height = FRAME + BAR * len(shown)
    return _inline(chart.to_svg(width=WIDTH, height=height), title)


def days(title: str, values: Sequence[tuple[str, float]]) -> str:
    """Draw a line over days (ISO dates); "" for fewer than two of them."""
    points = [(date.fromisoformat(d), Decimal(f"{v:.4f}")) for d, v in values]
    if len(points) < 2:
        return ""
    chart = leather.Chart()
    chart.add_y_scale(0, max(max(v for _, v in points) * Decimal("1.1"), Decimal(1)))
    chart.add_line(points)
    chart.add_x_axis(tick_formatter=lambda day, *_: day.strftime("%m-%d"))
    return _inline(chart.to_svg(width=WIDTH, height=HEIGHT), title)


def _inline(svg: str, title: str) -> str:
    said = html.escape(title)
    match = _OPENING.search(svg)
    assert match is not None
    opening = (
        f'<svg viewBox="0 0 {WIDTH} {match[1]}" role="img" aria-label="{said}"'
        ' xmlns="http://www.w3.org/2000/svg">'
    )
    return opening + svg[match.end() :]
