"""A patch of a model's, applied to the files as they are and written anew."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot import globs
from bot.context import rebuild
from bot.context.diff_paths import quoted
from bot.context.kinds import kind_of
from bot.reader import Files
from bot.text import markdown
from bot.verify import suggestion
from bot.verify.claims import is_relative

# A comment takes 65,000 characters, and the patch shares it with the answer.
MAX_PATCH = 40_000
MAX_SOURCE = 2_000_000
NO_END = "\\ No newline at end of file"
_NO_END = "\x02"
_MOST_EDITS = 200

EMPTY = "it changes nothing"
NOT_A_PATCH = "the patch is not a readable diff"
OUTSIDE = "{path} is no path inside the repository"
FORBIDDEN = "{path} is a file that no answer may touch"
UNANNOUNCED = "{path} is not among the files it announces"
NO_FILE = "{path} does not exist, so nothing in it can be replaced"
THERE = "{path} exists: to change it, quote the lines that are replaced"
NOWHERE = "{path}: these lines do not stand there as they are quoted: {lines}"
TWICE = "{path}: these lines stand there {count} times, quote more of them: {lines}"
BROKEN = "{path} would not parse any more"
PLACEHOLDER = "{path} would hold what was put in the place of something else"
CRLF = "{path} has CRLF line ends, which no comment can carry"
UNSEEN = "it holds characters that a comment cannot carry"
TOO_LONG = f"it is longer than {MAX_PATCH:,} characters, which no comment takes"


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines of a file that others take the place of; `search` "" makes a new file."""

    path: str
    search: str
    replace: str


@dataclass(frozen=True, slots=True)
class Applied:
    """The diff between the files before and after, or why there is none.

    `after` are the changed files as they are then.
    """

    diff: str = ""
    problem: str = ""
    after: Mapping[str, str] = field(default_factory=dict)
    risky: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """The files it changes."""
        return tuple(self.after)


class _Refused(Exception):
    pass


def applied(
    edits: Sequence[Edit], patch: str, *, announced: Sequence[str], files: Files
) -> Applied:
    """Apply edits, or else a unified diff, and write what comes out as a diff.

    Line numbers of a diff are a hint: its lines are looked for. The result applies to
    these files with `git apply`, stays within the `announced` ones, parses no worse
    than before and survives a comment.
    """
    try:
        wanted = [*edits][:_MOST_EDITS] or _edits_of(patch)
        changed = _changed(wanted, files)
        for path, (old, new) in changed.items():
            _judge(path, old, new, announced=announced)
        diff = "".join(_written(path, *texts) for path, texts in changed.items())
        _carried(diff)
    except _Refused as refused:
        return Applied(problem=str(refused))
    after = {path: new or "" for path, (_, new) in changed.items()}
    return Applied(diff, "", after, _risky(changed))


def _changed(
    wanted: Sequence[Edit], files: Files
) -> dict[str, tuple[str | None, str | None]]:
    found: dict[str, tuple[str | None, str | None]] = {}
    for edit in wanted:
        if not is_relative(edit.path) or len(edit.path) > 400:
            raise _Refused(OUTSIDE.format(path=edit.path[:200]))
        old = found[edit.path][0] if edit.path in found else files.file(edit.path)
        now = found[edit.path][1] if edit.path in found else old
        found[edit.path] = (old, _edited(edit, now))
    kept = {path: texts for path, texts in found.items() if texts[0] != texts[1]}
    if not kept:
        raise _Refused(EMPTY)
    return kept


def _edited(edit: Edit, now: str | None) -> str:
    path = edit.path
    if not edit.search.strip("\n"):
        if now:
            raise _Refused(THERE.format(path=path))
        return edit.replace if edit.replace.endswith("\n") else f"{edit.replace}\n"
    if now is None:
        raise _Refused(NO_FILE.format(path=path))
    if "\r\n" in now:
        raise _Refused(CRLF.format(path=path))
    search, replace = _aligned(edit, now)
    count = now.count(search)
    if count != 1:
        why = TWICE if count else NOWHERE
        shown = search.strip("\n").split("\n")[0][:200]
        raise _Refused(why.format(path=path, count=count, lines=shown))
    return now.replace(search, replace, 1)


def _aligned(edit: Edit, now: str) -> tuple[str, str]:
    """Whole lines on both sides; a quote without its last line end gets one."""
    search, replace = edit.search, edit.replace
    lines = search if search.endswith("\n") else f"{search}\n"
    if now.count(lines) == 1 and (now.startswith(lines) or f"\n{lines}" in now):
        ends = "" if not replace or replace.endswith("\n") else "\n"
        return lines, f"{replace}{ends}"
    return search, replace


def _judge(
    path: str, old: str | None, new: str | None, *, announced: Sequence[str]
) -> None:
    if path not in announced:
        raise _Refused(UNANNOUNCED.format(path=path))
    if globs.any_match(path, suggestion.NEVER) or kind_of(path) == "lock":
        raise _Refused(FORBIDDEN.format(path=path))
    before, after = old or "", new or ""
    marks = (mark for mark in suggestion.PLACEHOLDERS if mark not in before)
    if any(mark in after for mark in marks):
        raise _Refused(PLACEHOLDER.format(path=path))
    if max(len(before), len(after)) > MAX_SOURCE:
        raise _Refused(TOO_LONG)
    if suggestion.is_worse(path, before, after):
        raise _Refused(BROKEN.format(path=path))


def _written(path: str, old: str | None, new: str | None) -> str:
    names = quoted(f"a/{path}"), quoted(f"b/{path}")
    head = "diff --git {} {}\n".format(*names)
    head += "new file mode 100644\n" if old is None else ""
    head += f"--- {'/dev/null' if old is None else names[0]}\n+++ {names[1]}\n"
    hunks = rebuild.hunks(_ended(old or ""), _ended(new or ""))
    if hunks is None:
        raise _Refused(TOO_LONG)
    return f"{head}{hunks}\n".replace(f"{_NO_END}\n", f"\n{NO_END}\n")


def _ended(text: str) -> bytes:
    """Mark a last line that does not end, so that it is another than one that does."""
    if _NO_END in text:
        raise _Refused(UNSEEN)
    return f"{text}{'' if text.endswith(chr(10)) or not text else _NO_END}".encode()


def _carried(diff: str) -> None:
    """Whether a comment shows the diff as it is, character by character."""
    if len(diff) > MAX_PATCH:
        raise _Refused(TOO_LONG)
    shown = markdown.fence(diff, "diff")
    if markdown.neutral(shown) != shown:
        raise _Refused(UNSEEN)


def _risky(
    changed: Mapping[str, tuple[str | None, str | None]],
) -> tuple[str, ...]:
    words = {
        word
        for old, new in changed.values()
        for word in suggestion.brought_in(new or "", old or "")
    }
    return tuple(sorted(words))


# A unified diff, read leniently: of its hunks the lines count, not the numbers.

_HEADER = re.compile(r"(?:---|\+\+\+) (?:[ab]/)?([^\t\n]{1,400})")


def _edits_of(patch: str) -> list[Edit]:
    found: list[Edit] = []
    path, hunk = "", _Hunk()
    for line in [*patch[:MAX_SOURCE].split("\n"), "--- end"]:
        if line.startswith(("--- ", "+++ ", "@@", "diff --git ")):
            found += hunk.edits(path)
            hunk = _Hunk(is_open=line.startswith("@@"))
            match = _HEADER.match(line)
            if match and line.startswith("+++"):
                path = match[1].strip()
        else:
            hunk.take(line)
    if not found:
        raise _Refused(NOT_A_PATCH)
    return found


class _Hunk:
    def __init__(self, *, is_open: bool = False) -> None:
        self.is_open = is_open
        self.old: list[str] = []
        self.new: list[str] = []

    def take(self, line: str) -> None:
        if not self.is_open or line.startswith("\\"):
            return
        if line[:1] in (" ", "-") or not line:
            self.old.append(line[1:])
        if line[:1] in (" ", "+") or not line:
            self.new.append(line[1:])

    def edits(self, path: str) -> list[Edit]:
        # An empty line at the end separates hunks more often than it belongs to one.
        while self.old and self.new and not self.old[-1] and not self.new[-1]:
            self.old.pop()
            self.new.pop()
        if not path or path == "/dev/null" or self.old == self.new:
            return []
        return [Edit(path, "\n".join(self.old), "\n".join(self.new))]
