"""What became of what we posted, told from texts alone."""

from __future__ import annotations

import pytest

from bot import acceptance, footer
from bot.text import markdown

CODE = "    return 2\n    # done"


def _state(*texts, outdated=True, closed=False):
    return acceptance.of_suggestion(
        CODE, texts=texts, is_outdated=outdated, is_closed=closed
    )


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["a\n\treturn 2\n# done\n"], "taken"),
        (["nothing", "return 2\n# done"], "taken"),
        (["return 2\nb\n# done"], "open"),
        (["return 2"], "open"),
        ([None], "unknown"),
        ([], "unknown"),
        ([""], "open"),
    ],
)
def test_a_suggestion_is_taken_where_all_its_lines_stand_together(texts, said):
    assert _state(*texts) == said


@pytest.mark.parametrize(
    ("code", "text", "stand"),
    [
        ("a", "xa", False),
        ("a", "ax", False),
        ("a\nb", "a\n\nb", False),
        ("a\n\nb", "x\n a\n\t\n b", True),
        ("a\nb", "a\r\n  b\r\n", True),
        ("", "a", False),
        (" ", "", False),
        (" ", "a\n\nb", True),
    ],
)
def test_whole_lines_stand_one_after_another(code, text, stand):
    assert acceptance.stands(code, text) is stand


def test_many_equal_lines_take_linear_time():
    assert not acceptance.stands("x\n" * 30_000 + "y", "x\n" * 200_000)
    assert acceptance.stands("x\n" * 30_000 + "y", "x\n" * 200_000 + "y")


def test_a_suggestion_whose_lines_never_changed_is_not_taken():
    assert _state("return 2\n# done", outdated=False) == "open"
    assert _state(None, outdated=False, closed=True) == "left"


@pytest.mark.parametrize(
    ("resolved", "outdated", "closed", "said"),
    [
        (True, False, True, "taken"),
        (False, True, False, "taken"),
        (False, False, True, "left"),
        (False, False, False, "open"),
    ],
)
def test_a_finding_is_settled_by_a_person_or_by_its_code(
    resolved, outdated, closed, said
):
    assert said == acceptance.of_finding(
        is_resolved=resolved, is_outdated=outdated, is_closed=closed
    )


def test_a_suggestion_is_read_out_of_its_comment():
    block = markdown.fence("a = ```x```", "suggestion")
    assert acceptance.suggested(f"Why.\n\n{block}\n\nEnd") == "a = ```x```"
    assert acceptance.suggested("```python\nx\n```") is None
    assert acceptance.suggested("```suggestion\nnever closed") is None
    assert acceptance.suggested("") is None


@pytest.mark.parametrize(
    "title",
    [
        "test_sum (covers sum)",
        "test_sum: fails without the change",
        "Possible bug found by test_sum",
    ],
)
def test_a_test_is_known_by_the_line_that_names_it(title):
    code = markdown.fence("@mark\ndef test_sum():\n    assert sum([1]) == 1\n")
    fold = footer.fold(title, f"`tests/test_a.py`\n\n{code}")
    assert acceptance.tests(f"Hi\n\n{fold}\n\nEnd") == [
        ("tests/test_a.py", "def test_sum():")
    ]


def test_a_test_whose_name_was_changed_in_the_title_is_known_by_its_first_line():
    fold = footer.fold("adds <2>", f"`a.test.ts`\n\n{markdown.fence('it(1)')}")
    assert acceptance.tests(fold) == [("a.test.ts", "it(1)")]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<details>",
        "<details><summary></summary>",
        "<details><summary> </summary>\n\n`a`\n\n```\nx\n```",
        "<details><summary>test_a</summary>\n\n`a.py`\n\n```\n\n```",
        "<details><summary>test_a</summary>\n\n```\nx\n```",
    ],
)
def test_a_fold_without_a_file_or_code_offers_no_test(body):
    assert acceptance.tests(body) in ([], [("a", "x")])


def test_a_test_stands_where_its_line_does():
    def of(text):
        return acceptance.of_test("def test_a():", text=text, is_closed=True)

    assert of("\n    def test_a():\n") == "taken"
    assert of("def test_ab():") == "left"
    assert of(None) == "left"


def test_a_body_of_fences_alone_takes_linear_time():
    assert acceptance.suggested("```\n" * 100_000) is None
    assert acceptance.tests("<details><summary>" * 50_000) == []
