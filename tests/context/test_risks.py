"""The risk map: what a diff shows without a model."""

from __future__ import annotations

import time

import pytest

from bot.context import Finding, diff, risks


def change(*files: tuple[str, list[str]]) -> tuple[diff.FileDiff, ...]:
    return diff.parse("".join(one(path, lines) for path, lines in files))


def one(path: str, lines: list[str]) -> str:
    new = sum(line[0] in "+ " for line in lines)
    old = sum(line[0] in "- " for line in lines)
    head = f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n"
    return head + f"@@ -1,{old} +1,{new} @@\n" + "".join(f"{x}\n" for x in lines)


def found(kind: str, *files: tuple[str, list[str]]) -> list[Finding]:
    return [each for each in risks.findings(change(*files)) if each.kind == kind]


def test_a_quiet_change_has_no_findings() -> None:
    assert risks.findings(change(("src/a.py", [" x = 1", "+y = 2"]))) == ()
    assert risks.findings(()) == ()


def test_conflict_markers_are_blockers_and_come_first() -> None:
    lines = ["+<<<<<<< HEAD", "+print(1)", "+=======", "+>>>>>>> other"]
    result = risks.findings(change(("src/a.py", lines)))
    assert [(r.kind, r.severity, r.line) for r in result[:1]] == [
        ("conflict-marker", "blocker", 1)
    ]
    assert result[0].message == "a conflict marker is committed (and 1 more below)"


def test_a_heading_underlined_in_prose_is_no_conflict() -> None:
    assert found("conflict-marker", ("README.md", ["+Title", "+======="])) == []


@pytest.mark.parametrize(
    ("path", "line", "severity"),
    [
        ("src/a.py", "    breakpoint()", "major"),
        ("tests/test_a.py", "    import pdb; pdb.set_trace()", "major"),
        ("src/a.ts", "  debugger;", "major"),
        ("src/a.rb", "  binding.pry", "major"),
        ("src/a.ts", "  console.log(x)", "minor"),
        ("src/a.rs", "    let y = dbg!(x);", "minor"),
        ("src/a.py", "    print(x)", "info"),
    ],
)
def test_debug_leftovers(path: str, line: str, severity: str) -> None:
    result = found("debug-leftover", (path, [f"+{line}"]))
    assert [(r.severity, r.path, r.line) for r in result] == [(severity, path, 1)]
    assert result[0].quote == line.strip()


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("tests/test_a.py", "    print(x)"),
        ("src/cli.py", "    print(x)"),
        ("scripts/a.py", "print(x)"),
        ("src/a.py", "    pprint(x)"),
        ("src/a.py", "    # a breakpoint() would stop here"),
        ("src/a.go", "    debugger;"),
        ("docs/a.md", "    breakpoint()"),
        ("vendor/a.js", "debugger;"),
    ],
)
def test_what_only_looks_like_a_leftover(path: str, line: str) -> None:
    assert found("debug-leftover", (path, [f"+{line}"])) == []


def test_only_added_lines_are_leftovers() -> None:
    assert found("debug-leftover", ("a.py", ["-breakpoint()", " breakpoint()"])) == []


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("CLAUDE.md", "config-change"),
        ("sub/AGENTS.md", "config-change"),
        (".cursorrules", "config-change"),
        (".github/routing.toml", "config-change"),
        (".pr_agent.toml", "config-change"),
        (".gemini/config.yaml", "config-change"),
        (".github/copilot-instructions.md", "config-change"),
        (".github/workflows/ci.yml", "ci-change"),
        ("conftest.py", "executable-config"),
        ("pkg.pth", "executable-config"),
        ("app/migrations/0002_x.py", "migration"),
        ("CODEOWNERS", "permissions"),
        (".env", "secrets-touched"),
        ("deploy/id_rsa", "secrets-touched"),
        (".gitmodules", "submodule"),
    ],
)
def test_files_whose_change_is_worth_a_line(path: str, kind: str) -> None:
    assert [each.path for each in found(kind, (path, ["+x"]))] == [path]


def test_a_renamed_instruction_file_counts_by_both_names() -> None:
    text = (
        "diff --git a/CLAUDE.md b/x.md\nsimilarity index 100%\n"
        "rename from CLAUDE.md\nrename to x.md\n"
    )
    assert [r.kind for r in risks.findings(diff.parse(text))] == ["config-change"]


def test_an_example_of_a_secret_file_is_harmless() -> None:
    assert found("secrets-touched", (".env.example", ["+A="])) == []


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("a\u202eb", "U+202E"),
        ("a\u200bb", "U+200B"),
        ("{x,\u3164}", "U+3164"),
        ("s=`x\U000e0155`", "U+E0155"),
        ("x\ufe0f", "U+FE0F"),
    ],
)
def test_invisible_characters_are_named(text: str, points: str) -> None:
    result = found("invisible-characters", ("src/a.js", [f"+{text}"]))
    assert [(r.severity, r.line) for r in result] == [("major", 1)]
    assert points in result[0].message
    assert text not in result[0].message


@pytest.mark.parametrize(
    "text",
    [
        "café naïve 漢字",
        "👩\u200d💻 ❤\ufe0f 1\ufe0f",
        "\U0001f3f4\U000e0067\U000e0062\U000e007f",
        "\ufeffimport x",
    ],
)
def test_what_people_write_is_not_invisible(text: str) -> None:
    assert found("invisible-characters", ("src/a.js", [f"+{text}"])) == []


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("# TODO later", 1),
        ("// FIXME: broken", 1),
        ("# TODO(#12) later", 0),
        ("# TODO https://example.com/1", 0),
        ("# TODO: see ABC-123", 0),
        ("mastodon = 1", 0),
    ],
)
def test_todo_without_an_issue(line: str, count: int) -> None:
    assert len(found("todo-without-issue", ("src/a.py", [f"+{line}"]))) == count


def test_size_and_spread() -> None:
    assert len(found("size", ("src/a.py", ["+x = 1"] * 801))) == 1
    assert found("size", ("src/a.py", ["+x = 1"] * 800)) == []
    assert found("size", ("yarn.lock", ["+x"] * 5_000)) == []
    many = [(f"src/a{n}.md", ["+x"]) for n in range(21)]
    assert len(found("size", *many)) == 1


def test_at_most_ten_of_a_kind() -> None:
    files = [(f"a{n}.py", ["+# TODO x"] * 50) for n in range(15)]
    assert len(found("todo-without-issue", *files)) == 10


@pytest.mark.parametrize(
    "text", ["\u200b" * 2_000, "TODO " * 400, '"a-' * 600, "def " * 500]
)
def test_hostile_lines_take_linear_time(text: str) -> None:
    for path in ("requirements.txt", "package.json", "a.java", "a.py"):
        files = change((path, [f"+{text}"] * 50))
        began = time.monotonic()
        risks.findings(files)
        assert time.monotonic() - began < 1


def test_files_with_one_reason_are_one_finding() -> None:
    files = [(f"app/auth/f{n}.py", ["+x"]) for n in range(9)]
    (one,) = found("permissions", *files)
    assert one.path == "app/auth/f0.py"
    assert one.message.endswith(
        "(so do app/auth/f1.py, app/auth/f2.py, app/auth/f3.py and 5 more)"
    )


@pytest.mark.parametrize(
    "path", ["logs/auth.log", "docs/payments.md", "tests/test_auth.py", "img/auth.svg"]
)
def test_what_only_bears_the_name_of_something_critical(path: str) -> None:
    assert found("permissions", (path, ["+x"])) == []
    assert found("payments", (path, ["+x"])) == []


def test_a_file_that_becomes_executable_is_named() -> None:
    text = "diff --git a/run b/run\nold mode 100644\nnew mode 100755\n"
    (one,) = risks.findings(diff.parse(text))
    assert (one.kind, one.path) == ("executable", "run")


SOURCE = """\
def total(items):
    # sums
    return sum(items) if items else 0


def _hidden():
    return 1
"""


def test_changed_functions_that_no_test_of_the_change_names() -> None:
    lines = [" def total(items):", "-    # adds", "+    return sum(items)"]
    files = change(("src/a.py", [lines[0], "     # sums", lines[2]]))
    texts = {"src/a.py": SOURCE}
    (one,) = [f for f in risks.findings(files, texts=texts) if "untested" in f.kind]
    assert (one.severity, one.line) == ("minor", 1)
    assert one.message == "no test in this change names total"


@pytest.mark.parametrize(
    ("test", "severity"),
    [("+def test_total(): total([])", None), ("+def test_other(): ...", "info")],
)
def test_a_test_in_the_change_may_name_them(test: str, severity: str | None) -> None:
    body = ["     # sums", "+    return sum(items) if items else 0"]
    files = change(
        ("src/a.py", [" def total(items):", *body]), ("tests/test_a.py", [test])
    )
    result = risks.findings(files, texts={"src/a.py": SOURCE})
    found = [f.severity for f in result if f.kind == "untested-change"]
    assert found == ([severity] if severity else [])


def test_comments_need_no_test() -> None:
    files = change(("src/a.py", [" def total(items):", "+    # sums"]))
    assert risks.findings(files, texts={"src/a.py": SOURCE}) == ()


def test_a_function_without_a_branch_needs_no_test_of_its_own() -> None:
    source = SOURCE.replace(" if items else 0", "")
    body = ["     # sums", "+    return sum(items)"]
    test = ("tests/test_a.py", ["+def test_other(): ..."])
    files = change(("src/a.py", [" def total(items):", *body]), test)
    assert risks.findings(files, texts={"src/a.py": source}) == ()
