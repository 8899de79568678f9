"""Does a review post what it should? `python benchmarks/review.py` asks on loopback.

Opens pull requests there, lets a script comment in the place of a model, runs the real
command line on each and looks at what stands there afterwards: where comments are,
whether what can be clicked applies and parses, what was read, what it took. `--pairs`
adds pull requests from one version of a package to the next.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import tables
from benchmarks.reviewing import cases, changes, critic
from benchmarks.reviewing.changes import Change
from benchmarks.reviewing.posting import Critic, Posted, posted

MADE = "made changes"
PACKAGES = "versions of packages"
SIZES = "changes of many files"
LIES = "lies: 500 inventions each"
# A change in so many is also told lies of: what is dropped takes time, too.
LIED_ABOUT = 3
Found = dict[str, list[Posted]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Post, look, print, and renew the pages named by --into; 1 where it is wrong."""
    given = _parser().parse_args(arguments)
    try:
        found = _measured(given)
    except (OSError, ValueError) as exc:
        print(exc, file=sys.stderr)
        return 2
    if given.format == "json":
        print(json.dumps(as_data(found), indent=2))
    else:
        print("\n\n".join(map(tables.columns, as_tables(found))))
    page = "\n\n".join(map(tables.markdown, as_tables(found)))
    renewed = [tables.renew(path, "review", page) for path in given.into]
    return max([*renewed, 0 if is_right(found) else 1])


def is_right(found: Found) -> bool:
    """Whether GitHub took all, what can be clicked is sound, and no lie is posted."""
    rows = [row for rows in found.values() for row in rows]
    return (
        not any(row.refused for row in rows)
        and all(row.sound == row.suggestions for row in rows)
        and not any(row.inline for row in found.get(LIES, ()))
    )


def as_data(found: Found) -> dict[str, object]:
    """Return every pull request by set."""
    rows = {name: [asdict(row) for row in rows] for name, rows in found.items()}
    return {"schema": 1, "is_right": is_right(found), "sets": rows}


def as_tables(found: Found) -> list[list[list[str]]]:
    """Return the tables: what is posted, what is read, and what each size takes."""
    return [_posted_table(found), _read_table(found), _sizes_table(found)]


def _posted_table(found: Found) -> list[list[str]]:
    table = [
        [
            "",
            "PRs",
            "findings told",
            "comments on lines",
            "refused by GitHub",
            "suggestions to click",
            "of them apply and parse",
        ]
    ]
    for name, rows in found.items():
        clicks, sound = _sum(rows, "suggestions"), _sum(rows, "sound")
        share = f"{sound / clicks:.0%}" if clicks else "-"
        counts = (_sum(rows, key) for key in ("told", "inline", "refused"))
        shown = (f"{count:,.0f}" for count in (len(rows), *counts, clicks))
        table.append([name, *shown, share])
    return table


def _read_table(found: Found) -> list[list[str]]:
    table = [
        [
            "",
            "changed lines",
            "tokens a changed line",
            "with all of the files",
            "calls a PR",
            "USD a PR",
            "on the largest model",
        ]
    ]
    for name, rows in found.items():
        if name == LIES:
            continue
        lines = max(_sum(rows, "lines"), 1)
        table.append(
            [
                name,
                f"{lines:,.0f}",
                f"{_sum(rows, 'sent') / lines:.0f}",
                f"{_sum(rows, 'whole') / lines:.0f}",
                f"{_sum(rows, 'calls') / len(rows):.2f}",
                f"{_sum(rows, 'usd') / len(rows):.3f}",
                f"{_sum(rows, 'largest_usd') / len(rows):.3f}",
            ]
        )
    return table


def _sizes_table(found: Found) -> list[list[str]]:
    table = [
        [
            "files",
            "tokens read",
            "calls",
            "GitHub requests",
            "CPU seconds",
            "USD",
            "on the largest model",
        ]
    ]
    for row in found.get(SIZES, ()):
        table.append(
            [
                f"{row.files:,}",
                f"{row.sent:,}",
                str(row.calls),
                str(row.requests),
                f"{row.seconds:.1f}",
                f"{row.usd:.3f}",
                f"{row.largest_usd:.3f}",
            ]
        )
    return table


def _sum(rows: Iterable[Posted], key: str) -> float:
    return sum(getattr(row, key) for row in rows)


def _measured(given: argparse.Namespace) -> Found:
    made = [changes.of_case(one) for one in cases.every()][:: given.step]
    packages = list(changes.pairs(given.pairs)) if given.pairs else []
    sizes = [changes.made(size) for size in given.sizes]
    lied = [*made[::LIED_ABOUT], *packages]
    found = {
        MADE: _all(made, critic.findings),
        PACKAGES: _all(packages, critic.findings),
        SIZES: _all(sizes, critic.findings),
        LIES: _all(lied, critic.inventions),
    }
    return {name: rows for name, rows in found.items() if rows}


def _all(them: Iterable[Change], says: Critic) -> list[Posted]:
    rows = []
    for change in them:
        print(f"{change.name} …", file=sys.stderr)
        rows.append(posted(change, says))
    return rows


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add(
        "--pairs",
        type=Path,
        metavar="DIR",
        help="archives of packages (.whl, .zip, .tgz, .tar.gz), two versions of each",
    )
    add("--step", type=int, default=1, metavar="N", help="every Nth made change only")
    add("--sizes", type=int, nargs="*", default=changes.SIZES, metavar="FILES")
    add("--format", choices=("text", "json"), default="text")
    add(
        "--into",
        type=Path,
        nargs="+",
        default=[],
        metavar="PAGE",
        help="also write the tables into these pages, between their markers",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
