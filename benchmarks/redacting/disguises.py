"""The ways in which somebody writes a secret so that a search finds nothing."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Callable, Mapping


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _wrapped(text: str) -> str:
    whole = _encoded(f"the secret of the job, at some length, is {text}, they say")
    return "\n".join(whole[at : at + 76] for at in range(0, len(whole), 76))


DISGUISES: Mapping[str, Callable[[str], str]] = {
    "base64": _encoded,
    "base64, no padding": lambda text: _encoded(text).rstrip("="),
    "base64, inside": lambda text: _encoded(f"key {text}\n"),
    "base64, urlsafe": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64, wrapped": _wrapped,
    "base64, twice": lambda text: _encoded(_encoded(text)),
    "base64 of UTF-16": lambda text: base64.b64encode(
        text.encode("utf-16-le")
    ).decode(),
    "base64, reversed before": lambda text: _encoded(text[::-1]),
    "hex": lambda text: text.encode().hex(),
    "hex, upper": lambda text: text.encode().hex().upper(),
    "hex, dump": lambda text: text.encode().hex(" "),
    "percent": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "JSON": lambda text: "".join(f"\\u{ord(each):04x}" for each in text),
    "Python": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "HTML": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "reversed": lambda text: text[::-1],
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "spaced": " ".join,
    "zero width": "\u200b".join,
    "in fours": lambda text: "-".join(
        text[at : at + 4] for at in range(0, len(text), 4)
    ),
    "full width": lambda text: "".join(
        chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text
    ),
}
