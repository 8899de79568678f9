"""What may come in: text of strangers, made readable for a model and for a log."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.text import backticks, blocks
from bot.text.backticks import Ranges

if TYPE_CHECKING:
    from markdown_it.token import Token

MAX_PROSE = 64_000
MAX_LOG_LINE = 2_000

# A terminal's own orders, whole: CSI; OSC, DCS, SOS, PM, APC up to their end; two-byte
# escapes. An unclosed string ends with its line, as a terminal that gave up would.
_TERMINAL = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]?"
    "|(?:\x1b[\\]PX^_]|[\x9d\x90\x98\x9e\x9f])"
    "[^\x07\x1b\x9c\n]{0,2048}(?:\x07|\x1b\\\\|\x9c)?"
    "|\x1b[ -/]{0,8}[0-~]?"
)
_EMOJI = (
    "[\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe"
    "\u2600-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
    "[\U0001f3fb-\U0001f3ff]?[\ufe0e\ufe0f]?"
)
UNSEEN = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Group 1 is a sequence that draws one emoji and stays; anything else is not seen.
_INVISIBLE = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f"
    f"|{_EMOJI}(?:\u200d{_EMOJI}){{0,9}}"
    f"|[0-9#*]\ufe0f\u20e3)|{UNSEEN}"
)
HAS_UNSEEN = re.compile(UNSEEN)
_SURROGATE = re.compile("[\ud800-\udfff]")
_NO_INLINE = ("inline", "text_join")
_LEAVES = frozenset({"inline", "fence", "code_block", "html_block", "hr"})
_CODE_HOLDERS = frozenset({"inline", "fence", "code_block"})
_DEFINITION = re.compile(r"[ \t>*+-]{0,40}\[([^\]\n]{1,300})\]:[ \t]*(\S{0,1000})")
_ATTRIBUTES = re.compile(
    r"!\[(?P<alt>[^\]\n]{0,1000})\](?:\([^)\n]{0,1000}\)|\[[^\]\n]{0,200}\])?"
    r"|(?P<link>\]\([^\s()\"']{0,1000})[ \t]{1,20}[\"'(][^)\n]{0,1000}\)"
)
_ROUNDS = 10
# Longer alternative texts speak to a reader who is no human; names of pictures do not.
_LONG_ALT = 60


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Text and what was taken out of it.

    `hidden` counts fragments a human reader of the page would not have seen,
    `invisible` characters (and terminal sequences) that draw nothing.
    """

    text: str
    hidden: int = 0
    invisible: int = 0


def prose(text: str) -> Cleaned:
    """Reduce a title, body or comment to what its human readers see (T02, T03).

    At most `MAX_PROSE` characters of the input are read. HTML comments, attributes and
    unused link definitions go, inert tags stay, what the author folded away is
    labelled; code is left as it stands.
    """
    text = text[:MAX_PROSE].replace("\r\n", "\n").replace("\r", "\n")
    text, terminal = _TERMINAL.subn("", replace_surrogates(text))
    text, unseen = strip_invisible(text)
    text, count = _strip_hidden(text)
    return Cleaned(text, count, terminal + unseen)


def code(text: str) -> Cleaned:
    """Show each invisible character of code, a diff or a log as `⟨U+202E⟩` (T03).

    Nothing is removed but a byte order mark at the very start and the CR of CRLF:
    a reviewer must see the trick.
    """
    text = replace_surrogates(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    if not HAS_UNSEEN.search(text):
        return Cleaned(text)
    shown = 0

    def show(match: re.Match[str]) -> str:
        nonlocal shown
        if match[1] is not None:
            return match[1]
        shown += 1
        return f"⟨U+{ord(match[0]):04X}⟩"

    return Cleaned(_INVISIBLE.sub(show, text), invisible=shown)


def log_text(text: str) -> str:
    """Make a whole log readable: no terminal sequences, other unseen characters shown.

    Lines stay as many as they were; of a line drawn over itself the last state stays.
    """
    lines = map(drawn, text.removeprefix("\ufeff").split("\n"))
    return code("\n".join(lines)).text


def drawn(line: str) -> str:
    """Reduce one line of a log to what a terminal shows in the end.

    Terminal sequences go; of a line drawn over itself the last state that is not
    blank stays.
    """
    if "\r" in line:
        states = (state for state in reversed(line.split("\r")) if state.strip())
        line = next(states, "")
    return _TERMINAL.sub("", line)


def log_line(text: str) -> str:
    """Make one line of text safe for a runner's log (T09), at most 2,000 characters.

    Percent, CR and LF are escaped as the runner does; `::` and `##[` are broken.
    """
    text = text[:MAX_LOG_LINE].replace("%", "%25")
    text = text.replace("\r", "%0D").replace("\n", "%0A")
    text = re.sub(r":(?=:)", ": ", code(text).text)
    return text.replace("##[", "## [")[:MAX_LOG_LINE]


def strip_invisible(text: str) -> tuple[str, int]:
    """Remove characters that draw nothing; count them. Emoji sequences stay whole."""
    if not HAS_UNSEEN.search(text):
        return text, 0
    stripped = _INVISIBLE.sub(r"\1", text)
    return stripped, len(text) - len(stripped)


def replace_surrogates(text: str) -> str:
    """Replace each half of a character, which no encoding can carry, by U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def _strip_hidden(text: str) -> tuple[str, int]:
    if "<" not in text and "[" not in text:
        return text, 0
    # Imported here: it brings the Markdown library, which plain words do not need.
    from bot.text import hidden

    count = 0
    # What is taken out may join what stood around it into new markup: again, until
    # nothing changes. A text that needs more rounds was built to need them.
    for _ in range(_ROUNDS):
        tokens = blocks.parse(text, *_NO_INLINE)
        code_ranges = _code_ranges(text, tokens)
        changed, found = _strip_definitions(text, tokens)
        if changed == text:
            changed, found = _strip_attributes(text, code_ranges)
        if changed == text:
            changed, found = hidden.strip(text, code_ranges)
        if changed == text:
            return hidden.label_details(text, code_ranges), count
        text, count = changed, count + found
    return text.replace("<", "&lt;"), count + 1


def _strip_attributes(text: str, code_ranges: Ranges) -> tuple[str, int]:
    """Reduce images to `[image]` and links to their text and target."""
    count = 0

    def reduce(match: re.Match[str]) -> str:
        nonlocal count
        if backticks.inside(match.start(), code_ranges):
            return match[0]
        is_image = match["link"] is None
        count += len(match["alt"]) > _LONG_ALT if is_image else 1
        return "[image]" if is_image else match["link"] + ")"

    return _ATTRIBUTES.sub(reduce, text), count


def _strip_definitions(text: str, tokens: list[Token]) -> tuple[str, int]:
    """Drop link definitions nobody uses, and the titles of the others."""
    lines = text.split("\n")
    covered = _covered_lines(tokens, len(lines))
    kept: list[str] = []
    dropped, in_definition = 0, False
    for line, is_covered in zip(lines, covered, strict=True):
        definition = None if is_covered else _DEFINITION.match(line)
        if definition is not None:
            in_definition = True
            is_used = text.count(f"[{definition[1]}]") > 1
            kept += [definition[0]] if is_used else []
            dropped += not is_used or bool(line[definition.end() :].strip())
            continue
        in_definition = in_definition and not is_covered and bool(line.strip())
        if not in_definition:
            kept.append(line)
    return "\n".join(kept), dropped


def _covered_lines(tokens: list[Token], count: int) -> list[bool]:
    """Which lines became something: a link definition leaves no token behind."""
    covered = [False] * count
    for token in tokens:
        if token.type in _LEAVES and token.map is not None:
            for number in range(token.map[0], min(token.map[1], count)):
                covered[number] = True
    return covered


def _code_ranges(text: str, tokens: list[Token]) -> Ranges:
    """The parts of `text` that a page shows as code, as sorted (start, end)."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    table = backticks.may_hold_table(text)
    ranges: Ranges = []
    for token in tokens:
        if token.map is None or token.type not in _CODE_HOLDERS:
            continue
        start, end = starts[token.map[0]], starts[min(token.map[1], len(starts) - 1)]
        if token.type != "inline":
            ranges.append((start, end))
            continue
        spans = backticks.spans(text[start:end], in_table=table)
        ranges += ((start + first, start + last) for first, last in spans)
    return ranges
