"""Whose fault a failure is said to be: `python benchmarks/verdicts.py`.

Lays the cases of `benchmarks/verdicts/` before routebot as GitHub would and compares
what it says with what was made to happen. `--write` makes the cases again from
`benchmarks/judging/templates.py`. Rules are tuned on one half only, so single cases
are shown of that half only.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import tables
from benchmarks.judging import cases, figures, templates
from benchmarks.judging.figures import Judged

MISS = "{name}: {expected}, said {said}\n    {evidence}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge every case, print, and renew the pages named by --into."""
    given = _parser().parse_args(arguments)
    if given.write:
        cases.write(templates.every(), given.data)
    try:
        found = [
            Judged(half, case, cases.judged(case))
            for half in cases.HALVES
            for case in cases.read(half, given.data)
        ]
    except (OSError, ValueError) as exc:
        print(exc, file=sys.stderr)
        return 2
    if given.format == "json":
        print(json.dumps(figures.as_data(found), indent=2))
    else:
        print("\n\n".join(map(tables.columns, figures.tables(found))))
        print("".join(f"\n{_told(one)}" for one in figures.misses(found)))
    page = "\n\n".join(map(tables.markdown, figures.tables(found)))
    renewed = (tables.renew(path, "verdicts", page) for path in given.into)
    return max(renewed, default=0)


def _told(one: Judged) -> str:
    return MISS.format(
        name=one.case.name,
        expected=one.case.expected,
        said=one.said.name,
        evidence="; ".join(one.said.evidence),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, default=cases.FOLDER, metavar="DIR")
    add("--format", choices=("text", "json"), default="text")
    add("--write", action="store_true", help="make the cases again first")
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
