"""A patch cut into suggestions on the lines of a pull request's diff."""

from __future__ import annotations

import pytest

from bot.context import diff
from bot.verify.offered import Offer, offers

CHANGE = diff.parse(
    """\
diff --git a/a.py b/a.py
--- a/a.py
+++ b/a.py
@@ -1,1 +1,6 @@
 one
+two
+three
+four
+five
+six
"""
)


def _patch(*lines, path="a.py", old=6, new=6):
    head = f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n"
    return f"{head}@@ -1,{old} +1,{new} @@\n" + "\n".join(lines) + "\n"


WHOLE = [" one", " two", " three", " four", " five", " six"]


@pytest.mark.parametrize(
    ("at", "lines", "offer"),
    [
        (1, ["-two", "+2"], Offer("a.py", 2, 2, "2")),
        (1, ["-two", "+2", "+2.5"], Offer("a.py", 2, 2, "2\n2.5")),
        (1, [" two", "+2.5"], Offer("a.py", 2, 2, "two\n2.5")),
        (1, ["-two"], Offer("a.py", 1, 2, "one")),
        (0, ["-one"], Offer("a.py", 1, 2, "two")),
        (0, ["+zero", " one"], Offer("a.py", 1, 1, "zero\none")),
        (5, ["-six", "+6"], Offer("a.py", 6, 6, "6")),
    ],
)
def test_a_run_of_changed_lines_is_one_suggestion(at, lines, offer):
    written = [*WHOLE[:at], *lines, *WHOLE[at + 1 :]]
    new = sum(line[0] != "-" for line in written)
    assert offers(_patch(*written, new=new), CHANGE) == ((offer,), 0)


def test_two_runs_are_two_suggestions():
    written = ["-one", "+1", *WHOLE[1:4], "-five", "+5", " six"]
    found, left = offers(_patch(*written), CHANGE)
    assert [(each.start, each.text) for each in found] == [(1, "1"), (5, "5")]
    assert left == 0


@pytest.mark.parametrize("path", ["b.py", ".github/workflows/a.yml"])
def test_lines_of_other_files_have_no_place(path):
    written = [*WHOLE[:1], "-two", "+2", *WHOLE[2:]]
    assert offers(_patch(*written, path=path), CHANGE) == ((), 1)


def test_lines_beyond_the_hunks_have_no_place():
    written = ["-one", "+1", *WHOLE[1:]]
    moved = _patch(*written).replace("@@ -1,6 +1,6", "@@ -7,6 +7,6")
    assert offers(moved, CHANGE) == ((), 1)


def test_a_new_file_has_no_place():
    patch = "diff --git a/n.py b/n.py\nnew file mode 100644\n--- /dev/null\n"
    patch += "+++ b/n.py\n@@ -0,0 +1,1 @@\n+x\n"
    assert offers(patch, CHANGE) == ((), 1)


def test_no_patch_and_no_diff_offer_nothing():
    assert offers("", CHANGE) == ((), 0)
    assert offers(_patch("-one", "+1", *WHOLE[1:]), ()) == ((), 1)
