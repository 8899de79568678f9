"""From what came of it to the draft: the words, the record, and whether to speak."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any

from bot import budgets, catalog, choice, costs, findings, unread
from bot import policy as policies
from bot.access import NO_KEY, NO_KEY_FORK, NO_KEY_FORK_THREAD
from bot.answer import Outcome
from bot.case import Case
from bot.catalog import Route
from bot.classify import Signal, bias
from bot.context import Severity
from bot.draft import Candidates, Draft, Fold, Inline
from bot.ledger import Outcome as Came
from bot.ledger import Record
from bot.providers import Usage
from bot.record_parts import Chance, Drops, SignalRecord
from bot.spending import Meter
from bot.tasks import Answer, InlineComment
from bot.text import markdown
from bot.verify import paste
from bot.world import World

NOTICE = "{reason}. What follows was established without a model."
NOTICE_ALONE = "{reason}. Without a model there is nothing to point out."
STEPPED_DOWN = "this was answered by the class {model_class}."
INVITE = (
    "The text alone does not say what kind of work this is ({runner_up} was the "
    "nearest). Someone who may write here can: `/route <task>`."
)
LEFT_OUT = "Not read, or not whole:"
NOT_READ = "not read"
LEFT_OUT_SHOWN = 20
# As many as a record takes.
DROPS_SHOWN, SHARES_SHOWN = 20, 5
LEFT_OUT_MORE = "and {count} more"
MOST_LEFT_OUT = 30
# As a draft takes it; a change of an odder branch is compared with the default one.
BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}")
DEGRADING = frozenset({NO_KEY, NO_KEY_FORK, NO_KEY_FORK_THREAD})


def draft(case: Case, outcome: Outcome, *, meter: Meter, world: World) -> Draft:
    """Write the draft of an answer, or of the findings where no model answered."""
    reply = outcome.checked.reply if outcome.checked else None
    said = case.task.render(reply, outcome.seen or case.material)
    body = _body(case, said, outcome)
    rules = policies.task(world.policy, case.task.name)
    chosen = choice.chosen(said.inline, most=rules.inline, threshold=rules.comment_from)
    further = (choice.FURTHER, choice.by_file(chosen.further))
    lighter = (choice.LIGHTER, choice.by_file(chosen.lighter))
    # Nobody is told what was not read where there is nothing else to tell.
    has_words, missed = bool(body or said.inline), _unread(case)
    degraded = reply is None and _is_degraded(case)
    came: Came = "answered" if reply is not None else "findings"
    return Draft(
        kind="answer",
        task=case.task.name,
        title=case.task.title,
        body=body,
        folds=_folds((*said.folds, further, *(missed if has_words else ()))),
        asides=_folds((*said.asides, lighter, *(() if has_words else missed))),
        inline=_inline(chosen.inline),
        reviewed=said.reviewed,
        fixed=said.fixed,
        labels=said.labels,
        tests=_candidates(case, said),
        pages=said.pages,
        speaks=_speaks(case, said, world),
        degraded=degraded,
        notice=_stepped_down(case, world)
        if reply is not None
        else _notice(case, outcome, has_words=bool(body)),
        sha=case.event.head_sha,
        fingerprint=_fingerprint(case),
        record=_record(
            case,
            outcome,
            meter=meter,
            world=world,
            came="degraded" if degraded else came,
            weight=said.weight,
        ),
    )


def _candidates(case: Case, said: Answer) -> Candidates | None:
    """Tests to be run elsewhere, each with its place in the change."""
    if said.gathered is None:
        return None
    base = case.event.base_ref
    return Candidates(
        base=base if BRANCH.fullmatch(base) else "",
        tests=paste.candidates(
            said.gathered.tests, case.material.change, read=case.reader.file
        ),
        left_out=tuple(each[:200] for each in said.gathered.left_out[:MOST_LEFT_OUT]),
    )


def _notice(case: Case, outcome: Outcome, *, has_words: bool) -> str:
    if not case.material.sections:
        return ""
    reason = outcome.reason[:800].rstrip(".")
    notice = NOTICE if has_words else NOTICE_ALONE
    return notice.format(reason=f"{reason[:1].upper()}{reason[1:]}")


def _stepped_down(case: Case, world: World) -> str:
    """Say so where a budget that is nearly spent took the answer a class down."""
    if case.decision.cause != "budget" or not world.means.near:
        return ""
    near = world.means.near
    down = STEPPED_DOWN.format(model_class=case.decision.model_class)
    return f"{near[:1].upper()}{near[1:]}; {down}"


def _is_degraded(case: Case) -> bool:
    """Whether a model should have answered: not so where none is wanted or needed."""
    grant = case.standing.grant
    if not case.material.sections:
        return False
    return grant.kind in ("model", "limited") or grant.reason in DEGRADING


def _body(case: Case, said: Answer, outcome: Outcome) -> str:
    parts = [said.body]
    if outcome.left_out:
        shown = [markdown.plain(each) for each in outcome.left_out[:LEFT_OUT_SHOWN]]
        more = len(outcome.left_out) - LEFT_OUT_SHOWN
        shown += [LEFT_OUT_MORE.format(count=more)] if more > 0 else []
        listed = "\n".join(f"- {each}" for each in shown)
        parts.append(f"{LEFT_OUT}\n\n{listed}")
    classified = case.classification
    is_doubtful = bool(classified.distribution) and (
        classified.distribution[0][0] != classified.task
    )
    if is_doubtful and classified.via == "text":
        parts.append(INVITE.format(runner_up=classified.runner_up))
    return "\n\n".join(part for part in parts if part)


def _speaks(case: Case, said: Answer, world: World) -> bool:
    """Whether the thread gets this: somebody asked, or it reaches `comment_from`."""
    if case.standing.asked_for or case.event.name == "terminal":
        return True
    threshold = policies.task(world.policy, case.task.name).comment_from
    return bool(said.body) and findings.reaches(said.weight, threshold)


def _fingerprint(case: Case) -> str:
    if case.event.run is None:
        return ""
    return ",".join(sorted(job.name for job in case.reader.runs.failed_jobs()))[:1_000]


def _unread(case: Case) -> tuple[tuple[str, str], ...]:
    missing = case.reader.missing
    if case.event.is_local:
        # A checkout has no thread and no CI: that is no fault.
        missing = [each for each in missing if each.endswith(NOT_READ)]
    found = (finding.message for finding in case.material.findings)
    told = (*case.material.coverage, *found)
    return ((unread.TITLE, unread.as_markdown(missing, told=told)),)


def _folds(pairs: Iterable[tuple[str, str]]) -> tuple[Fold, ...]:
    return tuple(Fold(title=title[:900], body=body) for title, body in pairs if body)


def _drops(outcome: Outcome) -> tuple[Drops, ...]:
    reasons = Counter(outcome.checked.dropped if outcome.checked else ())
    return tuple(
        Drops(reason=reason[:200], count=count)
        for reason, count in reasons.most_common(DROPS_SHOWN)
    )


def _inline(comments: Iterable[InlineComment]) -> tuple[Inline, ...]:
    return tuple(
        Inline(
            path=each.path,
            line=each.line,
            start_line=each.start_line,
            side="LEFT" if each.side == "LEFT" else "RIGHT",
            body=each.body,
            suggestion=each.suggestion,
            fingerprint=each.fingerprint,
        )
        for each in comments
    )


def _record(
    case: Case,
    outcome: Outcome,
    *,
    meter: Meter,
    world: World,
    came: Came,
    weight: Severity | None,
) -> Record:
    decided, classified = case.decision, case.classification
    return Record(
        **_bill(case, meter, world),
        at=world.now(),
        event=case.event.kind,
        task=case.task.name,
        via=classified.via,
        confidence=round(classified.confidence, 4),
        runner_up=classified.runner_up,
        cause=decided.cause,
        stakes=decided.stakes.level,
        model_class=outcome.model_class,
        outcome=came,
        reason=outcome.reason[:400],
        escalated_from=outcome.escalated_from,
        redirected_from=outcome.redirected_from,
        dropped=len(outcome.checked.dropped) if outcome.checked else 0,
        dropped_for=_drops(outcome),
        shares=outcome.shares[:SHARES_SHOWN],
        redactions=case.redactions,
        sha=case.event.head_sha,
        run=world.run,
        number=case.event.number or 0,
        actor=budgets.actor_of(case.event)[:200],
        trust=case.standing.trust if not case.event.is_local else "",
        policy=f"{policies.fingerprint(world.policy)} {world.policy_sha[:12]}".strip(),
        catalogue=catalog.date(),
        failures=case.material.fingerprints[:10],
        area=_area([file.path for file in case.material.change]),
        weight=weight or "",
        chances=tuple(
            Chance(task=name, share=round(share, 4))
            for name, share in _words_alone(case, world)[:20]
        ),
        signals=tuple(_signal(signal) for signal in classified.signals[:8]),
    )


def _bill(case: Case, meter: Meter, world: World) -> dict[str, Any]:
    """What the answer took, as a record's fields."""
    largest = case.decision.estimate.largest_model
    on_largest = _elsewhere(case, meter, Route.parse(largest)) if largest else None
    return {
        "route": str(meter.route) if meter.route else "",
        "calls": meter.calls_made,
        "input_tokens": meter.usage.input_tokens,
        "output_tokens": meter.usage.output_tokens,
        "cached_tokens": meter.usage.cached_tokens,
        "is_estimate": meter.usage.is_estimate,
        "usd": meter.usd_spent,
        "baseline_usd": _elsewhere(case, meter, costs.baseline(world.policy)),
        "largest_model": largest,
        "largest_usd": on_largest,
        "fallbacks": tuple(meter.fallbacks[:20]),
        "seconds": round(meter.seconds, 3),
    }


def _words_alone(case: Case, world: World) -> bias.Distribution:
    """What the text alone made of each task, so that no bias is learned twice."""
    found = case.classification.distribution
    return bias.without(found, world.policy.classify.bias)


def _area(paths: Sequence[str]) -> str:
    """The folder, else the kind of file, that all of a change lies in; "" for none."""
    folders = {path.partition("/")[0] for path in paths if "/" in path}
    if len(folders) == 1 and all("/" in path for path in paths):
        return f"{folders.pop()}/**"[:200]
    kinds = {PurePosixPath(path).suffix for path in paths}
    suffix = kinds.pop() if len(kinds) == 1 else ""
    return f"**/*{suffix}"[:200] if suffix else ""


def _elsewhere(case: Case, meter: Meter, route: Route) -> float | None:
    """What the same tokens would have cost on another route, None if none were used."""
    if not meter.calls_made:
        return None
    # Another class would not have been asked which task this is.
    usage = Usage(
        meter.usage.input_tokens - meter.question.input_tokens,
        meter.usage.output_tokens - meter.question.output_tokens,
    )
    return costs.price(case.router.policy, route, usage=usage)


def _signal(signal: Signal) -> SignalRecord:
    return SignalRecord(
        name=signal.name[:200],
        weight=round(signal.weight, 3),
        evidence=signal.evidence[:200],
    )
