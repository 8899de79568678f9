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
