"""Which findings stand on their lines, and how the others are listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot import findings
from bot.context import Severity
from bot.tasks import InlineComment
from bot.text import markdown

FURTHER = "Further findings, by file"
LIGHTER = "Findings below what this repository comments on"
MORE = "_and {count} more in {files}._"
MOST_LISTED = 40


@dataclass(frozen=True, slots=True)
class Chosen:
    """Comments for lines; those there are too many of; those that weigh too little."""

    inline: tuple[InlineComment, ...] = ()
    further: tuple[InlineComment, ...] = ()
    lighter: tuple[InlineComment, ...] = ()


def chosen(
    comments: Sequence[InlineComment], *, most: int, threshold: Severity
) -> Chosen:
    """Choose the first `most` of those that reach the threshold, in their order."""
    heavy = [each for each in comments if findings.reaches(each.weight, threshold)]
    light = [each for each in comments if not findings.reaches(each.weight, threshold)]
    return Chosen(tuple(heavy[:most]), tuple(heavy[most:]), tuple(light))


def by_file(comments: Sequence[InlineComment]) -> str:
    """List comments by file in Markdown, at most forty of them."""
    # The file with the heaviest finding first, as the comments are ordered.
    order = {path: n for n, path in enumerate(dict.fromkeys(c.path for c in comments))}
    ordered = sorted(comments, key=lambda each: (order[each.path], each.line))
    parts = [_listed(each) for each in ordered[:MOST_LISTED]]
    rest = ordered[MOST_LISTED:]
    if rest:
        count = len({each.path for each in rest})
        files = f"{count} file{'s' * (count != 1)}"
        parts.append(MORE.format(count=len(rest), files=files))
    return "\n\n".join(parts)


def _listed(each: InlineComment) -> str:
    parts = [findings.place(each.path, each.line), each.body]
    if each.suggestion:
        parts.append(markdown.fence(each.suggestion))
    return "\n\n".join(parts)
