"""Paths as they stand in a diff: quoted, prefixed, and not all of them usable."""

from __future__ import annotations

MAX_PATH = 4_096
_ESCAPES = {
    "a": 7,
    "b": 8,
    "t": 9,
    "n": 10,
    "v": 11,
    "f": 12,
    "r": 13,
    '"': 34,
    "\\": 92,
}


def side(text: str) -> str:
    """Read the name behind `--- ` or `+++ `; "" for `/dev/null`."""
    # git ends a name that holds a space with a tab; other tools add a time there.
    name = text.rstrip("\r\t") if text.startswith('"') else text.split("\t", 1)[0]
    name = unquoted(name.rstrip("\r"))
    return "" if name == "/dev/null" else _without_prefix(name)


def _without_prefix(name: str) -> str:
    has_prefix = len(name) > 2 and name[1] == "/" and name[0] in "abciow12"
    return name[2:] if has_prefix else name


def split_git_line(line: str) -> tuple[str, str]:
    """Split `a/x b/x`: the halves are equal where no rename line says otherwise."""
    text = line.removeprefix("diff --git ").rstrip("\r")
    if text.startswith('"'):
        end = text.find('" ', 1)
        halves = (text[: end + 1], text[end + 2 :]) if end > 0 else ("", "")
    else:
        middle = len(text) // 2
        halves = (text[:middle], text[middle + 1 :])
        if _without_prefix(halves[0]) != _without_prefix(halves[1]):
            first, _, second = text.partition(" b/")
            halves = (first, f"b/{second}" if second else "")
    return _without_prefix(unquoted(halves[0])), _without_prefix(unquoted(halves[1]))


def unquoted(name: str) -> str:
    """Undo git's C-style quoting (git-config `core.quotePath`)."""
    if len(name) < 2 or not (name.startswith('"') and name.endswith('"')):
        return name
    raw = bytearray()
    at, inner = 0, name[1:-1]
    while at < len(inner):
        taken, code = _escape(inner, at)
        raw += (
            bytes([code]) if code is not None else inner[at].encode("utf-8", "replace")
        )
        at += taken
    return raw.decode("utf-8", "replace")


def quoted(name: str) -> str:
    """Write a name as git does: quoted where it could be read as something else."""
    if name.isprintable() and not any(char in '"\\' for char in name):
        return name
    return '"' + "".join(_written(char) for char in name) + '"'


def _written(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable():
        return char
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "replace"))


def _escape(text: str, at: int) -> tuple[int, int | None]:
    if text[at] != "\\" or at + 1 >= len(text):
        return 1, None
    digits = text[at + 1 : at + 4]
    if len(digits) == 3 and all(digit in "01234567" for digit in digits):
        return 4, int(digits, 8) & 0xFF
    code = _ESCAPES.get(text[at + 1])
    return (2, code) if code is not None else (1, None)


def unusable(path: str) -> str:
    """Say what is wrong with a path (contract T28); "" when it can be used."""
    if len(path) > MAX_PATH:
        return "is too long"
    if path.startswith("/") or "\\" in path or "\0" in path:
        return "is absolute or holds a backslash or NUL"
    if any(part in ("", ".", "..", ".git") for part in path.split("/")):
        return "leaves the repository or points into .git"
    return ""
