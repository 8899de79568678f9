"""A doubtful text put to the fast model: the question, and what its answer means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from bot import prompt as prompts
from bot import reply as replies
from bot.classify import Classification, Signal
from bot.context import Section
from bot.errors import ReplyError
from bot.providers import Request

SIGNAL = "fast model"
SAID = "{route} says {task}: {reason}"
# A call that takes longer costs more patience than the doubt is worth.
SECONDS = 20.0
# Tokens: thinking at low effort and two short fields; what is not used costs nothing.
MAX_OUTPUT = 1_000
# Characters of the item: what an issue asks for stands in its title and first lines.
MAX_ITEM = 4_000
MAX_REASON = 200

SYSTEM = """\
You sort one issue of a software repository: which kind of work does it ask for? Answer
with one task of this list and nothing outside of it:

{tasks}

A linear classifier that saw the words alone gives these shares; take them as the odds
before you read, and let what the issue asks for decide:

{prior}

Where nothing says which kind of work is wanted, the task is triage. The reason is one
sentence of at most 20 words about what in the issue decided."""


class Picked(BaseModel):
    """What the fast model answers; `task` must be one of those it was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    task: str
    reason: Annotated[str, Field(max_length=MAX_REASON)]


def is_doubtful(guess: Classification, *, threshold: float) -> bool:
    """Whether only a text spoke, and with less confidence than the threshold."""
    likeliest = guess.distribution[0][1] if guess.distribution else 1.0
    return guess.via == "text" and likeliest < threshold


def item(text: str) -> Section:
    """Make the section a model reads of what the event is about, less its secrets."""
    return Section("the item", text[:MAX_ITEM], priority=0, must=True)


def request(
    guess: Classification,
    shown: Section,
    *,
    summaries: Mapping[str, str],
    delimiter: str,
    canary: str,
) -> Request:
    """Ask for one of the tasks in `summaries` (name → what it does).

    `shown` is the `item`, which stands fenced as data. The shares are those of `guess`.
    """
    shares = dict(guess.distribution)
    system = SYSTEM.format(
        tasks=_lines(summaries),
        prior=_lines({name: f"{shares.get(name, 0.0):.2f}" for name in summaries}),
    )
    prompt = prompts.build(system, [shown], delimiter=delimiter, canary=canary)
    return Request(
        system=prompt.system,
        user=prompt.user,
        schema=_schema(summaries),
        schema_name="task",
        max_output=MAX_OUTPUT,
        seconds=SECONDS,
    )


def read(
    text: str, guess: Classification, *, summaries: Mapping[str, str], route: str
) -> Classification:
    """Return the classification that the answer means.

    Its confidence is halfway from the share that the text gave the task to certainty,
    0.5 + share / 2: a model's own word for its confidence is not calibrated, and one
    that agrees with the words is the surer for it. Never below 0.5, and no measured
    figure. Raises `ReplyError` for anything but one of the tasks asked about.
    """
    picked = replies.parse(text, Picked)
    if picked.task not in summaries:
        raise ReplyError("the reply names a task that was not asked about")
    share = dict(guess.distribution).get(picked.task, 0.0)
    others = (name for name, _ in guess.distribution if name != picked.task)
    reason = SAID.format(route=route, task=picked.task, reason=picked.reason)
    return Classification(
        picked.task,
        "model",
        0.5 + share / 2,
        (Signal(SIGNAL, 1.0, reason), *guess.signals),
        next(others, ""),
        guess.distribution,
    )


def unanswered(guess: Classification, reason: str) -> Classification:
    """Return what the text said, with a signal on why the model did not settle it."""
    return replace(guess, signals=(Signal(SIGNAL, 0.0, reason), *guess.signals))


def _lines(words: Mapping[str, str]) -> str:
    return "\n".join(f"- {name}: {text}" for name, text in words.items())


def _schema(summaries: Mapping[str, str]) -> dict[str, Any]:
    schema = Picked.model_json_schema()
    schema["properties"]["task"]["enum"] = list(summaries)
    return schema
