"""One answer in several calls: what fails is named, what came back stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from bot import parts, tasks
from bot.answer import Desk
from bot.catalog import Route
from bot.context import Finding, Material, Section, diff, hunks
from bot.errors import BudgetSpent, ProviderError, Refused
from bot.review.reply import ReviewReply
from bot.route import Lane
from bot.shares import Share
from bot.spending import Meter
from bot.tasks import InlineComment
from bot.verify.second_look import SecondLookReply
from tests.fakes import FakeReader, ScriptedAsk

BALANCED = Lane("balanced", (Route("anthropic", "claude-sonnet-5-5", "medium"),))
REASONING = Lane("reasoning", (Route("anthropic", "claude-opus-5-5", "high"),))
LINES = 400
NOTHING = ReviewReply(findings=[], wanted=[])
HOLDS = SecondLookReply.model_validate(
    {"verdicts": [{"number": 1, "reason": "", "verdict": "holds"}]}
)


def _file(path, lines=LINES):
    body = "".join(f"+value_{n} = {n}\n" for n in range(1, lines + 1))
    head = f"diff --git a/{path} b/{path}\nnew file mode 100644\n"
    return f"{head}--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,{lines} @@\n{body}"


def _material(*paths, lines=LINES):
    files = diff.parse("".join(_file(path, lines) for path in paths))
    sections = (
        Section("the item", "title: more", must=True),
        *(
            Section(f"the diff of {f.path}", hunks.unified(f), "diff", 1, path=f.path)
            for f in files
        ),
    )
    found = tuple(Finding("x", f"about {path}", "minor", path) for path in paths)
    return Material(sections, found, ("", "a problem"), change=files)


def _finding(path, number=1, severity="major"):
    return {
        "path": path,
        "start_line": number,
        "line": number,
        "severity": severity,
        "title": f"wrong in {path}",
        "why": "It is.",
        "evidence": f"value_{number} = {number}",
        "suggestion": "",
    }


def _said(*findings, walkthrough=(), wanted=()):
    return ReviewReply.model_validate(
        {
            "findings": list(findings),
            "wanted": list(wanted),
            "walkthrough": list(walkthrough),
        }
    )


@dataclass
class Office:
    """What answering needs; a window that holds about one file of `LINES` lines."""

    ask: ScriptedAsk
    window: int = 30_000
    calls: int = 30
    usd: float | None = None
    above: Lane | None = None
    files: dict[str, str] = field(default_factory=dict)

    def answer(self, material, *shares):
        self.meter = Meter(
            lambda r, u: 0.1, lambda r, u: 0.1, calls=self.calls, usd=self.usd
        )
        desk = Desk(
            ask=self.ask,
            window=lambda route: self.window,
            look_up=lambda names: (),
            above=lambda name: self.above,
            files=FakeReader(files=self.files),
            expected=lambda sections: lambda route: 0.1,
        )
        task = tasks.load("review")
        if not shares:
            paths = [file.path for file in material.change]
            shares = (Share(BALANCED, dict.fromkeys(paths, "standard")),)
        return parts.answer(task, material, shares=shares, desk=desk, meter=self.meter)


def _office(*script, **given):
    return Office(ScriptedAsk(list(script)), **given)


def _paths(outcome):
    return [each.path for each in outcome.checked.reply.findings]


def test_what_fits_one_call_takes_one():
    office = _office(_said(_finding("a.py")))
    outcome = office.answer(_material("a.py", "b.py", lines=20))
    assert _paths(outcome) == ["a.py"]
    assert outcome.seen.coverage == ("read 2 of 2 files", "a problem")
    assert (outcome.left_out, outcome.shares) == ((), ())
    assert len(office.ask.requests) == 1
    assert not outcome.seen.is_partial


def test_what_does_not_fit_goes_into_further_calls_and_is_one_answer():
    office = _office(_said(_finding("a/a.py")), NOTHING, _said(_finding("c/c.py")))
    outcome = office.answer(_material("a/a.py", "b/b.py", "c/c.py", lines=1_300))
    assert sorted(_paths(outcome)) == ["a/a.py", "c/c.py"]
    assert outcome.seen.coverage[0] == "read 3 of 3 files"
    assert len(office.ask.requests) == 3
    (share,) = outcome.shares
    assert (share.model_class, share.files, share.calls) == ("balanced", 3, 3)
    assert share.usd == pytest.approx(0.3)


def test_each_call_reads_the_item_and_only_the_facts_about_its_files():
    office = _office(NOTHING, NOTHING)
    office.answer(_material("a/a.py", "b/b.py", lines=1_300))
    first, second = (request.user for request in office.ask.requests)
    assert "title: more" in first
    assert "title: more" in second
    assert ("about a/a.py" in first, "about b/b.py" in first) == (True, False)
    assert ("about a/a.py" in second, "about b/b.py" in second) == (False, True)


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (ProviderError("down"), "no model answered"),
        (Refused("no"), "no model answered"),
    ],
)
def test_a_call_that_fails_leaves_the_others_standing(fault, why):
    office = _office(_said(_finding("a/a.py")), fault, _said(_finding("c/c.py")))
    outcome = office.answer(_material("a/a.py", "b/b.py", "c/c.py", lines=1_300))
    assert sorted(_paths(outcome)) == ["a/a.py", "c/c.py"]
    assert outcome.seen.coverage[0] == f"read 2 of 3 files; 1 not read: {why}"
    assert outcome.left_out == (f"b/b.py: {why}",)
    assert outcome.seen.is_partial


def test_a_budget_that_is_spent_is_said_and_the_heaviest_was_read():
    office = _office(_said(_finding("c/c.py")), usd=0.15)
    material = _material("a/a.py", "b/b.py", "c/c.py", lines=1_300)
    weights = {"a/a.py": "standard", "b/b.py": "routine", "c/c.py": "critical"}
    outcome = office.answer(material, Share(BALANCED, weights))
    assert _paths(outcome) == ["c/c.py"]
    assert outcome.seen.coverage[0] == "read 1 of 3 files; 2 not read: budget spent"
    assert outcome.is_budget
    assert len(office.ask.requests) == 1


def test_the_limit_of_calls_holds_over_all_parts():
    office = _office(NOTHING, NOTHING, calls=2)
    outcome = office.answer(_material(*(f"{n}/{n}.py" for n in range(5)), lines=1_300))
    assert office.meter.calls_made == 2
    assert outcome.seen.coverage[0] == "read 2 of 5 files; 3 not read: budget spent"


def test_a_provider_that_stays_down_is_not_asked_for_every_part():
    office = _office(*[ProviderError("down")] * parts.GIVE_UP)
    outcome = office.answer(_material(*(f"{n}/{n}.py" for n in range(6)), lines=1_300))
    assert (outcome.checked, outcome.reason) == (None, "down")
    assert len(office.ask.requests) == parts.GIVE_UP


def test_one_huge_file_is_read_in_pieces_and_never_kills_the_rest():
    office = _office(*[NOTHING] * 20)
    material = _material("a/huge.py", "b/small.py", lines=5_000)
    outcome = office.answer(material)
    assert outcome.seen.coverage[0] == "read 2 of 2 files"
    assert 2 < len(office.ask.requests) < 20


def test_a_file_of_which_a_piece_was_not_read_is_read_in_part():
    office = _office(NOTHING, ProviderError("down"), *[NOTHING] * 20)
    outcome = office.answer(_material("a/huge.py", lines=5_000))
    assert outcome.seen.coverage[0] == "read 1 of 1 file (1 of them in part)"
    assert outcome.left_out == ("a/huge.py: read in part (no model answered)",)
    assert outcome.seen.is_partial


def test_two_classes_read_what_they_are_for():
    office = _office(_said(_finding("auth.py")), _said(_finding("b.py")))
    outcome = office.answer(
        _material("auth.py", "b.py", lines=30),
        Share(REASONING, {"auth.py": "critical"}),
        Share(BALANCED, {"b.py": "standard"}),
    )
    assert office.ask.routes == [REASONING.routes, BALANCED.routes]
    assert sorted(_paths(outcome)) == ["auth.py", "b.py"]
    assert outcome.model_class == "reasoning"
    assert [(s.model_class, s.paths) for s in outcome.shares] == [
        ("reasoning", ("auth.py",)),
        ("balanced", ("b.py",)),
    ]


def test_a_finding_about_a_file_of_another_call_is_dropped():
    office = _office(_said(_finding("b.py"), _finding("auth.py")), NOTHING)
    outcome = office.answer(
        _material("auth.py", "b.py", lines=30),
        Share(REASONING, {"auth.py": "critical"}),
        Share(BALANCED, {"b.py": "standard"}),
    )
    assert _paths(outcome) == ["auth.py"]
    assert outcome.checked.dropped == ("path not in the change",)


def test_what_two_calls_say_twice_is_said_once():
    office = _office(*[_said(_finding("a/huge.py", 1))] * 20)
    outcome = office.answer(_material("a/huge.py", lines=5_000))
    assert _paths(outcome) == ["a/huge.py"]


def test_a_part_that_does_not_hold_goes_one_class_up_and_only_once():
    invented = _finding("a/a.py") | {"evidence": "nowhere"}
    office = _office(
        _said(invented),
        _said(_finding("a/a.py")),
        _said(_finding("b/b.py") | {"evidence": "nowhere"}),
        above=REASONING,
    )
    outcome = office.answer(_material("a/a.py", "b/b.py", lines=1_300))
    assert _paths(outcome) == ["a/a.py"]
    assert outcome.escalated_from == "balanced"
    assert outcome.left_out == ("b/b.py: the answer did not hold",)
    assert len(office.ask.requests) == 3


def test_a_blocker_is_looked_at_a_second_time_by_the_class_that_said_it():
    office = _office(_said(_finding("auth.py", severity="blocker")), NOTHING, HOLDS)
    outcome = office.answer(
        _material("auth.py", "b.py", lines=30),
        Share(REASONING, {"auth.py": "critical"}),
        Share(BALANCED, {"b.py": "standard"}),
    )
    assert office.ask.routes[-1] == REASONING.routes
    asked = office.ask.requests[-1]
    assert "refute" in asked.system
    assert "the diff of b.py" not in asked.user
    assert [each.severity for each in outcome.checked.reply.findings] == ["blocker"]


@pytest.mark.parametrize(
    "fault",
    [ProviderError("down"), BudgetSpent("spent"), "no JSON", "{}"],
)
def test_a_second_look_that_fails_leaves_a_major(fault):
    office = _office(_said(_finding("a.py", severity="blocker")), fault, fault)
    outcome = office.answer(_material("a.py", lines=30))
    assert [each.severity for each in outcome.checked.reply.findings] == ["major"]


def test_a_refuted_blocker_is_dropped_with_its_reason():
    refuted = {"verdicts": [{"number": 1, "reason": "r", "verdict": "refuted"}]}
    office = _office(_said(_finding("a.py", severity="blocker")), refuted)
    outcome = office.answer(_material("a.py", lines=30))
    assert _paths(outcome) == []
    assert outcome.checked.dropped == ("refuted by a second look",)


def test_without_blockers_there_is_no_second_look():
    office = _office(_said(_finding("a.py")))
    office.answer(_material("a.py", lines=30))
    assert len(office.ask.requests) == 1


def test_an_unknown_price_stays_unknown_in_the_shares():
    office = _office(NOTHING, NOTHING)
    material = _material("a/a.py", "b/b.py", lines=1_300)
    paths = dict.fromkeys(["a/a.py", "b/b.py"], "standard")
    meter = Meter(lambda r, u: None, lambda r, u: 0.1)
    desk = Desk(
        ask=office.ask,
        window=lambda route: office.window,
        look_up=lambda names: (),
        above=lambda name: None,
        files=FakeReader(),
        expected=lambda sections: lambda route: 0.1,
    )
    outcome = parts.answer(
        tasks.load("review"),
        material,
        shares=(Share(BALANCED, paths),),
        desk=desk,
        meter=meter,
    )
    assert [share.usd for share in outcome.shares] == [None]


def test_the_walkthroughs_of_all_parts_are_eight_lines():
    steps = [[f"{part} {n}" for n in range(8)] for part in "ab"]
    office = _office(*(_said(walkthrough=lines) for lines in steps))
    outcome = office.answer(_material("a/a.py", "b/b.py", lines=1_300))
    assert outcome.checked.reply.walkthrough == [
        "a 0", "b 0", "a 1", "b 1", "a 2", "b 2", "a 3", "b 3"
    ]  # fmt: skip


def test_a_partial_review_without_findings_does_not_look_complete():
    office = _office(NOTHING, ProviderError("down"))
    outcome = office.answer(_material("a/a.py", "b/b.py", lines=1_300))
    said = tasks.load("review").render(outcome.checked.reply, outcome.seen)
    assert said.weight == "minor"
    assert "1 not read" in said.body
    assert "No findings" not in said.body
    assert said.inline == ()


def test_findings_become_comments_heaviest_first():
    office = _office(_said(_finding("a.py", 3, "minor"), _finding("a.py", 2)))
    outcome = office.answer(_material("a.py", lines=30))
    said = tasks.load("review").render(outcome.checked.reply, outcome.seen)
    assert all(isinstance(each, InlineComment) for each in said.inline)
    assert [each.line for each in said.inline] == [2, 3]


def test_what_lies_beside_a_file_is_read_with_it_and_in_no_other_call():
    office = _office(NOTHING, NOTHING)
    material = _material("a/a.py", "b/b.py", lines=1_000)
    beside = Section("what a/a.py calls", "def helper_of_a()", "code", 3, path="a/a.py")
    material = replace(material, sections=(*material.sections, beside))
    outcome = office.answer(material)
    first, second = (request.user for request in office.ask.requests)
    assert ("helper_of_a" in first, "helper_of_a" in second) == (True, False)
    assert outcome.seen.coverage[0] == "read 2 of 2 files"


def test_what_lies_beside_a_file_never_outgrows_it():
    office = _office(NOTHING)
    material = _material("a.py", lines=20)
    long = Section("what a.py calls", "def x(): pass\n" * 2_000, "code", path="a.py")
    office.answer(replace(material, sections=(*material.sections, long)))
    assert "what a.py calls" not in office.ask.requests[0].user


def test_a_file_github_shows_no_diff_of_leaves_the_review_partial():
    office = _office(NOTHING)
    material = _material("a.py", lines=20)
    (lost,) = diff.parse(_file("b.py", 2))
    change = (*material.change, replace(lost, hunks=(), unread="too large"))
    outcome = office.answer(
        replace(material, change=change), Share(BALANCED, {"a.py": "standard"})
    )
    assert outcome.seen.coverage[0] == "read 1 of 2 files; 1 not read: too large"
    assert outcome.seen.is_partial
