"""Rules: what an event's facts alone say about its task, never its prose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.events import FAILING, Event

# Several labels: the one that says most about the work wins. `bug` and `question` are
# the labels that every issue gets, so they stand last.
MAX_BODY = 65_536
LABEL_ORDER = ("plan", "test", "search", "review", "code", "debug", "triage")


@dataclass(frozen=True, slots=True)
class Rule:
    """One fact that decides: where `applies`, the event is `task`."""

    name: str
    task: str
    applies: Callable[[Event], bool]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The rule that fired, and the fact it read."""

    rule: str
    task: str
    fact: str


def _is_failing_run(event: Event) -> bool:
    return event.run is not None and event.run.conclusion in FAILING


def _is_fork_run(event: Event) -> bool:
    return event.run is not None and event.run.event == "pull_request" and event.is_fork


def _has_passed_on_retry(event: Event) -> bool:
    return event.run is not None and event.run.passed_on_retry


def _is_bot_pull(event: Event) -> bool:
    return _is_pull(event) and event.author is not None and event.author.is_bot


def _is_pull(event: Event) -> bool:
    return event.name == "pull_request"


def _is_comment_on_pull(event: Event) -> bool:
    return event.name == "pull_request_review_comment" or (
        event.name == "issue_comment" and event.is_pull_request
    )


def _is_dispatch_on_pull(event: Event) -> bool:
    return event.name == "workflow_dispatch" and event.is_pull_request


def _is_kind(kind: str) -> Callable[[Event], bool]:
    return lambda event: event.kind == kind


# First match wins.
RULES = (
    Rule("failing-run", "triage", _is_failing_run),
    # A fork's first green run is the one that its change is reviewed in.
    Rule("fork-pull-request-run", "review", _is_fork_run),
    Rule("passed-on-retry", "triage", _has_passed_on_retry),
    Rule("bot-pull-request", "review", _is_bot_pull),
    Rule("pull-request", "review", _is_pull),
    Rule("comment-on-pull-request", "review", _is_comment_on_pull),
    Rule("dispatch-on-pull-request", "review", _is_dispatch_on_pull),
    Rule("git-pre-commit", "test", _is_kind("git.pre-commit")),
    Rule("git-pre-push", "review", _is_kind("git.pre-push")),
    Rule("terminal-review", "review", _is_kind("terminal.review")),
    Rule("terminal-suggest-patch", "code", _is_kind("terminal.suggest-patch")),
    Rule("terminal-suggest-tests", "test", _is_kind("terminal.suggest-tests")),
)


def decide(event: Event) -> Verdict | None:
    """Return the first rule that applies, None when no fact decides."""
    for rule in RULES:
        if rule.applies(event):
            return Verdict(rule.name, rule.task, _fact(event))
    return None


def _fact(event: Event) -> str:
    if event.run is not None:
        return f"{event.kind}: {event.run.conclusion or 'no conclusion'}"
    if event.author is not None and event.author.is_bot:
        return f"{event.kind} by a bot"
    return event.kind


def form_verdict(event: Event, *, headings: Mapping[str, str]) -> Verdict | None:
    """Return what the fields of an issue form say: headings the policy maps to tasks.

    `headings` maps a heading to a task, whatever its case; code blocks do not count.
    """
    known = {heading.casefold(): task for heading, task in headings.items()}
    found = [line for line in _headings(event.body) if line.casefold() in known]
    if not found:
        return None
    first = min(found, key=lambda line: LABEL_ORDER.index(known[line.casefold()]))
    return Verdict("issue-form", known[first.casefold()], first)


def _headings(body: str) -> Iterator[str]:
    in_code = False
    for line in body[:MAX_BODY].splitlines():
        in_code ^= line.lstrip().startswith(("```", "~~~"))
        if line.startswith("#") and not in_code:
            yield line.lstrip("#").strip()


def label_verdict(
    event: Event, *, labels: Mapping[str, str], trusted: Sequence[str]
) -> Verdict | None:
    """Return what the trusted labels of an issue say, by `LABEL_ORDER`.

    `labels` maps a label to a task, whatever their case. On `labeled` only the label
    just added speaks: it is what somebody wants now.
    """
    known = {label.casefold(): task for label, task in labels.items()}
    heard = {label.casefold(): label for label in trusted}
    if event.kind == "issues.labeled":
        added = event.label_added.casefold()
        heard = {name: label for name, label in heard.items() if name == added}
    found = [
        (LABEL_ORDER.index(known[name]), label, known[name])
        for name, label in heard.items()
        if known.get(name) in LABEL_ORDER
    ]
    if not found:
        return None
    _, label, task = min(found)
    return Verdict("label", task, label)
