"""Which files of a set import which, read off the lines that say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import dirname, normpath

# Characters of one file that are looked through, and names one line may bring.
MAX_TEXT = 400_000
_MAX_NAMES = 40
_PYTHON = re.compile(
    r"\s{0,80}(?:from\s{1,4}(?P<module>\.{0,8}[\w.]{0,200})\s{1,4}import\s{1,4}"
    r"\(?(?P<names>[\w, .]{0,1000})|import\s{1,4}(?P<plain>[\w., ]{1,1000}))"
)
_SCRIPT = re.compile(
    r"(?:\bfrom\s{0,4}|\brequire\(\s{0,4}|\bimport\(?\s{0,4})[\"'](?P<path>[^\"']{1,300})"
)
_GO = re.compile(
    r"\s{0,8}(?:import\s{1,4})?(?:[\w.]{1,60}\s{1,4})?\"(?P<path>[\w./-]{1,300})\""
)
_RUST = re.compile(
    r"\s{0,40}(?:pub(?:\(\w{1,20}\))?\s)?(?:use\s{1,4}(?P<path>[\w:]{1,300})"
    r"|mod\s{1,4}(?P<mod>\w{1,100});)"
)
_JAVA = re.compile(r"import\s{1,4}(?:static\s{1,4})?(?P<path>[\w.]{1,300})")
SCRIPT_ENDS = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts")


@dataclass(frozen=True, slots=True)
class Places:
    """Files by every tail of their path, without suffix: where an import may lead."""

    tails: Mapping[str, tuple[str, ...]]
    folders: Mapping[str, tuple[str, ...]]


def places(paths: Iterable[str]) -> Places:
    """Index paths by the ways in which code may name them."""
    tails: dict[str, list[str]] = {}
    folders: dict[str, list[str]] = {}
    for path in paths:
        stem = path.rpartition(".")[0] or path
        for suffix in ("/__init__", "/index", "/mod", "/lib"):
            stem = stem.removesuffix(suffix)
        for tail in path_tails(stem):
            tails.setdefault(tail, []).append(path)
        for tail in path_tails(dirname(path)) if path.endswith(".go") else ():
            folders.setdefault(tail, []).append(path)
    return Places(
        {tail: tuple(found) for tail, found in tails.items()},
        {tail: tuple(found) for tail, found in folders.items()},
    )


def imported(path: str, text: str, *, among: Places) -> frozenset[str]:
    """Name the files of `among` that the file at `path` imports, itself left out.

    By lines, not by a grammar: a name that leads to several files is left out, too.
    """
    found: set[str] = set()
    for name in _named(path, text[:MAX_TEXT]):
        if path.endswith(".go"):
            # A package's folder; the first of the name's parts are its module's.
            hits = _longest(name, among.folders)
            found.update(hits)
            continue
        hits = among.tails.get(name, ())
        if len(hits) == 1:
            found.add(hits[0])
    return frozenset(found - {path})


def graph(texts: Mapping[str, str], paths: Sequence[str]) -> dict[str, frozenset[str]]:
    """Say of each of `paths` which others it imports, as far as there is a text."""
    among = places(paths)
    return {path: imported(path, texts.get(path, ""), among=among) for path in paths}


def _longest(name: str, folders: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return next((folders[tail] for tail in path_tails(name) if tail in folders), ())


def file_stem(path: str) -> str:
    """The name of a file up to its first dot: `a/price.test.ts` gives `price`."""
    return path.rpartition("/")[2].partition(".")[0]


def path_tails(path: str) -> Iterator[str]:
    """A path and each of its ends, longest first: `a/b.py`, `b.py`."""
    parts = path.split("/")
    return ("/".join(parts[start:]) for start in range(len(parts)))


def _named(path: str, text: str) -> Iterator[str]:
    """The names that a file's import lines bring, written as paths."""
    if path.endswith((".py", ".pyi")):
        return _python(path, text)
    if path.endswith(SCRIPT_ENDS):
        return _script(path, text)
    if path.endswith(".go"):
        return (m["path"] for line in text.split("\n") if (m := _GO.match(line[:400])))
    if path.endswith(".rs"):
        return _rust(path, text)
    if path.endswith((".java", ".kt")):
        matches = (_JAVA.match(line[:400]) for line in text.split("\n"))
        return (m["path"].replace(".", "/") for m in matches if m)
    return iter(())


def _python(path: str, text: str) -> Iterator[str]:
    for line in text.split("\n"):
        if "import" not in line:
            continue
        match = _PYTHON.match(line[:1_500])
        if match is None:
            continue
        if match["plain"]:
            yield from (
                name.split(" as ")[0].strip().replace(".", "/")
                for name in match["plain"].split(",")[:_MAX_NAMES]
            )
            continue
        module = _absolute(path, match["module"])
        yield module
        for name in match["names"].split(",")[:_MAX_NAMES]:
            word = name.split(" as ")[0].strip()
            if word:
                yield f"{module}/{word}".lstrip("/")


def _absolute(path: str, module: str) -> str:
    dots = len(module) - len(module.lstrip("."))
    name = module.lstrip(".").replace(".", "/")
    if not dots:
        return name
    folders = dirname(path).split("/") if dirname(path) else []
    kept = folders[: len(folders) - dots + 1]
    return "/".join([*kept, name] if name else kept)


def _script(path: str, text: str) -> Iterator[str]:
    for line in text.split("\n"):
        for match in list(_SCRIPT.finditer(line[:1_000]))[:4]:
            name = match["path"].removeprefix("@/").removeprefix("~/")
            if name.startswith("."):
                name = normpath(f"{dirname(path)}/{name}").lstrip("/")
            for end in SCRIPT_ENDS:
                name = name.removesuffix(end)
            yield name.removesuffix("/index")


def _rust(path: str, text: str) -> Iterator[str]:
    for line in text.split("\n"):
        match = _RUST.match(line[:400])
        if match is None:
            continue
        if match["mod"]:
            yield f"{dirname(path)}/{match['mod']}".lstrip("/")
            continue
        parts = [p for p in match["path"].split("::") if p not in ("crate", "self", "")]
        # The last parts may be items of the module.
        yield from ("/".join(parts[:end]) for end in range(len(parts), 0, -1)[:3])
