"""Which class reads which files: the dearer one only those that need it."""

from __future__ import annotations

import pytest

from bot import case
from tests.fakes import FakeReader, comment, pull, world


def _file(path, lines):
    body = "".join(f"+value_{n} = {n}\n" for n in range(1, lines + 1))
    head = f"diff --git a/{path} b/{path}\nnew file mode 100644\n"
    return f"{head}--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,{lines} @@\n{body}"


def _shares(*files, event=None, **given):
    change = "".join(_file(path, lines) for path, lines in files)
    found = case.of(event or pull(), world(FakeReader(change=change), **given))
    return [(s.lane.model_class, sorted(s.weights)) for s in found.shares]


def test_a_change_of_one_kind_is_read_by_one_class():
    assert _shares(("a.py", 10), ("b.py", 10)) == [("balanced", ["a.py", "b.py"])]
    assert _shares(("a.md", 10), ("docs/b.md", 10)) == [("fast", ["a.md", "docs/b.md"])]
    assert _shares(("auth.py", 10)) == [("reasoning", ["auth.py"])]


def test_only_the_critical_files_of_a_large_change_go_to_the_dearer_class():
    found = _shares(("auth.py", 50), ("b.py", 2_000), ("c.py", 2_000))
    assert found == [("reasoning", ["auth.py"]), ("balanced", ["b.py", "c.py"])]


def test_a_small_change_is_not_worth_a_second_call():
    found = _shares(("auth.py", 200), ("b.py", 4))
    assert found == [("reasoning", ["auth.py", "b.py"])]


def test_much_documentation_beside_little_code_goes_to_the_cheapest():
    found = _shares(("a.py", 5), ("docs/b.md", 2_000))
    assert found == [("balanced", ["a.py"]), ("fast", ["docs/b.md"])]


def test_where_the_change_as_a_whole_needs_the_class_it_reads_all_of_it():
    # Large and touching the public interface: critical together, and no file by itself.
    files = [("api/a.py", 150), ("api/b.py", 150), ("c.py", 150), ("d.py", 150)]
    assert _shares(*files) == [("reasoning", sorted(path for path, _ in files))]


def test_what_no_call_can_read_whole_is_read_by_what_its_files_need():
    files = [(f"api{n}/m.py", 2_500) for n in range(5)] + [("e.py", 10_000)]
    assert [name for name, _ in _shares(*files)] == ["balanced"]


def test_a_persons_word_holds_for_the_whole_change():
    asked = pull(
        name="issue_comment",
        action="created",
        comment=comment("/route review reasoning").comment,
    )
    found = _shares(("auth.py", 50), ("b.py", 400), event=asked)
    assert found == [("reasoning", ["auth.py", "b.py"])]


def test_who_may_use_less_gets_one_share_below_the_ceiling():
    found = _shares(("auth.py", 50), ("b.py", 400), writers=())
    assert found == [("balanced", ["auth.py", "b.py"])]


def test_words_of_the_title_raise_every_file():
    event = pull(title="Fix a vulnerability")
    found = _shares(("a.py", 50), ("b.py", 400), event=event)
    assert found == [("reasoning", ["a.py", "b.py"])]


def test_files_nobody_reads_belong_to_no_share():
    found = _shares(("a.py", 5), ("package-lock.json", 50), ("vendor/x.js", 50))
    assert found == [("balanced", ["a.py"])]


@pytest.mark.parametrize("given", [{"keys": False}, {"usd": 0.0}])
def test_where_nothing_can_be_asked_there_is_no_share(given):
    assert _shares(("a.py", 5), **given) == []


def test_a_task_that_is_answered_in_one_call_has_no_shares():
    asked = pull(
        name="issue_comment", action="created", comment=comment("/route test").comment
    )
    assert _shares(("a.py", 5), event=asked) == []


def test_the_class_of_the_policys_own_clauses_counts_per_file():
    rules = '[[tasks.review.when]]\nonly_paths = ["big/**"]\nclass = "fast"\n'
    found = _shares(("a.py", 10), ("big/b.py", 2_000), rules=rules)
    assert found == [("balanced", ["a.py"]), ("fast", ["big/b.py"])]
