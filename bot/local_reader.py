"""A range of a local repository, as a task reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot import plumbing, revisions
from bot.earlier import Earlier
from bot.errors import GitError
from bot.git import Checkout, Range, open_repository, trusted
from bot.nothing_reader import NoRuns, NoTracker
from bot.reader import Reader, ThreadComment, Touched
from bot.revisions import Entry

# Bytes of a range's diff that are read.
MAX_DIFF = 8_000_000
MAX_COMMITS = 100
MAX_WORDS = 60

NO_THREAD = "a local range has no thread of comments"
NO_JOBS = "a local range has no CI jobs"
NO_ISSUES = "open issues are not read from a local checkout"
DIFF_CUT = "the diff is larger than 8 MB; its end was not read"
FILE_TOO_LARGE = "{path} is larger than 2 MB and was not read"


class LocalReader:
    """A range of a local repository, as tasks read the world (`bot.reader.Reader`)."""

    def __init__(self, checkout: Checkout, commits: Range) -> None:
        self.missing: list[str] = []
        self.runs = NoRuns(self.missing, NO_JOBS)
        self.tracker = NoTracker(self.missing, NO_ISSUES)
        self._checkout = checkout
        self._range = commits
        self._entries: dict[str, Entry] | None = None
        self._files: dict[str, str] = {}

    @property
    def root(self) -> Path:
        """The work tree, where reports of coverage may lie."""
        return self._checkout.root

    @property
    def head_sha(self) -> str:
        """The pinned commit."""
        return self._range.head

    def diff(self) -> str:
        """The unified diff of the range; a larger one than MAX_DIFF is cut."""
        arguments = ["diff-tree", "-r", "-p", *plumbing.DIFF_FLAGS, *plumbing.PREFIXES]
        ends = (self._range.base, self._range.head)
        raw = self._checkout.ask(*arguments, *ends, "--")
        if len(raw) > MAX_DIFF:
            self._miss(DIFF_CUT)
            raw = raw[: raw.rfind(b"\n", 0, MAX_DIFF) + 1]
        return raw.decode("utf-8", "replace")

    def file(self, path: str) -> str | None:
        """The text of a regular file at the head; None for anything else."""
        return self.texts([path]).get(path)

    def tree(self) -> tuple[str, ...]:
        """Every path at the head, symlinks included, submodules not."""
        return tuple(self._listing())

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        """The texts of many files at the head; what is no regular text is left out."""
        left: dict[str, str] = {}
        for path in paths:
            entry = self._listing().get(path)
            if path in self._files or entry is None or not entry.is_regular:
                continue
            if entry.size > plumbing.MAX_FILE:
                self._miss(FILE_TOO_LARGE.format(path=path))
                continue
            # By object, not `head:path`: no path of a stranger's is ever an argument.
            left[path] = entry.sha
        self._files |= revisions.blobs(self._checkout.ask, left)
        found = ((path, self._files.get(path)) for path in paths)
        return {path: text for path, text in found if text is not None}

    def trusted_file(self, path: str) -> str | None:
        """The text of a file at the base of the range."""
        base = Range(self._range.base, self._range.base)
        return LocalReader(self._checkout, base).file(path)

    def naming(self, words: Sequence[str]) -> tuple[str, ...]:
        """Find files at the head that hold one of these words, by git itself."""
        patterns = [part for word in words[:MAX_WORDS] for part in ("-e", word)]
        asked = ("grep", "-l", "-z", "-I", "-F", "-w", *patterns, self._range.head)
        try:
            raw = self._checkout.ask(*asked, "--")
        except GitError:
            # Status 1: none does.
            return ()
        names = raw.decode("utf-8", "surrogateescape").split("\0")
        return tuple(name.partition(":")[2] for name in names if name)

    def commit_messages(self) -> tuple[str, ...]:
        """The messages of the range's commits, oldest first; none of a bare tree."""
        ends = f"{self._range.base}..{self._range.head}"
        asked = ("log", "--reverse", "--format=%B%x00", f"--max-count={MAX_COMMITS}")
        try:
            raw = self._checkout.ask(*asked, ends, "--")
        except GitError:
            # What is staged is a tree without a commit.
            return ()
        messages = raw.decode("utf-8", "replace").split("\0")
        return tuple(text.strip() for text in messages if text.strip())

    def comments(self) -> tuple[ThreadComment, ...]:
        """Nothing: a local range has no thread."""
        self._miss(NO_THREAD)
        return ()

    def at(self, versions: Sequence[str]) -> tuple[str, Reader] | None:
        """The tag of the first of these versions that has one, and its files."""
        found = revisions.tagged(self._checkout.ask, versions)
        if found is None:
            return None
        tag, sha = found
        return tag, LocalReader(self._checkout, Range(sha, sha))

    def touched(self, places: Sequence[tuple[str, int, int]]) -> tuple[Touched, ...]:
        """The commits that last changed these lines, by git's own blame."""
        known = [place for place in places if place[0] in self._listing()]
        return revisions.touched(self._checkout.ask, known, ref=self._range.head)

    def reviewed(self) -> Earlier:
        """Nothing: what was reviewed here is remembered nowhere."""
        return Earlier()

    def _listing(self) -> dict[str, Entry]:
        if self._entries is None:
            self._entries = revisions.listing(self._checkout.ask, self._range.head)
        return self._entries

    def _miss(self, sentence: str) -> None:
        if sentence not in self.missing:
            self.missing.append(sentence)


def trusted_file(name: str, *, root: Path, environ: Mapping[str, str]) -> str | None:
    """Read a file at the head of the local default branch, else at HEAD.

    None where there is none. The work tree's copy is never read. Raises GitError.
    """
    checkout = open_repository(root, environ=environ)
    return LocalReader(checkout, trusted(checkout)).file(name)
