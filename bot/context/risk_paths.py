"""Files whose change is worth a line by itself, by where they lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot import stakes
from bot.context import Finding, Severity
from bot.context.diff import FileDiff

SYMLINK = "adds or changes a symbolic link"
SUBMODULE = "moves a submodule to another commit"
EXECUTABLE = "becomes executable"
UNREADABLE = "cannot be read as a diff: {why}"
AND_MORE = "{message} (so do {names})"
SHOWN = 4
# Whatever the name of such a file says, it does nothing.
_DATA = (".log", ".csv", ".tsv", ".jsonl", ".svg", ".out", ".html", ".golden")
# What a critical word in a path means; the words are those of `bot.stakes`.
_STAKES: dict[str, tuple[str, str]] = {
    "auth": ("permissions", "decides who gets in and who may do what"),
    "crypto": ("crypto", "handles keys, certificates or ciphers"),
    "payments": ("payments", "moves money"),
    "migrations": ("migration", "changes stored data or its schema"),
}


@dataclass(frozen=True, slots=True)
class _Rule:
    """Files whose change is worth a line by itself (globs over lower-case paths)."""

    kind: str
    message: str
    severity: Severity
    globs: tuple[str, ...]

    def matches(self, path: str) -> bool:
        """Whether `path` falls under the rule, at the top or in any folder."""
        lowered = path.lower()
        return any(
            fnmatchcase(lowered, glob) or fnmatchcase(lowered, f"*/{glob}")
            for glob in self.globs
        )


_RULES: tuple[_Rule, ...] = (
    _Rule(
        "config-change",
        "changes what coding assistants or review bots are told",
        "minor",
        (
            "claude.md",
            "claude.local.md",
            "agents.md",
            "gemini.md",
            ".cursorrules",
            ".windsurfrules",
            ".clinerules*",
            ".cursor/*",
            ".claude/*",
            ".gemini/*",
            ".mcp.json",
            ".github/routing.toml",
            ".github/copilot-instructions.md",
            ".github/instructions/*",
            ".github/prompts/*",
            ".pr_agent.toml",
            ".coderabbit.y*ml",
            ".aider.conf.yml",
        ),
    ),
    _Rule(
        "ci-change",
        "changes what runs in CI, and with which rights",
        "minor",
        (
            ".github/workflows/*",
            ".github/actions/*",
            "action.yml",
            "action.yaml",
            ".gitlab-ci.yml",
            ".circleci/*",
            ".travis.yml",
            "jenkinsfile",
            "azure-pipelines*.yml",
            ".buildkite/*",
            ".pre-commit-config.yaml",
        ),
    ),
    _Rule(
        "executable-config",
        "is configuration that runs code when tests, installs or builds start",
        "minor",
        (
            "conftest.py",
            "sitecustomize.py",
            "usercustomize.py",
            "*.pth",
            "setup.py",
            "setup.cfg",
            "pytest.ini",
            "tox.ini",
            "makefile",
            "noxfile.py",
            ".envrc",
            ".npmrc",
            "build.rs",
            ".husky/*",
            ".vscode/tasks.json",
            ".devcontainer/*",
        ),
    ),
    _Rule(
        "permissions",
        "decides whose approval a change needs",
        "minor",
        ("codeowners",),
    ),
    _Rule(
        "secrets-touched",
        "is a file that usually holds secrets",
        "major",
        (
            ".env",
            ".env.*",
            "*.pem",
            "*.key",
            "*.p12",
            "*.pfx",
            "*.keystore",
            "id_rsa*",
            "credentials.json",
            "secrets.y*ml",
            ".netrc",
            ".pypirc",
        ),
    ),
    _Rule(
        "submodule",
        "changes where submodules come from",
        "minor",
        (".gitmodules",),
    ),
    _Rule(
        "container",
        "changes the image that is built or where it runs",
        "info",
        (
            "dockerfile*",
            "containerfile*",
            "docker-compose*.y*ml",
            "compose.y*ml",
            "*.tf",
        ),
    ),
)

# Examples and templates of files that would otherwise hold secrets.
_HARMLESS = (".example", ".sample", ".template", ".dist", ".md", "-example")


def findings(files: Sequence[FileDiff]) -> Iterator[Finding]:
    """Name the files with the reason, one finding a reason."""
    grouped: dict[tuple[str, str, Severity], list[str]] = {}
    for file in files:
        for kind, message, severity in _reasons(file):
            grouped.setdefault((kind, message, severity), []).append(file.path)
    for (kind, message, severity), paths in grouped.items():
        text = message
        if len(paths) > 1:
            names = ", ".join(paths[1:SHOWN])
            rest = len(paths) - SHOWN
            names += f" and {rest} more" if rest > 0 else ""
            text = AND_MORE.format(message=message, names=names)
        yield Finding(kind, text, severity, paths[0])


def _reasons(file: FileDiff) -> Iterator[tuple[str, str, Severity]]:
    for rule in _RULES:
        if _is_harmless(file) and rule.kind == "secrets-touched":
            continue
        if any(rule.matches(path) for path in {file.path, file.old_path}):
            yield rule.kind, rule.message, rule.severity
    is_data = file.path.lower().endswith(_DATA)
    for reason in () if is_data else stakes.assess(paths=(file.path,)).reasons:
        if reason.name in _STAKES:
            yield *_STAKES[reason.name], "minor"
    yield from _modes(file)
    for why in file.problems:
        yield "unreadable", UNREADABLE.format(why=why), "info"


def _is_harmless(file: FileDiff) -> bool:
    return file.status == "removed" or file.path.lower().endswith(_HARMLESS)


def _modes(file: FileDiff) -> Iterator[tuple[str, str, Severity]]:
    if file.is_symlink:
        yield "symlink", SYMLINK, "minor"
    if file.is_submodule:
        yield "submodule", SUBMODULE, "minor"
    if file.mode == "100755" and file.old_mode == "100644":
        yield "executable", EXECUTABLE, "info"
