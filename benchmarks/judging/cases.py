"""Cases with a known verdict: written from the templates, read, and laid before us."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from benchmarks.failing.shots import FOLDER as LOGS
from benchmarks.failing.shots import SUITES
from benchmarks.judging.templates import Made, Ran
from bot.context import ci, fingerprint, log
from bot.context.verdict_shapes import Name, Verdict
from bot.events import Event, PullHead, WorkflowRun
from bot.reader import Job, Remembered
from tests.fakes import FakeReader

FOLDER = Path(__file__).parents[1] / "verdicts"
Half = Literal["tuning", "held_out"]
HALVES: tuple[Half, ...] = get_args(Half)
NUMBER = 7
FINISHED = "2026-11-03T09:00:00Z"
EARLIER = "2026-10-2{day}T09:00:00Z"


@dataclass(frozen=True, slots=True)
class Case:
    """One case, as its file has it; `runs` are jobs by where they ran.

    Each run is `{"conclusion", "log", "attempt"}`, `log` the name of a captured log or
    "" for one that nobody can read; `seen` are `{"number", "log"}`. `also` are verdicts
    that a careful reader of the same evidence could give.
    """

    name: str
    expected: str
    also: tuple[str, ...]
    suite: str
    changes: tuple[str, ...]
    diff: str
    runs: Mapping[str, list[dict[str, Any]]]
    seen: tuple[dict[str, Any], ...]


def half_of(name: str) -> Half:
    """Deal a case to a half by its name alone, so that nobody chooses."""
    return HALVES[hashlib.sha256(name.encode()).digest()[0] % 2]


def write(cases: Iterable[Made], folder: Path = FOLDER) -> None:
    """Write the cases, a line each, into the file of their half."""
    lines: dict[Half, list[str]] = {half: [] for half in HALVES}
    for made in sorted(cases, key=lambda each: each.name):
        lines[half_of(made.name)].append(json.dumps(_plain(made), sort_keys=True))
    folder.mkdir(parents=True, exist_ok=True)
    for half, found in lines.items():
        (folder / f"{half}.jsonl").write_text("\n".join(found) + "\n", "utf-8")


def read(half: Half, folder: Path = FOLDER) -> list[Case]:
    """Read the cases of a half; raise `ValueError` on a line that is none."""
    found = []
    path = folder / f"{half}.jsonl"
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            found.append(_case(json.loads(line)))
        except (ValueError, KeyError, TypeError) as exc:
            raise ValueError(f"{path.name}:{number}: not a case") from exc
    return found


def _plain(made: Made) -> dict[str, Any]:
    return {
        "name": made.name,
        "expected": made.expected,
        "also": made.also,
        "head": {"suite": made.suite, "changes": [*made.before, *made.change]},
        "diff": _diff(made),
        "jobs": [_run(ran) for ran in made.ends],
        "base": [_run(ran) for ran in made.base],
        "attempts": [_run(ran) for ran in made.attempts],
        "seen": [{"number": number, "log": shot.name} for number, shot in made.seen],
    }


def _run(ran: Ran) -> dict[str, Any]:
    return {
        "conclusion": ran.conclusion,
        "attempt": ran.attempt,
        "log": ran.shot.name if ran.shot else "",
    }


def _case(row: Mapping[str, Any]) -> Case:
    known = get_args(Name)
    if row["expected"] not in known or not set(row["also"]) <= set(known):
        raise ValueError("unknown verdict")
    return Case(
        row["name"],
        row["expected"],
        tuple(row["also"]),
        row["head"]["suite"],
        tuple(row["head"]["changes"]),
        row["diff"],
        {where: row[where] for where in ("jobs", "base", "attempts")},
        tuple(row["seen"]),
    )


def _diff(made: Made) -> str:
    suite = SUITES[made.suite]
    old, new = suite.state(made.before), suite.state((*made.before, *made.change))
    paths = sorted({*old, *new})
    return "".join(
        line
        for path in paths
        for line in _file_diff(path, old.get(path), new.get(path))
    )


def _file_diff(path: str, old: str | None, new: str | None) -> Iterator[str]:
    if old == new:
        return
    yield f"diff --git a/{path} b/{path}\n"
    if old is None:
        yield "new file mode 100644\n"
    yield from difflib.unified_diff(
        (old or "").splitlines(keepends=True),
        (new or "").splitlines(keepends=True),
        "/dev/null" if old is None else f"a/{path}",
        "/dev/null" if new is None else f"b/{path}",
    )


def judged(case: Case) -> Verdict:
    """Lay a case before routebot as GitHub would, and return what it says."""
    return ci.read(_event(case), _reader(case)).verdict


def _event(case: Case) -> Event:
    sha = _sha(case.name)
    last = case.runs["jobs"][0]
    head = PullHead(sha, "feature", 1, "octocat")
    run = WorkflowRun(
        id=1,
        workflow_id=1,
        name="CI",
        path=".github/workflows/ci.yml",
        conclusion=last["conclusion"],
        event="pull_request",
        attempt=last["attempt"],
        head=head,
        actor=None,
        triggering_actor=None,
    )
    return Event("workflow_run", "completed", number=NUMBER, run=run)


def _reader(case: Case) -> FakeReader:
    logs: dict[int, bytes] = {}

    def job(run: Mapping[str, Any], name: str, sha: str) -> Job:
        number = len(logs) + 1
        logs[number] = _log(run["log"])
        attempt = run["attempt"]
        return Job(
            number,
            name,
            run["conclusion"],
            attempt=attempt,
            sha=sha,
            finished_at=FINISHED,
        )

    ends, head = case.runs["jobs"], _sha(case.name)
    names = (
        ["test"] if len(ends) == 1 else [f"test ({n + 1})" for n in range(len(ends))]
    )
    base = [
        job(run, name, _sha(f"base {place}"))
        for name in names
        for place, run in enumerate(case.runs["base"])
    ]
    return FakeReader(
        change=case.diff,
        files=SUITES[case.suite].state(case.changes),
        ran=tuple(job(run, name, head) for run, name in zip(ends, names, strict=True)),
        earlier=tuple(job(run, names[0], head) for run in case.runs["attempts"]),
        base=tuple(base),
        logs=logs,
        past=tuple(_past(case)),
    )


def _past(case: Case) -> Iterator[Remembered]:
    green = next((r["log"] for r in case.runs["base"] if _passed(r)), "")
    for day, seen in enumerate(case.seen):
        found = log.distill(_log(seen["log"]), passed=_log(green) or None)
        at = EARLIER.format(day=day)
        sha = _sha(f"seen {seen['number']}")
        yield Remembered(seen["number"], at, sha, (fingerprint.of(found),))


def _passed(run: Mapping[str, Any]) -> bool:
    return bool(run["conclusion"] == "success")


def _log(name: str) -> bytes:
    return (LOGS / f"{name}.log").read_bytes() if name else b""


def _sha(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
