"""Charts as SVG that stands in a page and takes its colours from there."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import leather

WIDTH, BAR, FRAME = 480, 28, 66
# A chart over the whole page, and the same where the page is a phone's.
WIDTHS = {"wide": 1_000, "narrow": 440}
HEIGHT = 250
MOST_BARS = 10
# Names that the style sheet gives colours to, light and dark.
SERIES = ("#000001", "#000002", "#000003")
# The frame that leather leaves around a chart, as a share of its width.
_MARGIN = 0.05
_OPENING = re.compile(r"<svg width=\"[0-9]+\" height=\"([0-9]+)\"[^>]{0,200}>")
_RECT = re.compile(
    r'<rect x="([0-9.]+)" y="([0-9.]+)" width="([0-9.]+)" height="([0-9.]+)"[^>]{0,99}>'
)
_AMOUNT = '<text class="amount" x="{x:.1f}" y="{y:.1f}" dy="0.32em">{amount}</text>'


def bars(title: str, values: Sequence[tuple[str, float]]) -> str:
    """Draw one bar a name, the first on top, its USD behind it; "" for nothing."""
    shown = [(Decimal(f"{v:.4f}"), name) for name, v in values[:MOST_BARS]]
    most = max((value for value, _ in shown), default=Decimal(0))
    if not most:
        return ""
    chart = leather.Chart()
    # Room for the amount behind the longest bar.
    chart.add_x_scale(0, most * Decimal("1.3"))
    chart.add_x_axis(ticks=[Decimal(0)], tick_formatter=lambda *_: "")
    chart.add_bars(shown, fill_color=SERIES[0])
    drawn = chart.to_svg(width=WIDTH, height=FRAME + BAR * len(shown))
    head, mark, tail = drawn.partition('<g class="series bars">')
    # The last one is drawn first.
    amounts = iter([f"${value:,.2f}" for value, _ in reversed(shown)])
    written = _RECT.sub(lambda rect: rect[0] + _behind(rect, amounts), tail)
    # No legend above and no scale below, as other charts have them.
    return _inline(head + mark + written, title, width=WIDTH, top=0, bottom=16)


def days(title: str, series: Sequence[tuple[str, Sequence[tuple[str, float]]]]) -> str:
    """Draw up to three named lines over days (ISO dates), for a page and a phone.

    The first stands out. "" for fewer than two days.
    """
    points = {
        name: [(datetime.fromisoformat(d), Decimal(f"{v:.4f}")) for d, v in values]
        for name, values in series[: len(SERIES)]
    }
    first = next(iter(points.values()), [])
    if len(first) < 2:
        return ""
    top = max(value for values in points.values() for _, value in values)
    drawn = []
    for kind, width in WIDTHS.items():
        chart = leather.Chart()
        chart.add_y_scale(0, max(top * Decimal("1.1"), Decimal(1)))
        chart.add_y_axis(tick_formatter=lambda value, *_: f"${value:,.0f}")
        # What stands out is drawn last, over the others.
        for (name, values), colour in reversed(
            list(zip(points.items(), SERIES, strict=False))
        ):
            dashes = "none" if colour == SERIES[0] else "4,4"
            chart.add_line(
                values, name=name, stroke_color=colour, stroke_dasharray=dashes
            )
        count = 8 if kind == "wide" else 4
        chart.add_x_axis(
            ticks=list(_spread([day for day, _ in first], count)),
            tick_formatter=lambda day, *_: f"{day:%b} {day.day}",
        )
        svg = chart.to_svg(width=width, height=HEIGHT)
        drawn.append(_inline(svg, title, width=width, kind=kind))
    return "".join(drawn)


def _spread(days: Sequence[datetime], count: int) -> Iterator[datetime]:
    """So many of the days at most, evenly apart."""
    step = -(-len(days) // count)
    yield from days[::step]


def _behind(rect: re.Match[str], amounts: Iterator[str]) -> str:
    x, y, width, height = map(float, rect.groups())
    amount = next(amounts, "")
    return _AMOUNT.format(x=x + width + 6, y=y + height / 2, amount=amount)


def _inline(
    svg: str,
    title: str,
    *,
    width: int,
    kind: str = "wide narrow",
    top: int = 14,
    bottom: int = -8,
) -> str:
    """Cut leather's frame off, but for what `top` leaves, and less `bottom` more."""
    said = html.escape(title)
    match = _OPENING.search(svg)
    assert match is not None
    margin = width * _MARGIN
    height = int(match[1]) - 2 * margin + top - bottom
    box = f"{margin / 2:g} {margin - top:g} {width - margin:g} {height:g}"
    opening = (
        f'<svg class="{kind}" viewBox="{box}" role="img" aria-label="{said}"'
        ' xmlns="http://www.w3.org/2000/svg">'
    )
    return opening + svg[match.end() :]
