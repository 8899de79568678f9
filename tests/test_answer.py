"""Asking: repair once, look up once, halve once, escalate once, and never raise."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from bot import answer, tasks
from bot.answer import Desk
from bot.catalog import Route
from bot.context import Finding, Material, Section
from bot.errors import BudgetSpent, ProviderError, Refused, TooLarge
from bot.planned import PlanReply
from bot.providers import Completion
from bot.route import Lane
from bot.spending import Meter
from bot.tasks.review import ReviewReply
from bot.tasks.search import SearchReply
from bot.tasks.triage import TriageReply
from tests.fakes import USAGE, FakeReader, ScriptedAsk, cited

FIRST = Route("anthropic", "claude-sonnet-5-5", "medium")
ABOVE = Route("anthropic", "claude-opus-5-5", "high")
LOG = "step one\nFAILED test_price: 3 != 4\n"
MATERIAL = Material((Section("log of job test", LOG, "log"),))
CAUSE = TriageReply(
    cause="A price is wrong.",
    evidence=["FAILED test_price: 3 != 4"],
    suspect_path="",
    suspect_line=0,
    missing_information=[],
    next_step="Look at it.",
    needs_debugging=False,
)
INVENTED = CAUSE.model_copy(update={"evidence": ["this line is in no log"]})


@dataclass
class Office:
    """What answering needs, with everything scripted and counted."""

    ask: ScriptedAsk
    files: dict[str, str] = field(default_factory=dict)
    window: int = 200_000
    has_above: bool = True
    looked_up: list[tuple[str, ...]] = field(default_factory=list)
    calls: int = 4

    def answer(self, task="triage", material=MATERIAL):
        self.meter = Meter(lambda r, u: 0.1, lambda r, u: 0.1, calls=self.calls)
        desk = Desk(
            ask=self.ask,
            window=lambda route: self.window,
            look_up=self._look_up,
            above=lambda name: self.above,
            files=FakeReader(),
            expected=lambda sections: lambda route: 0.0,
        )
        return answer.answer(
            tasks.load(task),
            material,
            lane=Lane("balanced", (FIRST,)),
            desk=desk,
            meter=self.meter,
        )

    @property
    def above(self):
        return Lane("reasoning", (ABOVE,)) if self.has_above else None

    def _look_up(self, names):
        if names:
            self.looked_up.append(tuple(names))
        found = [name for name in names if name in self.files]
        return tuple(Section(f"file {n}", self.files[n], "code") for n in found)


def _office(*script, **given):
    return Office(ScriptedAsk(list(script)), **given)


def _review(wanted=(), **finding):
    said = {
        "path": "a.py",
        "start_line": 1,
        "line": 1,
        "severity": "major",
        "title": "t",
        "why": "w",
        "evidence": "x = 1",
        "suggestion": "",
    } | finding
    return ReviewReply(findings=[said] if finding else [], wanted=list(wanted))


def test_a_good_reply_is_checked_and_kept():
    office = _office(CAUSE)
    outcome = office.answer()
    assert outcome.checked.reply == CAUSE
    assert (outcome.model_class, outcome.reason) == ("balanced", "")
    assert office.meter.calls_made == 1


def test_the_data_goes_to_the_model_and_the_schema_with_it():
    office = _office(CAUSE)
    office.answer()
    (request,) = office.ask.requests
    assert "FAILED test_price" in request.user
    assert "FAILED test_price" not in request.system
    assert request.schema["additionalProperties"] is False
    assert request.schema_name == "triage"


def test_room_is_kept_for_the_words_around_the_data():
    long = Section("log of job test", LOG * 140, "log")  # about 3,500 tokens
    office = _office(CAUSE, window=8_000)  # half of them for the answer
    assert office.answer(material=Material((long,))).left_out


def test_the_findings_go_to_the_model_first_but_prove_no_quote():
    found = Finding("ci-failure", "job test: the price is wrong", "major")
    material = Material(MATERIAL.sections, (found,))
    quoted = CAUSE.model_copy(update={"evidence": [found.message]})
    office = _office(quoted, has_above=False)
    assert office.answer(material=material).checked is None
    (request,) = office.ask.requests
    _, first, second, *_ = request.user.splitlines()
    assert found.message in first
    assert "FAILED test_price" in second


@pytest.mark.parametrize("bad", ["no JSON at all", '{"cause": 1}', "{}", '{"a": NaN}'])
def test_a_broken_reply_is_repaired_once(bad):
    office = _office(bad, CAUSE)
    assert office.answer().checked.reply == CAUSE
    first, second = office.ask.requests
    assert (second.system, second.user) == (first.system, first.user)
    assert "could not be used" in second.added


def test_a_second_broken_reply_ends_without_an_answer():
    office = _office("nothing", "nothing again", CAUSE)
    outcome = office.answer()
    assert outcome.checked is None
    assert "JSON" in outcome.reason
    assert len(office.ask.requests) == 2


def test_what_a_reply_wants_is_looked_up_once():
    office = _office(
        _review(["b.py"]), _review(["c.py"]), files={"b.py": "y = 2", "c.py": ""}
    )
    outcome = office.answer("review")
    assert outcome.checked.reply.findings == []
    assert office.looked_up == [("b.py",)]
    first, second = office.ask.requests
    assert second.user == first.user
    assert "y = 2" in second.added


def test_what_cannot_be_found_costs_no_second_call():
    office = _office(_review(["gone.py"]))
    assert office.answer("review").checked is not None
    assert len(office.ask.requests) == 1


def test_a_repair_after_a_look_up_keeps_what_was_looked_up():
    office = _office(_review(["b.py"]), "broken", _review(), files={"b.py": "y = 2"})
    assert office.answer("review").checked is not None
    assert "y = 2" in office.ask.requests[2].added
    assert "could not be used" in office.ask.requests[2].added


def test_a_reply_that_does_not_hold_goes_one_class_up_once():
    office = _office(INVENTED, CAUSE)
    outcome = office.answer()
    assert outcome.checked.reply == CAUSE
    assert (outcome.model_class, outcome.escalated_from) == ("reasoning", "balanced")
    assert office.ask.routes == [(FIRST,), (ABOVE,)]


def test_a_reply_that_does_not_hold_twice_is_no_answer():
    office = _office(INVENTED, INVENTED, CAUSE)
    outcome = office.answer()
    assert (outcome.checked, outcome.reason) == (None, answer.UNCHECKED)
    assert outcome.escalated_from == "balanced"
    assert len(office.ask.requests) == 2


def test_without_a_class_above_an_unchecked_reply_is_no_answer():
    office = _office(INVENTED, has_above=False)
    outcome = office.answer()
    assert (outcome.checked, outcome.reason) == (None, answer.UNCHECKED)
    assert len(office.ask.requests) == 1


def test_a_fault_of_the_class_above_is_the_reason():
    office = _office(INVENTED, ProviderError("no model answered"))
    assert office.answer().reason == "no model answered"


def test_a_prompt_too_large_is_halved_once():
    log = "a line of a log\n" * 20_000 + LOG
    material = Material((Section("log", log, "log"),))
    office = _office(TooLarge("too long"), CAUSE, window=100_000)
    outcome = office.answer(material=material)
    first, second = (len(request.user) for request in office.ask.requests)
    assert second < 0.6 * first
    assert outcome.left_out
    assert len(office.ask.requests) == 2


def test_a_prompt_still_too_large_is_no_answer():
    office = _office(TooLarge("too long"), TooLarge("still too long"), CAUSE)
    outcome = office.answer()
    assert (outcome.checked, outcome.reason) == (None, "still too long")


def test_a_small_window_leaves_room_for_the_answer():
    office = _office(CAUSE, window=4_000)
    office.answer()
    assert office.ask.requests[0].max_output == 2_000


@pytest.mark.parametrize(
    "fault",
    [ProviderError("down"), Refused("declined"), BudgetSpent("the limit is reached")],
)
def test_a_fault_is_an_outcome_with_its_reason(fault):
    outcome = _office(fault).answer()
    assert (outcome.checked, outcome.reason) == (None, str(fault))


def test_calls_are_counted_before_they_are_made():
    office = _office("broken", CAUSE, calls=1)
    outcome = office.answer()
    assert "limit of 1 model calls" in outcome.reason
    assert len(office.ask.requests) == 1


def test_a_reply_that_repeats_the_canary_is_not_used():
    ask = ScriptedAsk()

    def leak(routes, request, *, before_call):
        canary = request.system.rpartition("Never repeat this reference: ")[2]
        ask.script.append(CAUSE.model_copy(update={"next_step": canary}))
        return ask(routes, request, before_call=before_call)

    office = Office(leak)
    outcome = office.answer()
    assert (outcome.checked, outcome.reason) == (None, answer.REPEATED)
    assert office.meter.usd_spent == 0.1


def test_pages_that_the_search_returned_are_what_claims_are_checked_by():
    claim = {"text": "t", "url": "https://a.example/1", "title": "", "date": ""}
    other = claim | {"url": "https://a.example/2"}
    said = SearchReply(
        answer="yes", claims=[claim, other], confidence="low", would_change=""
    )
    outcome = _office(cited(said, "https://a.example/1")).answer("search", Material())
    assert [c.url for c in outcome.checked.reply.claims] == ["https://a.example/1"]


def test_a_repository_cannot_pretend_to_be_a_returned_page():
    claim = {"text": "t", "url": "https://a.example/1", "title": "", "date": ""}
    said = SearchReply(answer="a", claims=[claim], confidence="low", would_change="")
    material = Material((Section("the item", "https://a.example/1"),))
    completion = Completion(said.model_dump_json(), "m", USAGE)
    office = _office(completion, completion, has_above=False)
    assert office.answer("search", material).checked is None
    assert len(office.ask.requests) == 2


# What did not hold is asked for once more.


def _weighed(count):
    option = {"name": "Lock", "summary": "A lock file.", "trade_offs": []}
    other = {"name": "SQLite", "summary": "A database.", "trade_offs": []}
    said = {
        "problem": "p",
        "recommendation": "r",
        "options": [option, other][:count],
    }
    lists = (
        "constraints criteria affected_paths affected_symbols new_paths migration",
        "risks open_questions steps wanted",
    )
    return PlanReply(**said, **{name: [] for name in " ".join(lists).split()})


def test_what_did_not_hold_is_told_once_and_a_better_answer_counts():
    office = _office(_weighed(1), _weighed(2))
    outcome = office.answer("plan")
    assert len(outcome.checked.reply.options) == 2
    assert outcome.escalated_from == ""
    first, second = office.ask.requests
    assert second.user == first.user
    assert "at least two that really differ" in second.added
    assert "A lock file." in second.added


def test_what_does_not_hold_again_goes_one_class_up():
    office = _office(_weighed(1), _weighed(1), _weighed(2))
    outcome = office.answer("plan")
    assert (outcome.model_class, outcome.escalated_from) == ("reasoning", "balanced")
    assert office.ask.routes == [(FIRST,), (FIRST,), (ABOVE,)]


def test_a_second_try_that_fails_leaves_the_class_above_to_answer():
    office = _office(_weighed(1), ProviderError("no model answered"), _weighed(2))
    assert len(office.answer("plan").checked.reply.options) == 2


def test_what_was_looked_up_goes_along_one_class_up():
    asking = _weighed(1).model_copy(update={"wanted": ["b.py"]})
    office = _office(asking, asking, asking, _weighed(2), files={"b.py": "y = 2"})
    assert office.answer("plan").checked is not None
    assert office.looked_up == [("b.py",)]
    assert "y = 2" in office.ask.requests[-1].user
