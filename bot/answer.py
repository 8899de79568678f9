"""From a decision to a checked reply: ask, repair once, look up once, escalate once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from pydantic import BaseModel

from bot import findings
from bot import prompt as prompts
from bot import reply as replies
from bot.ask import Asked
from bot.catalog import Route
from bot.context import CITED, Material, Section, fit
from bot.costs import PROMPT_OVERHEAD
from bot.errors import BudgetSpent, ProviderError, ReplyError, TooLarge
from bot.policy import ClassName
from bot.prompt import Prompt
from bot.providers import Completion, Request
from bot.reader import Files
from bot.record_parts import ShareRecord
from bot.route import Lane
from bot.spending import Meter
from bot.tasks import Checked, Task

# Thinking and answer together, in tokens, as a multiple of a usual answer.
OUTPUT_FACTOR = 4
UNCHECKED = "what the model said did not hold when it was checked"
REPEATED = "the model repeated what it must never repeat"
# Where it was wrong is for the model alone: to people a validator's words say nothing.
MISWRITTEN = "the model did not answer with the JSON that it was asked for"


class Ask(Protocol):
    """Ask the routes in order, under the run's one deadline (`bot.ask.ask`)."""

    def __call__(
        self,
        routes: Sequence[Route],
        request: Request,
        *,
        before_call: Callable[[Route], None],
    ) -> Asked:
        """Return the first whole answer; raises `ProviderError`."""


class Trial(Protocol):
    """What runs a reply before it counts, and remembers what came of every round.

    `task` names the task it is for, `words` what is asked for in a further round.
    """

    task: str
    words: str

    def check(self, reply: Any, material: Material) -> Checked:
        """Take a reply in; what is left is all that holds so far."""

    def again(self) -> tuple[Section, ...]:
        """What could not be used and why, () where another try has no use."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What answering needs from outside.

    `window(route)` is the route's context window in tokens, `most(route)` how many of
    them a prompt may take so that it can be paid for; `look_up(names)` reads
    the paths and symbols a reply asks for; `above(class)` is the lane one class up,
    None where there is none; `files` is the repository at the pinned SHA;
    `expected(sections)` says what a call that reads these is thought to cost, USD.
    """

    ask: Ask
    window: Callable[[Route], int]
    look_up: Callable[[Sequence[str]], tuple[Section, ...]]
    above: Callable[[ClassName], Lane | None]
    files: Files
    expected: Callable[[Sequence[Section]], Callable[[Route], float]]
    instructions: str = ""
    most: Callable[[Route], int] = lambda route: sys.maxsize


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking. Without `checked`, `reason` says why in one sentence.

    `left_out` are plain sentences on what was not read. `seen` is what the model read,
    None where it said nothing that could be used. `is_budget`: no more may be spent.
    `shares` says which class read which files, where several calls read a change.
    """

    checked: Checked | None
    model_class: str
    reason: str = ""
    escalated_from: str = ""
    redirected_from: str = ""
    left_out: tuple[str, ...] = ()
    seen: Material | None = None
    is_budget: bool = False
    shares: tuple[ShareRecord, ...] = ()


def answer(
    task: Task, material: Material, *, lane: Lane, desk: Desk, meter: Meter
) -> Outcome:
    """Ask for a reply and check it; one class up, once, where it does not hold.

    Never raises for a model's or a provider's fault: the outcome says what happened.
    """
    first = _in_lane(task, material, lane=lane, desk=desk, meter=meter)
    if first.checked is None or not first.checked.failed:
        return first
    above = desk.above(lane.model_class)
    if above is None or not above.routes:
        return replace(first, checked=None, reason=UNCHECKED)
    looked_up = _looked_up(first, material)
    if looked_up:
        # What was looked up goes along: asking for it again would cost another call.
        sections = (*material.sections, *looked_up)
        material = replace(material, sections=sections)
        desk = replace(desk, look_up=lambda names: ())
    second = _in_lane(task, material, lane=above, desk=desk, meter=meter)
    if second.checked is None or second.checked.failed:
        reason = second.reason or UNCHECKED
        second = replace(second, checked=None, reason=reason)
    return replace(second, escalated_from=lane.model_class)


def tried(
    task: Task,
    material: Material,
    *,
    trial: Trial,
    lane: Lane,
    desk: Desk,
    meter: Meter,
) -> Outcome:
    """Ask for a reply that is run: mended once, then once more one class up.

    Whatever held in an earlier round stays. Never raises, as `answer`.
    """
    outcome = _tried(task, material, trial=trial, lane=lane, desk=desk, meter=meter)
    if outcome.checked is None or not outcome.checked.failed:
        return outcome
    return replace(outcome, checked=None, reason=UNCHECKED)


def _tried(
    task: Task,
    material: Material,
    *,
    trial: Trial,
    lane: Lane,
    desk: Desk,
    meter: Meter,
) -> Outcome:
    # The trial holds a reply against the repository, too.
    task = replace(task, check=trial.check, verify=None)
    latest = _in_lane(task, material, lane=lane, desk=desk, meter=meter)
    if latest.checked is None or not trial.again():
        return latest
    mended = _in_lane(
        task, material, lane=lane, desk=desk, meter=meter, added=_retry(trial)
    )
    latest = mended if mended.checked is not None else latest
    above = desk.above(lane.model_class) if trial.again() else None
    if above is None or not above.routes:
        return latest
    last = _in_lane(
        task, material, lane=above, desk=desk, meter=meter, added=_retry(trial)
    )
    if last.checked is None:
        return latest
    return replace(last, escalated_from=lane.model_class)


def _retry(trial: Trial) -> str:
    return prompts.retry(
        trial.again(), delimiter=prompts.delimiter(), words=trial.words
    )


def _looked_up(first: Outcome, material: Material) -> tuple[Section, ...]:
    known = {CITED, *(section.name for section in material.sections)}
    seen = first.seen.sections if first.seen is not None else ()
    return tuple(section for section in seen if section.name not in known)


def room(task: Task, *, lane: Lane, desk: Desk) -> int:
    """Say how many tokens of sections one call to the lane's first route can read."""
    window = desk.window(lane.routes[0])
    family = fit.family_of(lane.routes[0].provider, lane.routes[0].model)
    return window - _output(task, window) - _overhead(desk, family)


def _output(task: Task, window: int) -> int:
    return min(task.output_tokens * OUTPUT_FACTOR, window // 2)


def _overhead(desk: Desk, family: fit.Family) -> int:
    """What stands around the data, in tokens: our words and the maintainers'."""
    return PROMPT_OVERHEAD + fit.tokens(desk.instructions, family=family)


def _in_lane(
    task: Task,
    material: Material,
    *,
    lane: Lane,
    desk: Desk,
    meter: Meter,
    added: str = "",
) -> Outcome:
    call = _Call(task, material, lane=lane, desk=desk, meter=meter, added=added)
    try:
        try:
            given = call.reply(share=1)
        except TooLarge:
            # The estimate was wrong for this model: once more with half (R04).
            given = call.reply(share=2)
        checked = call.checked(given)
    except (ProviderError, ReplyError, BudgetSpent) as exc:
        is_budget = isinstance(exc, BudgetSpent)
        reason = MISWRITTEN if isinstance(exc, ReplyError) else str(exc)
        return Outcome(None, lane.model_class, reason=reason, is_budget=is_budget)
    if checked.failed and checked.repair:
        given, checked = call.repaired(given, checked)
    return Outcome(checked, lane.model_class, left_out=given.left_out, seen=given.seen)


@dataclass(frozen=True, slots=True)
class _Given:
    """A valid reply, what the model had read before it, and how it was asked."""

    reply: BaseModel
    left_out: tuple[str, ...]
    seen: Material
    prompt: Prompt
    canary: str
    output: int
    added: str = ""


@dataclass(frozen=True, slots=True)
class _Call:
    """One class being asked for one task."""

    task: Task
    material: Material
    lane: Lane
    desk: Desk
    meter: Meter
    added: str = ""

    def reply(self, *, share: int) -> _Given:
        """Get a valid reply, after one look-up where it asks for one."""
        first = self.lane.routes[0]
        window = self.desk.window(first) // share
        output = _output(self.task, window)
        family = fit.family_of(first.provider, first.model)
        fitted = fit.fit(
            findings.before_sections(self.material),
            window=min(window, self.desk.most(first) + output),
            reserve=output + _overhead(self.desk, family),
            family=family,
        )
        canary = prompts.delimiter()
        prompt = prompts.build(
            self.task.prompt,
            fitted.sections,
            delimiter=prompts.delimiter(),
            instructions=self.desk.instructions,
            canary=canary,
        )
        # Our own words about the material prove nothing that a reply quotes.
        sections = tuple(s for s in fitted.sections if s.name != findings.SECTION)
        seen = replace(self.material, sections=sections)
        own = self.added
        reply, completion = self._valid(prompt, canary, output=output, added=own)
        looked_up = self.desk.look_up(replies.wanted(reply))
        more = ""
        if looked_up:
            more = prompts.more(looked_up, delimiter=prompts.delimiter())
            more = "\n\n".join(filter(None, (own, more)))
            seen = replace(seen, sections=(*seen.sections, *looked_up))
            reply, completion = self._valid(prompt, canary, output=output, added=more)
        seen = _with_citations(seen, completion)
        return _Given(reply, fitted.left_out, seen, prompt, canary, output, more)

    def checked(self, given: _Given) -> Checked:
        """Hold a reply against what was shown, then against the repository."""
        checked = self.task.check(given.reply, given.seen)
        if self.task.verify is None or checked.failed:
            return checked
        verified = self.task.verify(checked.reply, given.seen, self.desk.files)
        return replace(verified, dropped=(*checked.dropped, *verified.dropped))

    def repaired(self, given: _Given, checked: Checked) -> tuple[_Given, Checked]:
        """Ask once more, saying what did not hold; what cannot be asked stays so."""
        try:
            again = self._again(given, checked.repair)
        except (ProviderError, ReplyError, BudgetSpent):
            return given, checked
        return again, self.checked(again)

    def _again(self, given: _Given, problem: str) -> _Given:
        said = (
            Section(prompts.LAST, given.reply.model_dump_json(), "json"),
            Section(prompts.PROBLEM, problem),
        )
        mend = prompts.mend(said, delimiter=prompts.delimiter())
        added = "\n\n".join(filter(None, (given.added, mend)))
        reply, completion = self._valid(
            given.prompt, given.canary, output=given.output, added=added
        )
        seen = _with_citations(given.seen, completion)
        return replace(given, reply=reply, seen=seen, added=added)

    def _valid(
        self, prompt: Prompt, canary: str, *, output: int, added: str = ""
    ) -> tuple[BaseModel, Completion]:
        request = Request(
            system=prompt.system,
            user=prompt.user,
            added=added,
            schema=self.task.reply.model_json_schema(),
            schema_name=self.task.name,
            web_search=self.task.needs.web_search,
            max_output=output,
        )
        completion = self._completion(request, canary)
        try:
            return replies.parse(completion.text, self.task.reply), completion
        except ReplyError as exc:
            again = "\n\n".join(filter(None, (added, replies.repair_request(exc))))
            completion = self._completion(replace(request, added=again), canary)
            return replies.parse(completion.text, self.task.reply), completion

    def _completion(self, request: Request, canary: str) -> Completion:
        asked = self.desk.ask(
            self.lane.routes, request, before_call=self.meter.before_call
        )
        completion = self.meter.add(asked)
        if canary in completion.text:
            raise ProviderError(REPEATED)
        return completion


def _with_citations(material: Material, completion: Completion) -> Material:
    if not completion.citations:
        return material
    pages = "\n".join(
        f"{citation.url}\t{' '.join(citation.title.split())}"
        for citation in completion.citations
    )
    return replace(material, sections=(*material.sections, Section(CITED, pages)))
