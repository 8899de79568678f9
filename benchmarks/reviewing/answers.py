"""What was answered about a pull request, and reviewers that need no model."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

from benchmarks.reviewing.cases import Case, Files
from bot.providers import Request

# As many findings as a reply takes.
MOST = 500
GUESSES = 3
Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """One finding as it is posted: lines `start` to `line` of a side of a path."""

    path: str
    line: int
    text: str
    start: int = 0
    side: str = "RIGHT"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one reviewer said of one pull request.

    `speaks`: the thread gets a comment. `usd` is None where nobody knows it; `dropped`
    counts by reason what was found and did not hold; `problem` says what went wrong.
    """

    claims: tuple[Claim, ...] = ()
    speaks: bool = False
    usd: float | None = 0.0
    calls: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""


def oracle(case: Case) -> list[Found]:
    """Find the fault and nothing else, with the fix where it is one block of lines.

    Where the change only takes lines away, the line beside them is named.
    """
    if case.place is None:
        return []
    place = case.place
    lines = case.head[place.path].split("\n")
    shown = lines[place.shown.start - 1 : place.shown.stop - 1]
    weight = "blocker" if len(case.name) % 2 else "major"
    return [
        _found(
            place.path,
            (place.shown.start, place.shown.stop - 1),
            quote="\n".join(shown),
            title=case.fault,
            severity=weight,
            suggestion=place.fix.rstrip("\n"),
        )
    ]


def guesser(case: Case) -> list[Found]:
    """Quote changed lines as they are and call them wrong: true lines, false claims."""
    chance = random.Random(case.name)
    places = [(path, *line) for path in _changed(case) for line in _new(case, path)]
    chosen = chance.sample(places, min(GUESSES, len(places)))
    return [
        _found(path, (number, number), quote=text, title="This may fail at times")
        for path, number, text in chosen
    ]


def liar(case: Case) -> list[Found]:
    """Say what the change does not show, five hundred times (`LIES`)."""
    truths = [
        (path, number, text)
        for path in _changed(case)
        for number, text in _new(case, path)
    ]
    return lies(truths, unchanged(case.base, case.head))


# What is wrong with each lie: changes to a finding that would be true.
INVENTED = "erase_all_disks(sudo=True)"
LIES: tuple[tuple[str, Found], ...] = (
    ("an invented quote", {"evidence": INVENTED}),
    ("no quote", {"evidence": ""}),
    ("a quote with a word put in", {"evidence": "{text} " + INVENTED}),
    ("a line past the end", {"start_line": 90_000, "line": 90_000}),
    ("a range over everything", {"start_line": 1, "line": 90_000}),
    ("a foreign path", {"path": "somewhere/else.py"}),
    ("a path out of the repository", {"path": "../{path}"}),
    ("an absolute path", {"path": "/{path}"}),
    ("a path as a diff writes it", {"path": "b/{path}"}),
    ("a path in capitals", {"path": "{PATH}"}),
    ("a path with a dot", {"path": "./{path}"}),
    ("a path with an invisible letter", {"path": "{path}\u200b"}),
    ("a file that did not change", {"path": "{other}"}),
)


def unchanged(base: Files, head: Files) -> str:
    """Name a file that a change leaves as it is."""
    return next((p for p, text in head.items() if base.get(p) == text), "nowhere.txt")


def lies(truths: Sequence[tuple[str, int, str]], other: str) -> list[Found]:
    """Make as many lies as a reply takes out of true lines (path, number, text).

    `other` is a file that did not change.
    """
    told = []
    for (kind, wrong), (path, number, text) in zip(
        islice(cycle(LIES), MOST), cycle(truths), strict=False
    ):
        true = _found(path, (number, number), quote=text, title=kind)
        words = {"path": path, "PATH": path.upper(), "text": text, "other": other}
        told.append(
            true
            | {
                key: value.format_map(words) if isinstance(value, str) else value
                for key, value in wrong.items()
            }
        )
    return told


def reply(found: Sequence[Found], request: Request) -> str:
    """Answer a request with what was found, or hold on to it when looked at again."""
    asked = request.schema or {}
    if "verdicts" in asked.get("properties", {}):
        said: Found = {"number": 1, "reason": "It is so.", "verdict": "holds"}
        verdicts = [said | {"number": n} for n in range(1, len(found) + 1)]
        return json.dumps({"verdicts": verdicts})
    there = [each for each in found if _is_shown(each, request)]
    return json.dumps({"walkthrough": [], "findings": there, "wanted": []})


def _is_shown(each: Found, request: Request) -> bool:
    """Whether a call reads the file: of several calls each answers for its own."""
    path = json.dumps(each["path"]).strip('"')
    return path in request.user_text or each["title"] in dict(LIES)


def _found(path: str, lines: tuple[int, int], *, quote: str, **more: Any) -> Found:
    return {
        "path": path,
        "start_line": lines[0],
        "line": lines[1],
        "side": "RIGHT",
        "severity": "major",
        "title": "",
        "why": "It fails when this line is reached.",
        "evidence": quote,
        "suggestion": "",
        **more,
    }


def _changed(case: Case) -> list[str]:
    return [p for p in sorted(case.head) if case.head[p] != case.base.get(p)]


def _new(case: Case, path: str) -> list[tuple[int, str]]:
    """The lines of a file that were not there before, with their numbers."""
    known = set(case.base.get(path, "").split("\n"))
    lines = enumerate(case.head[path].split("\n"), start=1)
    return [(n, text) for n, text in lines if len(text) > 3 and text not in known]


SCRIPTED = {"oracle": oracle, "guesser": guesser, "liar": liar}
