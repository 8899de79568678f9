"""Probes are a policy's unit tests: decided offline, as a run would, and compared."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from bot import assembly, case, events
from bot import policy as policies
from bot.action import Inputs
from bot.draft import Draft
from bot.errors import PolicyError, UsageError
from bot.events import Actor, Event, PullHead, Repository
from bot.nothing_reader import NothingReader
from bot.policy import Policy, toml_lines
from bot.policy import errors as policy_errors
from bot.policy.probe_model import Probe, Probes

SHIPPED = "default-probes.toml"
FAILED = "{title}: expected {expected}; got {got}"
NO_WORK = "no work ({reason})"
UNREAD = "no event ({reason})"

_WRITER = Actor("writer", 1)
_REPOSITORY = Repository("probe/probe", 1, "main")
_HEAD = PullHead("0" * 40, "change", _REPOSITORY.id, "probe")
_FILE = "diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n"
_TITLE_SHOWN = 80  # characters


@dataclass(frozen=True, slots=True)
class Result:
    """One probe that was run, from which line of which file.

    `got` has the keys task, class and cause, and where no decision was made `why`
    alone. `problem` is one line for people, "" where the probe holds.
    """

    title: str
    file: str
    line: int
    expected: dict[str, str]
    got: dict[str, str]
    problem: str

    @property
    def holds(self) -> bool:
        """Whether everything expected came."""
        return not self.problem


def check(policy: Policy, source: str, *, file: str, root: Path) -> tuple[Result, ...]:
    """Run the policy's own probes, or the shipped ones for a preset as it is.

    `source` is the text that `policy` was loaded from. Event files are read below
    `root`. Asks no model and reads nothing else. Raises `PolicyError` for probes that
    cannot be used.
    """
    probed = policy
    if set(tomllib.loads(source)) <= {"version", "preset"}:
        shipped = policies.PRESETS / SHIPPED
        source, file = shipped.read_text(encoding="utf-8"), SHIPPED
        probed = policies.load(source, file=file)
    lines = toml_lines.index(source)
    found = read(probed, file=file, lines=lines)
    return tuple(
        _result(probe, policy, at=number, file=file, lines=lines, root=root)
        for number, probe in enumerate(found)
    )


def read(
    policy: Policy, *, file: str, lines: dict[toml_lines.Path, int]
) -> tuple[Probe, ...]:
    """Return the probes of a policy. Raises `PolicyError`, one problem a line."""
    try:
        return Probes.model_validate({"probes": policy.probes}).probes
    except ValidationError as exc:
        problems = policy_errors.explained(exc, Probes, file=file, lines=lines)
        raise PolicyError(*problems) from None


def decided(probe: Probe, policy: Policy, *, root: Path) -> dict[str, str]:
    """Return task, class and cause of what a run would decide, else `why` it did not.

    Every key is taken to be set and who acts to be a writer.
    """
    try:
        event = _event(probe, root)
    except UsageError as exc:
        return {"why": UNREAD.format(reason=exc)}
    reader = NothingReader(change=_diff(probe))
    world = assembly.offline(Inputs(), policy, reader=reader, assume_keys=True)
    found = case.of(event, world)
    if isinstance(found, Draft):
        return {"why": NO_WORK.format(reason=found.reason or found.body)}
    decision = found.decision
    return {
        "task": decision.task,
        "class": decision.model_class,
        "cause": decision.cause,
    }


def _result(
    probe: Probe,
    policy: Policy,
    *,
    at: int,
    file: str,
    lines: dict[toml_lines.Path, int],
    root: Path,
) -> Result:
    expected, got = probe.expected, decided(probe, policy, root=root)
    title = (probe.title or probe.event)[:_TITLE_SHOWN]
    problem = ""
    if any(got.get(name) != value for name, value in expected.items()):
        named = json.dumps(title, ensure_ascii=False)
        what = FAILED.format(title=named, expected=_said(expected), got=_said(got))
        problem = policy_errors.at(("probes", at), what, file=file, lines=lines)
    line = toml_lines.line_of(lines, ("probes", at))
    return Result(title, file, line, expected, got, problem)


def _said(values: dict[str, str]) -> str:
    if "why" in values:
        return values["why"]
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _event(probe: Probe, root: Path) -> Event:
    if probe.event:
        if not (root / probe.event).is_file():
            raise UsageError("there is no such file")
        event = events.read_file(root / probe.event, name=probe.event_name)
        return replace(event, labels=(*event.labels, *probe.labels))
    event = Event(
        "issues",
        "opened",
        repository=_REPOSITORY,
        actor=_WRITER,
        author=_WRITER,
        number=1,
        title=probe.title,
        body=probe.body,
        labels=probe.labels,
    )
    if not probe.paths:
        return event
    return replace(event, name="pull_request", is_pull_request=True, head=_HEAD)


def _diff(probe: Probe) -> str:
    """Make a change of so many lines in these files, the first having the most."""
    count = len(probe.paths)
    first = max(1, (probe.lines or count) - (count - 1))
    return "".join(
        _FILE.format(path=path) + _hunk(first if number == 0 else 1)
        for number, path in enumerate(probe.paths)
    )


def _hunk(added: int) -> str:
    return f"@@ -1,1 +1,{1 + added} @@\n x\n" + "+y\n" * added
