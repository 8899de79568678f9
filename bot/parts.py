"""One answer in several calls: heaviest files first, what fails left out by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pydantic import BaseModel

from bot import answer as answering
from bot import findings
from bot.answer import UNCHECKED, Desk, Outcome
from bot.catalog import Route
from bot.context import Material, Section, fit, pack
from bot.context.pack import Part
from bot.reading import BUDGET, NOT_HELD, UNANSWERED, Reading
from bot.record_parts import ShareRecord
from bot.route import Lane
from bot.shares import Share
from bot.spending import Meter
from bot.tasks import Checked, Several, Task

# A provider that failed this often in a row will not come back within this run.
GIVE_UP = 2
SHOWN_PATHS = 10
_LEAST_ROOM = 500  # tokens
# What lies beside the files of a call gets this part of what the files take.
_BESIDE = 4


def answer(
    task: Task,
    material: Material,
    *,
    shares: Sequence[Share],
    desk: Desk,
    meter: Meter,
) -> Outcome:
    """Ask about a change share by share and call by call, and make one answer of it.

    A call that fails leaves the others standing. What was said is merged, verified
    against the repository and looked at a second time; the outcome's coverage says
    what was read. Never raises for a model's or a provider's fault.
    """
    assert task.several is not None
    run = _Run(task, task.several, material, desk, meter, reading=Reading(material))
    for share in shares:
        for part in run.parts_of(share):
            run.ask(share, part)
    return run.outcome(shares)


@dataclass(slots=True)
class _Run:
    """One answer while it is being made."""

    task: Task
    several: Several
    material: Material
    desk: Desk
    meter: Meter
    reading: Reading
    replies: list[BaseModel] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    bills: dict[str, ShareRecord] = field(default_factory=dict)
    calls: int = 0
    faults: int = 0
    reason: str = ""
    is_budget: bool = False
    model_class: str = ""
    escalated_from: str = ""
    # Who read the heaviest files: the record names one model.
    route: Route | None = None

    def around(self, part: Part) -> tuple[Section, ...]:
        """What is read with these files and is no diff: what they call, who uses it."""
        paths = frozenset(part.paths)
        room = part.tokens // _BESIDE
        found: list[Section] = []
        for section in self.material.sections:
            if section.kind != "diff" and section.path in paths:
                room -= fit.section_tokens(section)
                found += [section] if room >= 0 else []
        return tuple(found)

    def parts_of(self, share: Share) -> tuple[Part, ...]:
        """Pack the files of one share into calls."""
        files = [
            pack.ToRead(each.path, each, share.weights[each.path], each.kin)
            for each in self.material.sections
            if each.kind == "diff" and each.path in share.weights
        ]
        first = share.lane.routes[0]
        family = fit.family_of(first.provider, first.model)
        room = answering.room(self.task, lane=share.lane, desk=self.desk)
        beside = findings.before_sections(
            replace(self.material, sections=self.reading.beside)
        )
        taken = sum(fit.section_tokens(s, family=family) for s in beside)
        room = min(room - min(taken, room // 2), self.several.most_tokens)
        if any(s.path and s.kind != "diff" for s in self.material.sections):
            room -= room // (_BESIDE + 1)
        return pack.parts(files, room=max(room, _LEAST_ROOM), family=family)

    def ask(self, share: Share, part: Part) -> None:
        """Ask about one part; what does not come back is noted, not raised."""
        if self.faults >= GIVE_UP:
            self.reading.miss(part.paths, UNANSWERED)
            return
        material = replace(
            self.material,
            sections=(*self.reading.beside, *part.sections, *self.around(part)),
            findings=tuple(
                f for f in self.material.findings if not f.path or f.path in part.paths
            ),
        )
        # One class up, once: not once a part.
        desk = replace(self.desk, above=_nothing) if self.escalated_from else self.desk
        outcome = self._asked(
            self.task, material, share.lane, desk=desk, paths=part.paths
        )
        self.model_class = self.model_class or outcome.model_class
        self.escalated_from = self.escalated_from or outcome.escalated_from
        if outcome.checked is None or outcome.seen is None:
            self._failed(part, outcome)
            return
        self.faults = 0
        self.route = self.route or self.meter.route
        self.replies.append(outcome.checked.reply)
        self.dropped += outcome.checked.dropped
        self.reading.add(part, outcome, lane=self._lane(share, outcome))

    def outcome(self, shares: Sequence[Share]) -> Outcome:
        """Make one outcome of all that came back."""
        checked, seen = None, None
        if self.replies:
            seen = self.reading.seen()
            self.meter.route = self.route
            checked = self._settled(seen, shares[0].lane)
        return Outcome(
            checked,
            self.model_class or shares[0].lane.model_class,
            reason="" if checked is not None else self.reason,
            escalated_from=self.escalated_from,
            left_out=self.reading.left_out() if checked is not None else (),
            seen=seen,
            is_budget=self.is_budget,
            shares=tuple(self.bills.values()) if self.calls > 1 else (),
        )

    def _settled(self, seen: Material, lane: Lane) -> Checked:
        merged = self.several.merge(self.replies)
        verified = self.several.verify(merged, seen, self.desk.files)
        settled = self._second_look(verified.reply, seen, lane)
        dropped = (*self.dropped, *verified.dropped, *settled.dropped)
        return Checked(settled.reply, dropped)

    def _asked(
        self,
        task: Task,
        material: Material,
        lane: Lane,
        *,
        desk: Desk,
        paths: Sequence[str] = (),
    ) -> Outcome:
        self.meter.expected = self.desk.expected(findings.before_sections(material))
        calls, usd = self.meter.calls_made, self.meter.usd_spent
        outcome = answering.answer(
            task, material, lane=lane, desk=desk, meter=self.meter
        )
        self.calls += 1
        spent = self.meter.usd_spent
        new = [
            p
            for p in paths
            if outcome.checked is not None and p not in self.reading.lanes
        ]
        own = ShareRecord(
            model_class=outcome.model_class,
            files=len(new),
            paths=tuple(path[:200] for path in new[:SHOWN_PATHS]),
            calls=self.meter.calls_made - calls,
            usd=None if usd is None or spent is None else spent - usd,
        )
        bill = self.bills.get(outcome.model_class)
        self.bills[outcome.model_class] = own if bill is None else _added(bill, own)
        return outcome

    def _failed(self, part: Part, outcome: Outcome) -> None:
        self.reason = self.reason or outcome.reason
        if outcome.is_budget:
            self.is_budget = True
            self.reading.miss(part.paths, BUDGET)
        elif outcome.reason == UNCHECKED:
            self.reading.miss(part.paths, NOT_HELD)
        else:
            self.faults += 1
            self.reading.miss(part.paths, UNANSWERED)

    def _lane(self, share: Share, outcome: Outcome) -> Lane:
        """The lane that answered: the share's own, or the one above it."""
        if outcome.model_class == share.lane.model_class:
            return share.lane
        return self.desk.above(share.lane.model_class) or share.lane

    def _second_look(self, reply: BaseModel, seen: Material, lane: Lane) -> Checked:
        look = self.several.second_look
        sections = look.ask(reply, seen)
        if not sections:
            return Checked(reply)
        asking = replace(
            self.task,
            prompt=look.prompt,
            reply=look.reply,
            check=lambda said, _: Checked(said),
            output_tokens=look.output_tokens,
        )
        about = [s.path for s in sections if s.path in self.reading.lanes]
        lane = self.reading.lanes[about[0]] if about else lane
        desk = replace(self.desk, above=_nothing)
        outcome = self._asked(asking, Material(sections), lane, desk=desk)
        verdict = outcome.checked.reply if outcome.checked is not None else None
        return look.settle(reply, verdict)


def _added(bill: ShareRecord, more: ShareRecord) -> ShareRecord:
    known = bill.usd is not None and more.usd is not None
    return ShareRecord(
        model_class=bill.model_class,
        files=bill.files + more.files,
        paths=tuple(dict.fromkeys((*bill.paths, *more.paths)))[:SHOWN_PATHS],
        calls=bill.calls + more.calls,
        usd=(bill.usd or 0.0) + (more.usd or 0.0) if known else None,
    )


def _nothing(_name: object) -> None:
    return None
