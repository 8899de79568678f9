"""A suggested change, before anybody can commit it with one click (contract T25)."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from textwrap import dedent, indent

from bot import globs
from bot.context import syntax
from bot.context.kinds import kind_of
from bot.text import sanitize

# What decides what runs, and with which rights: no click changes these.
NEVER = (
    ".github/**",
    ".circleci/**",
    ".ci/**",
    ".gitlab-ci.yml",
    "action.yml",
    "action.yaml",
    "CODEOWNERS",
    "Dockerfile*",
    "*.dockerfile",
    "*.pth",
    "conftest.py",
    "setup.*",
    "pyproject.toml",
    "package.json",
    "Makefile",
    "Jenkinsfile",
    ".pre-commit-config.yaml",
)
# A suggestion that brings one of these in is shown, and left to be typed.
RISKY = frozenset(
    {
        *("os", "subprocess", "socket", "urllib", "requests", "ctypes", "pickle"),
        *("eval", "exec", "base64", "curl", "wget", "importlib", "__import__"),
        *("child_process", "require", "system", "popen"),
    }
)
# What a model reads instead of a secret, or of a character that nobody sees.
PLACEHOLDERS = ("[REDACTED", "⟨U+")
MAX_SUGGESTION = 20_000
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,60}")

UNREADABLE = "the file could not be read"
OTHER_LINES = "it does not apply to the file"
UNCHANGED = "it changes nothing"
FORBIDDEN = "files like this one are not changed by a click"
INVISIBLE = "it holds invisible characters"
PLACEHOLDER = "it holds what we put in the place of something else"
BROKEN = "the file would not parse any more"
DANGEROUS = "it brings in {words}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be done with a suggestion.

    `text` is what replaces the lines, "" where no click may do it: `why` says so then.
    `may_be_shown` says whether it is worth reading as plain text.
    """

    text: str = ""
    why: str = ""
    may_be_shown: bool = False


def judged(
    path: str, lines: tuple[int, int], text: str, *, source: str | None, current: str
) -> Verdict:
    """Judge the replacement of `lines` (first and last, 1-based) of a file by `text`.

    `source` is the file at the pinned SHA, `current` what the diff shows in these
    lines. A suggestion without the indentation of its lines gets it.
    """
    if source is None:
        return Verdict(why=UNREADABLE, may_be_shown=True)
    first, last = lines
    there = source.replace("\r\n", "\n").split("\n")
    replaced = "\n".join(there[first - 1 : last])
    if not 1 <= first <= last <= len(there) or replaced != current:
        return Verdict(why=OTHER_LINES, may_be_shown=True)
    new = aligned(text.replace("\r\n", "\n").removesuffix("\n"), replaced)
    why = refused(path, new, replaced)
    if why:
        return Verdict(why=why)
    after = "\n".join([*there[: first - 1], new, *there[last:]])
    if is_worse(path, "\n".join(there), after):
        return Verdict(why=BROKEN)
    words = brought_in(new, replaced)
    if words:
        return Verdict(why=DANGEROUS.format(words=", ".join(words)), may_be_shown=True)
    return Verdict(new)


def aligned(text: str, replaced: str) -> str:
    """Give a replacement written at the margin the indentation of its lines."""
    margin = _margin(replaced)
    return text if not margin or _margin(text) else indent(text, margin)


def refused(path: str, new: str, replaced: str) -> str:
    """Say why no click may put `new` in the place of `replaced`; "" where one may."""
    if globs.any_match(path, NEVER) or kind_of(path) == "lock":
        return FORBIDDEN
    if new == replaced or len(new) > MAX_SUGGESTION:
        return UNCHANGED if new == replaced else OTHER_LINES
    if any(mark in new for mark in PLACEHOLDERS):
        return PLACEHOLDER
    return INVISIBLE if sanitize.code(new).invisible else ""


def brought_in(new: str, replaced: str) -> list[str]:
    """List the words of `RISKY` that `new` has and `replaced` has not."""
    return sorted(set(_WORD.findall(new)) & RISKY - set(_WORD.findall(replaced)))


def _margin(text: str) -> str:
    first = next((line for line in text.split("\n") if line.strip()), "")
    bare = next((line for line in dedent(text).split("\n") if line.strip()), "")
    return first[: len(first) - len(bare)]


def is_worse(path: str, before: str, after: str) -> bool:
    """Whether the file parses worse afterwards; False where nothing can tell."""
    had = syntax.error_count(path, before.encode("utf-8", "replace"))
    has = syntax.error_count(path, after.encode("utf-8", "replace"))
    if had is not None and has is not None and has > had:
        return True
    # Its grammar takes any indentation; Python itself does not.
    is_python = path.endswith((".py", ".pyi"))
    return is_python and _is_python(before) and not _is_python(after)


def _is_python(source: str) -> bool:
    if len(source) > syntax.MAX_SOURCE:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
