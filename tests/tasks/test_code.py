"""Code: a patch that applies where it may, or what is still missing."""

from __future__ import annotations

import pytest

from bot.tasks.code import TASK, CodeReply
from tests.fakes import PARSE_ERROR, FakeReader, issue

FILES = {"orchard/pricing.py": "def price(count):\n    return count * 2\n# end\n"}
NAMED = "orchard/pricing.py should return count * 3 instead of count * 2"


def _material(body=NAMED):
    return TASK.gather(issue("Change the price", body), FakeReader(files=FILES))


def _reply(patch=PARSE_ERROR, **changes):
    said = {
        "is_ready": True,
        "missing": [],
        "summary": "Another price.",
        "files": ["orchard/pricing.py"],
        "patch": patch,
        "wanted": [],
    }
    return CodeReply(**said | changes)


def test_the_named_file_is_read():
    assert "file orchard/pricing.py" in [s.name for s in _material().sections]


def test_an_issue_without_place_and_end_says_both():
    kinds = [f.kind for f in _material("Make it nicer").findings]
    assert kinds == ["no-place", "no-done-when"]
    assert [f.kind for f in _material().findings] == ["names-file"]


def test_a_patch_within_its_scope_is_kept():
    checked = TASK.check(_reply(), _material())
    assert (checked.reply.patch, checked.failed) == (PARSE_ERROR, False)


def _at(path):
    return PARSE_ERROR.replace("orchard/pricing.py", path), [path]


@pytest.mark.parametrize(
    ("patch", "files", "problem"),
    [
        ("", ["orchard/pricing.py"], "not a readable diff"),
        ("do this and that", ["orchard/pricing.py"], "not a readable diff"),
        (PARSE_ERROR, [], "announced scope"),
        (PARSE_ERROR, ["orchard/stock.py"], "announced scope"),
        (*_at(".github/workflows/ci.yml"), "no answer may touch"),
        (*_at("action.yml"), "no answer may touch"),
        (*_at("../outside.py"), ""),
    ],
)
def test_a_patch_that_may_not_be_is_dropped(patch, files, problem):
    checked = TASK.check(_reply(patch, files=files), _material())
    assert checked.failed
    assert checked.reply.patch == ""
    assert problem in checked.dropped[0]


def test_what_is_not_ready_carries_no_patch():
    checked = TASK.check(_reply(is_ready=False, missing=["which price"]), _material())
    assert (checked.reply.patch, checked.reply.files, checked.failed) == ("", [], False)
    body = TASK.render(checked.reply, _material()).body
    assert "- which price" in body
    assert "`/route plan`" in body


def test_the_patch_is_folded_with_how_to_apply_it():
    answer = TASK.render(_reply(), _material())
    ((title, fold),) = answer.folds
    assert title == "The patch"
    assert "git apply" in fold
    assert "```diff\n" in fold
    assert "- `orchard/pricing.py`" in answer.body
