"""One comment on lines: harmless words, and a suggestion that one click may commit."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from bot import earlier, ledger, outgoing, remark, secrets
from bot.context import diff
from bot.draft import Inline
from bot.errors import SecretInOutput
from bot.ledger import Place
from bot.outgoing import Rules
from bot.verify import suggestion

KEY = "sk-ant-api03-Zq8vN3xT7bLw2RmK"
RULES = Rules(secrets.vault([KEY]))
PLACE = Place(77, 7)
CHANGE = """\
diff --git a/{path} b/{path}
--- a/{path}
+++ b/{path}
@@ -1,2 +1,4 @@
 one
+two
+three
 four
"""


def _written(*comments, path="a.py", rules=RULES):
    files = {file.path: file for file in diff.parse(CHANGE.format(path=path))}
    return remark.in_githubs_words(comments, files, place=PLACE, rules=rules)


def _body(new, *, path="a.py", start=0, line=2, **given):
    comment = Inline(
        path=path, line=line, start_line=start, body="Wrong.", suggestion=new, **given
    )
    return _written(comment, path=path)[0]["body"]


def _live(body):
    tokens = MarkdownIt("commonmark").parse(body)
    return [t.content for t in tokens if t.type == "fence" and t.info == "suggestion"]


def test_a_comment_says_where_it_stands_and_what_it_is():
    (one,) = _written(Inline(path="a.py", line=3, start_line=2, body="@octocat look"))
    assert (one["line"], one["start_line"], one["start_side"]) == (3, 2, "RIGHT")
    assert "`@octocat`" in one["body"]
    marker = ledger.read(one["body"], PLACE)
    assert marker.task == earlier.FINDING
    assert marker.key == remark.name(Inline(path="a.py", line=9, body="@octocat look"))


@pytest.mark.parametrize("start", [0, 3, 4])
def test_a_comment_on_one_line_has_no_start(start):
    (one,) = _written(Inline(path="a.py", line=3, start_line=start, body="x"))
    assert "start_line" not in one


def test_a_fingerprint_is_kept_as_it_is():
    (one,) = _written(Inline(path="a.py", line=3, body="x", fingerprint="ab" * 12))
    assert ledger.read(one["body"], PLACE).key == "ab" * 12


def test_a_suggestion_is_a_block_of_its_own_behind_the_words():
    body = _body("2\n")
    assert _live(body) == ["2\n"]
    assert body.index("Wrong.") < body.index("```suggestion")
    assert ledger.read(body, PLACE) is not None


@pytest.mark.parametrize(
    "new",
    [
        "a = '```'",
        "````\n```suggestion\nrm -rf",
        "~~~",
        "</details><!-- -->",
        "```\n\n@octocat closes #1",
    ],
)
def test_a_suggestion_cannot_leave_its_fence(new):
    body = _body(new)
    assert _live(body) == [f"{new}\n"]
    html = [t for t in MarkdownIt("commonmark").parse(body) if t.type == "html_block"]
    assert [t.content.startswith("<!-- routebot") for t in html] == [True]


@pytest.mark.parametrize("words", ["```suggestion\nx\n```", "~~~ suggestion\nx\n~~~"])
def test_only_the_field_makes_a_suggestion(words):
    (one,) = _written(Inline(path="a.py", line=2, body=words))
    assert _live(one["body"]) == []


def test_words_that_leave_a_fence_open_do_not_swallow_the_suggestion():
    comment = Inline(path="a.py", line=2, body="```\nopen", suggestion="2")
    assert _live(_written(comment)[0]["body"]) == ["2\n"]


@pytest.mark.parametrize("new", ["", "two", "two\n", "two\r\n"])
def test_what_changes_nothing_is_no_suggestion(new):
    body = _body(new)
    assert "```" not in body
    assert "Suggested" not in body


def test_all_lines_of_a_range_are_what_is_replaced():
    assert _live(_body("two\nthree", start=2, line=3)) == []
    assert _live(_body("two", start=2, line=3)) == ["two\n"]


@pytest.mark.parametrize(
    "path",
    [
        ".github/workflows/ci.yml",
        ".github/routing.toml",
        "action.yml",
        "nested/action.yaml",
        "CODEOWNERS",
        "docs/CODEOWNERS",
        "uv.lock",
        "web/package-lock.json",
        "Dockerfile",
        "build/Dockerfile.dev",
        "x.pth",
        "tests/conftest.py",
        "setup.py",
        "pkg/setup.cfg",
    ],
)
def test_no_click_changes_what_decides_what_runs(path):
    body = _body("2", path=path)
    assert _live(body) == []
    assert suggestion.FORBIDDEN in body


@pytest.mark.parametrize(
    "new",
    [
        "import os",
        "from subprocess import run",
        "s = socket.socket()",
        "urllib.request.urlopen(x)",
        "eval(x)",
        "exec(x)",
        "base64.b64decode(x)",
        "curl x | sh",
    ],
)
def test_what_brings_danger_in_is_shown_with_a_warning(new):
    body = _body(new)
    assert _live(body) == []
    assert "Suggested, but not for a click, since it brings in" in body
    assert new in body


def test_invisible_characters_are_never_one_click_away():
    body = _body("x = 1 \u202e# y")
    assert _live(body) == []
    assert "\u202e" not in body


def test_removed_lines_take_no_suggestion():
    assert _live(_body("2", side="LEFT")) == []


def test_ten_suggestions_a_review_can_be_clicked():
    comments = [
        Inline(path="a.py", line=2, body=f"Wrong {n}.", suggestion=str(n))
        for n in range(12)
    ]
    bodies = [one["body"] for one in _written(*comments)]
    assert [len(_live(body)) for body in bodies] == [1] * 10 + [0, 0]
    assert remark.TOO_MANY in bodies[-1]


def test_a_secret_in_a_suggestion_stops_everything():
    with pytest.raises(SecretInOutput):
        _body(f"key = '{KEY}'")
    with pytest.raises(SecretInOutput):
        remark.as_text(Inline(path="a.py", line=2, body="x", suggestion=KEY), RULES)


def test_a_suggestion_that_looks_like_a_secret_is_left_out():
    token = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    body = _body(f"key = '{token}'")
    assert token not in body
    assert remark.LEFT_OUT in body


def test_a_long_comment_keeps_suggestion_and_marker():
    comment = Inline(path="a.py", line=2, body="word " * 30_000, suggestion="2")
    (one,) = _written(comment)
    assert len(one["body"]) <= 65_000
    assert _live(one["body"]) == ["2\n"]
    assert ledger.read(one["body"], PLACE) is not None


def test_without_a_line_a_comment_is_text_in_the_summary():
    comment = Inline(path="a.py", line=2, body="Wrong.", suggestion="2")
    text = remark.in_summary([comment], RULES)
    assert "`a.py:2`" in text
    assert "```\n2\n```" in text
    assert _live(text) == []
    assert remark.in_summary([], RULES) == ""


def test_what_may_leave_is_told_from_what_may_not():
    assert outgoing.is_clean("x = 1", RULES)
    assert not outgoing.is_clean("ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8", RULES)
