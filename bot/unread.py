"""What could not be read of the world, by kind, and which permission would help."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.text import markdown

TITLE = "Not read"
MORE_OF_KIND = "{first} and {count} more"
MORE = "and {count} more"
COULD_NOT = " could not be read ("
NO_PERMISSION = "no permission"
ABSENT = "404"
GRANT = "; give the token `{permission}`"
PERHAPS = "; if there is any, the token lacks `{permission}`"
MOST_LINES, MOST_CHARACTERS = 10, 300

_ACTIONS, _CHECKS, _ISSUES = "actions: read", "checks: read", "issues: read"
_PULLS, _CONTENTS = "pull-requests: read", "contents: read"
_LOG = "log of job "
# How a reader's sentence begins, and what the token needs to read such a thing.
PERMISSIONS: tuple[tuple[str, str], ...] = (
    ("annotations of job ", _CHECKS),
    ("artifacts of run ", _ACTIONS),
    ("jobs of run ", _ACTIONS),
    (_LOG, _ACTIONS),
    ("runs of the base branch", _ACTIONS),
    ("workflow runs", _ACTIONS),
    ("closed issues", _ISSUES),
    ("issue ", _ISSUES),
    ("labels", _ISSUES),
    ("open issues", _ISSUES),
    ("our ", _ISSUES),
    ("thread", _ISSUES),
    ("commits", _PULLS),
    ("diff", _PULLS),
    ("review threads", _PULLS),
    ("archive ", _CONTENTS),
    ("file ", _CONTENTS),
    ("files", _CONTENTS),
    ("tags", _CONTENTS),
    ("who changed ", _CONTENTS),
)


def as_markdown(missing: Sequence[str], *, told: Collection[str] = ()) -> str:
    """List what a reader's `missing` says, ten lines at most; "" for nothing.

    What is alike and failed alike is one line; what the texts of `told` say already is
    none, unless a permission would help.
    """
    new = (each for each in missing if not _is_told(each, told))
    lines = _lines(dict.fromkeys(new))
    more = len(lines) - MOST_LINES + 1
    if more > 1:
        lines = [*lines[: MOST_LINES - 1], MORE.format(count=more)]
    return "\n".join(f"- {line}" for line in lines)


def _is_told(sentence: str, told: Collection[str]) -> bool:
    what, could_not, why = sentence.rpartition(COULD_NOT)
    if _hint(_kind(what), why):
        return False
    # Of the one job it is about, a finding says only "log".
    short = f"log{could_not}{why}" if what.startswith(_LOG) else sentence
    return any(short in text for text in told)


def _lines(sentences: Collection[str]) -> list[str]:
    alike: dict[tuple[str, str], list[str]] = {}
    for sentence in sentences:
        what, _, why = sentence.rpartition(COULD_NOT)
        # A sentence of another shape stands for itself.
        key = (_kind(what), why) if what else (sentence, "")
        alike.setdefault(key, []).append(what or sentence)
    return [_line(kind, why, found) for (kind, why), found in alike.items()]


def _line(kind: str, why: str, found: Sequence[str]) -> str:
    said = found[0][:MOST_CHARACTERS]
    if found[1:]:
        said = MORE_OF_KIND.format(first=said, count=len(found) - 1)
    if why:
        said = f"{said}{COULD_NOT}{why[:MOST_CHARACTERS]}"
    return markdown.plain(said) + _hint(kind, why)


def _kind(what: str) -> str:
    """What things of a kind begin with, else the whole."""
    return next((start for start, _ in PERMISSIONS if what.startswith(start)), what)


def _hint(kind: str, why: str) -> str:
    permission = dict(PERMISSIONS).get(kind, "")
    if not permission:
        return ""
    if why.startswith(NO_PERMISSION):
        return GRANT.format(permission=permission)
    return PERHAPS.format(permission=permission) if why.startswith(ABSENT) else ""
