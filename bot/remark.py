"""One comment on lines of a diff, in GitHub's words; its suggestion one click away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from bot import earlier, finding_identity, footer, ledger, outgoing, sticky
from bot.context.diff import FileDiff
from bot.draft import Inline
from bot.ledger import History, Place
from bot.outgoing import Rules
from bot.text import markdown
from bot.verify import suggestion

MOST_SUGGESTIONS = 10
UNPLACED = "Said here, since GitHub takes no comment on these lines"
TAKEN = "Said here, since an earlier comment stands on these lines"
NO_CLICK = "Suggested, but not for a click, since {why}:"
LEFT_OUT = "A suggestion is left out: a part of it looks like a secret."
TOO_MANY = f"a review has {MOST_SUGGESTIONS} of them at most"
BRINGS_IN = "it brings in {words}"


class ReviewComment(TypedDict, total=False):
    """A review comment in GitHub's words."""

    path: str
    body: str
    line: int
    side: str
    start_line: int
    start_side: str


def name(comment: Inline) -> str:
    """What the finding is, whatever line it stands on: its fingerprint."""
    made = finding_identity.fingerprint(comment.path, comment.body, "")
    return comment.fingerprint or made


def in_githubs_words(
    comments: Sequence[Inline],
    files: Mapping[str, FileDiff],
    *,
    place: Place,
    rules: Rules,
) -> tuple[ReviewComment, ...]:
    """Write comments that stand in `files`; ten suggestions at most can be clicked.

    Raises `SecretInOutput`.
    """
    left = MOST_SUGGESTIONS
    made = []
    for comment in comments:
        block, is_live = _suggested(comment, files[comment.path], rules, left=left)
        left -= is_live
        made.append(_written(comment, block, place=place, rules=rules))
    return tuple(made)


def as_text(comment: Inline, rules: Rules) -> str:
    """Write a comment where it has no line to stand on. Raises `SecretInOutput`."""
    where = markdown.code_span(f"{comment.path}:{comment.line}")
    parts = [where, outgoing.safe(comment.body, rules)]
    if comment.suggestion:
        parts.append(outgoing.safe(markdown.fence(comment.suggestion), rules))
    return "\n\n".join(parts)


def in_summary(said: Sequence[Inline], rules: Rules, *, title: str = UNPLACED) -> str:
    """Fold the comments that have no line; "" for none. Raises `SecretInOutput`."""
    if not said:
        return ""
    body = "\n\n".join(as_text(comment, rules) for comment in said)
    return footer.fold(title, body)


def _written(
    comment: Inline, block: str, *, place: Place, rules: Rules
) -> ReviewComment:
    seal = ledger.marker(earlier.FINDING, name(comment), history=History(), place=place)
    tail = "".join(f"\n\n{part}" for part in (block, seal) if part)
    body = markdown.cap(
        outgoing.safe(comment.body, rules),
        limit=sticky.BODY_LIMIT,
        tail=tail,
        link=rules.link,
    )
    made = ReviewComment(
        path=comment.path, body=body, line=comment.line, side=comment.side
    )
    if 0 < comment.start_line < comment.line:
        made["start_line"] = comment.start_line
        made["start_side"] = comment.side
    return made


def _suggested(
    comment: Inline, file: FileDiff, rules: Rules, *, left: int
) -> tuple[str, bool]:
    """Fence a suggestion, and say whether it is one click away (contract T25)."""
    new = comment.suggestion.replace("\r\n", "\n").removesuffix("\n")
    if not new or comment.side != "RIGHT":
        return "", False
    if not outgoing.is_clean(new, rules):
        return LEFT_OUT, False
    current = _current(comment, file)
    refused = suggestion.refused(comment.path, new, current)
    if refused == suggestion.UNCHANGED:
        return "", False
    words = suggestion.brought_in(new, current)
    why = refused or (BRINGS_IN.format(words=", ".join(words)) if words else "")
    why = why or ("" if left > 0 else TOO_MANY)
    if why:
        shown = outgoing.safe(markdown.fence(new), rules)
        return f"{NO_CLICK.format(why=why)}\n\n{shown}", False
    return markdown.fence(new, "suggestion"), True


def _current(comment: Inline, file: FileDiff) -> str:
    start = comment.start_line or comment.line
    lines = (line for hunk in file.hunks for line in hunk.lines)
    replaced = (line.text for line in lines if start <= line.new <= comment.line)
    return "\n".join(text.removesuffix("\r") for text in replaced)
