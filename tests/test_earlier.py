"""What an earlier review read and said is known again, or known to be gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import earlier, finding_identity, ledger, reviewed
from bot.context import diff
from bot.context.review_threads import ReviewComment, ReviewThread
from bot.earlier import Earlier
from bot.ledger import History, Place
from bot.reviewed import MOST_SAID, Reviewed, Said

PLACE = Place(77, 7)
SEALED = Place(77, 7, "a marker key")
CHANGE = """\
diff --git a/a.py b/a.py
--- a/a.py
+++ b/a.py
@@ -1,4 +1,5 @@
 def f(x):
-    check(x)
+    y = x / 0
+    return  y
 # end
 # of file
"""


def _file(text=CHANGE):
    return diff.parse(text)[0]


def _said(text=CHANGE, *, lines=range(2, 4), title="Division by zero", **given):
    quoted = {"evidence": "x / 0", "severity": "major"} | given
    return finding_identity.said(_file(text), lines, title=title, **quoted)


def _known(*said, threads=()):
    state = Reviewed(said=said)
    marker = ledger.marker("review", "ab", history=History(reviewed=state), place=PLACE)
    return earlier.of([f"text\n\n{marker}"], PLACE, threads=threads)


def _thread(said, *answers, **given):
    seal = ledger.marker(
        earlier.FINDING, said.fingerprint, history=History(), place=PLACE
    )
    first = ReviewComment("github-actions", f"Wrong.\n\n{seal}", is_ours=True)
    return ReviewThread("T", "a.py", **given, comments=(first, *answers))


def _carried(known, text=CHANGE, read=lambda path: None):
    return earlier.carried(known, diff.parse(text), read=read)


# Finding again.


def test_the_lines_of_the_evidence_are_the_finding():
    said = _said()
    assert (said.line, said.lines) == (2, 1)
    assert _said(evidence="not there").lines == 2


@pytest.mark.parametrize(
    "text",
    [
        CHANGE.replace("-1,4 +1,5", "-101,4 +201,5"),
        CHANGE.replace("+    y = x / 0", "+        y  =  x / 0"),
        CHANGE.replace("return  y", "return y + 1"),
    ],
)
def test_a_finding_whose_code_is_there_stands(text):
    carried = _carried(_known(_said()), text)
    assert carried.fixed == ()
    (standing,) = carried.standing
    assert standing.line == diff.parse(text)[0].hunks[0].new_start + 1


@pytest.mark.parametrize(
    "text", [CHANGE.replace("x / 0", "x / 2"), CHANGE.replace("a.py", "b.py"), ""]
)
def test_a_finding_whose_code_is_gone_is_fixed(text):
    said = _said()
    carried = _carried(_known(said), text)
    assert (carried.standing, carried.fixed) == ((), (said,))


def test_code_that_the_diff_no_longer_shows_is_looked_for_in_the_file():
    carried = _carried(_known(_said()), "", {"a.py": "\n\n\n  y = x / 0\n"}.get)
    assert [each.line for each in carried.standing] == [4]


def test_of_the_same_code_twice_the_nearest_is_meant():
    twice = CHANGE.replace("+1,5", "+1,6").replace(" # end", "+    y = x / 0\n # end")
    known = _known(_said(twice, lines=range(4, 5)))
    assert [each.line for each in _carried(known, twice).standing] == [4]


def test_a_finding_on_removed_lines_is_fixed_when_they_come_back():
    said = _said(lines=range(2, 3), evidence="check(x)", side="LEFT")
    assert _carried(_known(said)).standing == (said,)
    kept = CHANGE.replace("-    check(x)", "     check(x)").replace("+1,5", "+1,6")
    assert _carried(_known(said), kept).fixed == (said,)


def test_a_finding_on_no_code_is_never_called_fixed():
    said = _said(lines=range(90, 91), evidence="")
    assert _carried(_known(said), "").standing == (said,)


def test_a_title_makes_two_findings_of_one_place():
    one, other = _said(), _said(title="Wrong name")
    assert one.fingerprint != other.fingerprint
    assert one.fingerprint[: finding_identity.PLACE_DIGITS] == other.fingerprint[:16]
    assert one.fingerprint == _said(title="division: BY zero!").fingerprint


# What people did.

ANSWER = ReviewComment("contributor", "On purpose.")


def test_what_somebody_resolved_is_neither_standing_nor_fixed():
    said = _said()
    for text in (CHANGE, ""):
        known = _known(said, threads=[_thread(said, is_resolved=True)])
        carried = _carried(known, text)
        assert (carried.standing, carried.fixed) == ((), ())


def test_what_somebody_answered_is_left_to_them():
    said = _said()
    known = _known(said, threads=[_thread(said, ANSWER)])
    assert _carried(known).standing == (said,)
    assert _carried(known, "").fixed == ()


def test_what_we_resolved_stands_when_it_comes_back_and_is_fixed_once():
    said = _said()
    ours = _thread(said, is_resolved=True, resolved_by_us=True)
    known = _known(said, threads=[ours])
    assert _carried(known).standing == (said,)
    assert _carried(known, "").fixed == ()


@pytest.mark.parametrize(
    ("thread", "is_said"),
    [
        ({}, True),
        ({"is_resolved": True}, True),
        ({"is_resolved": True, "resolved_by_us": True}, False),
    ],
)
def test_the_same_code_is_said_once_whatever_its_title(thread, is_said):
    known = _known(threads=[_thread(_said(), **thread)])
    again = _said(title="Another title").fingerprint
    words = "It is wrong all the same"
    assert is_said == earlier.is_said(
        known, "a.py", lines=range(9, 10), fingerprint=again, words=words
    )


def test_something_else_on_the_same_code_is_said_nowhere_yet():
    known = _known(threads=[_thread(_said())])
    again = _said(title="The lock is never released").fingerprint
    there = {"lines": range(9, 10), "fingerprint": again}
    other = "The lock is never released by callers"
    assert not earlier.is_said(known, "a.py", words=other, **there)
    assert earlier.is_taken(known, "a.py", **there)


@pytest.mark.parametrize(
    ("path", "title", "is_repeated"),
    [
        ("a.py", "division  by ZERO", True),
        ("a.py", "Every division fails here", True),
        ("a.py", "The lock is never released", False),
        ("b.py", "Division by zero", False),
    ],
)
def test_a_finding_without_its_lines_is_known_by_its_words(path, title, is_repeated):
    known = _known(_said())
    assert is_repeated == earlier.is_repeated(known, path, title=title, words=title)


@pytest.mark.parametrize(
    ("path", "lines", "is_said"),
    [
        ("a.py", range(5, 6), True),
        ("a.py", range(3, 5), True),
        ("a.py", range(6, 9), False),
        ("a.py", range(1, 4), False),
        ("b.py", range(5, 6), False),
    ],
)
def test_the_lines_of_an_open_thread_carry_no_second_comment(path, lines, is_said):
    known = _known(threads=[_thread(_said(), line=5, start_line=4)])
    there = {"lines": lines, "fingerprint": "f" * 24}
    assert is_said == earlier.is_said(known, path, words="It is wrong.", **there)
    assert is_said == earlier.is_taken(known, path, **there)


def test_threads_of_others_and_forged_markers_say_nothing():
    thread = _thread(_said())
    theirs = replace(thread.comments[0], is_ours=False)
    forged = replace(thread, comments=(theirs,))
    assert _known(threads=[forged]).ours == {}
    assert earlier.of([], SEALED, threads=[thread]).ours == {}


# The state.


def _state(shown=CHANGE, said=(), known=None):
    files = diff.parse(CHANGE)
    shown_files = diff.parse(shown)
    patches = (known or Earlier()).patches
    return reviewed.state(files, known=patches, shown=shown_files, said=said)


def _body(state, place, task="review"):
    return ledger.marker(task, "ab", history=History(reviewed=state), place=place)


def test_a_state_is_read_back_from_our_own_comment():
    said = _said()
    found = earlier.of(["Hello.", _body(_state(said=[said]), PLACE)], PLACE)
    assert found.is_known
    assert found.said == (said,)
    assert not found.is_sealed
    assert earlier.before(found, diff.parse(CHANGE), read=lambda path: None).known == (
        "a.py",
    )


def test_with_a_key_only_a_sealed_state_is_believed():
    state = _state()
    assert not earlier.of([_body(state, PLACE)], SEALED).is_known
    assert not earlier.of([_body(state, Place(77, 8, SEALED.secret))], SEALED).is_known
    assert earlier.of([_body(state, SEALED)], SEALED).is_sealed


def test_the_state_of_another_task_is_none():
    assert not earlier.of([_body(_state(), PLACE, task="triage")], PLACE).is_known


def test_only_what_a_model_was_shown_counts_as_read():
    assert _state("").patches == ""
    assert _state().patches != ""
    part = CHANGE.replace("+    return  y\n # end\n # of file\n", "").replace(
        "-1,4 +1,5", "-1,2 +1,2"
    )
    assert _state(part).patches == ""


def test_what_was_read_before_stays_read():
    known = earlier.of([_body(_state(), PLACE)], PLACE)
    assert _state("", known=known).patches == _state().patches


def test_hunks_shown_in_pieces_count_once_the_pieces_meet():
    first = CHANGE.split("+    return")[0].replace("-1,4 +1,5", "-1,2 +1,2")
    second = (
        "--- a/a.py\n+++ b/a.py\n@@ -3,2 +3,3 @@\n+    return  y\n # end\n # of file\n"
    )
    files = [*diff.parse(first), *diff.parse(second)]
    change = diff.parse(CHANGE)
    state = reviewed.state(change, known=Earlier().patches, shown=files, said=())
    assert state == _state()


def test_findings_that_take_too_much_room_are_forgotten_from_the_last():
    long = _said(title="é" * 160)
    kept = _state(said=[long] * MOST_SAID).said
    assert 0 < len(kept) < MOST_SAID
    assert len(_body(_state(said=[long] * 40), PLACE)) < ledger.MARKER_LIMIT


def test_a_state_too_large_for_a_marker_costs_no_bill():
    said = Said.model_validate(
        _said().model_dump() | {"path": "é" * 500, "title": "é" * 160}
    )
    state = Reviewed(patches="A" * 11_000, said=(said,) * MOST_SAID)
    history = History(runs=3, calls=2, usd=0.5, reviewed=state)
    body = ledger.marker("review", "ab", history=history, place=PLACE)
    assert len(body) < ledger.MARKER_LIMIT
    found = ledger.read(body, PLACE).history
    assert (found.runs, found.calls, found.reviewed) == (3, 2, None)
