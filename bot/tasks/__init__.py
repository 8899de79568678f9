"""The tasks: one file each, whole; a task is what its `TASK` object says."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from pydantic import BaseModel

from bot.context import Material, Section, Severity
from bot.events import Event
from bot.generated import Gathered
from bot.reader import Files, Reader
from bot.reviewed import Reviewed, Said


@dataclass(frozen=True, slots=True)
class Needs:
    """What a route must have to do this task: window in tokens, live web search."""

    context: int = 0
    web_search: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What is left of a reply after its claims were checked.

    `dropped` are short reasons, one per claim removed. `failed` says that what was
    dropped carried the answer: the task escalates. `repair` says what to put right
    where asking the same model once more may help, "" where not. `redirect` names the
    task that should take over (a triage that needs debugging), "" for none.
    """

    reply: BaseModel
    dropped: tuple[str, ...] = ()
    failed: bool = False
    redirect: str = ""
    repair: str = ""


@dataclass(frozen=True, slots=True)
class InlineComment:
    """A review comment on one line (or `start_line`..`line`) of the diff.

    `suggestion` replaces exactly these lines; `fingerprint` is what the finding is,
    whatever line it stands on; `weight` is compared with the policy's `comment_from`.
    """

    path: str
    line: int
    body: str
    start_line: int = 0
    side: str = "RIGHT"
    suggestion: str = ""
    fingerprint: str = ""
    weight: Severity = "info"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a task says: Markdown, folded parts, inline comments, how much it matters.

    `folds` are (title, Markdown) pairs that stay closed until somebody opens them;
    `asides` are folds that only the job summary gets. `reviewed` is what the next
    review is to know, None where this one changes nothing about it; `fixed` are earlier
    findings whose code is gone. `labels` fit the item, for policies that apply them.
    `pages` are addresses that a provider's search returned and the body links to.
    `gathered` are tests that another job is to run before anybody sees them.
    """

    body: str
    folds: tuple[tuple[str, str], ...] = ()
    inline: tuple[InlineComment, ...] = ()
    weight: Severity | None = None
    asides: tuple[tuple[str, str], ...] = ()
    reviewed: Reviewed | None = None
    fixed: tuple[Said, ...] = ()
    labels: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    gathered: Gathered | None = None


@dataclass(frozen=True, slots=True)
class SecondLook:
    """A question put to a model about its own answer.

    `ask(reply, material)` are the sections to judge by, () where there is nothing to
    ask. `settle(reply, verdict)` draws the consequence; the verdict is None where no
    model gave one.
    """

    prompt: str
    reply: type[BaseModel]
    ask: Callable[[Any, Material], tuple[Section, ...]]
    settle: Callable[[Any, Any | None], Checked]
    output_tokens: int = 1_000


@dataclass(frozen=True, slots=True)
class Several:
    """How a task is answered in several calls, each about some files of a change.

    `merge(replies)` makes one of what the calls said; `verify(reply, material, files)`
    then drops what the repository itself refutes; `most_tokens` is what one call reads.
    """

    merge: Callable[[Sequence[Any]], BaseModel]
    verify: Callable[[Any, Material, Files], Checked]
    second_look: SecondLook
    most_tokens: int


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of work.

    - `gather(event, reader)` reads the world: sections for the model and findings
      that stand without one.
    - `check(reply, material)` drops what is not true; `verify(reply, material, files)`,
      where there is one, then drops what the repository itself refutes.
    - `render(reply, material)` writes the Markdown of an answer; with `reply` None
      only the findings. `Answer.weight` is compared with the policy's `comment_from`;
      None means that there is nothing to act on.
    - `labels` are the issue labels that mean this task by default; `answers` the
      event kinds ("git.pre-commit") that always do.
    - `output_tokens` is what an answer usually takes, for estimates.
    - `several` is there where one answer may take several calls.
    """

    name: str
    summary: str
    model_class: str
    prompt: str
    reply: type[BaseModel]
    gather: Callable[[Event, Reader], Material]
    check: Callable[[Any, Material], Checked]
    render: Callable[[Any | None, Material], Answer]
    title: str
    needs: Needs = field(default_factory=Needs)
    comment_from: Severity = "info"
    labels: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    output_tokens: int = 2_000
    max_calls: int = 4
    several: Several | None = None
    verify: Callable[[Any, Material, Files], Checked] | None = None


def names() -> tuple[str, ...]:
    """The names of all tasks, sorted, without importing any."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def load(name: str) -> Task:
    """Import one task; `name` is one of `names()`."""
    task = import_module(f"bot.tasks.{name}").TASK
    assert isinstance(task, Task)
    return task
