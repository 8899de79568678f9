"""Keys and passwords: known by value, disguise and shape, and kept in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.secrets import disguises, encoded, patterns
from bot.secrets.found import Found

MIN_LENGTH = 8
MIN_LINE = 16
WINDOW = 12


@dataclass(frozen=True, slots=True)
class Vault:
    """The values this process holds, prepared for searching; never printed.

    `forms` are every value and its encodings, longest first; `disguised` the same
    without punctuation; `windows` all twelve-character pieces of either, vendor
    prefixes apart.
    """

    forms: tuple[str, ...] = ()
    disguised: tuple[str, ...] = ()
    windows: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"Vault({len(self.forms)} forms)"


@dataclass(frozen=True, slots=True)
class Redacted:
    """Text without secrets; `counts` says how many of which kind went."""

    text: str
    counts: Mapping[str, int]


def vault(values: Iterable[str]) -> Vault:
    """Prepare the values of ours: keys, tokens, whatever must never leave.

    Values under 8 characters are ignored; of a value with several lines each long
    line counts too.
    """
    wanted = {piece for value in values for piece in _pieces(value)}
    forms = {form for value in wanted for form in disguises.forms(value)}
    # The first line of a private key is the same for all: only single lines are cut.
    bodies = {patterns.without_prefix(value) for value in wanted if "\n" not in value}
    hidden = {form for body in bodies for form in disguises.forms(body)}
    squeezed = {disguises.squeeze(form) for form in forms}
    return Vault(
        forms=tuple(sorted(forms, key=lambda form: (-len(form), form))),
        disguised=tuple(sorted(form for form in squeezed if len(form) >= WINDOW)),
        windows=frozenset(
            window
            for form in hidden
            for shape in (form, disguises.squeeze(form))
            for window in _windows(shape)
        ),
    )


def redact(text: str, vault: Vault) -> Redacted:
    """Take secrets out of text bound for a model (T06); lines keep their numbers.

    Exact values and their encodings go first, then known shapes, then what is
    assigned to a name that means secret, then all that is encoded, escaped, reversed
    or spread out. Commit SHAs and UUIDs stay.
    """
    return _thorough(text, vault, (*patterns.SHAPES, *patterns.ASSIGNMENTS))


def scrub(text: str, vault: Vault) -> Redacted:
    """Take secrets out of text about to be posted: values, shapes and their disguises.

    Assignments stay: example code assigns harmless things to `token` all the time.
    """
    return _thorough(text, vault, patterns.SHAPES)


def leaks(text: str, vault: Vault) -> bool:
    """Whether a value of ours stands in `text`, whole, encoded, cut or spread out.

    Knows base64 (any alignment, twice), hex, URL, JSON and HTML escapes, rot13, each
    of them reversed, separators between characters, and any 12 characters in a row.
    What stays: ciphers, and pieces shorter than that spread over many runs.
    """
    if not vault.forms:
        return False
    return any(_holds(view, vault) for view in disguises.views(text))


def _pieces(value: str) -> Iterable[str]:
    value = value.strip()
    if len(value) >= MIN_LENGTH:
        yield value
    lines = value.splitlines()
    if len(lines) > 1:
        yield from (
            line.strip()
            for line in lines
            if len(line.strip()) >= MIN_LINE and not line.startswith("-----")
        )


def _windows(text: str) -> Iterable[str]:
    pieces = (text[start : start + WINDOW] for start in range(len(text) - WINDOW + 1))
    # A run of one or two characters is nobody's secret, and everybody's separator.
    return (piece for piece in pieces if len(set(piece)) > 4)


def _holds(text: str, vault: Vault) -> bool:
    if any(form in text for form in vault.forms):
        return True
    squeezed = disguises.squeeze(text)
    if any(form in squeezed for form in vault.disguised):
        return True
    return _any_window(text, vault) or _any_window(squeezed, vault)


def _any_window(text: str, vault: Vault) -> bool:
    return next(_window_starts(text, vault), None) is not None


def _window_starts(text: str, vault: Vault) -> Iterator[int]:
    windows = vault.windows
    return (
        start
        for start in range(len(text) - WINDOW + 1)
        if text[start : start + WINDOW] in windows
    )


def _thorough(text: str, vault: Vault, table: tuple[patterns.Pattern, ...]) -> Redacted:
    """Take out what stands in `text` as it is, then what is disguised in the rest."""
    counts: Counter[str] = Counter()
    for form in vault.forms:
        if found := text.count(form):
            counts["secret"] += found
            text = text.replace(form, _placeholder("secret", form))
    text = _replace(text, _cut_pieces(text, vault), counts)
    text = _replace(text, patterns.private_keys(text), counts)
    for pattern in table:
        text = _replace(text, patterns.search(text, (pattern,)), counts)

    def anything(view: str) -> Iterator[Found]:
        yield from _values(view, vault)
        yield from patterns.private_keys(view)
        yield from patterns.search(view, table)

    def shapes(view: str) -> Iterator[Found]:
        yield from _whole(view, vault)
        yield from patterns.private_keys(view)
        yield from patterns.search(view, patterns.SHAPES)

    text = _replace(text, encoded.find(text, anything, shapes), counts)
    return Redacted(text, {kind: n for kind, n in counts.items() if n})


def _values(text: str, vault: Vault) -> Iterator[Found]:
    yield from _whole(text, vault)
    yield from _cut_pieces(text, vault)


def _whole(text: str, vault: Vault) -> Iterator[Found]:
    for form in vault.forms:
        if form in text:
            for match in re.finditer(re.escape(form), text):
                yield Found(*match.span(), "secret")


def _cut_pieces(text: str, vault: Vault) -> Iterator[Found]:
    """Find what is left of a value that was cut, quoted in part or wrapped."""
    begin = end = -1
    for start in _window_starts(text, vault):
        if start > end >= 0:
            yield Found(begin, end, "secret")
        begin, end = (start if start > end else begin), start + WINDOW
    if end >= 0:
        yield Found(begin, end, "secret")


def _replace(text: str, found: Iterable[Found], counts: Counter[str]) -> str:
    """Put a placeholder for each of `found`, which are in order and do not overlap."""
    parts: list[str] = []
    position = 0
    for one in found:
        counts[one.kind] += 1
        value = text[one.start : one.end]
        parts += (text[position : one.start], _placeholder(one.kind, value))
        position = one.end
    return "".join((*parts, text[position:]))


def _placeholder(kind: str, value: str) -> str:
    return f"[REDACTED:{kind}]" + "\n" * value.count("\n")
