"""Reading diffs: numbers, names, and input that wants to be something else."""

from __future__ import annotations

import time
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.context import diff, diff_pieces

SIMPLE = """\
diff --git a/src/app.py b/src/app.py
index 1111111..2222222 100644
--- a/src/app.py
+++ b/src/app.py
@@ -10,4 +10,5 @@ class Shop:
 def total(items):
-    return 0
+    amount = sum(items)
+    return amount

 def other():
"""


def one(text: str) -> diff.FileDiff:
    files = diff.parse(text)
    assert len(files) == 1
    return files[0]


def right_lines(file: diff.FileDiff) -> frozenset[int]:
    return frozenset(chain.from_iterable(diff.right_ranges(file)))


def body(path: str, lines: list[str]) -> str:
    new = sum(line[0] in "+ " for line in lines)
    old = sum(line[0] in "- " for line in lines)
    head = f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n"
    return head + f"@@ -1,{old} +1,{new} @@\n" + "".join(f"{x}\n" for x in lines)


def test_lines_carry_the_numbers_of_both_sides() -> None:
    file = one(SIMPLE)
    assert (file.status, file.added, file.removed) == ("modified", 2, 1)
    assert file.hunks[0].heading == "class Shop:"
    assert diff.added_lines(file) == {
        11: "    amount = sum(items)",
        12: "    return amount",
    }
    assert diff.removed_lines(file) == {11: "    return 0"}
    assert right_lines(file) == {10, 11, 12, 13, 14}


def test_headers_inside_a_hunk_stay_content() -> None:
    text = body(
        "notes.txt", [" one", "+++ b/secret.py", "+@@ -1 +1 @@", "+diff --git a/x b/x"]
    )
    file = one(text)
    assert file.path == "notes.txt"
    assert file.added == 3
    assert not file.problems


@pytest.mark.parametrize(
    ("quoted", "path"),
    [
        (r'"b/na\303\257ve.txt"', "naïve.txt"),
        (r'"b/tab\there.txt"', "tab\there.txt"),
        (r'"b/quote\"d.txt"', 'quote"d.txt'),
    ],
)
def test_quoted_names_are_decoded(quoted: str, path: str) -> None:
    old = quoted.replace("b/", "a/", 1)
    text = f"diff --git {old} {quoted}\n--- {old}\n+++ {quoted}\n@@ -1 +1 @@\n-a\n+b\n"
    assert one(text).path == path


@pytest.mark.parametrize(
    "path",
    ["../x.yml", "a/../../x", "/etc/passwd", r"a\x", ".git/config", "a//b", "a/./b"],
)
def test_paths_that_leave_the_repository_are_dropped_with_a_note(path: str) -> None:
    read = diff.read(body(path, ["+x"]) + body("kept.py", ["+y"]))
    assert [file.path for file in read.files] == ["kept.py"]
    assert len(read.problems) == 1
    assert "dropped" in read.problems[0]


def test_a_nul_in_a_quoted_name_is_dropped() -> None:
    text = 'diff --git "a/x\\000y" "b/x\\000y"\n--- "a/x\\000y"\n+++ "b/x\\000y"\n'
    assert diff.read(text).files == ()


def test_counts_that_do_not_hold_forbid_comments_but_keep_the_lines() -> None:
    text = body("a.py", ["+one"]).replace("+1,1 @@", "+1,9 @@") + body("b.py", ["+two"])
    first, second = diff.parse(text)
    assert first.problems
    assert right_lines(first) == frozenset()
    assert diff.added_lines(first) == {1: "one"}
    assert right_lines(second) == {1}


def test_lines_behind_the_counted_ones_are_a_problem() -> None:
    file = one(body("a.py", ["+one"]) + "+smuggled\n")
    assert file.problems == ("lines stand outside the counted hunks",)
    assert right_lines(file) == frozenset()


def test_rename_without_hunks() -> None:
    text = (
        "diff --git a/old name.py b/new name.py\nsimilarity index 100%\n"
        "rename from old name.py\nrename to new name.py\n"
    )
    file = one(text)
    assert (file.status, file.old_path, file.path) == (
        "renamed",
        "old name.py",
        "new name.py",
    )
    assert right_lines(file) == frozenset()


def test_added_and_removed_files() -> None:
    added = (
        "diff --git a/n.py b/n.py\nnew file mode 100755\n"
        "--- /dev/null\n+++ b/n.py\n@@ -0,0 +1 @@\n+x\n"
    )
    gone = (
        "diff --git a/o.py b/o.py\ndeleted file mode 100644\n"
        "--- a/o.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
    )
    first, second = diff.parse(added + gone)
    assert (first.status, first.mode, right_lines(first)) == (
        "added",
        "100755",
        {1},
    )
    assert (second.status, second.path, right_lines(second)) == (
        "removed",
        "o.py",
        frozenset(),
    )


def test_an_empty_new_file_takes_its_name_from_the_git_line() -> None:
    file = one("diff --git a/pkg/a.py b/pkg/a.py\nnew file mode 100644\nindex 0..0\n")
    assert (file.path, file.status) == ("pkg/a.py", "added")


def test_binary_files_have_no_lines() -> None:
    file = one("diff --git a/x.png b/x.png\nBinary files a/x.png and b/x.png differ\n")
    assert file.is_binary
    assert file.kind == "binary"


def test_no_newline_markers_do_not_shift_lines() -> None:
    mark = "\\ No newline at end of file"
    text = f"--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-a\n{mark}\n+b\n{mark}\n"
    assert diff.added_lines(one(text)) == {1: "b"}


def test_symlinks_and_submodules_are_known_by_their_mode() -> None:
    text = "diff --git a/x b/x\nindex 1..2 {}\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"
    assert one(text.format("160000")).is_submodule
    assert one(text.format("120000")).is_symlink


def test_carriage_returns_and_line_separators_end_no_line() -> None:
    assert diff.added_lines(one(body("a.py", ["+x\u2028y\x0cz\r"]))) == {
        1: "x\u2028y\x0cz\r"
    }


def test_a_merge_diff_is_named_as_unread() -> None:
    read = diff.read("diff --cc a.py\n--- a/a.py\n+++ b/a.py\n@@@ -1 -1 +1 @@@\n  a\n")
    assert "merge" in read.problems[0]


def test_one_huge_line_is_cut_and_takes_no_time() -> None:
    began = time.monotonic()
    file = one(body("lib/a.js", ["-a", "+" + "abc" * 400_000]))
    assert time.monotonic() - began < 1
    assert file.kind == "minified"
    assert len(diff.added_lines(file)[1]) == diff_pieces.MAX_LINE


def test_hostile_headers_take_linear_time() -> None:
    began = time.monotonic()
    diff.parse(("diff --git " + "x://" * 50_000 + "\n") * 5)
    diff.parse("@@ -" + "9" * 100_000 + " @@\n")
    assert time.monotonic() - began < 1


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "diff --git a/x b/x",
                "--- a/x",
                "+++ b/x",
                "--- /dev/null",
                "@@ -1 +1 @@",
                "+a",
                "-b",
                " c",
                "",
                "\\ No newline",
                "rename from a",
                "rename to b",
                "\x00",
                '"',
                "@@",
                "@@ -0,0 +1,3 @@",
                "Binary files a and b differ",
                "new file mode 100644",
            ]
        )
        | st.text(max_size=8)
    )
)
def test_any_text_is_read_without_an_error(lines: list[str]) -> None:
    for file in diff.parse("\n".join(lines)):
        assert file.path
        assert not file.path.startswith("/")
        assert right_lines(file) >= (
            set() if file.problems else set(diff.added_lines(file))
        )
