"""What the policy says to the git hooks, kept compiled so that no commit loads it.

The compiled form is a file in git's directory. It holds what the policy's own keys can
say to a hook and nothing else, and is checked like it: who changes that file can
choose what a policy can choose, never a program, an address, a key or the network.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot import __version__, globs, own_files, plumbing

if TYPE_CHECKING:
    # pydantic, which a commit must not pay for.
    from bot.policy import Policy

POLICY = ".github/routing.toml"
COMPILED = "routebot-hooks.json"
HOOKS = ("pre-commit", "pre-push")
# Bytes of the compiled form: four lists of as many globs as a policy may have.
MAX_BYTES = 128 * 1024
MAX_GLOBS = 100
FORMAT = 1
_GLOBS = ("ignore", "critical", "standard", "routine")
_REMOTE = "refs/remotes/origin/"


@dataclass(frozen=True, slots=True)
class HookSettings:
    """What a policy may say to a hook: which run, and whether they may stop git.

    `ignore` are paths left out; `critical`, `standard` and `routine` its stakes.
    """

    run: tuple[str, ...] = HOOKS
    blocking: bool = False
    ignore: tuple[str, ...] = ()
    critical: tuple[str, ...] = ()
    standard: tuple[str, ...] = ()
    routine: tuple[str, ...] = ()


def of_policy(policy: Policy) -> HookSettings:
    """Take what concerns the hooks out of a whole policy."""
    test, review = policy.tasks.get("test"), policy.tasks.get("review")
    off = {
        "pre-commit": test is not None and not test.enabled,
        "pre-push": review is not None and not review.enabled,
    }
    chosen = policy.hooks.run if policy.enabled else ()
    return HookSettings(
        run=tuple(name for name in chosen if not off[name]),
        blocking=policy.hooks.blocking,
        ignore=test.ignore if test else (),
        critical=policy.stakes.critical,
        standard=policy.stakes.standard,
        routine=policy.stakes.routine,
    )


def read(*, root: Path, git_dir: Path, environ: Mapping[str, str]) -> HookSettings:
    """Read what holds here: the defaults, the compiled form, else the policy itself.

    The policy is the one at the head of the local default branch, else at HEAD, and
    never the work tree's. `environ` is the whole environment of git. Raises GitError,
    PolicyError.
    """
    blob = policy_blob(root=root, environ=environ)
    if not blob:
        return HookSettings()
    key = f"{FORMAT} {__version__} {blob}"
    file = git_dir / COMPILED
    kept = checked(own_files.read(file, limit=MAX_BYTES), key=key)
    if kept is not None:
        return kept
    # Imported only where the policy changed since the last time.
    from bot import policy

    text = plumbing.git(["cat-file", "blob", blob], root=root, environ=environ)
    settings = of_policy(policy.load(text, file=POLICY))
    with suppress(OSError):
        own_files.replace(file, compiled(settings, key=key))
    return settings


def compiled(settings: HookSettings, *, key: str) -> bytes:
    """Write settings as the file that `checked` reads."""
    return json.dumps({"key": key, **asdict(settings)}).encode("ascii")


def checked(data: bytes, *, key: str) -> HookSettings | None:
    """Read a compiled form; None for another key and for what no policy could say."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("key") != key:
        return None
    run, blocking = _texts(said, "run"), said.get("blocking")
    if run is None or not set(run) <= set(HOOKS) or not isinstance(blocking, bool):
        return None
    lists = {name: _globs(said, name) for name in _GLOBS}
    sound = {name: found for name, found in lists.items() if found is not None}
    return HookSettings(run, blocking, **sound) if len(sound) == len(lists) else None


def policy_blob(*, root: Path, environ: Mapping[str, str]) -> str:
    """Name the blob of the policy that holds here, "" where there is none.

    Looks where `bot.local_reader.trusted_file` looks, without what that costs.
    """
    asked = ["symbolic-ref", "--quiet", _REMOTE + "HEAD"]
    default = plumbing.git(asked, root=root, environ=environ, accept=(0, 1))
    named = default.decode("utf-8", "replace").strip().removeprefix(_REMOTE)
    refs = list(_candidates(named))
    lines = [f"{ref}^{{commit}}\n{ref}:{POLICY}\n" for ref in refs]
    raw = plumbing.git(
        ["cat-file", "--batch-check"],
        root=root,
        environ=environ,
        stdin="".join(lines).encode("utf-8", "replace"),
    )
    found = [_blob(line) for line in raw.decode("utf-8", "replace").split("\n")]
    known = dict(zip(refs, zip(found[::2], found[1::2], strict=False), strict=False))
    return _first(known, named)


def _candidates(named: str) -> tuple[str, ...]:
    names = (named,) if named else plumbing.DEFAULT_BRANCHES
    both = (ref for name in names for ref in (f"refs/heads/{name}", _REMOTE + name))
    return (*both, "HEAD")


def _first(known: Mapping[str, tuple[str, str]], named: str) -> str:
    """Choose as `bot.git` does: the remote's default branch, here if it is here."""
    there = (
        name
        for name in plumbing.DEFAULT_BRANCHES
        if known.get(_REMOTE + name, ("",))[0]
    )
    remote = named or next(there, "")
    order = [
        f"refs/heads/{name}"
        for name in ((remote,) if remote else plumbing.DEFAULT_BRANCHES)
    ]
    order += [_REMOTE + remote, "HEAD"]
    chosen = next((ref for ref in order if known.get(ref, ("",))[0]), "")
    return known[chosen][1] if chosen else ""


def _blob(line: str) -> str:
    # "<sha> <type> <size>", or "<what was asked> missing".
    fields = line.split(" ")
    return fields[0] if len(fields) == 3 and fields[1] in ("commit", "blob") else ""


def _globs(said: Mapping[str, object], name: str) -> tuple[str, ...] | None:
    found = _texts(said, name)
    if found is None or len(found) > MAX_GLOBS or any(map(globs.problem, found)):
        return None
    return found


def _texts(said: Mapping[str, object], name: str) -> tuple[str, ...] | None:
    value = said.get(name)
    is_list = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return tuple(value) if is_list and isinstance(value, list) else None
