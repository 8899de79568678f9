"""How well, how fast and at what cost events are routed: `python benchmarks/router.py`.

Measures the text classifier against simpler routers on labelled issues, each asked only
about repositories it was not trained on. Without --data it runs on the small sample in
`benchmarks/sample/`, which teaches how to read the tables and proves nothing. Progress
goes to stderr; all but the times is the same for the same data and seed.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.routing import report, rows, study, timing
from benchmarks.routing.report import Origin
from benchmarks.routing.study import Study
from benchmarks.routing.timing import Latency

BLOCK = re.compile(
    r"(?<=<!-- benchmark: router -->\n).*?(?=<!-- end of benchmark -->)", re.DOTALL
)
NO_BLOCK = "{path}: no <!-- benchmark: router --> … <!-- end of benchmark --> block"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and renew the pages named by --into."""
    given = _parser().parse_args(arguments)
    try:
        events = rows.read(given.data)
        found = study.run(events, count=given.folds, seed=given.seed)
    except (OSError, ValueError) as exc:
        print(exc, file=sys.stderr)
        return 2
    latency = None
    if not given.no_times:
        study.say("times")
        latency = timing.measure(events)
    origin = Origin(
        given.data.name,
        given.folds,
        given.seed,
        datetime.now(UTC).date().isoformat(),
    )
    print(FORMATS[given.format](found, origin, latency))
    table = report.as_markdown(found, origin, latency)
    return max((_renew(page, table) for page in given.into), default=0)


def _json(found: Study, origin: Origin, latency: Latency | None) -> str:
    return json.dumps(report.as_data(found, origin, latency), indent=2)


FORMATS: dict[str, Callable[[Study, Origin, Latency | None], str]] = {
    "text": report.as_text,
    "json": _json,
    "markdown": report.as_markdown,
}


def _renew(page: Path, table: str) -> int:
    text = page.read_text(encoding="utf-8")
    if not BLOCK.search(text):
        print(NO_BLOCK.format(path=page), file=sys.stderr)
        return 2
    page.write_text(BLOCK.sub(lambda _: f"{table}\n", text, count=1), encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, default=rows.SAMPLE, metavar="FILE", help="JSONL")
    add("--folds", type=_at_least_two, default=5, metavar="N")
    add("--seed", type=int, default=0, metavar="N")
    add("--format", choices=FORMATS, default="text")
    add("--markdown", dest="format", action="store_const", const="markdown")
    add("--no-times", action="store_true", help="leave the clock out")
    add(
        "--into",
        type=Path,
        nargs="+",
        default=[],
        metavar="PAGE",
        help="also write the Markdown table into these pages, between its markers",
    )
    return parser


def _at_least_two(text: str) -> int:
    if (count := int(text)) < 2:
        raise ValueError("at least two folds")
    return count


if __name__ == "__main__":
    sys.exit(main())
