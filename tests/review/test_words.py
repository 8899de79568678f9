"""How a review reads, and when it speaks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.context import Finding, Material, diff
from bot.review import words
from bot.review.reply import ReviewFinding
from tests.fakes import PARSE_ERROR, SHA

AT = f"https://github.com/octo/sample/blob/{SHA}"
CALM = Material(
    findings=(Finding("untested", "no test names price", "minor", "a.py"),),
    coverage=("read 1 of 1 file",),
    change=diff.parse(PARSE_ERROR),
    shown_at=AT,
)
CRITICAL = replace(CALM, stakes="critical")
HEAVY = replace(CALM, findings=(Finding("x", "a conflict marker", "blocker", "a.py"),))


def _finding(n=3, **changes):
    said = {
        "path": "orchard/pricing.py",
        "start_line": n,
        "line": n,
        "severity": "major",
        "title": f"Wrong {n}",
        "why": "Always.",
        "evidence": "return total / 0",
        "suggestion": "    return total",
    }
    return ReviewFinding.model_validate(said | changes)


def test_a_finding_is_a_row_that_leads_to_its_line():
    said = words.found([_finding()], [], CALM)
    link = f"[`orchard/pricing.py:3`]({AT}/orchard/pricing.py#L3)"
    assert f"| major | {link} | Wrong 3 |" in said.body


@pytest.mark.parametrize(
    "changes", [{"side": "LEFT"}, {"path": "a b.py"}, {"path": "a|b.py"}]
)
def test_where_no_link_can_lead_there_is_none(changes):
    said = words.found([_finding(**changes)], [], CALM)
    assert "](" not in said.body


def test_without_a_page_to_look_at_there_is_no_link():
    assert "](" not in words.found([_finding()], [], replace(CALM, shown_at="")).body


def test_words_of_a_title_cannot_leave_their_cell():
    title = "a | b\n| c |\n\n# d"
    (row,) = (
        line
        for line in words.found([_finding(title=title)], [], CALM).body.split("\n")
        if line.startswith("| major")
    )
    assert row.endswith("| a \\| b \\| c \\| # d |")


def test_the_walkthrough_is_at_most_eight_short_lines():
    steps = [f"step {n} " + "x" * 500 for n in range(20)]
    lines = words.found([_finding()], steps, CALM).body.split("\n")
    steps = [line for line in lines if line.startswith("- step")]
    assert len(steps) == 8
    assert all(len(line) <= words.WALKTHROUGH_WIDTH + 2 for line in steps)


def test_a_long_table_is_cut_and_says_so():
    said = words.found([_finding(n) for n in range(1, 101)], [], CALM)
    assert said.body.count("| major |") == words.MOST_ROWS
    assert "_and 60 more findings._" in said.body
    assert len(said.inline) == 100


def test_a_comment_carries_what_its_finding_is():
    (comment,) = words.found([_finding()], [], CALM).inline
    assert comment.body == "**major: Wrong 3**\n\nAlways."
    assert (comment.suggestion, comment.weight) == ("    return total", "major")
    assert len(comment.fingerprint) == 24


def test_the_risk_map_is_in_the_thread_only_where_the_stakes_are_critical():
    for say in (
        lambda material: words.found([_finding()], [], material),
        words.nothing_found,
    ):
        calm, critical = say(CALM), say(CRITICAL)
        assert (len(calm.folds), len(calm.asides)) == (0, 1)
        assert (len(critical.folds), len(critical.asides)) == (1, 0)


@pytest.mark.parametrize(
    ("material", "weight"), [(CALM, None), (CRITICAL, "minor"), (HEAVY, "blocker")]
)
def test_without_a_model_only_heavy_or_critical_risks_speak(material, weight):
    said = words.without_model(material)
    assert said.weight == weight
    assert "`a.py`" in said.body


def test_nothing_found_is_quiet_but_for_heavy_facts_and_files_not_read():
    assert words.nothing_found(CALM).weight is None
    assert words.nothing_found(HEAVY).weight == "blocker"
    partial = replace(CALM, is_partial=True, coverage=("read 1 of 2 files",))
    said = words.nothing_found(partial)
    assert said.weight == "minor"
    assert "read 1 of 2 files" in said.body


def test_no_review_praises_or_approves():
    for said in (words.nothing_found(CALM), words.found([_finding()], [], CALM)):
        text = said.body.lower()
        assert not any(word in text for word in ("lgtm", "looks good", "approve"))


def test_without_a_model_and_without_a_risk_the_coverage_is_still_said():
    skipped = "read 0 of 1 file, 1 skipped: binary"
    said = words.without_model(replace(CALM, findings=(), coverage=(skipped,)))
    assert said.body == f"_{skipped}_"
    assert said.weight is None
