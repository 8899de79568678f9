"""Facts of an issue's shape, each a short phrase that a person can read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.classify import cues
from bot.classify.shape import Shape

MAX_PROSE = 8_400  # characters of prose read: the request stands at the top
MAX_LINES = 600
MAX_LINE = 300

_URL = re.compile(r"https?://[^\s)>\]\"']{1,300}")
_VERSION = re.compile(r"\bv?[0-9]{1,4}\.[0-9]{1,4}(?:\.[0-9a-z]{1,12})?\b")
_REFERENCE = re.compile(r"#[0-9]{1,7}\b")
_CALL = re.compile(r"\b[A-Za-z_][A-Za-z0-9_]{1,40}\(")
_PATH = re.compile(r"[A-Za-z0-9_\-]{1,40}/[A-Za-z0-9_\-]{1,40}\.[a-z]{1,5}\b")
_FILE = re.compile(
    r"\b[A-Za-z0-9_\-]{1,40}\."
    r"(?:py|js|ts|java|go|rs|c|cpp|h|md|rst|ya?ml|json|xml|gradle|kt|rb|toml)\b"
)
_NAME = re.compile(r"\b[a-z]{1,30}[A-Z][a-z]{1,30}|\b[a-z]{1,30}_[a-z]{1,30}")

# One line of a trace names its language. Lines are cut at `MAX_LINE` before.
TRACES = {
    "Python": r"^(?:Traceback \(most recent|File \"[^\"]{1,300}\", line [0-9])",
    "Java": (
        r"^(?:at [A-Za-z_$][\w$.<>]{2,200}\(|Caused by: |Exception in thread"
        r"|(?:java|kotlin|android|javax)\.[\w.]{2,100}(?:Exception|Error))"
    ),
    "JavaScript": (
        r"^(?:at .{1,200}:[0-9]{1,6}:[0-9]{1,6}\)?$"
        r"|(?:Type|Reference|Syntax|Range)Error: )"
    ),
    "Go": r"^(?:goroutine [0-9]{1,9} \[|panic: )",
    "Rust": r"^(?:thread '.{1,80}' panicked|error\[E[0-9]{4}\])",
    "Ruby": r"^(?:from )?[^\s:]{1,200}\.rb:[0-9]{1,6}:in ",
    "native": (
        r"^(?:#[0-9]{1,3} {1,4}0x|==[0-9]{1,9}==|Segmentation fault"
        r"|\*\*\* Aborted|.{0,100}AddressSanitizer)"
    ),
    "compiler": r"^[^\s:]{1,200}:[0-9]{1,6}(?::[0-9]{1,6})?: (?:fatal )?(?:err|warn)",
    "log": (
        r"^\[?[0-9]{2,4}[-/:][0-9]{2}[-/:][0-9]{2}[T ,.:0-9]{0,20}"
        r".{0,40}\b(?:ERROR|WARN|FATAL|E/|W/)"
    ),
    "failure": (
        r"^.{0,120}\b"
        r"(?:Error|Exception|FAILED|fatal|failed with|exit code|exit status)\b"
    ),
}
_TRACES = {name: re.compile(pattern) for name, pattern in TRACES.items()}
_OPENINGS = {word: name for name, words in cues.OPENINGS for word in words}


def of(shape: Shape, *, title_words: list[str]) -> Iterator[str]:
    """Yield what holds of an issue, at most a few dozen facts, some twice."""
    prose = "\n".join(shape.prose)[:MAX_PROSE]
    yield from _title_kind(shape.title, title_words)
    yield from _title_marks(shape.title)
    yield from _counts(shape)
    yield from _prose_counts(shape, prose)
    yield from _marks(shape, prose)
    yield from _sections(shape)
    yield from _traces(shape)
    yield from _phrases(f"{shape.title}\n{prose} ".lower())


def _sized(name: str, count: int) -> str:
    """Name a count by its order of magnitude."""
    if count == 0:
        return f"no {name}"
    top = min(count.bit_length(), 12)
    return f"{name}: {1 << (top - 1)} to {(1 << top) - 1}"


def _counted(name: str, count: int, *, cap: int) -> str:
    if count == 0:
        return f"no {name}"
    return f"{name}: {count}" if count < cap else f"{name}: {cap} or more"


def _held(pairs: Iterable[tuple[str, bool]]) -> Iterator[str]:
    return (fact for fact, holds in pairs if holds)


def _title_kind(title: str, words: list[str]) -> Iterator[str]:
    yield _sized("words in the title", len(words))
    if title.startswith("["):
        yield f"title tag: {title[1:20].partition(']')[0].strip().lower()}"
    for place, word in enumerate(words[:3], start=1):
        if word in _OPENINGS:
            yield f"word {place} of the title: to {_OPENINGS[word]}"
    if any(_OPENINGS.get(word) == "fault" for word in words):
        yield "title names a fault"


def _title_marks(title: str) -> Iterator[str]:
    names_code = "`" in title or _CALL.search(title) or _NAME.search(title)
    return _held(
        (
            ("title asks", title.endswith("?") or " ?" in title),
            ("title names code", bool(names_code)),
            ("title names a version", _VERSION.search(title) is not None),
            ("title in capitals", title.isupper()),
            ("title starts small", title[:1].islower()),
        )
    )


def _counts(shape: Shape) -> Iterator[str]:
    yield _sized("lines of code", len(shape.code))
    yield _counted("code blocks", shape.fences, cap=3)
    yield _counted("check boxes", shape.boxes, cap=3)
    yield _sized("list items", shape.items)
    yield _sized("numbered steps", shape.steps)
    yield _sized("headings", len(shape.sections))


def _prose_counts(shape: Shape, prose: str) -> Iterator[str]:
    yield _sized("words below the title", prose.count(" ") + len(shape.prose))
    yield _counted("questions", prose.count("?"), cap=3)
    yield _counted("links", len(_URL.findall(prose)), cap=4)
    yield _counted("versions", len(_VERSION.findall(prose)), cap=3)
    yield _counted("references", len(_REFERENCE.findall(prose)), cap=2)
    yield _counted("names in backticks", prose.count("`") // 2, cap=4)
    yield _counted("calls", len(_CALL.findall(prose)), cap=3)


def _marks(shape: Shape, prose: str) -> Iterator[str]:
    is_diff = any(line.startswith(("diff --", "@@ ", "+++ ")) for line in shape.code)
    names_file = _PATH.search(prose) or _FILE.search(prose)
    return _held(
        (
            ("nothing below the title", shape.is_empty),
            ("quotes somebody", shape.quotes > 0),
            (
                "links elsewhere",
                any("github.com" not in x for x in _URL.findall(prose)),
            ),
            ("has an image", "![" in prose or "<img" in prose),
            ("names a file", names_file is not None),
            ("not all ASCII", not prose.isascii()),
            ("starts small", bool(shape.prose) and shape.prose[0][:1].islower()),
            ("holds a diff", is_diff),
        )
    )


def _sections(shape: Shape) -> Iterator[str]:
    for section in shape.sections[:100]:
        kind = next(
            (
                name
                for name, words in cues.SECTIONS
                if any(word in section.heading for word in words)
            ),
            "other",
        )
        yield f"section {kind}: {'filled' if section.is_filled else 'empty'}"


def _traces(shape: Shape) -> Iterator[str]:
    lines = [line[:MAX_LINE] for line in (*shape.code, *shape.prose)[:MAX_LINES]]
    for name, pattern in _TRACES.items():
        hits = sum(1 for line in lines if pattern.search(line))
        if hits:
            yield f"{name} trace"
        if hits > 2:
            yield f"long {name} trace"


def _phrases(text: str) -> Iterator[str]:
    for name, phrases in cues.PHRASES:
        hits = sum(phrase in text for phrase in phrases)
        if hits:
            yield f"words of {name}"
        if hits > 1:
            yield f"several words of {name}"
