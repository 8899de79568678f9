"""The local repository as a task reads it; the only module that knows GitPython.

GitPython finds the repository and reads its refs. Objects are read by the hardened
git of `bot.plumbing`: what the range names, never the work tree.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import git
from git.exc import GitError as GitPythonError
from git.exc import InvalidGitRepositoryError, NoSuchPathError

from bot import plumbing, revisions
from bot.earlier import Earlier
from bot.errors import GitError
from bot.revisions import Entry
from bot.tasks import (
    Annotation,
    IssueSummary,
    Job,
    LabelSummary,
    Reader,
    Remembered,
    ThreadComment,
    Touched,
)

# Bytes of a range's diff that are read; seconds one git command may take.
MAX_DIFF = 8_000_000
SECONDS = 20.0
MAX_COMMITS = 100
MAX_WORDS = 60
_MAX_NAME = 400

NO_REPOSITORY = "{path} is in no git repository: go into one, or run git init"
NO_COMMITS = "{path} has no commit yet: make a first one, then ask again"
NO_RANGE = "{text} names no commits here: try HEAD~1..HEAD or main..HEAD"
NO_UPSTREAM = (
    "no upstream and no default branch to compare with: name a range, such as "
    "HEAD~1..HEAD"
)
NO_THREAD = "a local range has no thread of comments"
NO_JOBS = "a local range has no CI jobs"
NO_ISSUES = "open issues are not read from a local checkout"
DIFF_CUT = "the diff is larger than 8 MB; its end was not read"
FILE_TOO_LARGE = "{path} is larger than 2 MB and was not read"


@dataclass(frozen=True, slots=True)
class Checkout:
    """An opened repository; `root` is its top folder (the git folder when bare)."""

    repo: git.Repo
    root: Path
    environ: Mapping[str, str]

    def ask(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """Run hardened git here. Raises GitError."""
        environ = plumbing.clean(self.environ)
        return plumbing.git(
            arguments, root=self.root, environ=environ, stdin=stdin, seconds=SECONDS
        )


@dataclass(frozen=True, slots=True)
class Range:
    """Two full SHAs; `base` is what the change of `head` is compared with."""

    base: str
    head: str


def open_repository(path: Path, *, environ: Mapping[str, str]) -> Checkout:
    """Open the repository around `path`; git's own variables are not looked at.

    `environ` is the process's; children get an allow-list of it. Raises GitError for
    no repository, one that git distrusts, and one without a commit.
    """
    try:
        repo = git.Repo(path, search_parent_directories=True, expand_vars=False)
    except (InvalidGitRepositoryError, NoSuchPathError) as exc:
        raise GitError(NO_REPOSITORY.format(path=path)) from exc
    except (GitPythonError, OSError, ValueError) as exc:
        raise GitError(f"{path} cannot be opened: {exc}") from exc
    checkout = Checkout(repo, Path(repo.working_tree_dir or repo.git_dir), environ)
    # Git itself has the last word: it refuses a repository of another owner.
    checkout.ask("rev-parse", "--git-dir")
    if _commit(checkout, "HEAD") is None:
        raise GitError(NO_COMMITS.format(path=checkout.root))
    return checkout


def default_range(checkout: Checkout) -> Range:
    """Take what HEAD has and its upstream (else the default branch) has not.

    Raises GitError where there is neither.
    """
    upstream = _commit(checkout, "@{upstream}")
    base = upstream or _commit(checkout, _default_branch(checkout))
    if base is None:
        raise GitError(NO_UPSTREAM)
    return _from_merge_base(checkout, base, _must(checkout, "HEAD"))


def resolve(checkout: Checkout, text: str) -> Range:
    """Resolve `A..B`, `A...B` or `A` (what HEAD has on top of it); "" is the default.

    A missing side is HEAD. Raises GitError for what is no range or names no commits.
    """
    if not text:
        return default_range(checkout)
    left, right, is_direct = revisions.ends(text)
    base, head = _must(checkout, left), _must(checkout, right)
    return Range(base, head) if is_direct else _from_merge_base(checkout, base, head)


def staged_range(checkout: Checkout) -> Range:
    """Take what is staged as a change of HEAD; the index stays byte for byte as it is.

    Writes the index's tree into the object store, where nothing refers to it. Raises
    GitError where a merge is unresolved.
    """
    # `write-tree` refreshes the index it reads, so it is given a copy.
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "index"
        path = checkout.ask("rev-parse", "--git-path", "index").decode().strip()
        if (index := checkout.root / path).exists():
            shutil.copyfile(index, copy)
        environ = {**plumbing.clean(checkout.environ), "GIT_INDEX_FILE": str(copy)}
        tree = plumbing.git(
            ("write-tree",), root=checkout.root, environ=environ, seconds=SECONDS
        )
    return Range(_must(checkout, "HEAD"), tree.decode("ascii").strip())


def pushed(checkout: Checkout, remote: str, *, local: str, there: str) -> Range | None:
    """Find what a push brings: from what the remote has to `local`.

    `local` and `there` are the SHAs git gives pre-push; zeros for a deletion and for
    a branch that is new there. A branch that is new, or was rebased, is compared with
    the remote's default branch. None where there is nothing to compare.
    """
    if not local.strip("0") or _commit(checkout, local) is None:
        return None
    known = _commit(checkout, there) if there.strip("0") else None
    if known and _merge_base(checkout, known, local) == known:
        return Range(known, local) if known != local else None
    default = _commit(checkout, _remote_default(checkout, remote))
    base = _merge_base(checkout, default or known or "", local)
    return Range(base, local) if base and base != local else None


def trusted_file(name: str, *, root: Path, environ: Mapping[str, str]) -> str | None:
    """Read a file at the head of the local default branch, else at HEAD.

    None where there is none. The work tree's copy is never read. Raises GitError.
    """
    checkout = open_repository(root, environ=environ)
    head = _must(checkout, "HEAD")
    trusted = _commit(checkout, _default_branch(checkout)) or head
    return LocalReader(checkout, Range(trusted, trusted)).file(name)


class LocalReader:
    """A range of a local repository, as tasks read the world (`bot.tasks.Reader`)."""

    def __init__(self, checkout: Checkout, commits: Range) -> None:
        self.missing: list[str] = []
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

    def issue(self, number: int) -> IssueSummary | None:
        """Nothing: issues are on GitHub."""
        return None

    def comments(self) -> tuple[ThreadComment, ...]:
        """Nothing: a local range has no thread."""
        self._miss(NO_THREAD)
        return ()

    def jobs(self) -> tuple[Job, ...]:
        """Nothing: a local range has no CI."""
        self._miss(NO_JOBS)
        return ()

    def failed_jobs(self) -> tuple[Job, ...]:
        """Nothing: a local range has no CI."""
        return self.jobs()

    def earlier_attempts(self) -> tuple[Job, ...]:
        """Nothing: a local range has no CI."""
        return self.jobs()

    def base_jobs(self, name: str) -> tuple[Job, ...]:
        """Nothing: a local range has no CI."""
        return self.jobs()

    def job_log(self, job_id: int) -> bytes:
        """Nothing: a local range has no CI."""
        self._miss(NO_JOBS)
        return b""

    def annotations(self, job: Job) -> tuple[Annotation, ...]:
        """Nothing: a local range has no CI."""
        self._miss(NO_JOBS)
        return ()

    def test_reports(self) -> tuple[tuple[str, bytes], ...]:
        """Nothing: a local range has no CI."""
        self._miss(NO_JOBS)
        return ()

    def remembered(self, since: str) -> tuple[Remembered, ...]:
        """Nothing: our comments are on GitHub."""
        self._miss(NO_THREAD)
        return ()

    def open_issues(self) -> tuple[IssueSummary, ...]:
        """Nothing: issues are on GitHub."""
        self._miss(NO_ISSUES)
        return ()

    def closed_issues(self) -> tuple[IssueSummary, ...]:
        """Nothing: issues are on GitHub."""
        return self.open_issues()

    def labels(self) -> tuple[LabelSummary, ...]:
        """Nothing: labels are on GitHub."""
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


def _from_merge_base(checkout: Checkout, base: str, head: str) -> Range:
    return Range(_merge_base(checkout, base, head) or base, head)


def _merge_base(checkout: Checkout, one: str, other: str) -> str | None:
    if not one:
        return None
    try:
        found = checkout.ask("merge-base", one, other)
    except GitError:
        # Status 1: unrelated histories.
        return None
    return found.decode("ascii").strip() or None


def _must(checkout: Checkout, name: str) -> str:
    found = _commit(checkout, name)
    if found is None:
        raise GitError(NO_RANGE.format(text=name[:_MAX_NAME]))
    return found


def _commit(checkout: Checkout, name: str) -> str | None:
    """The SHA of the commit a name means; a name is never taken for an option."""
    if not name or name.startswith("-") or len(name) > _MAX_NAME or "\0" in name:
        return None
    try:
        asked = ("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return checkout.ask(*asked).decode("ascii").strip() or None
    except GitError:
        return None


def _default_branch(checkout: Checkout) -> str:
    """A ref for the default branch: local where it exists, else the remote's."""
    remote = _remote_default(checkout, "origin")
    name = remote.removeprefix("refs/remotes/origin/")
    for branch in (name,) if name else plumbing.DEFAULT_BRANCHES:
        if _commit(checkout, f"refs/heads/{branch}"):
            return f"refs/heads/{branch}"
    return remote


def _remote_default(checkout: Checkout, remote: str) -> str:
    """The remote-tracking ref of a remote's default branch, "" where none is known."""
    try:
        refs = {ref.path for ref in checkout.repo.remote(remote).refs}
        head = f"refs/remotes/{remote}/HEAD"
        if head in refs:
            return git.SymbolicReference(checkout.repo, head).reference.path
    except (GitPythonError, ValueError, TypeError, OSError):
        # A push to an address instead of a named remote, or a HEAD that is no ref.
        return ""
    names = (f"refs/remotes/{remote}/{branch}" for branch in plumbing.DEFAULT_BRANCHES)
    return next((name for name in names if name in refs), "")
