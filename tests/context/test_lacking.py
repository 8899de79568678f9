"""What a change leaves untested, as a reader gives it: ranked, measured, with notes."""

from __future__ import annotations

from bot import git
from bot.context import lacking
from tests import repositories
from tests.fakes import FakeReader

CHANGE = """\
diff --git a/shop/a.py b/shop/a.py
new file mode 100644
--- /dev/null
+++ b/shop/a.py
@@ -0,0 +1,2 @@
+def total():
+    return 1
"""


def test_without_a_work_tree_names_alone_count():
    files = {"shop/a.py": "def total():\n    return 1\n", "shop/b.py": "total()\n"}
    looked = lacking.find(FakeReader(change=CHANGE, files=files))
    (found,) = looked.found
    assert (found.symbol, found.why, found.stakes) == ("total", "is new", "standard")
    assert looked.notes == ()


def test_no_change_leaves_nothing_untested():
    assert lacking.find(FakeReader()).found == ()


def test_a_broken_report_in_the_work_tree_is_a_note(tmp_path):
    repo = repositories.make(tmp_path / "a", {"shop/a.py": "x = 1\n"})
    repo.commit({"shop/a.py": "def total():\n    return 1\n"})
    repo.write(".coverage", "no database")
    opened = git.open_repository(repo.root, environ=repo.environ)
    reader = git.LocalReader(opened, git.resolve(opened, "HEAD~1..HEAD"))
    looked = lacking.find(reader)
    assert [each.symbol for each in looked.found] == ["total"]
    assert looked.notes == (
        ".coverage is no coverage data that can be read; it was not used",
    )
