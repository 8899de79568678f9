"""What a change leaves untested, as a reader gives it: ranked, measured, with notes."""

from __future__ import annotations

from bot import git, local_reader
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


def test_what_a_test_reaches_through_a_caller_is_left_out(tmp_path):
    weighs = [f"weigh{n}" for n in range(lacking.MAX_NAMES)]
    body = "\n".join(f"def {n}():\n    return 1\n" for n in (*weighs, "z", "lost"))
    repo = repositories.make(tmp_path / "a", {"shop/a.py": "x = 1\n"})
    # More names than one search takes.
    pay = f"def pay():\n    return {'() + '.join((*weighs, 'z'))}()\n"
    test = "from shop.b import pay\n\nassert pay() == 1\n"
    files = {"shop/a.py": body, "shop/b.py": pay, "tests/test_b.py": test}
    repo.commit(files)
    opened = git.open_repository(repo.root, environ=repo.environ)
    reader = local_reader.LocalReader(opened, git.resolve(opened, "HEAD~1..HEAD"))
    named = {each.symbol for each in lacking.find(reader).found}
    assert "lost" in named
    assert named.isdisjoint({"pay", "weigh0", "weigh59"})


def test_no_change_leaves_nothing_untested():
    assert lacking.find(FakeReader()).found == ()


def test_a_broken_report_in_the_work_tree_is_a_note(tmp_path):
    repo = repositories.make(tmp_path / "a", {"shop/a.py": "x = 1\n"})
    repo.commit({"shop/a.py": "def total():\n    return 1\n"})
    repo.write(".coverage", "no database")
    opened = git.open_repository(repo.root, environ=repo.environ)
    reader = local_reader.LocalReader(opened, git.resolve(opened, "HEAD~1..HEAD"))
    looked = lacking.find(reader)
    assert [each.symbol for each in looked.found] == ["total"]
    assert looked.notes == (
        ".coverage is no coverage data that can be read; it was not used",
    )
