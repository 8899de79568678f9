"""What the risk map looks for: paths, words and patterns; data for `risks`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.context import Severity


@dataclass(frozen=True, slots=True)
class PathRule:
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


PATH_RULES: tuple[PathRule, ...] = (
    PathRule(
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
    PathRule(
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
    PathRule(
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
    PathRule(
        "migration",
        "changes stored data or its schema",
        "minor",
        ("migrations/*", "migrate/*", "alembic/versions/*", "schema.sql", "schema.rb"),
    ),
    PathRule(
        "permissions",
        "decides who may do what",
        "minor",
        (
            "codeowners",
            "*auth*/*.py",
            "*auth*/*.[jt]s",
            "*auth*/*.go",
            "*/auth.*",
            "auth.*",
            "*permission*",
            "*rbac*",
            "*/policies/*",
        ),
    ),
    PathRule(
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
    PathRule(
        "submodule",
        "changes where submodules come from",
        "minor",
        (".gitmodules",),
    ),
    PathRule(
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
HARMLESS_ENDS = (".example", ".sample", ".template", ".dist", ".md", "-example")


@dataclass(frozen=True, slots=True)
class LineRule:
    """Added lines that should not stay, in files with one of the `suffixes`."""

    kind: str
    message: str
    severity: Severity
    suffixes: tuple[str, ...]
    pattern: re.Pattern[str]
    needle: str
    in_tests: bool = True


_SCRIPT = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".vue")
_DEBUGGER = "a debugger is left in"
_OUTPUT = "debug output is left in"
LINE_RULES: tuple[LineRule, ...] = (
    LineRule(
        "debug-leftover",
        _DEBUGGER,
        "major",
        (".py",),
        re.compile(
            r"\s{0,200}(?:breakpoint\(|(?:import|from) i?pdb\b|i?pdb\.set_trace)"
        ),
        "p",
    ),
    LineRule(
        "debug-leftover",
        _DEBUGGER,
        "major",
        _SCRIPT,
        re.compile(r"\s{0,200}debugger\s{0,4};?\s{0,4}$"),
        "debugger",
    ),
    LineRule(
        "debug-leftover",
        _DEBUGGER,
        "major",
        (".rb",),
        re.compile(r"\s{0,200}(?:binding\.(?:pry|irb)|byebug|debugger)\b"),
        "b",
    ),
    LineRule(
        "debug-leftover",
        _OUTPUT,
        "minor",
        (".rs",),
        re.compile(r"[^/]{0,400}\bdbg!\("),
        "dbg!",
    ),
    LineRule(
        "debug-leftover",
        _OUTPUT,
        "minor",
        _SCRIPT,
        re.compile(r"\s{0,200}console\.(?:log|debug|trace|dir)\("),
        "console.",
        in_tests=False,
    ),
    LineRule(
        "debug-leftover",
        _OUTPUT,
        "info",
        (".py",),
        re.compile(r"\s{0,200}print\("),
        "print(",
        in_tests=False,
    ),
    LineRule(
        "debug-leftover",
        _OUTPUT,
        "minor",
        (".php",),
        re.compile(r"\s{0,200}(?:var_dump|dd|print_r)\("),
        "(",
    ),
)

# Scripts and commands print because that is what they are for.
PRINTS = ("cli", "scripts", "script", "tools", "bin", "examples", "benchmarks", "cmd")

CONFLICT = ("<<<<<<< ", ">>>>>>> ", "||||||| ")
TODO = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b(?P<rest>.{0,200})")
ISSUE = re.compile(r"#\d{1,7}\b|https?://|\b[A-Z]{2,10}-\d{1,6}\b|GH-\d")

# Any definition that begins on a line: where the lines below it belong.
ANY_DEFINITION = re.compile(
    r"\s{0,60}(?:(?:export|default|pub|pub\(\w{1,20}\)|public|private|protected|static"
    r"|async|final|abstract|unsafe) ){0,5}"
    r"(?:(?:def|func|fn|function\*?|class) (?:\([^)]{1,200}\) ?)?(?P<name>\w{1,200})"
    r"|(?:const|let) (?P<value>[\w$]{1,200}) = (?:async )?(?:\(|function))"
)

# Public definitions as they stand on one line: what others may rely on.
PUBLIC: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (
        (".py", ".pyi"),
        re.compile(r"(?:async )?(?:def|class) (?P<name>[A-Za-z]\w{0,200})"),
    ),
    (
        (".py", ".pyi"),
        re.compile(
            r"(?: {4}|\t)(?:async )?def (?P<name>[A-Za-z]\w{0,200})\((?:self|cls)\b"
        ),
    ),
    (
        _SCRIPT,
        re.compile(
            r"export (?:default )?(?:declare )?(?:abstract )?(?:async )?"
            r"(?:function\*?|class|const|let|var|interface|type|enum) "
            r"(?P<name>[A-Za-z_$][\w$]{0,200})"
        ),
    ),
    (
        (".go",),
        re.compile(r"(?:func (?:\([^)]{1,200}\) )?|type )(?P<name>[A-Z]\w{0,200})"),
    ),
    (
        (".rs",),
        re.compile(
            r"\s{0,40}pub (?:async )?(?:unsafe )?(?:const )?"
            r"(?:fn|struct|enum|trait|type|mod) (?P<name>\w{1,200})"
        ),
    ),
    (
        (".java",),
        re.compile(
            r"\s{0,40}public (?:static |final |abstract ){0,3}"
            r"(?:class |interface |enum |record |[\w<>\[\], ?.]{1,120} )"
            r"(?P<name>[A-Za-z_]\w{0,200})\s?[({<]"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """How one kind of manifest declares a dependency on a line.

    `loose` matches the part behind the name that leaves the version open.
    """

    globs: tuple[str, ...]
    pattern: re.Pattern[str]
    loose: re.Pattern[str]


MANIFESTS: tuple[Manifest, ...] = (
    Manifest(
        ("*requirements*.txt", "*requirements*.in", "constraints.txt"),
        re.compile(
            r"(?P<name>[A-Za-z][\w.-]{0,80})(?:\[[\w,. -]{1,80}\])?\s{0,4}"
            r"(?P<version>(?:[=<>~!]=?.{1,80})?)$"
        ),
        re.compile(r"$|>|[<!~]=?(?!.{0,40}==)"),
    ),
    Manifest(
        ("pyproject.toml",),
        re.compile(
            r"\s{1,12}[\"'](?P<name>[A-Za-z][\w.-]{0,80})(?:\[[\w,. -]{1,80}\])?\s{0,4}"
            r"(?P<version>(?:[=<>~!][^\"']{1,80})?)[\"'],?\s{0,4}$"
        ),
        re.compile(r"$|>(?!.{0,60}<)"),
    ),
    Manifest(
        ("package.json",),
        re.compile(
            r"\s{1,12}\"(?P<name>@?[a-z][\w./-]{0,120})\": \""
            r"(?P<version>(?:[\^~<>=v]{0,2}\d[\w.\- |<>=^~*]{0,60}|\*|latest|x"
            r"|(?:git|https?|github|file)[:+].{1,200}))\",?\s{0,4}$"
        ),
        re.compile(r"\*|latest|x$|>|git|http"),
    ),
    Manifest(
        ("go.mod",),
        re.compile(
            r"(?:require |\t)(?P<name>[\w.-]{1,80}/[\w./-]{1,160}) "
            r"(?P<version>v\S{1,80})"
        ),
        re.compile(r"\0"),
    ),
    Manifest(
        ("cargo.toml",),
        re.compile(
            r"(?P<name>[a-z][\w-]{0,80}) = (?:\{.{0,40}version = )?\""
            r"(?P<version>(?:[\^~=<>]{0,2}\d[\w.\-+]{0,40}|\*))\""
        ),
        re.compile(r"\*|>"),
    ),
    Manifest(
        ("gemfile",),
        re.compile(
            r"\s{0,8}gem [\"'](?P<name>[\w-]{1,80})[\"']"
            r"(?:, [\"'](?P<version>[^\"']{1,60}))?"
        ),
        re.compile(r"$|>"),
    ),
)
# Keys of manifests that have the form of a dependency and are none.
NOT_DEPENDENCIES = frozenset(
    {"version", "name", "edition", "rust-version", "node", "npm", "license", "python"}
)
