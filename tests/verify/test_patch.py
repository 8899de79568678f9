"""A model's patch: what comes out applies with git itself, or says why not."""

from __future__ import annotations

import random
import subprocess

import pytest

from bot.verify import patch
from bot.verify.patch import Edit
from tests.fakes import FakeReader

PRICING = (
    "def price(count):\n    return count * 2\n\n\n"
    "def total(cart):\n    return sum(cart)\n"
)
FILES = {
    "orchard/pricing.py": PRICING,
    "orchard/a file.py": "X = 1\n",
    "orchard/open.py": "X = 1\nY = 2",
    "orchard/windows.py": "X = 1\r\nY = 2\r\n",
    "orchard/unseen.py": "X = '\u200b'\nY = 2\n",
    "orchard/twice.py": "X = 1\nX = 1\n",
    "pyproject.toml": "[project]\n",
}
AT = "orchard/pricing.py"


def _applied(*edits, diff="", announced=None):
    names = announced if announced is not None else [edit.path for edit in edits]
    return patch.applied(
        edits, diff, announced=names, files=FakeReader(files=dict(FILES))
    )


def _by_git(diff, folder):
    """What the files are after git applied the diff."""
    for path, text in FILES.items():
        at = folder / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(text.encode())
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    done = subprocess.run(
        ["git", "apply", "--verbose", "-"],
        cwd=folder,
        input=diff.encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode() + diff
    return lambda path: (folder / path).read_bytes().decode()


def test_an_edit_becomes_a_diff_that_git_applies(tmp_path):
    done = _applied(Edit(AT, "    return count * 2", "    return count * 3"))
    assert (done.problem, done.paths) == ("", (AT,))
    read = _by_git(done.diff, tmp_path)
    assert read(AT) == PRICING.replace("* 2", "* 3")


def test_several_edits_a_new_file_and_a_blank_in_a_path(tmp_path):
    done = _applied(
        Edit(AT, "return count * 2", "return count * 3"),
        Edit(AT, "return sum(cart)", "return 2 * sum(cart)"),
        Edit("orchard/a file.py", "X = 1\n", "X = 2\n"),
        Edit("tests/test_new.py", "", "def test_new():\n    pass"),
    )
    read = _by_git(done.diff, tmp_path)
    assert "2 * sum(cart)" in read(AT)
    assert "count * 3" in read(AT)
    assert read("orchard/a file.py") == "X = 2\n"
    assert read("tests/test_new.py") == "def test_new():\n    pass\n"


def test_whole_lines_can_be_taken_out(tmp_path):
    done = _applied(Edit(AT, "def total(cart):\n    return sum(cart)\n", ""))
    assert _by_git(done.diff, tmp_path)(AT) == PRICING[: PRICING.index("def total")]


@pytest.mark.parametrize(
    "replacement", ["Y = 3", "Y = 3\n", "Y = 3\nZ = 4", "Y = 3\nZ = 4\n"]
)
def test_a_file_without_a_last_line_end_is_changed(tmp_path, replacement):
    done = _applied(Edit("orchard/open.py", "Y = 2", replacement))
    assert _by_git(done.diff, tmp_path)("orchard/open.py") == f"X = 1\n{replacement}"


def test_a_unified_diff_with_wrong_numbers_is_put_right(tmp_path):
    diff = (
        "```diff\n--- a/orchard/pricing.py\n+++ b/orchard/pricing.py\n"
        "@@ -40,9 +41,2 @@ def total(cart):\n def total(cart):\n-    return sum(cart)\n"
        "+    return sum(cart) + 1\n```\n"
    )
    done = _applied(diff=diff, announced=[AT])
    assert "sum(cart) + 1" in _by_git(done.diff, tmp_path)(AT)


def test_a_diff_may_make_a_file(tmp_path):
    diff = "--- /dev/null\n+++ b/new.py\n@@ -0,0 +1,2 @@\n+X = 1\n+Y = 2\n"
    done = _applied(diff=diff, announced=["new.py"])
    assert _by_git(done.diff, tmp_path)("new.py") == "X = 1\nY = 2\n"


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (Edit(AT, "return count * 9", "x"), "do not stand there"),
        (Edit("orchard/twice.py", "X = 1", "X = 2"), "stand there 2 times"),
        (Edit("orchard/gone.py", "X = 1", "X = 2"), "does not exist"),
        (Edit(AT, "", "X = 2"), "exists: to change it"),
        (Edit(AT, "return count * 2", "return count * 2"), "changes nothing"),
        (Edit(AT, "return count * 2", "return (count"), "would not parse"),
        (Edit(AT, "return count * 2", "return '[REDACTED:key]'"), "in the place of"),
        (Edit("orchard/windows.py", "X = 1", "X = 2"), "CRLF"),
        (Edit("orchard/unseen.py", "Y = 2", "Y = 3"), "cannot carry"),
        (Edit(AT, "return count * 2", "return '\u202e'"), "cannot carry"),
        (Edit("../x.py", "", "X = 2"), "no path inside"),
        (Edit("pyproject.toml", "[project]", "[x]"), "no answer may touch"),
        (Edit(".github/workflows/ci.yml", "", "on: push"), "no answer may touch"),
        (Edit("poetry.lock", "", "x"), "no answer may touch"),
        (Edit("big.txt", "", "line\n" * 20_000), "longer than"),
    ],
)
def test_what_may_not_be_says_why(edit, problem):
    done = _applied(edit)
    assert problem in done.problem
    assert done.diff == ""


def test_a_file_that_was_not_announced_is_not_touched():
    done = _applied(Edit(AT, "* 2", "* 3"), announced=["orchard/stock.py"])
    assert "not among the files" in done.problem


@pytest.mark.parametrize("text", ["", "do this", "--- a\n+++ b\n", "@@ -1 +1 @@\n-x\n"])
def test_what_is_no_diff_says_so(text):
    assert _applied(diff=text, announced=[AT]).problem == patch.NOT_A_PATCH


def test_what_a_change_brings_in_is_named():
    done = _applied(Edit(AT, "def price", "import subprocess\n\n\ndef price"))
    assert done.risky == ("subprocess",)


def test_random_edits_apply_as_git_applies_them(tmp_path):
    draw = random.Random(7)
    for round_ in range(12):
        lines = [f"line_{draw.randrange(9)}_{n} = {n}" for n in range(60)]
        FILES["orchard/random.py"] = "\n".join(lines) + draw.choice(["", "\n"])
        edits = [
            Edit(
                "orchard/random.py",
                lines[n],
                draw.choice(["", "a = 1", "b = 1\nc = 2"]),
            )
            for n in draw.sample(range(60), 7)
        ]
        done = _applied(*edits)
        wanted = FILES["orchard/random.py"]
        for edit in edits:
            wanted = _after(edit, wanted)
        folder = tmp_path / str(round_)
        folder.mkdir()
        assert _by_git(done.diff, folder)("orchard/random.py") == wanted
    del FILES["orchard/random.py"]


def _after(edit, text):
    # A whole line that is taken out takes its line end along.
    line = f"{edit.search}\n"
    if line in text:
        end = "\n" if edit.replace else ""
        return text.replace(line, edit.replace + end, 1)
    return text.replace(edit.search, edit.replace, 1)
