"""What of a review's findings holds."""

from __future__ import annotations

import pytest

from bot import finding_identity
from bot.context import Material, Section, diff, hunks
from bot.earlier import Before, Carried, Earlier
from bot.review import checks
from bot.review.reply import ReviewFinding
from bot.verify import missing_symbols, positions, second_look, suggestion
from bot.verify.second_look import SecondLookReply
from tests.fakes import PARSE_ERROR, FakeReader

(FILE,) = diff.parse(PARSE_ERROR)
AFTER = "def price(count):\n    total = count * 2\n    return total / 0\n# end\n"
FILES = {"orchard/pricing.py": AFTER, "ruff.toml": ""}


def _material(change=PARSE_ERROR):
    files = diff.parse(change)
    sections = tuple(
        Section(f"the diff of {f.path}", hunks.unified(f), "diff", path=f.path)
        for f in files
    )
    return Material(sections, change=files)


def _finding(**changes):
    said = {
        "path": "orchard/pricing.py",
        "start_line": 3,
        "line": 3,
        "severity": "major",
        "title": "Division by zero",
        "why": "Always.",
        "evidence": "return total / 0",
        "suggestion": "",
    }
    return ReviewFinding.model_validate(said | changes)


def _verified(*findings, files=FILES):
    return checks.verified(findings, _material(), FakeReader(files=files))


def test_each_finding_that_is_dropped_has_its_reason():
    said = [
        _finding(),
        _finding(path="orchard/other.py"),
        _finding(path="orchard/../orchard/pricing.py"),
        _finding(line=40, start_line=40),
        _finding(evidence="nowhere"),
    ]
    kept, dropped = checks.shown(said, _material())
    assert kept == [_finding()]
    assert dropped == [
        positions.NO_PATH,
        positions.NO_PATH,
        positions.NO_LINES,
        positions.NO_QUOTE,
    ]


def test_a_file_of_the_change_that_this_call_did_not_read_proves_nothing():
    material = Material(change=(FILE,))
    assert checks.shown([_finding()], material) == ([], [positions.NO_PATH])


def test_a_section_cannot_pretend_to_be_the_diff_of_another_file():
    text = hunks.unified(FILE)
    material = Material(
        (Section("the diff of b.py", text, "diff", path="b.py"),), change=(FILE,)
    )
    assert checks.shown([_finding()], material) == ([], [positions.NO_PATH])
    assert checks.shown([_finding(path="b.py")], material) == ([], [positions.NO_PATH])


def test_lines_are_those_of_the_change_and_not_of_what_the_model_read():
    wider = PARSE_ERROR.replace("@@ -1,3 +1,4 @@", "@@ -1,4 +1,5 @@") + " more\n"
    (shown,) = diff.parse(wider)
    section = Section("the diff", hunks.unified(shown), "diff", path=shown.path)
    material = Material((section,), change=(FILE,))
    said = _finding(start_line=5, line=5, evidence="more")
    assert checks.shown([said], material) == ([], [positions.NO_LINES])


def test_a_finding_that_moves_to_its_quote_loses_the_click():
    said = _finding(start_line=1, line=1, suggestion="    return total")
    ((moved,), _) = checks.shown([said], _material())
    assert (moved.start_line, moved.line, moved.suggestion) == (3, 3, "")
    assert checks.MOVED in moved.why
    assert "return total" in moved.why


def test_one_place_and_quote_is_one_finding_and_the_heavier_stays():
    said = [
        _finding(severity="minor", title="Zero"),
        _finding(severity="blocker", title="Never divides"),
        _finding(severity="minor", evidence="/ 0", title="never  DIVIDES"),
        _finding(start_line=2, line=2, evidence="total = count * 2"),
    ]
    kept, dropped = checks.unique(said)
    assert [(each.severity, each.line) for each in kept] == [
        ("blocker", 3),
        ("major", 2),
    ]
    assert dropped == [checks.TWICE] * 2


def test_something_else_on_the_same_line_is_another_finding():
    said = [
        _finding(title="Division by zero", why="Any call divides the total by zero."),
        _finding(title="The count is ignored", why="Nobody reads what was ordered."),
    ]
    kept, dropped = checks.unique(said)
    assert (kept, dropped) == (said, [])


def test_many_findings_on_one_line_are_a_few():
    said = [_finding(title=f"number{n}", why=f"because{n}") for n in range(9)]
    kept, dropped = checks.unique(said)
    assert len(kept) == checks.MOST_ON_A_LINE
    assert dropped == [checks.TWICE] * (9 - len(kept))


def test_what_an_earlier_review_said_of_lines_not_read_now_is_no_invention():
    said = finding_identity.said(
        FILE,
        range(3, 4),
        severity="major",
        title="Division by zero",
        evidence="return total / 0",
    )
    known = Before(Earlier(said=(said,)), Carried(standing=(said,)))
    material = Material(change=(FILE,), before=known)
    other = _finding(title="A lock is never released", why="It hangs.")
    assert checks.shown([_finding(), other], material) == (
        [],
        [checks.SAID, positions.NO_PATH],
    )


def test_a_suggestion_that_applies_is_kept_with_its_indentation():
    ((kept,), dropped) = _verified(_finding(suggestion="return total"))
    assert (kept.suggestion, dropped) == ("    return total", [])


@pytest.mark.parametrize(
    ("said", "files", "why"),
    [
        ({"suggestion": "    eval(total)"}, FILES, "brings in eval"),
        ({"suggestion": "    return 1"}, {}, suggestion.UNREADABLE),
        (
            {"suggestion": "    return 1"},
            {"orchard/pricing.py": "other\n" * 9},
            suggestion.OTHER_LINES,
        ),
        (
            {"suggestion": "x", "side": "LEFT", "start_line": 2, "line": 2},
            FILES,
            suggestion.OTHER_LINES,
        ),
    ],
)
def test_a_suggestion_no_click_may_commit_is_text_and_the_finding_stays(
    said, files, why
):
    ((kept,), dropped) = _verified(_finding(**said), files=files)
    assert (kept.suggestion, dropped) == ("", [])
    assert why in kept.why
    assert said["suggestion"].strip() in kept.why


@pytest.mark.parametrize("text", ["    return (total", "    return total / 0", "  \n"])
def test_a_broken_suggestion_goes_and_the_finding_stays(text):
    ((kept,), dropped) = _verified(_finding(suggestion=text))
    assert (kept.suggestion, kept.why, dropped) == ("", "Always.", [])


def test_a_nit_goes_and_a_heavy_finding_in_the_same_words_stays():
    kept, dropped = _verified(
        _finding(severity="minor", title="Line too long"),
        _finding(severity="major", title="Line too long"),
    )
    assert [each.severity for each in kept] == ["major"]
    assert dropped == ["a nit that ruff reports"]


def test_a_symbol_called_missing_that_exists_takes_the_finding_with_it():
    kept, dropped = _verified(_finding(title="`total` is not defined"))
    assert (kept, dropped) == ([], [missing_symbols.EXISTS])


def test_checking_five_hundred_findings_reads_a_bounded_number_of_files():
    names = [f"m{n}/f{n}.py" for n in range(300)]
    reader = FakeReader(files=dict.fromkeys(names, "x = 1\n") | FILES)
    said = [
        _finding(
            severity="major",
            title=f"`f{n}` does not exist",
            why=f"`g{n}()` is not defined",
        )
        for n in range(300)
    ]
    checks.verified(said, _material(), reader)
    assert len(set(reader.reads)) <= checks.MOST_READ


def _settled(findings, *verdicts):
    said = [{"number": n, "reason": "", "verdict": v} for n, v in verdicts]
    return checks.settled(findings, SecondLookReply.model_validate({"verdicts": said}))


def test_a_blocker_holds_goes_or_is_major():
    said = [_finding(severity="blocker", title=str(n)) for n in range(3)]
    kept, dropped = _settled(said, (1, "holds"), (2, "refuted"), (3, "unsure"))
    assert [(e.title, e.severity) for e in kept] == [("0", "blocker"), ("2", "major")]
    assert dropped == [second_look.REFUTED]


def test_what_was_not_looked_at_is_major():
    said = [_finding(severity="blocker"), _finding(severity="minor")]
    for kept, dropped in (checks.settled(said, None), _settled(said, (9, "refuted"))):
        assert [each.severity for each in kept] == ["major", "minor"]
        assert dropped == []


def test_beyond_the_most_blockers_none_is_one():
    said = [_finding(severity="blocker") for _ in range(checks.MOST_BLOCKERS + 2)]
    every = [(n, "holds") for n in range(1, 100)]
    kept, _ = _settled(said, *every)
    assert [e.severity for e in kept].count("blocker") == checks.MOST_BLOCKERS
