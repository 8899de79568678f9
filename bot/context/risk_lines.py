"""What stands in added lines and should not stay: leftovers, markers, hidden signs."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.context import Finding, Severity, diff
from bot.context.diff import FileDiff
from bot.context.kinds import UNREAD

MAX_QUOTE = 200
CONFLICT = "a conflict marker is committed"
TODO = "{word} without an issue"
MORE = " (and {count} more below)"
INVISIBLE = "invisible or direction-changing characters: {points}"

# Characters that a reader does not see and a compiler or a model does (contract T03).
_RANGES = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180E),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
_HIDDEN = re.compile("[" + "".join(f"{chr(a)}-{chr(b)}" for a, b in _RANGES) + "]")
_ZWJ, _VS16, _BLACK_FLAG = "\u200d", "\ufe0f", "\U0001f3f4"


@dataclass(frozen=True, slots=True)
class _Rule:
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
_RULES: tuple[_Rule, ...] = (
    _Rule(
        "debug-leftover",
        _DEBUGGER,
        "major",
        (".py",),
        re.compile(
            r"\s{0,200}(?:breakpoint\(|(?:import|from) i?pdb\b|i?pdb\.set_trace)"
        ),
        "p",
    ),
    _Rule(
        "debug-leftover",
        _DEBUGGER,
        "major",
        _SCRIPT,
        re.compile(r"\s{0,200}debugger\s{0,4};?\s{0,4}$"),
        "debugger",
    ),
    _Rule(
        "debug-leftover",
        _DEBUGGER,
        "major",
        (".rb",),
        re.compile(r"\s{0,200}(?:binding\.(?:pry|irb)|byebug|debugger)\b"),
        "b",
    ),
    _Rule(
        "debug-leftover",
        _OUTPUT,
        "minor",
        (".rs",),
        re.compile(r"[^/]{0,400}\bdbg!\("),
        "dbg!",
    ),
    _Rule(
        "debug-leftover",
        _OUTPUT,
        "minor",
        _SCRIPT,
        re.compile(r"\s{0,200}console\.(?:log|debug|trace|dir)\("),
        "console.",
        in_tests=False,
    ),
    _Rule(
        "debug-leftover",
        _OUTPUT,
        "info",
        (".py",),
        re.compile(r"\s{0,200}print\("),
        "print(",
        in_tests=False,
    ),
    _Rule(
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

_MARKERS = ("<<<<<<< ", ">>>>>>> ", "||||||| ")
_TODO = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b(?P<rest>.{0,200})")
_ISSUE = re.compile(r"#\d{1,7}\b|https?://|\b[A-Z]{2,10}-\d{1,6}\b|GH-\d")


def findings(file: FileDiff) -> Iterator[Finding]:
    """Name what stands in added lines and should not stay; one finding a kind."""
    if file.is_binary:
        return
    first: dict[tuple[str, str], Finding] = {}
    more: Counter[tuple[str, str]] = Counter()
    for found in _of_lines(file):
        same = (found.kind, found.message)
        more[same] += same in first
        first.setdefault(same, found)
    for same, found in first.items():
        extra = MORE.format(count=more[same]) if more[same] else ""
        yield replace(found, message=found.message + extra)


def _of_lines(file: FileDiff) -> Iterator[Finding]:
    for number, text in diff.added_lines(file).items():
        yield from _hidden(file, number, text)
        if file.kind in UNREAD:
            continue
        yield from _conflict(file, number, text)
        yield from _leftover(file, number, text)
        yield from _todo(file, number, text)


def _hidden(file: FileDiff, number: int, text: str) -> Iterator[Finding]:
    if text.isascii():
        return
    if number == 1:
        # At the very start of a file this is a byte order mark, not a trick.
        text = text.removeprefix("\ufeff")
    hidden = {
        m[0] for m in _HIDDEN.finditer(text) if not _is_emoji_part(text, m.start())
    }
    if hidden:
        points = ", ".join(f"U+{ord(char):04X}" for char in sorted(hidden)[:8])
        message = INVISIBLE.format(points=points)
        severity: Severity = "minor" if file.kind == "docs" else "major"
        yield Finding("invisible-characters", message, severity, file.path, number)


def _is_emoji_part(text: str, at: int) -> bool:
    char, before = text[at], text[at - 1 : at] if at else ""
    if char in (_ZWJ, _VS16):
        kinds = ("So", "Sk", "Sm", "Po", "Nd")
        return before == _VS16 or (
            bool(before) and unicodedata.category(before) in kinds
        )
    is_tag = 0xE0020 <= ord(char) <= 0xE007F
    return is_tag and _BLACK_FLAG in text[max(at - 7, 0) : at]


def _conflict(file: FileDiff, number: int, text: str) -> Iterator[Finding]:
    if text.startswith(_MARKERS):
        quote = text[:MAX_QUOTE]
        yield Finding("conflict-marker", CONFLICT, "blocker", file.path, number, quote)


def _leftover(file: FileDiff, number: int, text: str) -> Iterator[Finding]:
    for rule in _RULES:
        if not file.path.endswith(rule.suffixes) or rule.needle not in text:
            continue
        if not rule.in_tests and (file.kind == "test" or _prints(file.path)):
            continue
        if rule.pattern.match(text):
            quote = text.strip()[:MAX_QUOTE]
            yield Finding(
                rule.kind, rule.message, rule.severity, file.path, number, quote
            )
            return


def _prints(path: str) -> bool:
    *folders, name = path.lower().split("/")
    stem = name.partition(".")[0]
    return stem in PRINTS or not set(PRINTS).isdisjoint(folders)


def _todo(file: FileDiff, number: int, text: str) -> Iterator[Finding]:
    if file.kind == "docs":
        return
    match = _TODO.search(text)
    if match and not _ISSUE.search(match["rest"]):
        word = match[0].removesuffix(match["rest"])
        quote = text.strip()[:MAX_QUOTE]
        message = TODO.format(word=word)
        yield Finding("todo-without-issue", message, "info", file.path, number, quote)
