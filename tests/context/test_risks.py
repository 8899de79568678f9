"""The risk map: what a diff shows without a model."""

from __future__ import annotations

import time

import pytest

from bot.context import Finding, diff, risks

TEST = ("tests/test_x.py", ["+def test_x(): ..."])


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
    assert [(r.kind, r.severity, r.line) for r in result[:2]] == [
        ("conflict-marker", "blocker", 1),
        ("conflict-marker", "blocker", 4),
    ]


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
    ("path", "line", "name"),
    [
        ("src/a.py", "def total(items):", "total"),
        ("src/a.py", "    def add(self, item):", "add"),
        ("src/a.ts", "export async function total() {", "total"),
        ("src/a.go", "func (c *Cart) Total() int {", "Total"),
        ("src/a.rs", "pub fn total() {}", "total"),
        ("src/A.java", "  public static int total(int x) {", "total"),
    ],
)
def test_a_removed_public_name_is_major(path: str, line: str, name: str) -> None:
    result = found("public-api", (path, [f"-{line}"]), TEST)
    assert [(r.severity, r.message) for r in result] == [
        ("major", f"public {name} is removed")
    ]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("src/a.py", "def _total():"),
        ("src/a.py", "    def nested():"),
        ("src/_private.py", "def total():"),
        ("src/a.ts", "function total() {"),
        ("src/a.go", "func total() {"),
        ("internal/a.go", "func Total() {"),
        ("src/a.rs", "pub(crate) fn total() {}"),
        ("tests/test_a.py", "def total():"),
    ],
)
def test_what_nobody_outside_relies_on_may_go(path: str, line: str) -> None:
    assert found("public-api", (path, [f"-{line}"])) == []


def test_a_moved_name_is_not_removed_and_a_new_signature_is_minor() -> None:
    moved = [("a.py", ["-def total(items):"]), ("b.py", ["+def total(items):"])]
    assert found("public-api", *moved) == []
    changed = ("a.py", ["-def total(items):", "+def total(items, tax):"])
    assert [(r.severity, r.line) for r in found("public-api", changed)] == [
        ("minor", 1)
    ]


def test_changed_code_without_any_changed_test() -> None:
    lines = [" def total(items):", "+    return 1", " class Cart:", " def other(): ..."]
    result = found("untested-change", ("src/a.py", lines))
    assert [(r.severity, r.line) for r in result] == [("minor", 2)]
    assert "total" in result[0].message
    assert "other" not in result[0].message
    assert found("untested-change", ("src/a.py", lines), TEST) == []


@pytest.mark.parametrize(
    ("path", "line", "name", "pinned"),
    [
        ("requirements.txt", "httpx==0.28.1", "httpx", True),
        ("requirements.txt", "httpx>=0.28", "httpx", False),
        ("requirements.txt", "httpx", "httpx", False),
        ("pyproject.toml", '    "httpx>=0.28",', "httpx", False),
        ("pyproject.toml", '    "httpx>=0.28,<1",', "httpx", True),
        ("package.json", '    "left-pad": "1.3.0",', "left-pad", True),
        ("web/package.json", '    "left-pad": "*"', "left-pad", False),
        ("package.json", '    "@a/b": "github:a/b",', "@a/b", False),
        ("go.mod", "\tgithub.com/a/b v1.2.3", "github.com/a/b", True),
        ("Cargo.toml", 'serde = "1.0"', "serde", True),
        ("Cargo.toml", 'serde = { version = "*" }', "serde", False),
        ("Gemfile", "gem 'rails'", "rails", False),
    ],
)
def test_new_dependencies_and_their_pins(
    path: str, line: str, name: str, pinned: bool
) -> None:
    new = found("new-dependency", (path, [f"+{line}"]))
    assert [name in each.message for each in new] == [True]
    assert len(found("unpinned", (path, [f"+{line}"]))) == (not pinned)


def test_an_updated_dependency_is_not_new() -> None:
    lines = ["-httpx==0.27.0", "+httpx==0.28.1"]
    assert found("new-dependency", ("requirements.txt", lines)) == []
    moved = found("moved-dependency", ("requirements.txt", lines))
    assert moved[0].message == "httpx moves from ==0.27.0 to ==0.28.1"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("package.json", '  "version": "1.2.3",'),
        ("pyproject.toml", 'version = "1.2.3"'),
        ("Cargo.toml", 'edition = "2021"'),
        ("requirements.txt", "# httpx"),
        ("requirements.txt", "-r other.txt"),
    ],
)
def test_lines_of_a_manifest_that_declare_nothing(path: str, line: str) -> None:
    assert found("new-dependency", (path, [f"+{line}"])) == []


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
    assert len(found("todo-without-issue", ("a.py", ["+# TODO x"] * 50))) == 10


@pytest.mark.parametrize(
    "text", ["\u200b" * 2_000, "TODO " * 400, '"a-' * 600, "def " * 500]
)
def test_hostile_lines_take_linear_time(text: str) -> None:
    for path in ("requirements.txt", "package.json", "a.java", "a.py"):
        files = change((path, [f"+{text}"] * 50))
        began = time.monotonic()
        risks.findings(files)
        assert time.monotonic() - began < 1
