"""The `/route` grammar: what a comment may ask for, and what is said about it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot import tasks
from bot.policy.model import CLASSES

INFO_VERBS = ("why", "help")

USAGE = (
    "I do not know that command. It is `/route [task] [class] [sha]` alone on the "
    "first line of a comment; `/route help` lists the tasks."
)
NOT_PERMITTED = "Only people who may write to this repository can use `/route` here."
HEAD_MOVED = (
    "The branch may have moved after your comment, so nothing was done. Write "
    "`{command}` to mean the commit that is there now."
)
PIN_DIFFERS = (
    "You asked for commit `{asked}`, but the branch is at `{head}`, so nothing was "
    "done. Write `{command}` to mean the commit that is there now."
)
NO_COMMIT = "An issue has no commit to pin, so nothing was done. Leave the commit out."
# One line a paragraph: a comment keeps every line break.
HELP = """| command | what it does | model class |
|---|---|---|
{rows}

{alone}

{below}"""
_ALONE = (
    "`/route` alone lets routebot choose the task. After a task, one of {classes} "
    "raises or lowers the model class within the policy, and a commit (7 to 64 hex "
    "digits) pins the version that is read."
)
_BELOW = (
    "The command stands alone on the first line of a new comment. A question for "
    "`/route search`, or what a patch of `/route code` should do, goes on the lines "
    "below it."
)

_WORD = "/route"
_MAX_LINE = 200  # The longest command is shorter than 100 characters.
_MAX_BODY = 65_536
_SHA = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True, slots=True)
class Command:
    """One slash command.

    `verb` is a task, "why", "help", or "" for `/route` alone. `model_class` and `sha`
    are "" where the comment names none.
    """

    verb: str = ""
    model_class: str = ""
    sha: str = ""

    @property
    def is_info(self) -> bool:
        """Whether the command only asks for information, at no cost."""
        return self.verb in INFO_VERBS


@dataclass(frozen=True, slots=True)
class Unknown:
    """A line that starts as a command and is none.

    `nearest` is the verb that was probably meant, from our own list, "" for none;
    `has_more` says that words followed a task that belong nowhere.
    """

    nearest: str = ""
    has_more: bool = False


class Described(Protocol):
    """What help needs to know of a task."""

    @property
    def name(self) -> str:
        """The word after `/route`."""

    @property
    def summary(self) -> str:
        """One line on what the task does."""

    @property
    def model_class(self) -> str:
        """The class of model it asks by default."""


def parse(
    body: str, *, task_names: Collection[str] | None = None
) -> Command | Unknown | None:
    """Read the command of a comment, None where it gives none.

    Only the first line that is not blank counts, only plain ASCII, only words from
    closed sets (contract T13, T20). `task_names` is `tasks.names()` unless given.
    """
    line = _first_line(body)
    if line != _WORD and not line.startswith((f"{_WORD} ", f"{_WORD}\t")):
        return None
    if len(line) > _MAX_LINE or not line.isascii():
        return Unknown()
    words = line.replace("\t", " ").split(" ")[1:]
    return _command(
        [word for word in words if word],
        task_names=tasks.names() if task_names is None else task_names,
    )


def usage_text(unknown: Unknown) -> str:
    """Write the one reply to an unknown command, without quoting it."""
    if not unknown.nearest:
        return USAGE
    if unknown.has_more:
        return f"{USAGE} {_BELOW}"
    return f"{USAGE} Did you mean `{_WORD} {unknown.nearest}`?"


def head_moved_text(command: Command, head_sha: str) -> str:
    """Write the refusal of a command that may be older than the head."""
    return HEAD_MOVED.format(command=_pinned(command, head_sha))


def pin_differs_text(command: Command, head_sha: str) -> str:
    """Write the refusal of a command that names another commit than the head."""
    if not head_sha:
        return NO_COMMIT
    pinned = _pinned(command, head_sha)
    return PIN_DIFFERS.format(asked=command.sha, head=head_sha, command=pinned)


def help_text(described: Iterable[Described]) -> str:
    """Write the Markdown of `/route help` from the task table."""
    rows = [
        f"| `{_WORD} {task.name}` | {task.summary} | `{task.model_class}` |"
        for task in described
    ]
    rows += [
        f"| `{_WORD} why` | shows how this thread was decided | none |",
        f"| `{_WORD} help` | shows this | none |",
    ]
    classes = ", ".join(f"`{name}`" for name in CLASSES)
    alone = _ALONE.format(classes=classes)
    return HELP.format(rows="\n".join(rows), alone=alone, below=_BELOW)


def _pinned(command: Command, head_sha: str) -> str:
    # A commit is named after a task, so a bare /route is answered with one to choose.
    words = (_WORD, command.verb or "<task>", command.model_class, head_sha[:12])
    return " ".join(word for word in words if word)


def _first_line(body: str) -> str:
    # A leading blank is kept: four of them are a code block, and none is needed.
    text = body[:_MAX_BODY].removeprefix("\ufeff").replace("\r", "\n")
    for line in text.split("\n"):
        if line.strip(" \t"):
            return line.rstrip(" \t")
    return ""


def _command(words: Sequence[str], *, task_names: Collection[str]) -> Command | Unknown:
    if not words:
        return Command()
    verb, rest = words[0], list(words[1:])
    if verb in INFO_VERBS and not rest:
        return Command(verb)
    if verb not in task_names:
        known = (*task_names, *INFO_VERBS)
        return Unknown(next(iter(difflib.get_close_matches(verb, known, n=1)), ""))
    model_class = rest.pop(0) if rest and rest[0] in CLASSES else ""
    sha = rest.pop(0) if rest and _SHA.fullmatch(rest[0]) else ""
    return Unknown(verb, has_more=True) if rest else Command(verb, model_class, sha)
