"""A large change in several calls: kin together, the heaviest first, nothing lost."""

from __future__ import annotations

import pytest

from bot.context import Section, diff, pack
from bot.context.fit import section_tokens
from bot.context.pack import ToRead


def to_read(path, *, lines=10, weight="standard", kin=()):
    body = "".join(f"+line {number} of {path}\n" for number in range(1, lines + 1))
    text = f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,{lines} @@\n{body}"
    return ToRead(path, Section(f"the diff of {path}", text, "diff"), weight, kin)


def added(parts):
    return [
        (file.path, number, text)
        for part in parts
        for section in part.sections
        for file in diff.parse(section.text)
        for number, text in diff.added_lines(file).items()
    ]


def test_what_fits_one_call_stays_one_part_in_the_given_order():
    (part,) = pack.parts([to_read("b.py"), to_read("a.py")], room=10_000)
    assert part.paths == ("b.py", "a.py")
    assert part.tokens <= 10_000


def test_nothing_to_read_is_no_part():
    assert pack.parts([], room=1_000) == ()


@pytest.mark.parametrize("room", [400, 1_000, 5_000])
def test_no_part_is_larger_than_the_room_and_no_line_is_lost(room):
    files = [to_read(f"pkg{n % 7}/f{n}.py", lines=n * 3 + 1) for n in range(40)]
    parts = pack.parts(files, room=room)
    assert all(part.tokens <= room for part in parts)
    assert all(
        sum(section_tokens(section) for section in part.sections) == part.tokens
        for part in parts
    )
    given = [(f.path, n) for f in files for n in range(1, f.section.text.count("\n+l"))]
    assert {(path, number) for path, number, _ in added(parts)} >= set(given)
    assert len(added(parts)) == sum(n * 3 + 1 for n in range(40))


def test_a_test_is_read_with_what_it_tests_and_an_import_with_its_user():
    files = [
        *(to_read(f"app/x{n}.py", lines=30) for n in range(4)),
        to_read("app/cart.py", lines=30, kin=frozenset({"tests/test_cart.py"})),
        *(to_read(f"tests/test_x{n}.py", lines=30) for n in range(4)),
        to_read("tests/test_cart.py", lines=30),
    ]
    one = section_tokens(files[0].section)
    parts = pack.parts(files, room=5 * one)
    (home,) = [part for part in parts if "app/cart.py" in part.paths]
    assert "tests/test_cart.py" in home.paths


def test_files_of_one_folder_go_together():
    files = [to_read(f"{'ab'[n % 2]}/f{n}.py", lines=20) for n in range(8)]
    room = 4 * section_tokens(files[0].section) + 8
    parts = pack.parts(files, room=room)
    assert [{path[0] for path in part.paths} for part in parts] == [{"a"}, {"b"}]


def test_the_critical_part_comes_first():
    files = [to_read(f"docs/{n}.md", weight="routine", lines=30) for n in range(5)]
    files.append(to_read("auth/session.py", weight="critical", lines=30))
    parts = pack.parts(files, room=2 * section_tokens(files[-1].section))
    assert "auth/session.py" in parts[0].paths
    assert [part.weight for part in parts] == ["critical", "routine", "routine"]


def test_a_huge_file_is_split_and_never_left_out():
    parts = pack.parts([to_read("huge.py", lines=5_000), to_read("a.py")], room=2_000)
    assert len(parts) > 5
    huge = [(n, text) for path, n, text in added(parts) if path == "huge.py"]
    assert huge == [(n, f"line {n} of huge.py") for n in range(1, 5_001)]


def test_kin_that_is_not_in_the_change_is_no_matter():
    (part,) = pack.parts([to_read("a.py", kin=frozenset({"gone.py"}))], room=1_000)
    assert part.paths == ("a.py",)


def files_of(*paths):
    text = "".join(
        f"diff --git a/{p} b/{p}\n--- a/{p}\n+++ b/{p}\n@@ -1 +1 @@\n-a\n+b\n"
        for p in paths
    )
    return diff.parse(text)


def test_coverage_names_what_was_skipped_and_what_was_not_read():
    files = files_of("a.py", "b.py", "c.py", "yarn.lock", "dist/x.js")
    assert pack.coverage(files, ["a.py"]) == (
        "read 1 of 5 files, 2 skipped: generated, lock file; 2 not read: budget"
    )
    assert pack.coverage(files, ["a.py", "b.py"], why={"c.py": "too large"}).endswith(
        "; 1 not read: too large"
    )


def test_full_coverage_is_short():
    assert pack.coverage(files_of("a.py"), ["a.py"]) == "read 1 of 1 file"
