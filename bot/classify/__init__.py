"""Event → task: a command, else a rule, else the text; each step says what it saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from bot.classify import bias as leaning
from bot.classify import features, rules, text
from bot.classify.rules import Verdict
from bot.events import Event

FALLBACK = "triage"  # the cheapest way to be wrong
BIAS = "bias of the policy"
# Events whose title and body may decide; a dispatch names an issue by number.
_READ = frozenset({"issues", "issue_comment", "workflow_dispatch"})


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that spoke for the task; `evidence` may quote the event's own words."""

    name: str
    weight: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Classification:
    """The task, how it was found, and what else it might have been.

    `confidence` is a calibrated probability from 0 to 1; commands and rules are
    certain (1.0). `distribution` is the text's, likeliest first, empty where the
    text was not read.
    """

    task: str
    via: Literal["command", "rule", "text", "model"]
    confidence: float
    signals: tuple[Signal, ...]
    runner_up: str
    distribution: tuple[tuple[str, float], ...] = ()


def classify(
    event: Event,
    *,
    commanded: str = "",
    labels: Mapping[str, str] = MappingProxyType({}),
    trusted_labels: Sequence[str] = (),
    headings: Mapping[str, str] = MappingProxyType({}),
    threshold: float = 0.0,
    bias: Mapping[str, float] = MappingProxyType({}),
) -> Classification | None:
    """Find the task of an event; None when nothing routes.

    `commanded` is the task a slash command or a dispatch named. `labels` maps labels
    to tasks, and only `trusted_labels` (set by people with write access) count.
    `headings` maps the fields of issue forms to tasks, whoever filled them in. `bias`
    is what the policy adds to each task's score (`bot.classify.bias`). Text
    whose confidence is below `threshold` becomes `triage`, with the text's best guess
    as the runner-up.
    """
    if commanded:
        signal = Signal("command", 1.0, commanded)
        return Classification(commanded, "command", 1.0, (signal,), "")
    verdict = (
        rules.decide(event)
        or _by_label(event, labels, trusted_labels)
        or _by_form(event, headings)
    )
    if verdict is not None:
        signal = Signal(verdict.rule, 1.0, verdict.fact)
        return Classification(verdict.task, "rule", 1.0, (signal,), "")
    if not _is_readable(event):
        return None
    return _cautious(by_text(event.title, event.body, bias), threshold)


def _by_label(
    event: Event, labels: Mapping[str, str], trusted: Sequence[str]
) -> Verdict | None:
    if event.name not in _READ:
        return None
    return rules.label_verdict(event, labels=labels, trusted=trusted)


def _by_form(event: Event, headings: Mapping[str, str]) -> Verdict | None:
    if not headings or not _is_readable(event):
        return None
    return rules.form_verdict(event, headings=headings)


def _is_readable(event: Event) -> bool:
    if event.name not in _READ or event.kind == "issues.labeled":
        return False
    return bool(event.title.strip() or event.body.strip())


def by_text(
    title: str, body: str, bias: Mapping[str, float] = MappingProxyType({})
) -> Classification:
    """Classify an issue by its words and shape, and the policy's bias."""
    found = features.extract(title, body)
    weights = text.shipped()
    ranked = leaning.applied(text.distribution(found, weights), bias)
    (task, confidence), (runner_up, _) = ranked[:2]
    signals = tuple(
        Signal(carrier.name, carrier.weight, carrier.evidence)
        for carrier in text.carriers(found, weights, task=task)
    )
    if bias.get(task):
        said = f"{task} {bias[task]:+.2f}"
        signals = (*signals, Signal(BIAS, bias[task], said))
    return Classification(task, "text", confidence, signals, runner_up, ranked)


def _cautious(guess: Classification, threshold: float) -> Classification:
    if guess.confidence >= threshold or guess.task == FALLBACK:
        return guess
    doubt = Signal(
        "below the threshold", 1.0, f"{guess.confidence:.2f} < {threshold:.2f}"
    )
    chance = dict(guess.distribution)[FALLBACK]
    return Classification(
        FALLBACK,
        "text",
        chance,
        (doubt, *guess.signals),
        guess.task,
        guess.distribution,
    )
