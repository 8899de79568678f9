"""Where a key stands in a TOML text, because `tomllib` does not say."""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Mapping

Path = tuple[str | int, ...]
_SPACE = " \t\r\n"
_BARE_END = " \t\r\n.=]},#"
# Deeper keys are left out and deeper values skipped: their line is that of what holds
# them, and hostile nesting costs neither stack nor memory.
_DEEPEST = 20


def index(text: str) -> dict[Path, int]:
    """Return the line (from 1) of every key, table and array element.

    `text` must be valid TOML (`tomllib` accepted it); of anything else the lines found
    before the fault are returned. Paths are those of the parsed document: names, and
    positions in arrays. Takes linear time.
    """
    scanner = _Scanner(text)
    scanner.document()
    return scanner.found


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """Return the line of a path, else of what is nearest around it, else 1."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


class _Scanner:
    """Walks the text once; every method leaves `at` behind what it read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}
        self.starts = [i + 1 for i, char in enumerate(text) if char == "\n"]

    def document(self) -> None:
        table: Path = ()
        while self.skip_blank():
            before = self.at
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table, 0)
            if self.at == before:
                return

    def header(self) -> Path:
        line = self.line()
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        names = self.key()
        self.at += 2 if is_array else 1
        return self.opened(names, line, is_array=is_array)

    def opened(self, names: list[str], line: int, *, is_array: bool) -> Path:
        path: Path = ()
        for position, name in enumerate(names):
            path = (*path, name)
            self.found.setdefault(path, line)
            if is_array and position == len(names) - 1:
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
                self.found.setdefault(path, line)
        return path

    def pair(self, table: Path, depth: int) -> None:
        line = self.line()
        path = table
        for name in self.key():
            path = (*path, name)
            self.found.setdefault(path, line)
        self.skip_space()
        if self.peek() == "=":
            self.at += 1
            self.skip_space()
            self.value(path, depth)

    def key(self) -> list[str]:
        names: list[str] = []
        while True:
            self.skip_space()
            name = self.name()
            if len(names) < _DEEPEST:
                names.append(name)
            self.skip_space()
            if self.peek() != ".":
                return names
            self.at += 1

    def name(self) -> str:
        start = self.at
        if self.peek() in ('"', "'"):
            self.string()
            try:
                return str(tomllib.loads(f"k = {self.text[start : self.at]}")["k"])
            except ValueError:
                return self.text[start : self.at]
        while self.at < len(self.text) and self.text[self.at] not in _BARE_END:
            self.at += 1
        return self.text[start : self.at]

    def value(self, path: Path, depth: int) -> None:
        opening = self.peek()
        if opening in ('"', "'"):
            self.string()
        elif opening in ("[", "{") and depth >= _DEEPEST:
            self.skip_nested()
        elif opening == "[":
            self.array(path, depth)
        elif opening == "{":
            self.inline(path, depth)
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}\n#":
                self.at += 1

    def array(self, path: Path, depth: int) -> None:
        self.at += 1
        position = 0
        while self.skip_blank() and self.text[self.at] != "]":
            before = self.at
            self.found.setdefault((*path, position), self.line())
            self.value((*path, position), depth + 1)
            position += 1
            self.separator(before)
        self.at += 1

    def inline(self, path: Path, depth: int) -> None:
        self.at += 1
        while self.skip_blank() and self.text[self.at] != "}":
            before = self.at
            self.pair(path, depth + 1)
            self.separator(before)
        self.at += 1

    def separator(self, before: int) -> None:
        if self.skip_blank() and (self.text[self.at] == "," or self.at == before):
            self.at += 1

    def skip_nested(self) -> None:
        depth = 0
        while self.skip_blank():
            char = self.text[self.at]
            if char in "\"'":
                self.string()
                continue
            self.at += 1
            depth += (char in "[{") - (char in "]}")
            if depth == 0:
                return

    def string(self) -> None:
        quote = self.text[self.at]
        is_long = self.text.startswith(quote * 3, self.at)
        end = quote * 3 if is_long else quote
        self.at += len(end)
        while self.at < len(self.text) and not self.text.startswith(end, self.at):
            if not is_long and self.text[self.at] == "\n":
                return
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at = min(self.at + len(end), len(self.text))
        # Up to two quotes may stand right before the three that end a long string.
        while is_long and self.peek() == quote:
            self.at += 1

    def skip_space(self) -> None:
        while self.peek() in (" ", "\t"):
            self.at += 1

    def skip_blank(self) -> bool:
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif char in _SPACE:
                self.at += 1
            else:
                return True
        return False

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def line(self) -> int:
        return bisect_right(self.starts, self.at) + 1
