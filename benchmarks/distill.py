"""How well a failing log is cut down to its reason: `python benchmarks/distill.py`.

Measures `routebot distill` against tails, lines around error words and published
tools, on logs in which people marked the reason (DIR/cilogs, DIR/cipairs), each asked
only about repositories the scorer was not trained on. With --peers, the virtual
environment that `make benchmark-distill` makes, the published tools are asked, too.
Progress goes to stderr; all but the times is the same for the same data and seed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import tables
from benchmarks.distilling import report, study, timing
from benchmarks.distilling.report import Origin


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and renew the pages named by --into."""
    given = _parser().parse_args(arguments)
    try:
        found = study.run(
            given.data, home=given.peers, is_quick=given.shipped, seed=given.seed
        )
    except (OSError, ValueError) as exc:
        print(exc, file=sys.stderr)
        return 2
    if not found.parts:
        print("\n".join(found.skipped), file=sys.stderr)
        return 2
    times = timing.measure(given.megabytes) if given.megabytes else []
    origin = Origin(given.seed, datetime.now(UTC).date().isoformat(), given.worst)
    if given.format == "json":
        print(json.dumps(report.as_data(found, origin, times), indent=2))
    else:
        print(report.as_text(found, origin, times))
    page = report.as_markdown(found, origin, times)
    renewed = (tables.renew(path, "distill", page) for path in given.into)
    return max(renewed, default=0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, metavar="DIR")
    add("--peers", type=Path, metavar="VENV", help="ask the tools installed there")
    add("--worst", type=int, default=10, metavar="N", help="bad cases a language")
    add("--seed", type=int, default=0, metavar="N")
    add("--format", choices=("text", "json"), default="text")
    add(
        "--shipped", action="store_true", help="measure the shipped weights as they are"
    )
    add(
        "--megabytes", type=int, default=100, metavar="N", help="0: leave the clock out"
    )
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
