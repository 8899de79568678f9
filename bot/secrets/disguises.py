"""The ways a value can be written so that a search for it finds nothing."""

from __future__ import annotations

import base64
import codecs
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote, unquote

_PUNCTUATION = re.compile(r"[^A-Za-z0-9]+")
_SHOWN_INVISIBLE = re.compile(r"⟨U\+[0-9A-F]{4,6}⟩")
_ESCAPE = re.compile(
    r"\\u\{?([0-9A-Fa-f]{4,6})\}?|\\x([0-9A-Fa-f]{2})"
    r"|&#[xX]([0-9A-Fa-f]{1,6});?|&#([0-9]{1,7});?"
)
# What stands between the letters of words that are links or tags of their own.
_MARKUP = re.compile(r"\]\([^()\s\[\]]{0,300}\)\[?|<[^<>]{0,200}>")
_ALPHABETS = (None, b"-_")


def forms(value: str) -> frozenset[str]:
    """Write `value` in every encoding we know, each also backwards."""
    raw = value.encode("utf-8", "replace")
    once = _base64(raw) | _base64(raw[::-1])
    hexed = raw.hex()
    written = {
        value,
        hexed,
        hexed.upper(),
        quote(value, safe=""),
        codecs.encode(value, "rot13"),
        value.swapcase(),
        *_numbered(raw),
        base64.b32encode(raw).decode().rstrip("=")[:-1],
        base64.b85encode(raw)[:-5].decode(),
        base64.a85encode(raw)[:-5].decode(),
        "".join(f"\\u{ord(character):04x}" for character in value),
        "".join(f"%{byte:02x}" for byte in raw),
        "".join(f"%{byte:02X}" for byte in raw),
        *once,
        *(form for inner in once for form in _base64(inner.encode())),
    }
    return frozenset(written | {form[::-1] for form in written})


def views(text: str) -> Iterator[str]:
    """Read `text` as it stands, with its escapes undone, and without links and tags."""
    text = _SHOWN_INVISIBLE.sub("", text)
    yield text
    plain = _ESCAPE.sub(_unescape, text)
    plain = unicodedata.normalize("NFKC", unquote(plain) if "%" in plain else plain)
    if plain != text:
        yield plain
    bare = _MARKUP.sub("", text)
    if bare != text:
        yield bare


def squeeze(text: str) -> str:
    """Leave only letters and digits: no separator hides what is left."""
    return _PUNCTUATION.sub("", text)


def _numbered(raw: bytes) -> Iterator[str]:
    """Write each byte as a number, as lists and escapes of many languages do."""
    for form in ("d", "o", "03o", "08b"):
        yield " ".join(format(byte, form) for byte in raw)


def _base64(raw: bytes) -> frozenset[str]:
    """Encode `raw` as it looks at each of the three places it can begin at.

    Only the characters that `raw` alone decides: neighbours change the others.
    """
    found: set[str] = set()
    for shift, first in ((0, 0), (1, 2), (2, 3)):
        last = (shift + len(raw)) * 8 // 6
        for altchars in _ALPHABETS:
            encoded = base64.b64encode(b"\0" * shift + raw, altchars)
            found.add(encoded[first:last].decode())
    return frozenset(found)


def _unescape(match: re.Match[str]) -> str:
    digits, base = (
        (match[4], 10) if match[4] else (match[1] or match[2] or match[3], 16)
    )
    code = int(digits, base)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
