"""A text that left the task in doubt: one small question to the fast model."""

from __future__ import annotations

from dataclasses import replace

from bot import policy as policies
from bot import prompt as prompts
from bot import secrets, tasks
from bot.case import Opened
from bot.classify import FALLBACK, Classification, asked
from bot.context import thread
from bot.errors import BudgetSpent, ProviderError, ReplyError
from bot.events import Event
from bot.route import Router
from bot.spending import Meter
from bot.tasks import Needs
from bot.world import World

FAST: policies.ClassName = "fast"
# What the answer usually takes, in tokens, for the estimate.
OUTPUT_TOKENS = 150
REPEATED = "it repeated what it must never repeat"


def settled(opened: Opened, world: World, *, meter: Meter) -> Classification:
    """Return the fast model's word on a doubtful text, else what the text said.

    Asks one route once, where a person's grant and the event's bill allow a model, and
    repairs nothing: an answer that is late, refused or invalid is none. The text can
    move the task within those that a text can mean, and nothing else.
    """
    guess = opened.classification
    summaries = _summaries(guess, world.policy)
    if len(summaries) < 2 or not _may_ask(opened, world, meter=meter):
        return guess
    shown = asked.item(_text(opened.event, world))
    # The question is smaller than a task's, and needs nothing that a task may need.
    size = replace(tasks.load(FALLBACK), needs=Needs(), output_tokens=OUTPUT_TOKENS)
    router = Router(size, world.policy, world.means, (shown,))
    routes = router.lane(FAST).routes[:1]
    if not routes:
        return guess
    meter.expected = router.costs.expected_usd
    canary = prompts.delimiter()
    request = asked.request(
        guess,
        shown,
        summaries=summaries,
        delimiter=prompts.delimiter(),
        canary=canary,
    )
    try:
        answer = world.ask(routes, request, before_call=meter.before_call)
        text = meter.add_question(answer).text
        if canary in text:
            raise ReplyError(REPEATED)
        return asked.read(text, guess, summaries=summaries, route=str(answer.route))
    except (ProviderError, ReplyError, BudgetSpent) as exc:
        return asked.unanswered(guess, str(exc))


def _may_ask(opened: Opened, world: World, *, meter: Meter) -> bool:
    grant = opened.standing.grant
    ceiling: policies.ClassName = grant.ceiling or FAST
    return (
        asked.is_doubtful(
            opened.classification, threshold=world.policy.confidence_threshold
        )
        and grant.kind in ("model", "limited")
        and not opened.standing.wants_why
        and bool(policies.ladder(world.policy, FAST, ceiling=ceiling))
        # The answer itself needs a call, too.
        and meter.calls - meter.calls_made > 1
    )


def _summaries(guess: Classification, policy: policies.Policy) -> dict[str, str]:
    """The tasks that a text can mean and the policy wants, with what they do."""
    return {
        name: tasks.load(name).summary
        for name, _ in guess.distribution
        if policies.task(policy, name).enabled
    }


def _text(event: Event, world: World) -> str:
    return secrets.redact(thread.item(event).text, world.vault).text
