"""What lies around the lines of a trace: who calls them, what they call and read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.context import Section, imports
from bot.context.frames import Located
from bot.context.kinds import kind_of
from bot.context.symbols import Symbol, symbols
from bot.context.syntax import language_of
from bot.text import sanitize

CALLS = "what {symbol} in {path} calls"
CALLERS = "who calls {symbol} in {path}"
# Per place: definitions, callers, and lines of each.
MOST_DEFINITIONS, MOST_CALLERS = 8, 8
MOST_LINES = 60
MOST_PLACES = 12
# Files beyond the trace's own that are read in search of definitions.
MOST_IMPORTED = 30
MOST_CONFIG = 6
_MAX_LINE = 400
_CALL = re.compile(r"([A-Za-z_$][\w$]{1,80})\s?\(")
_LITERAL = re.compile(r"[\"']([\w./-]{2,160})[\"']")
_KEY = re.compile(
    r"(?:environ(?:\.get)?|getenv|env|config(?:uration)?|settings|options|Getenv|env::var)"
    r"(?:\.get\w{0,20})?[\[(.]\s?[\"']?([A-Za-z_][\w.-]{2,80})"
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COMMON = _words(
    """
    if for while switch catch return print len str int range super list dict set
    isinstance open format get append join split map filter new function func require
    sizeof assert
    """
)


@dataclass(frozen=True, slots=True)
class Inside:
    """A place of a trace with the definition around it, None outside of any."""

    place: Located
    symbol: Symbol | None

    @property
    def name(self) -> str:
        """What to call it: the definition, else what the trace says."""
        return self.symbol.qualified if self.symbol else self.place.symbol


def inside(places: Iterable[Located], texts: Mapping[str, str]) -> tuple[Inside, ...]:
    """Find the definitions around places, innermost place first, each once."""
    found: dict[tuple[str, str], Inside] = {}
    for place in places:
        each = Inside(place, _around(place, texts.get(place.path, "")))
        found.setdefault((place.path, each.name), each)
    return tuple(found.values())[:MOST_PLACES]


def imported(
    paths: Iterable[str], texts: Mapping[str, str], *, tree: Sequence[str]
) -> tuple[str, ...]:
    """Name the files of the tree that these files import."""
    among = imports.places(path for path in tree if language_of(path))
    found = (
        sorted(imports.imported(path, texts.get(path, ""), among=among))
        for path in paths
    )
    flat = dict.fromkeys(path for group in found for path in group)
    return tuple(flat)[:MOST_IMPORTED]


def sections(
    found: Sequence[Inside], texts: Mapping[str, str], *, whole: Sequence[str]
) -> tuple[Section, ...]:
    """Show the callees and callers of places; what is read `whole` is not repeated."""
    others = {path: text for path, text in texts.items() if path not in whole}
    defined = _definitions(others)
    made = []
    for each in found:
        if each.symbol is None:
            continue
        called = list(_called(each, texts, defined))[:MOST_DEFINITIONS]
        made += _section(CALLS, each, called)
        made += _section(CALLERS, each, list(_callers(each, others))[:MOST_CALLERS])
    return tuple(made)


def configuration(
    paths: Iterable[str], texts: Mapping[str, str], *, tree: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Say which configuration files a code names, and which keys it reads."""
    known = {path.rpartition("/")[2]: path for path in tree if _is_config(path)}
    full = {path for path in tree if _is_config(path)}
    files: dict[str, None] = {}
    keys: dict[str, None] = {}
    for path in paths:
        for line in texts.get(path, "").split("\n"):
            for literal in _LITERAL.findall(line[:_MAX_LINE]):
                name = literal.rpartition("/")[2]
                at = literal if literal in full else known.get(name)
                if at:
                    files.setdefault(at)
            keys.update(dict.fromkeys(_KEY.findall(line[:_MAX_LINE])))
    return tuple(files)[:MOST_CONFIG], tuple(keys)[:40]


def holding(keys: Sequence[str], texts: Mapping[str, str]) -> tuple[str, ...]:
    """Name the configuration files whose text holds one of these keys as a word."""
    if not keys:
        return ()
    words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, keys))})(?!\w)")
    found = (path for path, text in texts.items() if words.search(text[:200_000]))
    return tuple(found)[:MOST_CONFIG]


def _is_config(path: str) -> bool:
    return kind_of(path) == "config"


def _around(place: Located, text: str) -> Symbol | None:
    if not text or not language_of(place.path):
        return None
    found = symbols(place.path, text.encode("utf-8", "replace"))
    around = (s for s in found if s.start <= place.line <= s.end and s.kind != "class")
    return max(around, key=lambda each: (each.start, -each.end), default=None)


def _definitions(texts: Mapping[str, str]) -> dict[str, list[tuple[str, Symbol]]]:
    found: dict[str, list[tuple[str, Symbol]]] = {}
    for path, text in texts.items():
        if language_of(path) and kind_of(path) == "source":
            for symbol in symbols(path, text.encode("utf-8", "replace")):
                found.setdefault(symbol.name, []).append((path, symbol))
    return found


def _called(
    each: Inside,
    texts: Mapping[str, str],
    defined: Mapping[str, Sequence[tuple[str, Symbol]]],
) -> Iterator[str]:
    assert each.symbol is not None
    lines = texts[each.place.path].split("\n")
    body = lines[each.symbol.start - 1 : each.symbol.end]
    names = (n for line in body for n in _CALL.findall(line[:_MAX_LINE]))
    for name in dict.fromkeys(names):
        known = defined.get(name, ())
        # A name that several files define says nothing about which is meant.
        if name in _COMMON or not 0 < len(known) <= 2:
            continue
        for path, symbol in known:
            yield _shown(path, symbol, texts[path])


def _callers(each: Inside, texts: Mapping[str, str]) -> Iterator[str]:
    assert each.symbol is not None
    name = each.symbol.name
    call = re.compile(rf"(?<![\w$]){re.escape(name)}\s?\(")
    stem = each.place.path.rpartition("/")[2].partition(".")[0]
    if stem in ("__init__", "index", "mod", "lib"):
        stem = each.place.path.rpartition("/")[0].rpartition("/")[2]
    for path, text in texts.items():
        # Only a file that also names the module can mean this definition.
        if name not in text or stem not in text or not language_of(path):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if name in line and call.search(line[:_MAX_LINE]):
                around = _around(Located(path, number), text)
                if around is not None and around.start != number:
                    yield _shown(path, around, text)
                    break


def _shown(path: str, symbol: Symbol, text: str) -> str:
    end = min(symbol.end, symbol.start + MOST_LINES - 1)
    lines = text.split("\n")[symbol.start - 1 : end]
    cut = "\n…" if end < symbol.end else ""
    body = "\n".join(line[:_MAX_LINE] for line in lines)
    return f"{path}:{symbol.start}\n{body}{cut}"


def _section(name: str, each: Inside, parts: Sequence[str]) -> list[Section]:
    if not parts:
        return []
    title = name.format(symbol=each.name, path=each.place.path)
    shown = sanitize.code("\n\n".join(parts)).text
    return [Section(title, shown, "code", priority=2)]
