"""How linters and formatters write what they found: one entry a form."""

from __future__ import annotations

from bot.context.log_grammars import FILE, LINE, REST, Grammar, entry

# One entry stays on two or three lines here; the formatter would make it nine.
# fmt: off
LINTERS: tuple[Grammar, ...] = (
    # flake8, pylint and ruff, which may write so
    entry("linter", "lint", ": ", rf"{FILE}:{LINE}:\d{{1,5}}: "
           r"(?P<message>[A-Z]{1,4}\d{2,5}\b.{0,300})", 7, (0, 0)),
    entry("ruff", "lint", "found ", r"Found \d{1,6} errors?\.$", 6, (8, 1)),
    entry("black", "lint", "would reformat", rf"[Ww]ould reformat:? {FILE}", 8,
           (0, 0)),
    entry("isort", "lint", "incorrectly sorted",
           rf"ERROR: {FILE} (?P<message>Imports are incorrectly.{{0,100}})",
           8, (0, 8)),
    entry("mypy", "lint", ": error: ", rf"(?P<file>[^\s:]{{1,300}}\.pyi?):{LINE}:"
           rf"(?:\d{{1,5}}:)? error: {REST}", 9, (0, 1)),
    entry("stylelint", "lint", "✖", rf"{LINE}:\d{{1,5}} {{1,8}}✖ {{1,4}}{REST}", 8,
           (3, 1)),
    entry("prettier", "lint", "code style issues",
           r"\[(?:warn|error)\] (?P<message>Code style issues.{0,300})", 8, (8, 0)),
    entry("biome", "lint", " lint/|\u2501\u2501\u2501\u2501",
           rf"{FILE}(?::{LINE}:\d{{1,5}})? "
           r"(?P<message>(?:lint/|format |assist/|organizeImports |parse ).{0,200})", 9,
           (0, 8)),
    entry("eslint", "lint", "  error  ", rf"{LINE}:\d{{1,6}} {{1,8}}error {{2,8}}"
           rf"{REST}", 8, (3, 1)),
    entry("eslint", "lint", " problem", r"✖ \d{1,6} problems?", 6, (4, 0)),
    entry("golangci", "lint", ".go:",
           rf"(?P<file>[^\s:]{{1,300}}\.go):{LINE}:\d{{1,5}}: "
           r"(?P<message>.{1,400} \([a-z]\w{1,40}\))$", 9, (0, 2)),
    entry("clippy", "lint", "clippy::",
           r"= (?:note|help): .{0,200}clippy::", 8, (8, 4)),
    entry("rustfmt", "lint", "diff in ", rf"Diff in {FILE}(?::| at line ){LINE}", 8,
           (0, 14)),
    entry("checkstyle", "lint", ".java:",
           r"\[(?:ERROR|WARN)\] (?P<file>[^\s:]{1,300}\.java)"
           rf":{LINE}:(?:\d{{1,5}}:)? {REST}", 8, (0, 1)),
    entry("ktlint", "lint", ".kt:|.kts:", rf"(?P<file>[^\s:]{{1,300}}\.kts?):{LINE}:"
           rf"\d{{1,5}}:? {REST}", 7, (0, 0)),
    entry("rubocop", "lint", ": ", rf"{FILE}:{LINE}:\d{{1,5}}: [CWEF]: {REST}", 8,
           (0, 3)),
    entry("phpcs", "lint", " error ",
           rf"{LINE} \| ERROR {{1,4}}\| (?:\[.\] )?{REST}", 8,
           (4, 1)),
    entry("phpstan", "lint", "[error] found",
           r"\[ERROR\] Found \d{1,6} errors?", 7, (6, 0)),
    entry("psalm", "lint", "error: ",
           rf"ERROR: [A-Z]\w{{1,80}} - {FILE}:{LINE}:\d{{1,5}}"
           rf" - {REST}", 8, (0, 2)),
    entry("dart", "lint", "error • ", r"error • (?P<message>[^•]{1,300}) • "
           rf"{FILE}:{LINE}:", 8, (0, 0)),
    entry("dart", "lint", "error - ", rf"error - {FILE}:{LINE}:\d{{1,5}} - {REST}", 8,
           (0, 0)),
    entry("shellcheck", "lint", "sc", r"\^-{1,200}\^? ?(?P<message>SC\d.{0,300})", 8,
           (3, 0)),
    entry("hadolint", "lint", " dl3| dl4| sc1| sc2", rf"{FILE}:{LINE} "
           r"(?P<message>(?:DL|SC)\d{4} .{1,300})", 8, (0, 0)),
    entry("actionlint", "lint", ".yml:|.yaml:",
           rf"(?P<file>[^\s:]{{1,300}}\.ya?ml):{LINE}:"
           r"\d{1,5}: (?P<message>.{1,400} \[[a-z-]{3,40}\])$", 8, (0, 3)),
    entry("markdownlint", "lint", " md0", rf"{FILE}:{LINE}(?::\d{{1,5}})? (?:error )?"
           r"(?P<message>MD0\d\d.{0,300})", 8, (0, 0)),
    entry("cspell", "lint", "unknown word", rf"{FILE}:{LINE}:\d{{1,5}} - "
           r"(?P<message>Unknown word.{0,200})", 8, (0, 0)),
    entry("codespell", "lint", " ==> ",
           rf"{FILE}:{LINE}: (?P<message>\S{{1,80}} ==> .{{1,80}})",
           8, (0, 0)),
    entry("ansible-lint", "lint", "rule violation summary",
           r"# Rule Violation Summary", 8,
           (12, 8)),
    entry("pre-commit", "lint", "- hook id: ", r"- hook id: (?P<message>\S{1,100})", 8,
           (1, 8)),
)
# fmt: on
