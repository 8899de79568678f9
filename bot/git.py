"""The local repository and its ranges; the only module that knows GitPython.

GitPython finds the repository and reads its refs. Objects are read by the hardened
git of `bot.plumbing`: what the range names, never the work tree.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import git
from git.exc import GitError as GitPythonError
from git.exc import InvalidGitRepositoryError, NoSuchPathError

from bot import plumbing, revisions
from bot.errors import GitError

SECONDS = 20.0  # one git command may take
_MAX_NAME = 400

NO_REPOSITORY = "{path} is in no git repository: go into one, or run git init"
NO_COMMITS = "{path} has no commit yet: make a first one, then ask again"
NO_RANGE = "{text} names no commits here: try HEAD~1..HEAD or main..HEAD"
NO_UPSTREAM = (
    "no upstream and no default branch to compare with: name a range, such as "
    "HEAD~1..HEAD"
)


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


def trusted(checkout: Checkout) -> Range:
    """Take the head of the local default branch, else HEAD, as it is."""
    head = _must(checkout, "HEAD")
    sha = _commit(checkout, _default_branch(checkout)) or head
    return Range(sha, sha)


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
