"""How long a decision takes: in-process, as a whole process, and by length."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.routing.rows import Row
from bot import classify, tasks
from bot import policy as policies
from bot.clauses import Facts
from bot.context import Section
from bot.events import Event
from bot.route import Means, Router, Wish
from bot.stakes import Stakes

ROOT = Path(__file__).parents[2]
KIB = (1, 4, 16, 64, 256, 1_024)
LONG = 64  # KiB, about what GitHub takes as a body
REPEATS = 5
LONG_RUNS = 100
PROCESSES = 40
# What makes a careless pattern slow: nested marks, half-open comments, one long word.
HOSTILE = ("<!--", "[", "(`*", "a_", "a.", "# ", '"', "- [ ] ", "at x(y:1:", "1.1.")


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of one thing done often: the middle one, the slowest hundredth."""

    count: int
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Length:
    """Milliseconds of a decision by length: of prose, and of the worst hostile text."""

    kib: int
    prose: float
    hostile: float


@dataclass(frozen=True, slots=True)
class Latency:
    """All times: CPU time in-process, wall time of `routebot classify` as a process."""

    decision: Times
    decision_64_kib: Times
    process: Times
    lengths: list[Length]


def measure(rows: Sequence[Row]) -> Latency:
    """Time decisions on the issues of some rows; nothing else should run meanwhile."""
    events = [row.as_event for row in rows if row.event == "issues"]
    decide = _decider()
    for event in events[:20]:  # load weights, prices and tasks before the clock runs
        decide(event)
    prose = "\n\n".join(event.body for event in events)
    return Latency(
        decision=_times([_ms(decide, event) for event in events]),
        decision_64_kib=_times([_ms(decide, each) for each in _long(prose)]),
        process=_times([_process_ms(event) for event in events[:PROCESSES]]),
        lengths=[_length(decide, prose, kib) for kib in KIB],
    )


def _decider() -> Callable[[Event], object]:
    policy = policies.default()
    facts = Facts(Stakes("standard"))

    def decide(event: Event) -> object:
        found = classify.classify(event, threshold=policy.confidence_threshold)
        assert found is not None
        section = Section("title and body", f"{event.title}\n\n{event.body}")
        router = Router(tasks.load(found.task), policy, Means({}), (section,))
        return router.decide(found, facts, wish=Wish())

    return decide


def _ms(decide: Callable[[Event], object], event: Event) -> float:
    started = time.process_time()  # of our own: another process's work is not counted
    decide(event)
    return 1000 * (time.process_time() - started)


def _times(each: list[float]) -> Times:
    ranked = sorted(each)
    return Times(
        len(each),
        statistics.median(ranked),
        ranked[min(len(ranked) - 1, int(0.99 * len(ranked)))],
    )


def _long(prose: str) -> list[Event]:
    """Windows of 64 KiB into real text, each from another place."""
    step = max(1, len(prose) // LONG_RUNS)
    return [
        Event("issues", "opened", title="A long one", body=_filled(prose[at:], LONG))
        for at in range(0, step * LONG_RUNS, step)
    ]


def _filled(text: str, kib: int) -> str:
    """Repeat a text up to so many KiB (of ASCII; other text is a little more)."""
    size = kib * 1024
    text = text or "x "
    return (text * (size // len(text) + 1))[:size]


def _length(decide: Callable[[Event], object], prose: str, kib: int) -> Length:
    hostile = [_filled(each, kib) for each in HOSTILE]
    return Length(
        kib,
        _fastest(decide, _filled(prose, kib)),
        max(_fastest(decide, body) for body in hostile),
    )


def _fastest(decide: Callable[[Event], object], body: str) -> float:
    event = Event("issues", "opened", title="A text of some length", body=body)
    return min(_ms(decide, event) for _ in range(REPEATS))


def _process_ms(event: Event) -> float:
    command = [sys.executable, "-I", "-m", "bot", "classify"]
    command += ["--title", event.title or "x", "--body", event.body[:20_000]]
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return 1000 * (time.perf_counter() - started)
