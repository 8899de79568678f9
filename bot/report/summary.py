"""The report in short, as Markdown for a job summary or an issue."""

from __future__ import annotations

from bot.report.figures import Figures, Row
from bot.text import markdown

HEAD = "### routebot, {since} to {until}"
NOTHING = "No decision was recorded."
SPENT = (
    "**${usd}** in {runs:,} runs and {calls:,} model calls; {baseline} the baseline "
    "class, {largest} the largest model; {minutes:,} runner minutes."
)
CORRECTED = "{count:,} threads were given to another task: {which}."
TAKEN = "{taken:,} of {posted:,} {what}"
REACTED = "👍 {up:,}, 👎 {down:,}."
SHOWN = 8
# What is posted, and the word for what was taken of it.
WORDS = {
    "suggestion": "suggestions committed",
    "finding": "findings settled",
    "test": "tests kept",
}


def render(figures: Figures) -> str:
    """Write totals, tasks, models and corrections: about twenty lines."""
    dates = {"since": figures.since[:10], "until": figures.until[:10]}
    head = markdown.plain(HEAD.format(**dates).removeprefix("### "))
    total = figures.total
    if not total.runs:
        return f"### {head}\n\n{NOTHING}\n"
    spent = SPENT.format(
        usd=f"{total.usd:,.2f}",
        runs=total.runs,
        calls=total.calls,
        baseline=_against(total.baseline - figures.comparable),
        largest=_against(total.largest - figures.comparable),
        minutes=figures.minutes,
    )
    parts = [f"### {head}", spent, _table("task", figures.tasks)]
    parts += [_table("model", figures.models), _corrected(figures)]
    parts += [_accepted(figures), _reacted(figures)]
    parts += [markdown.plain(note) for note in figures.notes]
    return "\n\n".join(filter(None, parts)) + "\n"


def _against(saved: float) -> str:
    if saved >= 0:
        return f"${saved:,.2f} saved against"
    return f"${-saved:,.2f} more than"


def _table(name: str, rows: tuple[Row, ...]) -> str:
    lines = [f"| {name} | runs | USD | baseline ≈ |", "| --- | ---: | ---: | ---: |"]
    lines += [
        f"| {markdown.plain(row.name)} | {row.runs:,} | {row.usd:,.2f} "
        f"| {row.baseline:,.2f} |"
        for row in rows[:SHOWN]
    ]
    return "\n".join(lines)


def _corrected(figures: Figures) -> str:
    count = sum(n for _, _, n in figures.confusion)
    pairs = sorted(figures.confusion, key=lambda each: -each[2])[:SHOWN]
    which = ", ".join(f"{markdown.plain(f'{a} → {b}')} {n}" for a, b, n in pairs)
    return CORRECTED.format(count=count, which=which) if count else ""


def _accepted(figures: Figures) -> str:
    said = (
        TAKEN.format(taken=row.taken, posted=row.posted, what=WORDS[row.kind])
        for row in figures.accepted
    )
    line = ", ".join(said)
    return f"{line}." if line else ""


def _reacted(figures: Figures) -> str:
    up = sum(each[1] for each in figures.reactions)
    down = sum(each[2] for each in figures.reactions)
    return REACTED.format(up=up, down=down) if up or down else ""
