"""The report as one page that needs nothing else: no script, no address, no font."""

from __future__ import annotations

import html
from collections.abc import Sequence
from importlib import resources

from bot.report import charts
from bot.report.figures import Figures, Row
from bot.report.summary import WORDS
from bot.report.tables import behind, section, table, usd

TITLE = "What the routing earns"
EMPTY = (
    "No decision was recorded since {since}. Once routebot has answered an event, what "
    "it spent and what became of it stands here."
)
MONEY = ("runs", "calls", "USD", "baseline ≈", "largest ≈")
NEAR = (
    "≈ is what the same tokens would have cost with everything on the baseline class, "
    "and with everything on the largest model. Tokenizers differ, so both are near."
)
TAKEN = (
    "A suggestion counts as taken where its text stands in the file at a later commit; "
    "a finding where its thread was resolved or its code changed; a test where the "
    "default branch has it. Left: the pull request was closed without."
)
LINES = ("as routed", "all on the baseline", "all on the largest")
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
<header><h1>{title}</h1><p>{span}, UTC</p></header>
<main id="figures">
{body}
</main>
<footer>{notes}</footer>
</body>
</html>
"""


def render(figures: Figures) -> str:
    """Write the whole page; everything in it that came from outside is escaped."""
    is_empty = not figures.total.runs
    since, until = (html.escape(t[:10]) for t in (figures.since, figures.until))
    span = f"since {since}" if is_empty else f"{since} to {until}"
    said = [] if is_empty else [NEAR]
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in (*said, *figures.notes))
    style = resources.files("bot.report").joinpath("page.css").read_text("utf-8")
    return PAGE.format(
        title=TITLE,
        style=style,
        span=span,
        body=_nothing(since) if is_empty else _body(figures),
        notes=notes,
    )


def _nothing(since: str) -> str:
    return f"<p class='empty'>{EMPTY.format(since=since)}</p>"


def _body(figures: Figures) -> str:
    cards = [
        _money("Spent by task", "task", figures.tasks),
        _money("Spent by class", "class", figures.classes),
        _money("Spent by model", "model", figures.models),
        _plain("How runs ended", ("what happened", "runs"), figures.outcomes),
        _accepted(figures),
        _confusion(figures),
        _latency(figures),
        _dearest(figures),
        _plain(
            "Reactions to our comments",
            ("task", "thumbs up", "thumbs down"),
            figures.reactions,
        ),
        _plain(
            "Claims dropped, since they did not hold",
            ("task", "dropped"),
            figures.claims,
        ),
    ]
    parts = [_tiles(figures), _facts(figures), _days(figures.days)]
    return "\n".join([*parts, "<div class='cards'>", *cards, "</div>"])


def _tiles(figures: Figures) -> str:
    """What the routing earned, at one glance."""
    total, corrected = figures.total, sum(n for _, _, n in figures.confusion)
    share = f"{corrected / figures.threads:.1%} of" if figures.threads else "of"
    tiles = [
        ("", "spent", usd(total.usd), f"{total.runs:,} runs, {total.calls:,} calls"),
        _against(total.baseline, figures.comparable, "the baseline class"),
        _against(total.largest, figures.comparable, "the largest model"),
        (
            "",
            "corrected by people",
            f"{corrected:,}",
            f"{share} {figures.threads:,} threads routed",
        ),
    ]
    shown = "".join(
        f"<li{kind}><span>{html.escape(what)}</span> <b>{value}</b> "
        f"<small>{html.escape(more)}</small></li>"
        for kind, what, value, more in tiles
    )
    return f"<ul class='tiles'>{shown}</ul>"


def _against(there: float, here: float, what: str) -> tuple[str, str, str, str]:
    saved = there - here
    part = f", {abs(saved) / there:.0%}" if there else ""
    said = f"all on it ≈ {usd(there)}"
    if saved >= 0:
        return " class='good'", f"saved against {what}", usd(saved), said + part
    return " class='dear'", f"more than on {what}", usd(-saved), said + part


def _facts(figures: Figures) -> str:
    """Time and prices that the sum does not know, in one line."""
    facts = [
        f"<b>{figures.minutes:,}</b> runner minutes",
        f"<b>{figures.waited:,.0f}</b> minutes of models",
    ]
    facts += [
        f"<b>{row.taken:,}</b> of {row.posted:,} {WORDS[row.kind]}"
        for row in figures.accepted
    ]
    if figures.total.unpriced:
        unpriced = f"{figures.total.unpriced:,}"
        facts.append(f"<b>{unpriced}</b> answers of unknown price, not in the sum")
    return f"<ul class='facts'>{''.join(f'<li>{each}</li>' for each in facts)}</ul>"


def _days(rows: Sequence[Row]) -> str:
    title = "Day by day"
    lines = (
        [(r.name, r.usd) for r in rows],
        [(r.name, r.baseline) for r in rows],
        [(r.name, r.largest) for r in rows],
    )
    drawn = charts.days(
        f"{title}, USD; the table has the figures",
        list(zip(LINES, lines, strict=True)),
    )
    cells = [(row.name, *_of(row)) for row in rows]
    listed = table(("day", *MONEY), cells, 5, title=title)
    return section(title, behind(drawn, listed), kind="whole")


def _money(title: str, name: str, rows: Sequence[Row]) -> str:
    # A model's provider and effort stand in the table.
    short = [(row.name.partition(":")[2].partition("@")[0] or row.name) for row in rows]
    values = [(label[:20], row.usd) for label, row in zip(short, rows, strict=True)]
    drawn = charts.bars(f"{title}, USD; the table has the figures", values)
    cells = [(row.name, *_of(row)) for row in rows]
    return section(title, behind(drawn, table((name, *MONEY), cells, 5, title=title)))


def _of(row: Row) -> tuple[str, ...]:
    counts = (f"{row.runs:,}", f"{row.calls:,}")
    return (*counts, usd(row.usd), usd(row.baseline), usd(row.largest))


def _accepted(figures: Figures) -> str:
    head = ("what", "of", "taken", "open", "left", "not known")
    cells = [
        (WORDS[r.kind], r.posted, r.taken, r.open, r.left, r.unknown)
        for r in figures.accepted
    ]
    title = "What became of it"
    listed = table(head, cells, 5, title=title)
    return section(title, f"{listed}<p class='note'>{TAKEN}</p>")


def _confusion(figures: Figures) -> str:
    title = "Corrections by people"
    routed = sorted({a for a, _, _ in figures.confusion})
    meant = sorted({b for _, b, _ in figures.confusion})
    counts = {(a, b): n for a, b, n in figures.confusion}
    cells = [(a, *(counts.get((a, b), "·") for b in meant)) for a in routed]
    head = ("routed as ↓ meant →", *meant)
    return section(title, table(head, cells, len(meant), title=title, shaded=True))


def _latency(figures: Figures) -> str:
    title = "How long answers took"
    cells = [
        (each.name, f"{each.answers:,}", f"{each.median:.1f} s", f"{each.most:.1f} s")
        for each in figures.latencies
    ]
    head = ("class", "answers", "half within", "9 of 10 within")
    return section(title, table(head, cells, 3, title=title))


def _dearest(figures: Figures) -> str:
    title = "The ten dearest threads"
    cells = [
        (f"{t.repository}#{t.number}", f"{t.runs:,}", usd(t.usd))
        for t in figures.dearest
    ]
    return section(title, table(("thread", "runs", "USD"), cells, 2, title=title))


def _plain(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    return section(title, table(head, rows, len(head) - 1, title=title))
