"""Code: a patch that applies where it may, or what is still missing."""

from __future__ import annotations

import pytest

from bot.tasks.code import TASK, CodeReply
from tests.fakes import PARSE_ERROR, FakeReader, issue, pull

PRICING = "def price(count):\n    return count * 2\n# end\n"
FILES = {
    "orchard/pricing.py": PRICING,
    "orchard/stock.py": "def load_stock(path):\n    return path\n",
    "tests/test_pricing.py": "def test_price():\n    pass\n",
    "tests/test_else.py": "def test_else():\n    pass\n",
    "ruff.toml": "line-length = 88\n",
}
NAMED = "orchard/pricing.py should return count * 3 instead of count * 2"
EDIT = {
    "path": "orchard/pricing.py",
    "search": "    return count * 2\n",
    "replace": "    return count * 3\n",
}


def _material(body=NAMED, title="Change the price"):
    return TASK.gather(issue(title, body), FakeReader(files=FILES))


def _reply(**changes):
    said = {
        "is_ready": True,
        "missing": [],
        "summary": "Another price.",
        "files": ["orchard/pricing.py"],
        "edits": [EDIT],
        "patch": "",
        "wanted": [],
    }
    return CodeReply(**said | changes)


def _checked(reply):
    checked = TASK.check(reply, _material())
    if checked.failed:
        return checked
    return TASK.verify(checked.reply, _material(), FakeReader(files=FILES))


def _names(material):
    return [section.name for section in material.sections]


def test_the_named_file_its_tests_and_the_style_are_read():
    names = _names(_material())
    assert "file orchard/pricing.py" in names
    assert "file tests/test_pricing.py" in names
    assert "file ruff.toml" in names
    assert "file tests/test_else.py" not in names
    assert len(names) == len(set(names))


def test_a_symbol_the_issue_names_is_a_place():
    found = _material("`load_stock` must return the text").findings
    (symbol,) = [f for f in found if f.kind == "names-symbol"]
    assert symbol.path == "orchard/stock.py"
    assert "no-place" not in {f.kind for f in found}


def test_an_issue_without_place_and_end_is_not_ready_and_costs_nothing():
    material = _material("Make it nicer", "It is ugly")
    assert [f.kind for f in material.findings] == ["no-place", "no-done-when"]
    assert material.sections == ()
    body = TASK.render(None, material).body
    assert body.startswith("This is not solved on paper yet. Missing:\n\n- ")
    assert "names no file or symbol" in body
    assert "`/route plan`" in body


def test_an_issue_that_says_nothing_to_do_says_so():
    kinds = {f.kind for f in _material("orchard/pricing.py", "Price").findings}
    assert "no-what" in kinds


def test_one_thing_missing_is_for_the_model_to_judge():
    material = _material("Please rename orchard/pricing.py", "Names")
    assert material.sections
    assert _material().findings[0].kind == "names-file"


def test_an_edit_becomes_the_diff_that_is_posted():
    checked = _checked(_reply())
    assert (checked.failed, checked.dropped) == (False, ())
    assert checked.reply.edits == []
    assert checked.reply.patch == (
        "diff --git a/orchard/pricing.py b/orchard/pricing.py\n"
        "--- a/orchard/pricing.py\n+++ b/orchard/pricing.py\n@@ -1,3 +1,3 @@\n"
        " def price(count):\n-    return count * 2\n+    return count * 3\n # end\n"
    )


def test_a_unified_diff_is_taken_too():
    checked = _checked(_reply(edits=[], patch=PARSE_ERROR))
    assert not checked.failed
    assert "+    return total / 0\n" in checked.reply.patch


def _edit(**changes):
    path = changes.get("path", EDIT["path"])
    return {"edits": [EDIT | changes], "files": [path]}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"edits": []}, "no change"),
        ({"edits": [], "patch": "do this and that"}, "not a readable diff"),
        ({"files": []}, "not among the files"),
        ({"files": ["orchard/stock.py"]}, "not among the files"),
        (_edit(path=".github/workflows/ci.yml", search=""), "no answer may touch"),
        (_edit(path="action.yml", search=""), "no answer may touch"),
        (_edit(path="../outside.py", search=""), "no path inside"),
        (_edit(path="orchard/ghost.py"), "does not exist"),
        (_edit(search="return count * 9"), "do not stand there"),
        (_edit(replace="    return (count\n"), "would not parse"),
    ],
)
def test_a_patch_that_may_not_be_is_dropped_and_asked_for_again(changes, problem):
    checked = _checked(_reply(**changes))
    assert checked.failed
    assert (checked.reply.patch, checked.reply.edits) == ("", [])
    assert problem in checked.dropped[0]
    assert checked.dropped[0] in checked.repair


def test_what_is_not_ready_carries_no_patch():
    checked = _checked(_reply(is_ready=False, missing=["which price"]))
    reply = checked.reply
    assert (reply.patch, reply.files, checked.failed) == ("", [], False)
    body = TASK.render(reply, _material()).body
    assert "- which price" in body
    assert "`/route plan`" in body


def test_the_patch_is_folded_with_how_to_apply_it():
    answer = TASK.render(_checked(_reply()).reply, _material())
    ((title, fold),) = answer.folds
    assert title == "The patch"
    assert "git apply" in fold
    assert "```diff\ndiff --git " in fold
    assert "- `orchard/pricing.py`" in answer.body
    assert "changes 1 file. No test was run." in answer.body


def test_what_the_patch_brings_in_is_said():
    risky = {"replace": "    import subprocess\n    return count * 3\n"}
    reply = _checked(_reply(edits=[EDIT | risky])).reply
    assert "It brings in `subprocess`: look twice." in reply.summary


# On a pull request.

CHANGE = """\
diff --git a/orchard/pricing.py b/orchard/pricing.py
--- a/orchard/pricing.py
+++ b/orchard/pricing.py
@@ -1,2 +1,3 @@
 def price(count):
-    return count
+    return count * 2
+# end
"""


def _on_pull(body="`price` must take three", **given):
    reader = FakeReader(files=FILES, change=CHANGE, **given)
    return TASK.gather(pull(title="Price", body=body), reader)


def test_a_pull_request_is_the_place_of_its_own_task():
    material = _on_pull("Take three a piece instead")
    assert "no-place" not in {f.kind for f in material.findings}
    names = _names(material)
    assert "the change of the pull request" in names
    assert "file orchard/pricing.py" in names


def test_a_patch_within_the_diff_is_offered_on_its_lines():
    material = _on_pull()
    answer = TASK.render(_checked(_reply()).reply, material)
    (comment,) = answer.inline
    assert (comment.path, comment.line, comment.start_line) == (
        "orchard/pricing.py",
        2,
        0,
    )
    assert comment.suggestion == "    return count * 3"
    assert "Each change is also a suggestion on its lines" in answer.body
    assert "git apply" in answer.folds[0][1]


def test_what_stands_outside_the_diff_is_in_the_patch_alone():
    other = {
        "path": "orchard/stock.py",
        "search": "    return path\n",
        "replace": "    return path.read_text()\n",
    }
    reply = _reply(
        edits=[EDIT, other], files=["orchard/pricing.py", "orchard/stock.py"]
    )
    answer = TASK.render(_checked(reply).reply, _on_pull())
    assert [each.path for each in answer.inline] == ["orchard/pricing.py"]
    assert "1 of 2 changes are also suggestions on their lines" in answer.body
    assert "orchard/stock.py" in answer.folds[0][1]


def test_an_issue_has_no_lines_to_offer_anything_on():
    answer = TASK.render(_checked(_reply()).reply, _material())
    assert answer.inline == ()
    assert "click" not in answer.body


def test_a_path_in_the_summary_that_is_nowhere_is_marked():
    said = "Moves `orchard/pricing.py` beside `orchard/vault/box.py`."
    checked = _checked(_reply(summary=said))
    assert "`orchard/vault/box.py` (no such file here)" in checked.reply.summary
    assert checked.reply.summary.count("no such file") == 1
    assert checked.dropped == ("path that does not exist",)


def test_on_a_pull_request_what_lacks_is_said_of_the_pull_request():
    for event, item in ((pull(title="x", body=""), "pull request"), (issue(), "issue")):
        found = TASK.gather(event, FakeReader()).findings
        said = [f.message for f in found if f.kind in ("no-place", "no-done-when")]
        assert len(said) == 2
        assert all(f"the {item} " in each for each in said)
