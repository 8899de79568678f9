"""The part of YAML that workflow files are written in, without a YAML library.

Blocks, flow lists and maps, quoted and plain scalars, block scalars and comments. An
alias stays the text it is. Every scalar is a string, as nothing here asks for more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn, TypeAlias

Value: TypeAlias = "str | list[Value] | dict[str, Value]"

MAX_CHARACTERS = 256 * 1024
MAX_LINE = 4_000
MAX_DEPTH = 30
_ESCAPES = {"n": "\n", "t": "\t", "0": "\0", "r": "\r"}


class Unreadable(ValueError):
    """The text is no YAML, or more of it than this module knows; says which line."""


def read(text: str) -> Value:
    """Return nested dicts, lists and strings; an empty value is "".

    Raises `Unreadable`.
    """
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(f"more than {MAX_CHARACTERS:,} characters")
    lines = _Lines(text.removeprefix("\ufeff").splitlines())
    lines.skip()
    value = _block(lines, indent=lines.indent, depth=0) if lines.rest else ""
    if lines.rest:
        lines.fail("unexpected indentation")
    return value


class _Lines:
    """A position in the text: `rest` of the line, without comment, at `indent`."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.number = 0
        self.indent = 0
        self.rest = ""

    def skip(self) -> None:
        """Go to the first line from here that holds anything."""
        while self.number < len(self.lines):
            line = self.lines[self.number]
            if len(line) > MAX_LINE:
                self.fail("the line is too long")
            self.rest = _without_comment(line).strip(" \t")
            self.indent = len(line) - len(line.lstrip(" "))
            if self.rest not in ("", "---"):
                if line.lstrip(" ").startswith("\t"):
                    self.fail("a tab as indentation")
                return
            self.number += 1
        self.rest, self.indent = "", -1

    def next(self) -> None:
        """Go to the line after this one."""
        self.number += 1
        self.skip()

    def enter(self, offset: int) -> None:
        """Read what follows on this line as if it began a line of its own."""
        kept = self.rest[offset:]
        self.rest = kept.lstrip(" ")
        self.indent += offset + len(kept) - len(self.rest)

    def fail(self, what: str, *, number: int | None = None) -> NoReturn:
        shown = self.number if number is None else number
        raise Unreadable(f"line {shown + 1}: {what}")


def _block(lines: _Lines, *, indent: int, depth: int) -> Value:
    if depth > MAX_DEPTH:
        lines.fail("nested too deeply")
    if _is_item(lines.rest):
        return _items(lines, indent=indent, depth=depth)
    if _key_end(lines.rest) < 0:
        return _scalar(lines, indent=indent - 1)
    found: dict[str, Value] = {}
    while lines.indent == indent and lines.rest and not _is_item(lines.rest):
        end = _key_end(lines.rest)
        if end < 0:
            lines.fail("a key and a colon are missing")
        key = _unquoted(lines.rest[:end].strip())
        lines.rest = lines.rest[end + 1 :].strip()
        found[key] = _value(lines, indent=indent, depth=depth, is_key=True)
    return found


def _items(lines: _Lines, *, indent: int, depth: int) -> Value:
    found: list[Value] = []
    while lines.indent == indent and _is_item(lines.rest):
        lines.enter(1)
        nested = _is_item(lines.rest) or _starts_map(lines.rest)
        if nested:
            found.append(_block(lines, indent=lines.indent, depth=depth + 1))
        else:
            found.append(_value(lines, indent=indent, depth=depth, is_key=False))
    return found


def _value(lines: _Lines, *, indent: int, depth: int, is_key: bool) -> Value:
    if lines.rest.startswith("&"):
        # An anchor names the value that follows it.
        lines.rest = lines.rest.partition(" ")[2].strip()
    if lines.rest:
        return _scalar(lines, indent=indent)
    lines.next()
    # A list may stand as far left as the key it belongs to.
    deeper = lines.indent > indent
    if deeper or (is_key and lines.indent == indent and _is_item(lines.rest)):
        return _block(lines, indent=lines.indent, depth=depth + 1)
    return ""


def _scalar(lines: _Lines, *, indent: int) -> Value:
    first = lines.rest[0]
    if first in "|>":
        return _text(lines, indent=indent)
    if first in "[{":
        return _flow(lines)
    if first in "\"'":
        return _quoted(lines)
    words = [lines.rest]
    lines.next()
    while lines.rest and lines.indent > indent:
        words.append(lines.rest)
        lines.next()
    return " ".join(words)


def _text(lines: _Lines, *, indent: int) -> str:
    joint = "\n" if lines.rest[0] == "|" else " "
    kept: list[str] = []
    lines.number += 1
    while lines.number < len(lines.lines):
        line = lines.lines[lines.number]
        if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
            break
        kept.append(line.strip())
        lines.number += 1
    lines.skip()
    return joint.join(kept).strip()


def _quoted(lines: _Lines) -> str:
    quote, said, start = lines.rest[0], lines.rest, lines.number
    while (end := _closing(said, quote)) < 0:
        lines.next()
        if not lines.rest or len(said) > MAX_LINE:
            lines.fail("a quote is not closed", number=start)
        said = f"{said} {lines.rest}"
    if said[end + 1 :].strip():
        lines.fail("text after a closing quote")
    lines.next()
    return _unquoted(said)


def _flow(lines: _Lines) -> Value:
    said, start = lines.rest, lines.number
    tokens = _tokens(said)
    while _open(tokens):
        lines.next()
        if not lines.rest or len(said) > MAX_LINE:
            lines.fail("a bracket is not closed", number=start)
        said = f"{said} {lines.rest}"
        tokens = _tokens(said)
    tokens.reverse()
    try:
        value = _flow_value(tokens, depth=0)
    except (IndexError, RecursionError):
        lines.fail("a flow list or map that cannot be read")
    if tokens:
        lines.fail("text after a closing bracket")
    lines.next()
    return value


def _flow_value(tokens: list[str], *, depth: int) -> Value:
    first = tokens.pop()
    if depth > MAX_DEPTH:
        raise RecursionError
    if first == "[":
        return _flow_items(tokens, depth=depth)
    if first == "{":
        return _flow_map(tokens, depth=depth)
    return _unquoted(first)


def _flow_items(tokens: list[str], *, depth: int) -> Value:
    found: list[Value] = []
    while tokens[-1] != "]":
        found.append(_flow_value(tokens, depth=depth + 1))
        if tokens[-1] == ",":
            tokens.pop()
    tokens.pop()
    return found


def _flow_map(tokens: list[str], *, depth: int) -> Value:
    found: dict[str, Value] = {}
    while tokens[-1] != "}":
        key, value = _unquoted(tokens.pop()), ""
        if tokens[-1] == ":":
            tokens.pop()
            is_empty = tokens[-1] in (",", "}")
            found[key] = "" if is_empty else _flow_value(tokens, depth=depth + 1)
        else:
            found[key] = value
        if tokens[-1] == ",":
            tokens.pop()
    tokens.pop()
    return found


def _tokens(text: str) -> list[str]:
    """Cut a flow text into brackets, commas, colons and scalars, in one pass."""
    found: list[str] = []
    at = start = 0
    while at < len(text):
        char = text[at]
        if char in "\"'" and not text[start:at].strip():
            end = _closing(text[at:], char)
            at += len(text) if end < 0 else end
        elif char in "[]{}," or (char == ":" and text[at + 1 : at + 2] in ("", " ")):
            found += [part for part in (text[start:at].strip(), char) if part]
            start = at + 1
        at += 1
    return found + [part for part in (text[start:].strip(),) if part]


def _open(tokens: Sequence[str]) -> bool:
    opened = sum(token in ("[", "{") for token in tokens)
    return opened > sum(token in ("]", "}") for token in tokens)


def _is_item(text: str) -> bool:
    return text == "-" or text.startswith("- ")


def _starts_map(text: str) -> bool:
    return text[:1] not in ("", "[", "{", "|", ">") and _key_end(text) >= 0


def _key_end(text: str) -> int:
    """Where the colon after a key stands, -1 if there is none."""
    if text[:1] in ('"', "'"):
        end = _closing(text, text[0])
        found = end + 1 if end > 0 else -1
        return found if text[found : found + 1] == ":" else -1
    if text.endswith(":") and ": " not in text:
        return len(text) - 1
    return text.find(": ")


def _closing(text: str, quote: str) -> int:
    """Where the quote that `text` starts with is closed, -1 if nowhere."""
    at = 1
    while at < len(text):
        if quote == '"' and text[at] == "\\":
            at += 1
        elif text[at] == quote:
            if quote == "'" and text[at + 1 : at + 2] == "'":
                at += 1
            else:
                return at
        at += 1
    return -1


def _unquoted(text: str) -> str:
    if len(text) < 2 or text[0] != text[-1] or text[0] not in "\"'":
        return text
    inner = text[1:-1]
    if text[0] == "'":
        return inner.replace("''", "'")
    parts = inner.split("\\")
    said = parts[0]
    # An escaped backslash leaves an empty part and takes the next one as it is.
    rest = iter(parts[1:])
    for part in rest:
        said += _ESCAPES.get(part[0], part[0]) + part[1:] if part else "\\" + next(rest)
    return said


def _without_comment(line: str) -> str:
    """Cut a comment off, which starts at a `#` after a space and outside quotes."""
    at, before = 0, ""
    while at < len(line):
        char = line[at]
        if char == "#" and (at == 0 or line[at - 1] in " \t"):
            return line[:at]
        if char in "\"'" and before in ("", *"[{,:-"):
            at += max(_closing(line[at:], char), 0)
        before = before if char in " \t" else char
        at += 1
    return line


def text_of(value: Value | None) -> str:
    """Return a scalar as it is, anything else as ""."""
    return value if isinstance(value, str) else ""


def map_of(value: Value | None) -> Mapping[str, Value]:
    """Return a map as it is, a list or a scalar as a map to nothing."""
    if isinstance(value, dict):
        return value
    names = value if isinstance(value, list) else [value or ""]
    return {name: "" for name in names if isinstance(name, str) and name}
