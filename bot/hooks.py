"""The door of git: one hook run, quick, quiet, and never in the way of a commit."""

from __future__ import annotations

import os
import re
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from bot import events, staged
from bot.errors import BotError, GitError

if TYPE_CHECKING:
    # bot.tasks is built on pydantic, which the pre-commit path must not pay for.
    from bot.context.untested import Change, Untested
    from bot.tasks import Reader

MAX_LINES = 15
MAX_WIDTH = 200
MAX_REFS = 4
MAX_STDIN = 100_000
# Seconds until git goes on without us.
BUDGET = {"pre-commit": 2.0, "pre-push": 5.0}
LOG = "routebot-hook.log"
# What git leaves in its directory while a merge, rebase or pick is under way.
IN_PROGRESS = (
    "MERGE_HEAD",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "rebase-merge",
    "rebase-apply",
)

HEADLINE = "routebot: {count} without a test in reach"
ITEM = "  {path}:{line}  {symbol} {why}; test goes into {test_file}"
MORE = "  ... and {count} more"
COMMAND = "write them: routebot suggest-tests   (skip: ROUTEBOT_SKIP=1)"
PUSHED = "routebot: what stands out in this push (skip: ROUTEBOT_SKIP=1)"
LATE = "routebot: {name} took over {seconds:g} s and was left; git goes on"
FAULT = "routebot: {name} skipped: {error}"
BUG = "routebot: {name} failed, git goes on; see {log}"

_REF = re.compile(r"(\S{1,1000}) ([0-9a-f]{40,64}) (\S{1,1000}) ([0-9a-f]{40,64})")
_OFF = ("", "0", "false", "no", "off")


class Pipeline(Protocol):
    """What answers an event from a local range: offline unless the user opted in."""

    def __call__(self, event: events.Event, reader: Reader) -> str:
        """Return the text for the terminal, "" for nothing to say."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a hook: what git and the door handed over.

    `root` is the folder git started us in; `say` prints one line to the person;
    `leave` ends the process where the budget is spent.
    """

    name: str
    arguments: Sequence[str]
    stdin: TextIO
    pipeline: Pipeline
    environ: Mapping[str, str]
    root: Path
    say: Callable[[str], object]
    leave: Callable[[int], object] = os._exit


def run(call: Call) -> int:
    """Run one git hook and return its exit status: 0, whatever happens.

    An error of git or of the policy is one line; a bug is one line with the path of
    a log; past its BUDGET the process ends through `leave`.
    """
    answer = _ANSWERS.get(call.name)
    if answer is None or _is_on(call, "ROUTEBOT_SKIP") or _is_on(call, "CI"):
        return 0
    seconds = BUDGET[call.name]
    late = LATE.format(name=call.name, seconds=seconds)
    watch = threading.Timer(seconds, _give_up, (call, late))
    watch.daemon = True
    watch.start()
    try:
        _say(call, answer(call))
    except BotError as exc:
        _say(call, [FAULT.format(name=call.name, error=exc)])
    except Exception:  # noqa: BLE001 - a bug of ours must not stop a commit or a push
        _say(call, [BUG.format(name=call.name, log=_log(call))])
    finally:
        watch.cancel()
    return 0


def untested_lines(found: Sequence[Untested]) -> list[str]:
    """Write what pre-commit says: at most MAX_LINES lines, none for nothing."""
    if not found:
        return []
    room = MAX_LINES - 3
    many = "1 changed symbol" if len(found) == 1 else f"{len(found)} changed symbols"
    lines = [HEADLINE.format(count=many)]
    for each in found[:room]:
        lines.append(
            ITEM.format(
                path=each.path,
                line=each.line,
                symbol=each.symbol,
                why=each.why,
                test_file=each.test_file,
            )
        )
    if len(found) > room:
        lines.append(MORE.format(count=len(found) - room))
    return [*lines, COMMAND]


def _pre_commit(call: Call) -> list[str]:
    # The staged change is read with git's environment: a worktree's hook, and
    # `commit -a`, name another index there.
    environ = staged.inherited(call.environ)
    if _is_in_progress(_git_dir(call)):
        return []
    files = staged.changed(call.root, environ, wanted=_may_matter)
    if not files:
        return []
    # Imported only now: the grammars cost, and most commits of text end above.
    from bot.context import untested

    changes = [_change(file) for file in files]
    tests = _tests(changes, untested.words_of(changes), root=call.root, environ=environ)
    return untested_lines(untested.untested(changes, tests))


def _may_matter(path: str) -> bool:
    from bot.context.kinds import kind_of

    return kind_of(path) in ("source", "test")


def _change(file: staged.StagedFile) -> Change:
    from bot.context.untested import Change

    return Change(file.path, file.after, file.lines, is_new=not file.before)


def _tests(
    changes: Sequence[Change],
    words: Iterable[str],
    *,
    root: Path,
    environ: Mapping[str, str],
) -> dict[str, str]:
    """Test files that hold a word, and (without text) those that bear a file's name."""
    from bot.context.test_places import PATTERNS

    words = list(words)
    if not words:
        return {}
    stems = {Path(change.path).stem.lower() for change in changes}
    places = staged.indexed_paths(PATTERNS, root=root, environ=environ)
    near = [p for p in places if any(s in Path(p).name.lower() for s in stems)]
    held = staged.mentioning(words, PATTERNS, root=root, environ=environ)
    return dict.fromkeys(near, "") | held


def _pre_push(call: Call) -> list[str]:
    updates = _updates(call)
    if not updates:
        return []
    # Imported only here: GitPython costs more than the whole pre-commit path.
    from bot import git

    remote = call.arguments[0] if call.arguments else "origin"
    checkout = git.open_repository(call.root, environ=call.environ)
    ranges = [git.pushed(checkout, remote, local=ours, there=t) for ours, t in updates]
    said: list[str] = []
    for commits in dict.fromkeys(ranges):
        if commits is not None:
            event = events.from_git_hook(call.name, call.arguments)
            reader = git.LocalReader(checkout, commits)
            said += call.pipeline(event, reader).splitlines()
    return [PUSHED, *said] if said else []


def _updates(call: Call) -> list[tuple[str, str]]:
    """The local and the remote SHA of each branch that is about to be pushed."""
    ends = (
        call.environ.get("PRE_COMMIT_TO_REF"),
        call.environ.get("PRE_COMMIT_FROM_REF"),
    )
    if ends[0] and ends[1]:
        # The pre-commit framework reads git's lines itself and hands over these.
        lines = [f"HEAD {ends[0]} HEAD {ends[1]}"]
    else:
        lines = [] if call.stdin.isatty() else call.stdin.read(MAX_STDIN).splitlines()
    found = [match.groups() for match in map(_REF.fullmatch, lines) if match]
    branches = [each for each in found if not each[0].startswith("refs/tags/")]
    return [(local, there) for _, local, _, there in branches[:MAX_REFS]]


_ANSWERS: dict[str, Callable[[Call], list[str]]] = {
    "pre-commit": _pre_commit,
    "pre-push": _pre_push,
}


def _is_on(call: Call, name: str) -> bool:
    return call.environ.get(name, "").lower() not in _OFF


def _is_in_progress(git_dir: Path) -> bool:
    return any((git_dir / name).exists() for name in IN_PROGRESS)


def _git_dir(call: Call) -> Path:
    asked = ["rev-parse", "--absolute-git-dir"]
    environ = staged.inherited(call.environ)
    answer = staged.git(asked, root=call.root, environ=environ)
    return Path(os.fsdecode(answer.rstrip(b"\n")))


def _log(call: Call) -> str:
    """Write the traceback at hand into git's directory; returns the file's path."""
    try:
        path = _git_dir(call) / LOG
        path.write_text(traceback.format_exc(), encoding="utf-8")
    except (GitError, OSError) as exc:
        return f"nowhere ({exc})"
    return str(path)


def _say(call: Call, lines: Iterable[str]) -> None:
    for line in lines:
        # Names come from the repository: no escape sequence may reach the terminal.
        shown = "".join(c if c.isprintable() else "?" for c in line[:MAX_WIDTH])
        call.say(shown)


def _give_up(call: Call, line: str) -> None:
    call.say(line)
    call.leave(0)
