"""Symbols a finding calls missing or unused, looked for before anybody is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot import definitions
from bot.tasks import Files

EXISTS = "a symbol called missing exists"
IS_USED = "a symbol called unused is used"
MAX_TEXT = 4_000
MAX_LINE = 2_000
MOST_CLAIMS = 4

Scope = Literal["file", "anywhere", "use"]


def _either(text: str) -> str:
    return "|".join(re.escape(part.strip()) for part in text.split(","))


_SYMBOL = (
    r"(?P<open>[`'\"])?(?P<name>[A-Za-z_$][\w$]{0,80}(?:(?:\.|::)[A-Za-z_$][\w$]{0,80}){0,4})"
    r"(?P<call>\(\))?[`'\"]?"
)
_KIND = (
    r"(?:(?:function|method|class|variable|symbol|name|import|module|attribute|helper|"
    r"constant|type) ){0,2}"
)
# What is said of a symbol, before or after it, and where it must then not be. Words
# that may as well be said of a value, an argument or a call left out are no claims.
_BEFORE: dict[Scope, str] = {
    "file": "undefined, undeclared, missing import of, missing import for, "
    "missing import, does not import, doesn't import, never imports, "
    "forgets to import, not importing",
    "anywhere": "no such, nonexistent, non-existent, does not define, doesn't define, "
    "never defines, missing definition of, missing definition for, missing function, "
    "missing method, missing class, has no attribute, has no method, has no function",
    "use": "unused",
}
_AFTER: dict[Scope, str] = {
    "file": "not defined, not declared, undeclared, not imported, never imported",
    "anywhere": "not exist, never defined, nonexistent",
    "use": "unused, never used, never referenced",
}
_VERBS = r"(?:(?:is|was|are|does|did|do|has|been|be|which|that) ){0,3}"
# "when `path` does not exist" speaks of a case, not of the code.
_CONDITION = re.compile(r"\b(?:if|when|whenever|unless|until|once|where|case)\b")
_NEARBY = 40
_CLAIMS: tuple[tuple[Scope, re.Pattern[str]], ...] = tuple(
    (scope, re.compile(pattern, re.IGNORECASE))
    for scope in _BEFORE
    for pattern in (
        rf"\b(?:{_either(_BEFORE[scope])}) (?:the |an? )?{_KIND}{_SYMBOL}",
        rf"{_SYMBOL} {_KIND}{_VERBS}(?:{_either(_AFTER[scope])})\b",
    )
)
# In these a file sees what its neighbours define without importing it.
_SHARES_A_FOLDER = (".go", ".java", ".kt", ".cs", ".swift")
_BINDS = (
    r"\b(?:def|class|import|from|as|for|with|const|let|var|fn|func|function|struct|"
    r"enum|interface|trait|type|static|lambda|use|require|namespace|module)\b"
    r"[^\n]{{0,300}}?(?<![\w$]){name}(?![\w$])"
    r"|(?<![\w$.]){name}[ \t]{{0,4}}(?::[^=\n]{{1,80}})?:?=(?!=)"
)
_LONG_IMPORT = re.compile(r"\bimport[ \t]{0,4}[({][ \t]{0,40}\r?$", re.MULTILINE)
_COMMENT = ("#", "//", "*", "/*", "--")


@dataclass(frozen=True, slots=True)
class Claim:
    """A symbol that is said to be missing in its file or anywhere, or to be unused."""

    name: str
    scope: Scope


def claims(text: str) -> tuple[Claim, ...]:
    """Read out of a finding's words which symbols it calls missing or unused."""
    found: dict[Claim, None] = {}
    for scope, pattern in _CLAIMS:
        for match in pattern.finditer(text[:MAX_TEXT]):
            before = text[max(match.start() - _NEARBY, 0) : match.start()]
            if _is_code(match, scope) and not _CONDITION.search(before):
                found.setdefault(Claim(match["name"], scope))
    return tuple(found)[:MOST_CLAIMS]


def refuted(
    text: str, path: str, *, shown: Sequence[str], files: Files, near: Sequence[str]
) -> str:
    """Say in a few words why a finding on `path` cannot hold, "" where it may.

    `shown` are the texts a model has read, `near` the changed files. What exists is
    looked for there, in the file, and in the few files likely to define it.
    """
    for claim in claims(text):
        if _REFUTES[claim.scope](claim.name, path, shown, files, near):
            return IS_USED if claim.scope == "use" else EXISTS
    return ""


def _bound_in_file(
    name: str, path: str, shown: Sequence[str], files: Files, near: Sequence[str]
) -> bool:
    paths = [path]
    if path.endswith(_SHARES_A_FOLDER):
        folder = path.rpartition("/")[0]
        there = (p for p in files.tree() if p.rpartition("/")[0] == folder)
        paths += [p for p in there if p.endswith(_SHARES_A_FOLDER)]
    texts = (files.file(each) or "" for each in paths[: definitions.MOST_READ])
    # Of `a.b` the file must know `a`; what is in it is another claim.
    return any(_binds(re.split(r"\.|::", name)[0], text) for text in texts)


def _defined_anywhere(
    name: str, path: str, shown: Sequence[str], files: Files, near: Sequence[str]
) -> bool:
    last = re.split(r"\.|::", name)[-1]
    if any(_binds(last, text) for text in (files.file(path) or "", *shown)):
        return True
    return bool(definitions.find(name, files, near=(path, *near[:3])))


def _is_used(
    name: str, path: str, shown: Sequence[str], files: Files, near: Sequence[str]
) -> bool:
    last = re.split(r"\.|::", name)[-1]
    lines = {
        line
        for text in (files.file(path) or "", *shown)
        for line in _naming(last, text)
    }
    return any(not _binds(last, line) and line.rstrip(",") != last for line in lines)


_REFUTES: dict[Scope, Callable[..., bool]] = {
    "file": _bound_in_file,
    "anywhere": _defined_anywhere,
    "use": _is_used,
}


def _is_code(match: re.Match[str], scope: Scope) -> bool:
    """Whether what was found reads as a symbol, not as an English word or a string."""
    name = match["name"]
    if match["open"] in ("'", '"'):
        return scope == "file"
    return bool(
        match["open"]
        or match["call"]
        or "_" in name
        or "." in name
        or "::" in name
        or name[1:] != name[1:].lower()
    )


def _binds(name: str, text: str) -> bool:
    if name not in text:
        return False
    pattern = re.compile(_BINDS.format(name=re.escape(name)))
    lines = list(_naming(name, text))
    if any(pattern.search(line) for line in lines):
        return True
    # An import over several lines has each name on a line of its own.
    return _LONG_IMPORT.search(text) is not None and f"{name}," in lines


def _naming(name: str, text: str) -> Iterator[str]:
    """The lines of code that hold the name, without the marks of a diff."""
    word = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
    for line in _code_lines(text.split("\n")):
        if name in line and word.search(line):
            yield line


def _code_lines(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if line.startswith(("-", "@@", "+++")):
            continue
        bare = line[:MAX_LINE].removeprefix("+").strip()
        if bare and not bare.startswith(_COMMENT):
            yield bare
