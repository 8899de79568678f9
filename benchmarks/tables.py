"""Tables for a terminal and for a page, and the blocks of pages that hold them."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

BLOCK = r"(?<=<!-- benchmark: {name} -->\n).*?(?=<!-- end of benchmark -->)"
NO_BLOCK = "{path}: no <!-- benchmark: {name} --> … <!-- end of benchmark --> block"


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Set rows in columns, the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a Markdown table, the first row being its heads."""
    rule = ["---"] * len(rows[0])
    return "\n".join(
        f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |"
        for row in (rows[0], rule, *rows[1:])
    )


def renew(page: Path, name: str, text: str) -> int:
    """Write `text` between the markers of `name`; 2 where the page has none."""
    block = re.compile(BLOCK.format(name=name), re.DOTALL)
    old = page.read_text(encoding="utf-8")
    if not block.search(old):
        print(NO_BLOCK.format(path=page, name=name), file=sys.stderr)
        return 2
    # Once: after an empty block `sub` would go on to the end of the next one.
    page.write_text(block.sub(lambda _: f"{text}\n", old, count=1), encoding="utf-8")
    return 0
