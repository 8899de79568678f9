"""The files of one commit, out of one archive instead of hundreds of questions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from bot import http
from bot.context import tarball
from bot.context.kinds import UNREAD, kind_of
from bot.github import Client, runs

# To read no more paths than this, GraphQL takes two questions, which is less work.
WORTH_IT = 100
# Bytes that a search for words goes through in all, about a second's work.
_MOST_SEARCHED = 2_000_000_000
_LEAST_WORDS = 4
CUT = "the archive of the repository was read in part ({problem})"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The text files of a commit by path."""

    files: Mapping[str, bytes] = field(default_factory=dict)

    def texts(self, paths: Collection[str]) -> dict[str, str]:
        """The texts of those of `paths` that are here and are UTF-8."""
        found = ((path, self.files.get(path)) for path in paths)
        read = ((path, _text(raw)) for path, raw in found if raw is not None)
        return {path: text for path, text in read if text is not None}

    def naming(self, words: Sequence[str], tree: Collection[str]) -> tuple[str, ...]:
        """Paths of files that hold one of these words as a word.

        In a large repository only the longest words are looked for.
        """
        size = sum(map(len, self.files.values())) or 1
        most = max(_MOST_SEARCHED // size, _LEAST_WORDS)
        asked = sorted(dict.fromkeys(words), key=len, reverse=True)[:most]
        sought = [word.encode() for word in asked if word]
        return tuple(path for path in self._holding(sought) if path in tree)

    def _holding(self, words: Sequence[bytes]) -> Iterator[str]:
        border = {
            word: re.compile(rb"(?<!\w)%b(?!\w)" % re.escape(word)) for word in words
        }
        for path, text in self.files.items():
            if any(word in text and border[word].search(text) for word in words):
                yield path


def read(
    client: Client, ref: str, *, missing: list[str], allow_private: bool
) -> Snapshot:
    """Read the text files of a commit: one call, and a download without the token.

    Lock files, and what is generated or vendored, are left out. What was read in part
    is said in `missing`. Raises `HostError`.
    """
    where = f"{client.path}/tarball/{quote(ref, safe='')}"

    def fetch(url: str) -> tarball.Unpacked:
        def unpack(chunks: Iterator[bytes]) -> tarball.Unpacked:
            return tarball.unpack(chunks, wanted=_is_read)

        return http.streamed(url, unpack, host=client.host, allow_private=allow_private)

    found = runs.followed(client, where, fetch)
    if found.problem:
        missing.append(CUT.format(problem=found.problem))
    return Snapshot(found.files)


def _is_read(path: str) -> bool:
    return kind_of(path) not in UNREAD


def _text(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
