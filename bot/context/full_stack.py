"""A reported bug's whole stack: files of its traces, what lies around, who wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.context import (
    Finding,
    Section,
    around,
    fit,
    frames,
    real_places,
    relevance,
    report,
    repository,
    versions,
)
from bot.context.frames import Located
from bot.context.kinds import kind_of
from bot.context.relevance import Ranking
from bot.events import Event
from bot.reader import Reader
from bot.text import sanitize

FRAME = "the stack trace passes through {symbol}"
NO_FRAME = "no stack trace in the report names a file of this repository"
AT_TAG = "the report names {tag}: the files are read as they are there"
CHANGED_SINCE = "has changed since {tag}, which the report names"
RECENT = "recent changes to the lines of the trace"
# A file that the trace passes through is read whole; beyond this GitHub gives none.
MAX_FILE = 2_000_000
# Files beyond the trace's own: by relevance, while they are about it at all.
MOST_FILL, FILL_CHARACTERS, FILL_FROM = 200, 2_200_000, 0.25
MOST_FRAMES = 40
_LINES_AROUND = 3


@dataclass(frozen=True, slots=True)
class Stack:
    """Where traces lead: `tag` is the release the report names ("" for none)."""

    source: Reader
    places: tuple[Located, ...] = ()
    tag: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files the traces pass through, innermost first."""
        return tuple(dict.fromkeys(place.path for place in self.places))


def read(event: Event, texts: Sequence[str], reader: Reader) -> Stack:
    """Find the traces in texts and map them to files at the right revision.

    That is the tag of the release an issue names, else what `reader` is pinned to.
    """
    found = [frame for text in texts for frame in report.stack_traces(text)]
    found += [frame for text in texts for frame in frames.places(text)]
    source, tag = reader, ""
    if not event.is_pull_request and event.run is None and found:
        said = f"{event.title}\n{event.body}"
        release = reader.at(versions.named_versions(said))
        if release is not None:
            tag, source = release
    places = frames.located(found, source.tree())[:MOST_FRAMES]
    return Stack(source, places, tag)


def findings(stack: Stack, reader: Reader) -> tuple[Finding, ...]:
    """Say where the traces lead, and what has changed there since."""
    if not stack.places:
        return (Finding("no-stack-trace", NO_FRAME),)
    known = real_places.lengths(stack.paths, stack.source)
    found = list(dict.fromkeys(_frame(place, known) for place in stack.places))
    if stack.tag:
        found.append(Finding("release", AT_TAG.format(tag=stack.tag)))
        found += [
            Finding("changed-since", CHANGED_SINCE.format(tag=stack.tag), "minor", path)
            for path in stack.paths
            if stack.source.file(path) != reader.file(path)
        ]
    return tuple(found)


def _frame(place: Located, known: Mapping[str, int]) -> Finding:
    line = real_places.line(place.path, place.line, known)
    symbol = place.symbol or ("this line" if line else "this file")
    return Finding(
        "stack-frame", FRAME.format(symbol=symbol), "minor", place.path, line
    )


def sections(
    event: Event, stack: Stack, reader: Reader, *, whole: Iterable[str] = ()
) -> tuple[Section, ...]:
    """Read the whole stack, the most telling first.

    The files of the traces and `whole` must stay whole; what lies around them, who
    last changed the lines, and other files by relevance fill the window.
    """
    source = stack.source
    must = tuple(dict.fromkeys((*stack.paths, *whole)))
    # First, since not all may be read where GitHub gives files one by one.
    texts = source.texts(must)
    ranking = relevance.rank(event.title, event.body, files=source)
    texts = dict(ranking.texts) | texts
    read = repository.whole(must, source, priority=1, must=True, limit=MAX_FILE)
    beside = _beside(stack, source, texts, must)
    return (*read, *beside, *_recent(stack), *_fill(ranking, source, must))


def _beside(
    stack: Stack, source: Reader, texts: dict[str, str], must: Sequence[str]
) -> tuple[Section, ...]:
    tree = source.tree()
    found = around.inside(stack.places, texts)
    names = [each.symbol.name for each in found if each.symbol is not None]
    more = [*around.imported(must, texts, tree=tree), *source.naming(names)[:60]]
    texts |= source.texts([path for path in dict.fromkeys(more) if path not in texts])
    files, keys = around.configuration(must, texts, tree=tree)
    configs = [path for path in tree if kind_of(path) == "config"][:60]
    holding = around.holding(keys, source.texts(configs))
    settings = [path for path in dict.fromkeys((*files, *holding)) if path not in must]
    return (
        *around.sections(found, texts, whole=must),
        *repository.whole(settings, source, priority=3),
    )


def _recent(stack: Stack) -> tuple[Section, ...]:
    lines = [
        (each.path, max(each.line - _LINES_AROUND, 1), each.line + _LINES_AROUND)
        for each in stack.places
        if each.line
    ]
    touched = sorted(stack.source.touched(lines), key=lambda t: t.at, reverse=True)
    rows = dict.fromkeys(
        f"{each.path}:{each.start}-{each.end} {each.at[:10]} {each.sha[:10]} "
        f"{each.message[:200]}"
        for each in touched
    )
    if not rows:
        return ()
    return (Section(RECENT, sanitize.code("\n".join(rows)).text, "code", priority=2),)


def _fill(ranking: Ranking, source: Reader, must: Sequence[str]) -> tuple[Section, ...]:
    rest = [each for each in ranking.files if each.path not in must]
    least = rest[0].score * FILL_FROM if rest else 0.0
    room, chosen = FILL_CHARACTERS, []
    for each in rest[:MOST_FILL]:
        text = ranking.texts.get(each.path, "")
        if each.score >= least and text and len(text) <= room:
            room -= len(text)
            chosen.append(each.path)
    return repository.whole(chosen, source, priority=fit.FILLING)
