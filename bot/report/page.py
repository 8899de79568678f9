"""The report as one page that needs nothing else: no script, no address, no font."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from importlib import resources

from bot.report import charts
from bot.report.figures import Figures, Row

EMPTY = "No decision was recorded since {since}."
MONEY = ("runs", "calls", "USD", "baseline ≈", "largest ≈")
SAVED = (
    "The same tokens would have cost ≈ ${baseline} with everything on the baseline "
    "class and ≈ ${largest} on the largest model; tokenizers differ, so both are near."
)
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<a class="skip" href="#figures">Skip to the figures</a>
<header><h1>{title}</h1><p>{since} to {until}, UTC</p></header>
<main id="figures">
{body}
</main>
<footer>{notes}</footer>
</body>
</html>
"""


def render(figures: Figures) -> str:
    """Write the whole page; everything in it that came from outside is escaped."""
    title = "What the routing earns"
    body = _body(figures) if figures.total.runs else _nothing(figures)
    style = resources.files("bot.report").joinpath("page.css").read_text("utf-8")
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in figures.notes)
    return PAGE.format(
        title=title,
        style=style,
        since=html.escape(figures.since[:10]),
        until=html.escape(figures.until[:10]),
        body=body,
        notes=notes,
    )


def _nothing(figures: Figures) -> str:
    return f"<p class='empty'>{html.escape(EMPTY.format(since=figures.since[:10]))}</p>"


def _body(figures: Figures) -> str:
    parts = [
        _tiles(figures),
        _money("Spent by task", "task", figures.tasks),
        _money("Spent by class", "class", figures.classes),
        _money("Spent by model", "model", figures.models),
        _days(figures.days),
        _section(
            "How runs ended", _table(("what happened", "runs"), figures.outcomes, 1)
        ),
        _section("How long answers took", _latency(figures)),
        _section("Corrections: routed → overridden", _confusion(figures)),
        _section("Reactions to our comments", _reactions(figures)),
        _section("Claims dropped because they did not hold", _claims(figures)),
        _section("The dearest threads", _dearest(figures)),
    ]
    return "\n".join(parts)


def _tiles(figures: Figures) -> str:
    total = figures.total
    tiles = [
        (_usd(total.usd), f"spent in {total.runs:,} runs, {total.calls:,} calls"),
        _against(total.baseline - figures.comparable, "the baseline class"),
        _against(total.largest - figures.comparable, "the largest model"),
        (
            f"{figures.minutes:,} min",
            f"of runners; {figures.waited:,.0f} min of models",
        ),
    ]
    if total.unpriced:
        tiles.append(
            (f"{total.unpriced:,}", "answers of unknown price, not in the sum")
        )
    shown = "".join(f"<li><b>{a}</b> <span>{b}</span></li>" for a, b in tiles)
    words = SAVED.format(
        baseline=f"{total.baseline:,.2f}", largest=f"{total.largest:,.2f}"
    )
    return f"<ul class='tiles'>{shown}</ul><p>{words}</p>"


def _against(saved: float, what: str) -> tuple[str, str]:
    if saved >= 0:
        return _usd(saved), f"saved against {what}"
    return _usd(-saved), f"more than on {what}"


def _money(title: str, name: str, rows: Sequence[Row]) -> str:
    # A model's provider and effort stand in the table.
    short = [(row.name.partition(":")[2].partition("@")[0] or row.name) for row in rows]
    values = [(label[:24], row.usd) for label, row in zip(short, rows, strict=True)]
    drawn = charts.bars(f"{title}, USD; the table has the figures", values)
    cells = [(row.name, *_of(row)) for row in rows]
    return _section(title, drawn + _table((name, *MONEY), cells, 5))


def _days(rows: Sequence[Row]) -> str:
    title = "Spent by day"
    drawn = charts.days(
        f"{title}, USD; the table has the figures", [(r.name, r.usd) for r in rows]
    )
    cells = [(row.name, *_of(row)) for row in rows]
    folded = f"<details><summary>Every day</summary>{_table(('day', *MONEY), cells, 5)}"
    return _section(title, f"{drawn}{folded}</details>")


def _of(row: Row) -> tuple[str, ...]:
    counts = (f"{row.runs:,}", f"{row.calls:,}")
    return (*counts, _usd(row.usd), _usd(row.baseline), _usd(row.largest))


def _latency(figures: Figures) -> str:
    cells = [
        (each.name, f"{each.answers:,}", f"{each.median:.1f} s", f"{each.most:.1f} s")
        for each in figures.latencies
    ]
    return _table(("class", "answers", "half within", "nine of ten within"), cells, 3)


def _confusion(figures: Figures) -> str:
    routed = sorted({a for a, _, _ in figures.confusion})
    meant = sorted({b for _, b, _ in figures.confusion})
    counts = {(a, b): n for a, b, n in figures.confusion}
    cells = [(a, *(str(counts.get((a, b), "·")) for b in meant)) for a in routed]
    return _table(("routed as", *(f"→ {b}" for b in meant)), cells, len(meant))


def _reactions(figures: Figures) -> str:
    return _table(("task", "thumbs up", "thumbs down"), figures.reactions, 2)


def _claims(figures: Figures) -> str:
    return _table(("task", "dropped"), figures.claims, 1)


def _dearest(figures: Figures) -> str:
    cells = [
        (f"{t.repository}#{t.number}", f"{t.runs:,}", _usd(t.usd))
        for t in figures.dearest
    ]
    return _table(("thread", "runs", "USD"), cells, 2)


def _section(title: str, body: str) -> str:
    return f"<section><h2>{html.escape(title)}</h2>{body}</section>"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]], numbers: int) -> str:
    """Write a table whose last `numbers` columns are figures; a line for no rows."""
    kinds = [""] * (len(head) - numbers) + [" class='n'"] * numbers
    first = "".join(
        f"<th scope='col'{kind}>{html.escape(name)}</th>"
        for name, kind in zip(head, kinds, strict=True)
    )
    lines = []
    for row in rows:
        name, *others = (html.escape(_shown(cell)) for cell in row)
        cells = "".join(
            f"<td{kind}>{cell}</td>"
            for cell, kind in zip(others, kinds[1:], strict=True)
        )
        lines.append(f"<tr><th scope='row'>{name}</th>{cells}</tr>")
    if not lines:
        return "<p class='empty'>None.</p>"
    # It scrolls by itself where it is wider than the page, also by keyboard.
    return (
        f"<div class='scroll' tabindex='0' role='region' aria-label='Table'>"
        f"<table><thead><tr>{first}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
        "</div>"
    )


def _shown(cell: object) -> str:
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _usd(amount: float) -> str:
    return f"-${-amount:,.2f}" if amount < -0.005 else f"${abs(amount):,.2f}"
