"""Asks one published tool about logs; runs where the tools are, without routebot.

`python -I peer_runner.py NAME ASKED TOLD`: ASKED is a JSON list of `{"fail": path,
"pass": path}`, TOLD becomes one of the lines chosen for each, best first, or null for
a log that the tool breaks down on.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path

MOST = 200  # lines a log, more than any budget
AROUND = 10  # lines before and after, where a tool names a single line


def main(name: str, asked: str, told: str) -> None:
    """Ask `name` about every log in turn."""
    logging.disable(logging.CRITICAL)
    choose = TOOLS[name]()
    work = json.loads(Path(asked).read_text("utf-8"))
    found = [_chosen(choose, one) for one in work]
    Path(told).write_text(json.dumps(found), encoding="utf-8")


def _chosen(
    choose: Callable[[str, str], list[int]], one: dict[str, str]
) -> list[int] | None:
    try:
        return choose(one["fail"], one.get("pass", ""))[:MOST]
    except BaseException as exc:  # a panic in Rust is no Exception
        if type(exc).__name__ != "PanicException":
            raise
        return None


def ci_log_intelligence() -> Callable[[str, str], list[int]]:
    """Its blocks as it ranks them."""
    from ci_log_intelligence import analyze_log

    def choose(fail: str, _: str) -> list[int]:
        blocks = analyze_log(Path(fail).read_text("utf-8")).blocks
        return [line.line_number for one in blocks for line in one.block.lines]

    return choose


def drain3() -> Callable[[str, str], list[int]]:
    """Lines of no template of the passing log, else of the rarest; the last first."""
    from drain3 import TemplateMiner

    def choose(fail: str, passed: str) -> list[int]:
        miner, lines = TemplateMiner(), Path(fail).read_text("utf-8").split("\n")
        if passed:
            for line in Path(passed).read_text("utf-8").split("\n"):
                miner.add_log_message(line)
            new = [n for n, line in enumerate(lines, 1) if not miner.match(line)]
            return new[::-1]
        ids = [miner.add_log_message(line)["cluster_id"] for line in lines]
        size = {cluster.cluster_id: cluster.size for cluster in miner.drain.clusters}
        return sorted(range(1, len(ids) + 1), key=lambda n: (size[ids[n - 1]], -n))

    return choose


def logreduce() -> Callable[[str, str], list[int]]:
    """What is far from every line of the passing log, the farthest first."""
    from logreduce import Classifier

    def choose(fail: str, passed: str) -> list[int]:
        classifier = Classifier()
        classifier.train([str(Path(passed).parent)])
        (found,) = classifier.test([str(Path(fail).parent)])
        far = sorted(found[3] or (), key=lambda one: (-one[1], one[0]))
        return [place + 1 for place, _, _ in far]

    return choose


def buildlog_consultant() -> Callable[[str, str], list[int]]:
    """The line of the one problem that it finds, then those around it."""
    from buildlog_consultant.common import find_build_failure_description

    def choose(fail: str, _: str) -> list[int]:
        lines = Path(fail).read_text("utf-8").splitlines(keepends=True)
        match, _problem = find_build_failure_description(lines)
        if match is None:
            return []
        around = range(match.lineno - AROUND, match.lineno + AROUND + 1)
        near = [n for n in around if 1 <= n <= len(lines)]
        return sorted(near, key=lambda n: abs(n - match.lineno))

    return choose


TOOLS = {
    "ci-log-intelligence": ci_log_intelligence,
    "drain3": drain3,
    "logreduce": logreduce,
    "buildlog-consultant": buildlog_consultant,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
