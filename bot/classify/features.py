"""What the text classifier sees: hashed words of an issue, and facts of its shape."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt
from zlib import crc32

from bot.classify import cues
from bot.classify import shape as shapes
from bot.classify.shape import Shape

BUCKETS = 1 << 17
MAX_WORDS = 700  # prose words read: the request stands at the top of an issue

_WORD = re.compile(r"[a-z][a-z']{0,30}|[0-9]{1,8}(?:\.[0-9]{1,8})?|[?!]")
_URL = re.compile(r"https?://[^\s)>\]\"']{1,300}")
_VERSION = re.compile(r"\bv?[0-9]{1,4}\.[0-9]{1,4}(?:\.[0-9a-z]{1,12})?\b")
_REFERENCE = re.compile(r"#[0-9]{1,7}\b")
_CALL = re.compile(r"\b[A-Za-z_][A-Za-z0-9_]{1,40}\(")
_PATH = re.compile(r"[A-Za-z0-9_\-]{1,40}/[A-Za-z0-9_\-]{1,40}\.[a-z]{1,5}\b")
_FILE = re.compile(
    r"\b[A-Za-z0-9_\-]{1,40}\.(?:py|js|ts|java|go|rs|c|cpp|h|md|rst|ya?ml|json|xml|gradle|kt|rb|toml)\b"
)
_CAMEL = re.compile(r"\b[a-z]{1,30}[A-Z][a-z]{1,30}|\b[a-z]{1,30}_[a-z]{1,30}")

# One line of a trace names its language.
TRACES = (
    (
        "python",
        re.compile(r'^(?:Traceback \(most recent|File "[^"]{1,300}", line [0-9])'),
    ),
    (
        "java",
        re.compile(
            r"^(?:at [A-Za-z_$][\w$.<>]{2,200}\(|Caused by: |Exception in thread)|^(?:java|kotlin|android|javax)\.[\w.]{2,100}(?:Exception|Error)"
        ),
    ),
    (
        "js",
        re.compile(
            r"^at .{1,200}:[0-9]{1,6}:[0-9]{1,6}\)?$|^(?:Type|Reference|Syntax|Range)Error: "
        ),
    ),
    ("go", re.compile(r"^(?:goroutine [0-9]{1,9} \[|panic: )")),
    ("rust", re.compile(r"^(?:thread '.{1,80}' panicked|error\[E[0-9]{4}\])")),
    ("ruby", re.compile(r"^(?:from )?[^\s:]{1,200}\.rb:[0-9]{1,6}:in ")),
    (
        "native",
        re.compile(
            r"^(?:#[0-9]{1,3} +0x|==[0-9]{1,9}==|Segmentation fault|\*\*\* Aborted|.{0,100}AddressSanitizer)"
        ),
    ),
    (
        "compiler",
        re.compile(
            r"^[^\s:]{1,200}:[0-9]{1,6}(?::[0-9]{1,6})?: (?:fatal )?(?:error|warning)"
        ),
    ),
    (
        "log",
        re.compile(
            r"^\[?[0-9]{2,4}[-/:][0-9]{2}[-/:][0-9]{2}[T ,.:0-9]{0,20}.{0,40}\b(?:ERROR|WARN|FATAL|E/|W/)"
        ),
    ),
    (
        "failure",
        re.compile(
            r"^.{0,120}\b(?:Error|Exception|FAILED|fatal|failed with|exit code|exit status)\b"
        ),
    ),
)

_OPENING = {word: name for name, words in cues.OPENINGS for word in words}


def words_of(text: str) -> list[str]:
    """Return the lower-case words of a text, long ones cut to their first letters."""
    return _WORD.findall(text.lower())


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing seen: where its weight stands, how strongly, and what a person reads.

    `name` is the kind of evidence, `evidence` the words or the fact itself.
    """

    bucket: int
    value: float
    name: str
    evidence: str


SPELLING = "title spelling"
# Kinds of evidence and how loud each one is as a whole, however long the text.
_LOUDNESS = {"title": 1.5, "body": 2.5, SPELLING: 1.5, "shape": 2.0}


def extract(title: str, body: str) -> list[Feature]:
    """Return the features of an issue, in linear time and at most a few thousand."""
    shape = shapes.read(title, body)
    words = words_of("\n".join(shape.prose)[: MAX_WORDS * 12])[:MAX_WORDS]
    found = _weighed("title", _pairs(words_of(shape.title)))
    found += _weighed("body", _pairs(words))
    found += _weighed(SPELLING, _grams(f" {shape.title[:120].lower()} "))
    found += _weighed("shape", set(facts(shape)))
    return found


def _weighed(name: str, seen: Iterable[str]) -> list[Feature]:
    """Count, dampen and scale to one length, so that no kind drowns another."""
    counts = {key: 1.0 + log(count) for key, count in sorted(Counter(seen).items())}
    length = sqrt(sum(value * value for value in counts.values())) or 1.0
    unit = _LOUDNESS[name] / length
    return [
        Feature(_bucket(name, key), value * unit, name, key)
        for key, value in counts.items()
    ]


def _bucket(name: str, key: str) -> int:
    return crc32(f"{name} {key}".encode(errors="replace")) % BUCKETS


def _pairs(words: list[str]) -> Iterator[str]:
    yield from words
    for left, right in pairwise(words):
        yield f"{left} {right}"


def _grams(text: str) -> Iterator[str]:
    for size in (3, 4, 5):
        for at in range(len(text) - size + 1):
            yield text[at : at + size]


def _bucketed(name: str, count: int) -> str:
    """Name a count by its order of magnitude: `name:0`, `name:1` ... `name:9`."""
    return f"{name}:{min(count.bit_length(), 12)}"


def facts(shape: Shape) -> Iterator[str]:
    """Name the facts that hold of an issue's shape."""
    prose = "\n".join(shape.prose)[: MAX_WORDS * 12]
    lowered = prose.lower()
    yield from _title_facts(shape.title)
    yield from _mark_facts(shape, prose)
    yield from _section_facts(shape)
    yield from _trace_facts(shape)
    whole = f"{shape.title.lower()}\n{lowered} "
    for name, phrases in cues.PHRASES:
        hits = sum(phrase in whole for phrase in phrases)
        if hits:
            yield f"says:{name}"
        if hits > 1:
            yield f"says:{name}+"


def _title_facts(title: str) -> Iterator[str]:
    words = words_of(title)
    yield _bucketed("title words", len(words))
    if title.endswith("?") or " ?" in title:
        yield "title asks"
    if title.startswith("["):
        tag = title[1:20].partition("]")[0].strip().lower()
        yield f"title tag:{tag}"
    for place, word in enumerate(words[:3]):
        opening = _OPENING.get(word)
        if opening:
            yield f"title {place}:{opening}"
    if any(_OPENING.get(word) == "fault" for word in words):
        yield "title:fault"
    if "`" in title or _CALL.search(title) or _CAMEL.search(title):
        yield "title:code"
    if _VERSION.search(title):
        yield "title:version"
    if title.isupper():
        yield "title:shouts"
    if title[:1].islower():
        yield "title:lower"


def _mark_facts(shape: Shape, prose: str) -> Iterator[str]:
    words = prose.count(" ") + len(shape.prose)
    yield _bucketed("prose", words)
    yield _bucketed("code", len(shape.code))
    yield f"fences:{min(shape.fences, 3)}"
    if shape.is_empty:
        yield "body:empty"
    yield f"questions:{min(prose.count('?'), 3)}"
    yield f"boxes:{min(shape.boxes, 3)}"
    yield _bucketed("items", shape.items)
    yield _bucketed("steps", shape.steps)
    yield _bucketed("sections", len(shape.sections))
    if shape.quotes:
        yield "quotes"
    urls = _URL.findall(prose)
    yield f"links:{min(len(urls), 4)}"
    if any("github.com" not in url for url in urls):
        yield "links:outside"
    if "![" in prose or "<img" in prose:
        yield "image"
    yield f"versions:{min(len(_VERSION.findall(prose)), 3)}"
    yield f"references:{min(len(_REFERENCE.findall(prose)), 2)}"
    yield f"inline code:{min(prose.count('`') // 2, 4)}"
    yield f"calls:{min(len(_CALL.findall(prose)), 3)}"
    if _PATH.search(prose) or _FILE.search(prose):
        yield "names a file"
    if not prose.isascii():
        yield "not ascii"
    if shape.prose and shape.prose[0][:1].islower():
        yield "starts lower"
    if any(line.startswith(("diff --git", "@@ ", "+++ ")) for line in shape.code):
        yield "diff"


def _section_facts(shape: Shape) -> Iterator[str]:
    for section in shape.sections:
        for name, words in cues.SECTIONS:
            if any(word in section.heading for word in words):
                yield f"section {name}:{'filled' if section.is_filled else 'empty'}"
                break
        else:
            yield "section other"


def _trace_facts(shape: Shape) -> Iterator[str]:
    lines = [line[:300] for line in (*shape.code[:400], *shape.prose[:200])]
    for name, pattern in TRACES:
        hits = sum(1 for line in lines if pattern.search(line))
        if hits:
            yield f"trace:{name}"
        if hits > 2:
            yield f"trace:{name}+"
