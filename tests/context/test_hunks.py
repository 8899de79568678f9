"""A parsed diff written again: read back it is the same."""

from __future__ import annotations

from bot.context import diff, hunks
from tests.fakes import PARSE_ERROR

ADDED = """\
diff --git a/new.py b/new.py
new file mode 100644
--- /dev/null
+++ b/new.py
@@ -0,0 +1,2 @@
+one
+two
"""
REMOVED = """\
diff --git a/old.py b/old.py
deleted file mode 100644
--- a/old.py
+++ /dev/null
@@ -1 +0,0 @@
-one
"""


def _again(text):
    (file,) = diff.parse(text)
    return file, diff.parse(hunks.unified(file))[0]


def test_a_changed_file_keeps_its_numbers():
    file, again = _again(PARSE_ERROR)
    assert again.hunks == file.hunks
    assert (again.path, again.status) == ("orchard/pricing.py", "modified")


def test_added_and_removed_files_stay_so():
    assert _again(ADDED)[1].status == "added"
    assert _again(REMOVED)[1].status == "removed"


def test_a_heading_is_kept():
    text = PARSE_ERROR.replace("+1,4 @@", "+1,4 @@ def price():")
    assert "@@ def price():" in hunks.unified(diff.parse(text)[0])


def test_what_nobody_would_see_is_shown():
    hidden = PARSE_ERROR.replace("total / 0", "total\u202e / 0")
    (file,) = diff.parse(hidden)
    assert "total⟨U+202E⟩ / 0" in hunks.unified(file)


def _numbers(texts):
    return [
        (line.mark, line.old, line.new, line.text)
        for text in texts
        for file in diff.parse(text)
        for hunk in file.hunks
        for line in hunk.lines
    ]


def test_a_diff_is_split_between_its_hunks_first():
    one = "".join(f"+a{n}\n" for n in range(60))
    two = "".join(f"+b{n}\n" for n in range(60))
    text = f"--- a/x\n+++ b/x\n@@ -1,0 +1,60 @@ f\n{one}@@ -9,0 +70,60 @@ g\n{two}"
    first, second = hunks.split(text, room=250)
    assert "a59" in first
    assert "b0" in second
    assert second.startswith("--- a/x\n+++ b/x\n@@ -9,0 +70,60 @@ g\n")


def test_a_hunk_that_is_split_keeps_the_numbers_of_its_lines():
    body = "".join(f" c{n}\n-r{n}\n+a{n}\n" for n in range(200))
    text = f"--- a/x\n+++ b/x\n@@ -5,400 +8,400 @@ def f():\n{body}"
    pieces = hunks.split(text, room=300)
    assert len(pieces) > 3
    assert _numbers(pieces) == _numbers([text])
    assert not any(file.problems for p in pieces for file in diff.parse(p))


def test_lines_that_look_like_headers_split_nothing():
    text = "--- a/x\n+++ b/x\n@@ -1,0 +1,2 @@\n+@@ -1 +1 @@\n+\x0c@@ -1 +1 @@\n"
    assert hunks.split(text, room=10_000) == (text,)


def test_a_rename_alone_is_not_split():
    text = "--- a/x\n+++ b/y\n\n"
    assert hunks.split(text, room=1) == (text,)
