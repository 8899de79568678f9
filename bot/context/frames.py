"""Frames of stack traces, found again as files of the repository."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.context.traces import Frame

# A path below one of these is somebody else's code, or ours as it was installed: then
# all of what follows must be a path of ours.
_INSTALLED = re.compile(
    r".*(?:(?:site|dist)-packages|node_modules|/lib/python\d(?:\.\d{1,3})?|/go/pkg/mod"
    r"|\.cargo/registry/src/[^/]{1,100}|/rustc/[0-9a-f]{6,64}|/usr/(?:local/)?go/src"
    r"|/gems|[/\\]jre|node:internal)[/\\]"
)
_VERSIONED = re.compile(r"@v?\d[\w.+-]{0,60}(?=/)")
# What a compiler wrote, and what it was written from.
_WRITTEN_FROM: Mapping[str, tuple[str, ...]] = {
    ".js": (".ts", ".tsx", ".jsx", ".mts", ".vue"),
    ".mjs": (".mts", ".ts"),
    ".cjs": (".cts", ".ts"),
    ".jsx": (".tsx",),
    ".pyc": (".py",),
}
_MAX_PATH = 400


@dataclass(frozen=True, slots=True)
class Located:
    """A file of the repository that a trace passes through, and where."""

    path: str
    line: int
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Paths:
    """The repository's paths by every tail they have."""

    by_tail: Mapping[str, Sequence[str]]

    def find(self, named: str) -> str:
        """Name the one path that a frame's path means, "" for none or for several.

        The longest tail that both share decides; of what is installed below another
        project's folder all must be shared.
        """
        named = named[:_MAX_PATH].replace("\\", "/")
        if (module := _VERSIONED.search(named)) is not None:
            # A Go module's own folder: what follows is its repository.
            return self._only(named[module.end() + 1 :])
        inner = _INSTALLED.sub("", named)
        parts = [part for part in inner.split("/") if part not in ("", ".", "..")]
        if inner != named:
            # Of a package's own folder above its modules a repository may lack `src/`.
            parts = parts if len(parts) > 1 else []
            return self._only("/".join(parts)) or self._only("/".join(parts[1:]), 2)
        for start in range(len(parts)):
            found = self._only("/".join(parts[start:]))
            if found:
                return found
        return ""

    def _only(self, tail: str, least: int = 1) -> str:
        if tail.count("/") + 1 < least or not tail:
            return ""
        for each in (tail, *_sources_of(tail)):
            found = self.by_tail.get(each, ())
            if len(found) == 1:
                return found[0]
            whole = [path for path in found if path == each]
            if whole:
                return whole[0]
        return ""


def paths(tree: Iterable[str]) -> Paths:
    """Index the paths of a tree."""
    by_tail: dict[str, list[str]] = {}
    for path in tree:
        parts = path.split("/")
        for start in range(len(parts)):
            by_tail.setdefault("/".join(parts[start:]), []).append(path)
    return Paths(by_tail)


def located(frames: Sequence[Frame], tree: Iterable[str]) -> tuple[Located, ...]:
    """Map frames to files of the tree, in their order, each place once."""
    known = paths(tree) if frames else Paths({})
    found: dict[tuple[str, int], Located] = {}
    for frame in frames:
        path = known.find(frame.path)
        if path:
            at = Located(path, frame.line, frame.symbol)
            found.setdefault((path, frame.line), at)
    return tuple(found.values())


def _sources_of(tail: str) -> tuple[str, ...]:
    stem, dot, suffix = tail.rpartition(".")
    ends = _WRITTEN_FROM.get(f".{suffix}", ()) if dot else ()
    built = stem.removeprefix("dist/").removeprefix("build/").removeprefix("lib/")
    stems = dict.fromkeys((stem, built))
    return tuple(f"{each}{end}" for each in stems for end in ends)


# What no trace of a known language is: a path with a line beside it, as Ruby, PHP, C#,
# Elixir, C and every compiler write them.
_PLACE = re.compile(
    r"(?<![\w/.])(?P<path>[\w@~][\w@./\\+-]{0,300}\.[A-Za-z]{1,6}|/[\w@./+-]{1,300}\.[A-Za-z]{1,6})"
    r"(?::|\(|:line |, line |\"?, line | on line | line )(?P<line>\d{1,7})(?![\d.])"
)
_MOST_PLACES = 60
_MAX_TEXT, _MAX_LINE = 65_536, 2_000


def places(text: str) -> tuple[Frame, ...]:
    """Find every path with a line number that a text holds, each once, in its order."""
    found: dict[Frame, None] = {}
    for line in text[:_MAX_TEXT].split("\n"):
        for match in _PLACE.finditer(line[:_MAX_LINE]):
            if len(found) >= _MOST_PLACES:
                return tuple(found)
            found.setdefault(Frame(match["path"], int(match["line"])))
    return tuple(found)
