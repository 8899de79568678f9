"""Nits that a tool of the repository reports anyway: told apart by a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.reader import Files

NIT = "a nit that {tool} reports"
MAX_CONFIG = 200_000  # characters of one configuration file
MAX_TEXT = 4_000


def _words(text: str) -> re.Pattern[str]:
    """Alternatives separated by commas, as whole words, in any case."""
    parts = (re.escape(part.strip()) for part in text.split(","))
    return re.compile(rf"\b(?:{'|'.join(parts)})\b", re.IGNORECASE)


def _ending(name: str, *ends: str) -> tuple[str, ...]:
    return tuple(name + end for end in ends)


_LAYOUT = _words(
    "code formatting, inconsistent formatting, badly formatted, not formatted, "
    "inconsistent indentation, trailing whitespace, extra whitespace, "
    "missing whitespace, trailing newline, missing newline at, newline at end of file, "
    "blank line, blank lines, line too long, line is too long, lines are too long, "
    "line length, quote style, single quotes, double quotes, trailing comma, "
    "missing semicolon, missing semicolons, unnecessary semicolon, brace style"
)
_IMPORTS = _words(
    "import order, import ordering, imports are not sorted, unsorted imports, "
    "sort the imports, sorted imports"
)
_LINT = _words(
    "unused import, unused imports, unused variable, unused variables, "
    "unused argument, is unused, never used, f-string without placeholders, "
    "bare except, ambiguous variable name, naming convention, snake_case, camelCase, "
    "docstring, missing docstring, magic number, too many arguments, too complex, "
    "prefer const, no-unused-vars, var instead of, comparison to None"
)


@dataclass(frozen=True, slots=True)
class _Tool:
    """A tool, the files (or keys in shared files) that configure it, what it sees."""

    name: str
    suffixes: tuple[str, ...]
    sees: tuple[re.Pattern[str], ...]
    files: tuple[str, ...] = ()
    keys: Mapping[str, str] | None = None


_PYTHON = (".py", ".pyi")
_SCRIPT = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".vue")
_STYLED = (*_SCRIPT, ".css", ".scss", ".less", ".json", ".md", ".yml", ".yaml", ".html")
_HOOKS = ".pre-commit-config.yaml"
TOOLS = (
    _Tool(
        "ruff",
        _PYTHON,
        (_LAYOUT, _IMPORTS, _LINT),
        ("ruff.toml", ".ruff.toml"),
        {"pyproject.toml": "[tool.ruff", _HOOKS: "ruff"},
    ),
    _Tool(
        "black",
        _PYTHON,
        (_LAYOUT,),
        (),
        {"pyproject.toml": "[tool.black", _HOOKS: "psf/black"},
    ),
    _Tool(
        "isort",
        _PYTHON,
        (_IMPORTS,),
        (".isort.cfg",),
        {"pyproject.toml": "[tool.isort", "setup.cfg": "[isort", _HOOKS: "isort"},
    ),
    _Tool(
        "flake8",
        _PYTHON,
        (_LAYOUT, _LINT),
        (".flake8",),
        {"setup.cfg": "[flake8", "tox.ini": "[flake8", _HOOKS: "flake8"},
    ),
    _Tool(
        "pylint",
        _PYTHON,
        (_LAYOUT, _IMPORTS, _LINT),
        (".pylintrc", "pylintrc"),
        {"pyproject.toml": "[tool.pylint", "setup.cfg": "[pylint"},
    ),
    _Tool(
        "eslint",
        _SCRIPT,
        (_LAYOUT, _IMPORTS, _LINT),
        (
            *_ending(".eslintrc", "", ".js", ".cjs", ".json", ".yml", ".yaml"),
            *_ending("eslint.config", ".js", ".mjs", ".cjs", ".ts"),
        ),
        {"package.json": '"eslintConfig"'},
    ),
    _Tool(
        "prettier",
        _STYLED,
        (_LAYOUT,),
        (
            *_ending(".prettierrc", "", ".js", ".cjs", ".json", ".yml", ".toml"),
            *_ending("prettier.config", ".js", ".mjs", ".cjs"),
        ),
        {"package.json": '"prettier"'},
    ),
    _Tool("biome", _SCRIPT, (_LAYOUT, _IMPORTS, _LINT), ("biome.json", "biome.jsonc")),
    # The languages' own: nobody has to configure them.
    _Tool("gofmt", (".go",), (_LAYOUT, _IMPORTS), ("go.mod",)),
    _Tool(
        "golangci-lint",
        (".go",),
        (_LINT,),
        (".golangci.yml", ".golangci.yaml", ".golangci.toml"),
    ),
    _Tool("rustfmt", (".rs",), (_LAYOUT, _IMPORTS), ("Cargo.toml", "rustfmt.toml")),
)


@dataclass(frozen=True, slots=True)
class Configured:
    """The tools a repository is set up for."""

    tools: tuple[_Tool, ...] = ()

    def reports(self, path: str, text: str) -> str:
        """Name the tool that reports what `text` says about `path`, "" for none."""
        said = text[:MAX_TEXT]
        for tool in self.tools:
            if path.endswith(tool.suffixes) and any(p.search(said) for p in tool.sees):
                return tool.name
        return ""


def configured(files: Files) -> Configured:
    """Find out what a repository is set up for, by files at the top of its tree."""
    there = frozenset(path for path in files.tree() if "/" not in path)
    shared = {name for tool in TOOLS for name in tool.keys or ()} & there
    texts = {name: (files.file(name) or "")[:MAX_CONFIG] for name in sorted(shared)}
    return Configured(tuple(tool for tool in TOOLS if _is_there(tool, there, texts)))


def _is_there(tool: _Tool, there: frozenset[str], texts: Mapping[str, str]) -> bool:
    if not there.isdisjoint(tool.files):
        return True
    keys = (tool.keys or {}).items()
    return any(key in texts.get(name, "") for name, key in keys)
