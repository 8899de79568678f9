"""GitHub's workflow files, as far as setting routebot up has to know them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import yaml

from bot.errors import UsageError

# What `yaml.BaseLoader` gives: every scalar stays the text it is, also `on`.
Value: TypeAlias = "str | list[Value] | dict[str, Value]"

MAX_CHARACTERS = 256 * 1024
FOLDER = ".github/workflows"
CALLER = f"{FOLDER}/routebot.yml"
SUFFIXES = (".yml", ".yaml")
TEMPLATE = Path(__file__).with_name("workflows") / "routebot.yml"
# What a release puts the commit of its workflow in place of.
PLACEHOLDER = "0" * 40
# The template's trigger that only makes sense where there is a CI to wait for.
_WATCHED = '    workflows: ["CI"]\n'
_NO_CI = """\
  # No workflow that runs on push or pull_request was found. Where there is one, add
  # its name and take the # away:
"""
# What the jobs of a call need, and what each is for.
NEEDED: Mapping[str, str] = {
    "contents": "read",
    "actions": "read",
    "checks": "read",
    "issues": "write",
    "pull-requests": "write",
}
_RANK = {"": 0, "none": 0, "read": 1, "write": 2}
_CI_TRIGGERS = frozenset({"push", "pull_request"})
_SHA = re.compile(r"[0-9a-f]{40}")
_PIN = re.compile(r"@[0-9a-f]{40} # v\S{1,50}")
_ROUTE = ".github/workflows/route.yml"
_OURS = re.compile(
    r"[\w.-]{1,100}/routebot(?:/\.github/workflows/route\.yml)?@.{1,200}"
)


@dataclass(frozen=True, slots=True)
class Call:
    """One use of routebot in a workflow: by a job, or by a step of a job."""

    job: str
    uses: str
    permissions: Mapping[str, str]
    secrets: frozenset[str]

    @property
    def ref(self) -> str:
        """What follows the `@`, "" for a file of the same commit."""
        return self.uses.partition("@")[2]

    @property
    def is_pinned(self) -> bool:
        """Whether what runs cannot change without this file."""
        return self.uses.startswith(("$/", "./")) or bool(_SHA.fullmatch(self.ref))

    @property
    def lacking(self) -> dict[str, str]:
        """The permissions it needs and does not have."""
        return {
            name: level
            for name, level in NEEDED.items()
            if _RANK.get(self.permissions.get(name, ""), 0) < _RANK[level]
        }


@dataclass(frozen=True, slots=True)
class Workflow:
    """One workflow file; `name` is what `workflow_run` calls it."""

    path: str
    name: str
    triggers: Mapping[str, Value]
    calls: tuple[Call, ...] = ()

    @property
    def is_ci(self) -> bool:
        """Whether it runs on a change and is not routebot itself."""
        return not self.calls and bool(_CI_TRIGGERS & self.triggers.keys())

    @property
    def watched(self) -> tuple[str, ...]:
        """The names its `workflow_run` waits for."""
        said = map_of(self.triggers.get("workflow_run")).get("workflows")
        return tuple(map_of(said))


def read(path: str, text: str) -> Workflow:
    """Read one workflow file. Raises `UsageError` naming file and line."""
    if len(text) > MAX_CHARACTERS:
        raise UsageError(f"{path}: more than {MAX_CHARACTERS:,} characters")
    try:
        value = yaml.load(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as exc:
        mark = getattr(exc, "problem_mark", None)
        line = f":{mark.line + 1}" if mark is not None else ""
        raise UsageError(f"{path}{line}: no readable YAML") from exc
    if not isinstance(value, dict):
        raise UsageError(f"{path}: no map at the top")
    triggers = map_of(value.get("on"))
    calls = tuple(_calls(value))
    return Workflow(path, text_of(value.get("name")) or path, triggers, calls)


def read_all(files: Mapping[str, str]) -> tuple[list[Workflow], list[str]]:
    """Read files by path; returns what could be read, and what is wrong with others."""
    found: list[Workflow] = []
    wrong: list[str] = []
    for path in sorted(files):
        try:
            found.append(read(path, files[path]))
        except UsageError as exc:
            wrong.append(str(exc))
    return found, wrong


def ci_names(workflows: Iterable[Workflow]) -> tuple[str, ...]:
    """The names of the workflows whose failures are worth a triage, in order."""
    return tuple(dict.fromkeys(flow.name for flow in workflows if flow.is_ci))


def render(names: Iterable[str], *, pin: str = "") -> str:
    """Return routebot's workflow for a repository whose CI has these names.

    `pin` is the commit of routebot to call, where it is not the one of this release.
    """
    text = TEMPLATE.read_text(encoding="utf-8")
    known = list(names)
    if known:
        listed = json.dumps(known, ensure_ascii=False)
        text = text.replace(_WATCHED, f"    workflows: {listed}\n")
    else:
        text = _without_ci(text)
    return _PIN.sub(f"@{pin}", text) if pin else text


def is_placeholder(ref: str) -> bool:
    """Whether a pin is the one that only a release fills in."""
    return ref == PLACEHOLDER


def _without_ci(text: str) -> str:
    """Comment the `workflow_run` trigger out; GitHub refuses one without names."""
    lines = text.splitlines(keepends=True)
    start = next(
        i for i, line in enumerate(lines) if line.startswith("  workflow_run:")
    )
    for number in range(start, start + 3):
        lines[number] = f"  # {lines[number].removeprefix('  ')}"
    lines.insert(start, _NO_CI)
    return "".join(lines)


def _calls(workflow: Mapping[str, Value]) -> Iterable[Call]:
    everywhere = workflow.get("permissions")
    for name, job in map_of(workflow.get("jobs")).items():
        said = map_of(job)
        rights = _rights(said.get("permissions", everywhere))
        steps = said.get("steps")
        for step in (said, *(steps if isinstance(steps, list) else ())):
            uses = text_of(map_of(step).get("uses"))
            if _is_ours(uses):
                yield Call(name, uses, rights, _passed(map_of(step)))


def _is_ours(uses: str) -> bool:
    return uses in (f"$/{_ROUTE}", f"./{_ROUTE}") or bool(_OURS.fullmatch(uses[:400]))


def _rights(said: Value | None) -> Mapping[str, str]:
    if said in ("read-all", "write-all"):
        return dict.fromkeys(NEEDED, str(said).removesuffix("-all"))
    return {name: text_of(level) for name, level in map_of(said).items()}


def text_of(value: Value | None) -> str:
    """Return a scalar as it is, anything else as ""."""
    return value if isinstance(value, str) else ""


def map_of(value: Value | None) -> Mapping[str, Value]:
    """Return a map as it is, a list or a scalar as a map to nothing."""
    if isinstance(value, dict):
        return value
    names = value if isinstance(value, list) else [value or ""]
    return {name: "" for name in names if isinstance(name, str) and name}


def _passed(step: Mapping[str, Value]) -> frozenset[str]:
    """The names under which keys are handed over; "inherit" hands over all."""
    passed = step.get("secrets", step.get("with"))
    return frozenset(map_of(passed))
