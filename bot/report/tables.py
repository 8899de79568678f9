"""Tables and sections of the page, as HTML in which everything is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

NONE = "None."
BEHIND = "The figures"


def section(title: str, body: str, *, kind: str = "") -> str:
    """Write a part of the page with its heading; `body` is HTML."""
    name = f' class="{kind}"' if kind else ""
    return f"<section{name}><h2>{html.escape(title)}</h2>{body}</section>"


def behind(chart: str, table_: str) -> str:
    """Fold a table behind its chart; where nothing is drawn it stands alone."""
    if not chart:
        return table_
    return f"{chart}<details><summary>{BEHIND}</summary>{table_}</details>"


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    numbers: int,
    *,
    title: str,
    shaded: bool = False,
) -> str:
    """Write a table whose last `numbers` columns are figures; a line for no rows.

    `title` is for who does not see where it stands. With `shaded` larger counts have a
    darker ground.
    """
    known = [tuple(row) for row in rows]
    if not known:
        return f"<p class='empty'>{NONE}</p>"
    kinds = [""] * (len(head) - numbers) + [" class='n'"] * numbers
    first = "".join(
        f"<th scope='col'{kind}>{html.escape(name)}</th>"
        for name, kind in zip(head, kinds, strict=True)
    )
    counts = [cell for row in known for cell in row if isinstance(cell, int)]
    most = max(counts, default=0) if shaded else 0
    lines = "".join(_line(row, kinds, most) for row in known)
    # It scrolls by itself where it is wider than the page, also by keyboard.
    return (
        f"<div class='scroll' tabindex='0' role='region' aria-label='{title}'>"
        f"<table><thead><tr>{first}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def usd(amount: float) -> str:
    """Write an amount of USD to the cent."""
    return f"-${-amount:,.2f}" if amount < -0.005 else f"${abs(amount):,.2f}"


def _line(row: Sequence[object], kinds: Sequence[str], most: int) -> str:
    name, *others = row
    cells = "".join(
        f"<td{kind}{_shade(cell, most)}>{html.escape(_shown(cell))}</td>"
        for cell, kind in zip(others, kinds[1:], strict=True)
    )
    return f"<tr><th scope='row'>{html.escape(_shown(name))}</th>{cells}</tr>"


def _shade(cell: object, most: int) -> str:
    if not most or not isinstance(cell, int):
        return ""
    return f" style='--part:{cell / most:.2f}'"


def _shown(cell: object) -> str:
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
