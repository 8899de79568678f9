"""Which files a text is about: BM25 over paths, definitions and words.

Written out here: the libraries for it bring numerical packages of tens of megabytes for
what is a sum over the words of one query.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from bot.context import repository
from bot.context.kinds import UNREAD, FileKind, kind_of

# Characters that are read: of the question, and of one file.
MAX_QUESTION = 64_000
MAX_TEXT = 120_000
# Files whose text is looked at, by what their paths say.
MOST_READ = 2_000
# A word of a question that more files than this hold finds none of them.
MOST_NAMED = 150
MOST_NAMES = 40

_K1, _B = 1.4, 0.5
# What one occurrence counts in a text, and what a word of a path counts beside it: of
# the file's own name, of a folder's.
_DEFINED = 3.0
_NAMED, _FOLDER = 2.5, 0.8
_TITLE, _CODE = 2.0, 2.0
# Written by hand: what an issue is about is seldom a test or a page.
_OF_KIND: Mapping[FileKind, float] = {
    "source": 1.0,
    "config": 0.6,
    "ci": 0.5,
    "test": 0.5,
    "docs": 0.4,
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{1,60}")
_PART = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]|[0-9]+")
_DEFINES = re.compile(
    r"\b(?:def|class|func|function|fn|interface|type|struct|enum|trait|module)"
    r"[ \t]{1,4}(?:\([^()\n]{0,100}\)[ \t]{0,4})?([A-Za-z_]\w{1,80})"
)
_QUOTED = re.compile(r"`([^`\n]{2,200})`")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP = _words(
    """
    the and for that this with not are was but from have has when then than there which
    will would should could can you your our its it is in on of to as at be by or an if
    so do we they them these those what where who how why all any some no yes before
    after into out up down over only also more most just like get got does did use used
    using new now one two see please thanks issue bug error expected actual behavior
    behaviour version steps reproduce
    """
)


class Texts(Protocol):
    """Where paths and files come from."""

    def tree(self) -> tuple[str, ...]:
        """Every path at the pinned SHA."""

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        """The texts of many files at the pinned SHA, read together; some may lack."""

    def naming(self, words: Sequence[str]) -> tuple[str, ...]:
        """Paths of files that hold one of these words; () where a search costs much."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A file and how much it is asked about; scores compare within one list."""

    path: str
    score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Files by relevance, best first, with the texts that were read for it."""

    files: tuple[Ranked, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    def best(self, most: int, *, kinds: Iterable[FileKind] = ()) -> tuple[str, ...]:
        """Name the best paths; of these kinds only, where any are given."""
        wanted = frozenset(kinds)
        paths = (each.path for each in self.files)
        if wanted:
            paths = (path for path in paths if kind_of(path) in wanted)
        return tuple(path for _, path in zip(range(most), paths, strict=False))

    def near(self, part: float) -> tuple[str, ...]:
        """Name the source files that come near the best, by `part` of its score."""
        code = [each for each in self.files if kind_of(each.path) == "source"]
        least = code[0].score * part if code else 0.0
        return tuple(each.path for each in code if each.score >= least)


def rank(title: str, body: str, *, files: Texts, most: int = MOST_READ) -> Ranking:
    """Rank the files of a repository by what an issue says.

    First by their paths, which costs nothing; then by the texts of the `most` likeliest
    and of those that hold a name the issue writes as code.
    """
    question = ask(title, body)
    search = _Search(question, files.tree())
    order = list(dict.fromkeys((*search.named, *search.by_path())))[:most]
    texts = files.texts(order)
    # Asked for now: over GitHub's API a search costs nothing once many were read.
    more = [path for path in _naming(body, files) if path not in texts]
    texts |= files.texts(more) if more else {}
    return Ranking(search.ranked(texts), texts)


@dataclass(frozen=True, slots=True)
class Question:
    """The words of a text with their weight, and the text itself."""

    weights: Mapping[str, float]
    text: str


def ask(title: str, body: str) -> Question:
    """Weigh the words of an issue: the title's more, and those written as code."""
    text = f"{title}\n{body}"[:MAX_QUESTION]
    weights: dict[str, float] = defaultdict(float)
    for name, count in Counter(_NAME.findall(text)).items():
        for term in terms(name):
            weights[term] += 1 + math.log(count)
    for name in set(_NAME.findall(title[:1_000])):
        for term in terms(name):
            weights[term] *= _TITLE
    for name in code_names(text):
        weights[name.lower()] *= _CODE
    shown = {w: min(v, 8.0) for w, v in weights.items() if w not in _STOP}
    return Question(shown, text)


def code_names(text: str) -> tuple[str, ...]:
    """Name what a text writes as code: in backticks, or with `_` or capitals inside."""
    quoted = {n for each in _QUOTED.findall(text) for n in _NAME.findall(each)}
    shaped = (
        name
        for name in _NAME.findall(text)
        if "_" in name.strip("_") or (len(_parts(name)) > 1 and not name.isupper())
    )
    return tuple(dict.fromkeys((*shaped, *sorted(quoted))))


def defines(text: str, names: Collection[str]) -> str:
    """Name the first of `names` that a text defines, "" for none."""
    wanted = set(names)
    found = (name for name in _DEFINES.findall(text[:MAX_TEXT]) if name in wanted)
    return next(found, "")


class _Search:
    """One question put to one tree; what its paths say is worked out once."""

    def __init__(self, question: Question, tree: Sequence[str]) -> None:
        kinds = {path: kind_of(path) for path in tree}
        self._question = question
        self._finder = _Finder(question.weights)
        self._priors = {
            path: _prior(path, kind)
            for path, kind in kinds.items()
            if kind not in UNREAD
        }
        self.named = repository.mentioned(question.text, tuple(self._priors))
        names = {path: self._finder.of_path(path) for path in self._priors}
        rarity = _rarity(names.values(), question.weights)
        self._of_path = {
            path: sum(rarity[term] * weight for term, weight in found.items())
            for path, found in names.items()
        }

    def by_path(self) -> list[str]:
        """Every path, the likeliest by its name first."""
        score = {path: self._of_path[path] * n for path, n in self._priors.items()}
        return sorted(score, key=lambda path: (-score[path], path))

    def ranked(self, texts: Mapping[str, str]) -> tuple[Ranked, ...]:
        """Score every path, best first; what shares no word is left out.

        Files that the question names stand first.
        """
        known = {path: text for path, text in texts.items() if path in self._priors}
        found = {path: self._finder.of_text(text) for path, text in known.items()}
        rarity = _rarity(
            (counts for counts, _ in found.values()), self._question.weights
        )
        mean = sum(length for _, length in found.values()) / max(len(found), 1) or 1.0
        scores = dict(self._of_path)
        for path, (counts, length) in found.items():
            scores[path] += _saturated(counts, rarity, length / mean)
        scores = {path: n * self._priors[path] for path, n in scores.items() if n}
        top = max(scores.values(), default=1.0)
        for n, path in enumerate(self.named):
            scores[path] = top * (2 - n / 100)
        order = sorted(scores, key=lambda path: (-scores[path], path))
        return tuple(Ranked(path, scores[path]) for path in order)


@lru_cache(maxsize=100_000)
def terms(name: str) -> tuple[str, ...]:
    """Split a name into what it is found by: itself and its parts, without endings."""
    parts = _parts(name)
    whole = (name.lower(),) if len(parts) > 1 else ()
    return tuple(
        dict.fromkeys((*whole, *(_stem(part) for part in parts if len(part) > 1)))
    )


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.lower() for part in _PART.findall(name))


def _stem(word: str) -> str:
    for end, least in (("ing", 6), ("ies", 5), ("es", 5), ("ed", 5), ("s", 4)):
        if word.endswith(end) and len(word) >= least and not word.endswith("ss"):
            return word[: -len(end)].rstrip("e")
    return word.rstrip("e") if len(word) > 3 else word


@dataclass(slots=True)
class _Finder:
    """Counts the words of one question; each name is split once."""

    wanted: Mapping[str, float]
    _split: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _folders: dict[str, dict[str, float]] = field(default_factory=dict)

    def of_path(self, path: str) -> dict[str, float]:
        """The words of a path with their weights: its name's above its folders'."""
        folder, _, name = path.rpartition("/")
        around = self._folders.get(folder)
        if around is None:
            around = dict.fromkeys(self._all(folder), _FOLDER)
            self._folders[folder] = around
        own = self._all(name)
        return around | dict.fromkeys(own, _NAMED) if own else around

    def of_text(self, text: str) -> tuple[dict[str, float], int]:
        """The words of a text with their counts, and its length in names."""
        text = text[:MAX_TEXT]
        counts: dict[str, float] = {}
        names = Counter(_NAME.findall(text))
        for found, weight in (
            (names, 1.0),
            (Counter(_DEFINES.findall(text)), _DEFINED),
        ):
            for name, count in found.items():
                for term in self._terms(name):
                    counts[term] = counts.get(term, 0.0) + weight * count
        return counts, names.total()

    def _all(self, text: str) -> list[str]:
        return [term for name in _NAME.findall(text) for term in self._terms(name)]

    def _terms(self, name: str) -> tuple[str, ...]:
        known = self._split.get(name)
        if known is None:
            known = tuple(term for term in terms(name) if term in self.wanted)
            self._split[name] = known
        return known


def _rarity(
    found: Iterable[Mapping[str, float]], weights: Mapping[str, float]
) -> dict[str, float]:
    """What a word counts: more where it is asked for often and few files hold it."""
    documents = list(found)
    held = Counter(term for counts in documents for term in counts)
    return {
        term: weights[term]
        * math.log(1 + (len(documents) - count + 0.5) / (count + 0.5))
        for term, count in held.items()
    }


def _saturated(
    counts: Mapping[str, float], rarity: Mapping[str, float], size: float
) -> float:
    scale = _K1 * (1 - _B + _B * size)
    return sum(
        rarity[term] * count * (_K1 + 1) / (count + scale)
        for term, count in counts.items()
    )


def _prior(path: str, kind: FileKind) -> float:
    weight = _OF_KIND.get(kind, 0.0)
    # Without a suffix, or with one that no code has, it is mostly data.
    name = path.rpartition("/")[2]
    return weight if "." in name[1:] else weight * 0.4


def _naming(text: str, files: Texts) -> tuple[str, ...]:
    names = [name for name in code_names(text[:MAX_QUESTION]) if len(name) > 4]
    found = files.naming(names[:MOST_NAMES]) if names else ()
    return found if len(found) <= MOST_NAMED else ()
