"""What the text classifier sees: hashed words of an issue, and facts of its shape."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt
from zlib import crc32

from bot.classify import facts
from bot.classify import shape as shapes

BUCKETS = 1 << 17
MAX_WORDS = 700  # of the body; the request stands at the top of an issue
MAX_TITLE = 120  # characters whose spelling is read
MAX_MARKS = 3_000  # characters of the body whose punctuation is read
STEM = 5

_WORD = re.compile(r"[a-z][a-z']{0,30}|[0-9]{1,8}(?:\.[0-9]{1,8})?|[?!]")
_MARKS = re.compile(r"[^\w\s]{1,3}")

TITLE, BODY, SHAPE, HEADING = "title", "body", "shape", "heading"
SPELLING, STEMS, MARKS = "title spelling", "title stems", "punctuation"
# Kinds of evidence and how loud each one is as a whole, however long the text.
LOUDNESS = {
    TITLE: 1.5,
    BODY: 2.5,
    SHAPE: 2.0,
    HEADING: 1.0,
    SPELLING: 1.5,
    STEMS: 0.7,
    MARKS: 1.0,
}
# Kinds a person can read; the others count and are not shown.
SHOWN = frozenset({TITLE, BODY, SHAPE, HEADING})


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing seen: where its weight stands, how strongly, and what a person reads.

    `name` is the kind of evidence, `evidence` the words or the fact itself.
    """

    bucket: int
    value: float
    name: str
    evidence: str


def extract(title: str, body: str) -> list[Feature]:
    """Return the features of an issue, in linear time and at most a few thousand."""
    shape = shapes.read(title, body)
    heads = words_of(shape.title)
    words = words_of("\n".join(shape.prose)[: facts.MAX_PROSE])[:MAX_WORDS]
    spelled = f" {shape.title[:MAX_TITLE].lower()} "
    seen: dict[str, Iterable[str]] = {
        TITLE: _with_pairs(heads),
        BODY: _with_pairs(words),
        SHAPE: set(facts.of(shape, title_words=heads)),
        HEADING: _headings(shape.sections[:100]),
        SPELLING: _fragments(spelled),
        STEMS: (word[:STEM] for word in heads),
        MARKS: _MARKS.findall(shape.text[:MAX_MARKS]),
    }
    return [f for name, keys in seen.items() for f in _weighed(name, keys)]


def words_of(text: str) -> list[str]:
    """Return the lower-case words, numbers, `?` and `!` of a text."""
    return _WORD.findall(text.lower())


def _weighed(name: str, keys: Iterable[str]) -> Iterator[Feature]:
    """Count, dampen and scale to one length, so that no kind drowns another."""
    counts = {key: 1.0 + log(count) for key, count in sorted(Counter(keys).items())}
    length = sqrt(sum(value * value for value in counts.values())) or 1.0
    unit = LOUDNESS[name] / length
    for key, value in counts.items():
        bucket = crc32(f"{name} {key}".encode(errors="replace")) % BUCKETS
        yield Feature(bucket, value * unit, name, key)


def _with_pairs(words: list[str]) -> Iterator[str]:
    yield from words
    for left, right in pairwise(words):
        yield f"{left} {right}"


def _headings(sections: list[shapes.Section]) -> Iterator[str]:
    for section in sections:
        yield from words_of(section.heading)
        state = "filled" if section.is_filled else "empty"
        yield f"{section.heading}: {state}"


def _fragments(text: str) -> Iterator[str]:
    for size in (3, 4, 5):
        for at in range(len(text) - size + 1):
            yield text[at : at + size]
