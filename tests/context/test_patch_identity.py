"""The same patch is known again wherever it stands; any other is not."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.context import diff, patch_identity

ONE = """\
diff --git a/a.py b/a.py
--- a/a.py
+++ b/a.py
@@ -1,4 +1,4 @@ def f():
 one
-two
+2
 three
 four
"""
BOTH = """\
diff --git a/a.py b/a.py
--- a/a.py
+++ b/a.py
@@ -1,4 +1,4 @@
 one
-two
+2
 three
 four
@@ -20,3 +20,4 @@
 twenty
+and a half
 more
 most
"""


def _seen(text):
    files = diff.parse(text)
    return Counter(name for file in files for name in patch_identity.of_file(file))


def _left(text, seen):
    files = patch_identity.unseen(diff.parse(text), _seen(seen))
    return [(file.path, [hunk.new_start for hunk in file.hunks]) for file in files]


@pytest.mark.parametrize(
    "text",
    [
        ONE.replace("-1,4 +1,4", "-41,4 +57,4"),
        ONE.replace(" one", " uno").replace(" four", " quattro"),
        ONE.replace("-1,4 +1,4 @@ def f():", "-1,3 +1,3 @@").replace(" four\n", ""),
        ONE.replace("+2\n", "+2  \n"),
    ],
    ids=["moved", "other lines around", "less around", "blanks at the end"],
)
def test_where_a_patch_stands_does_not_matter(text):
    assert _left(text, ONE) == []


@pytest.mark.parametrize(
    "text",
    [
        ONE.replace("+2", "+3"),
        ONE.replace("-two", "-TWO"),
        ONE.replace("+2", "+    2"),
        ONE.replace("a.py", "b.py"),
        ONE.replace("+2\n", "+2\n+3\n").replace("+1,4", "+1,5"),
    ],
    ids=["added", "removed", "indented", "path", "longer"],
)
def test_any_other_patch_is_new(text):
    assert _left(text, ONE) == [(diff.parse(text)[0].path, [1])]


def test_of_a_file_only_the_new_hunks_are_left_with_their_counts():
    (file,) = patch_identity.unseen(diff.parse(BOTH), _seen(ONE))
    assert [hunk.new_start for hunk in file.hunks] == [20]
    assert (file.added, file.removed) == (1, 0)


def test_two_patches_that_grew_into_one_hunk_are_known():
    near = BOTH.replace("@@ -20,3 +20,4 @@\n twenty\n", "").replace(
        "-1,4 +1,4", "-1,6 +1,7"
    )
    assert _left(near, BOTH) == []


def test_the_same_patch_more_often_is_new():
    twice = ONE + "@@ -31,3 +31,3 @@\n x\n-two\n+2\n y\n"
    assert _left(twice, ONE) == [("a.py", [1, 31])]
    assert _left(twice, twice) == []
    assert _left(ONE, twice) == []


def test_files_without_lines_are_known_by_what_happened_to_them():
    mode = "diff --git a/run b/run\nold mode 100644\nnew mode 100755\n"
    moved = "diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n"
    assert _left(mode, mode) == []
    assert _left(moved, mode) == [("y", [])]
    back = mode.replace("old mode 100644\nnew", "old mode 100755\nnew")
    assert _left(back, mode) == [("run", [])]


def test_names_are_packed_and_read_back_and_too_many_are_none():
    names = list(_seen(BOTH))
    assert patch_identity.unpack(patch_identity.pack(names)) == Counter(names)
    assert patch_identity.pack(["x" * 11] * (patch_identity.MOST + 1)) == ""
    assert patch_identity.unpack("") == Counter()
    assert patch_identity.unpack("x" * 12) == Counter()
