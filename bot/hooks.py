"""What a git hook does: quick, quiet, and never in the way by a fault of ours."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from bot import globs, own_files, plumbing, staged
from bot.errors import BotError, GitError

if TYPE_CHECKING:
    # bot.tasks is built on pydantic, which the pre-commit path must not pay for.
    from bot.context.untested import Change, Untested
    from bot.events import Event
    from bot.hook_settings import HookSettings
    from bot.tasks import Reader

MAX_LINES = 15
MAX_WIDTH = 200
MAX_REFS = 4
MAX_STDIN = 100_000
# Seconds until git goes on without us; pre-push has more where it may ask a model.
BUDGET = {"pre-commit": 2.0, "pre-push": 5.0}
MODEL_BUDGET = 60.0
# The status by which ours stops git: Python itself ends a broken installation with 1.
STOP = 2
LOG = "routebot-hook.log"
# What git leaves in its directory while a merge, rebase or pick is under way.
IN_PROGRESS = (
    "MERGE_HEAD",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "rebase-merge",
    "rebase-apply",
)

HEADLINE = "routebot: {count} lacking a test"
ITEM = "  {path}:{line}  {symbol} {why}{weight}; test goes into {test_file}"
CRITICAL = ", critical"
CALLED = ", called {count} times here"
MORE = "  ... and {count} more"
COMMAND = "write them: routebot suggest-tests --write   (skip: ROUTEBOT_SKIP=1)"
UNREAD = "routebot: not looked at, binary or over 2 MB: {paths}"
UNPARSED = "routebot: not read to the end, syntax errors: {paths}"
STOPPED = "routebot: stopped, since the policy says blocking = true; to go on: {how}"
GO_ON = {
    "pre-commit": "ROUTEBOT_SKIP=1 git commit, or git commit --no-verify",
    "pre-push": "ROUTEBOT_SKIP=1 git push, or git push --no-verify",
}
PUSHED = "routebot: what stands out in this push (skip: ROUTEBOT_SKIP=1)"
LATE = "routebot: {name} took over {seconds:g} s and was left; git goes on"
FAULT = "routebot: {name} skipped: {error}"
BUG = "routebot: {name} failed, git goes on; see {log}"

_REF = re.compile(r"(\S{1,1000}) ([0-9a-f]{40,64}) (\S{1,1000}) ([0-9a-f]{40,64})")
_OFF = ("", "0", "false", "no", "off")
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
MAX_NAMED = 3
# Of more test files than this only those in reach of the change are searched.
MANY_TESTS = 500


class Pipeline(Protocol):
    """What answers an event from a local range: offline unless the user opted in."""

    def __call__(self, event: Event, reader: Reader) -> str:
        """Return the text for the terminal, "" for nothing to say."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a hook: what git and the door handed over.

    `root` is the folder git started us in; `say` prints one line to the person;
    `leave` ends the process where the budget is spent. `asks_models` where the user
    allowed it; `has_colour` where a terminal shows it.
    """

    name: str
    arguments: Sequence[str]
    stdin: TextIO
    pipeline: Pipeline
    environ: Mapping[str, str]
    root: Path
    say: Callable[[str], object]
    leave: Callable[[int], object] = os._exit
    asks_models: bool = False
    has_colour: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What a hook has to say, and whether the policy lets that stop git."""

    lines: list[str] = field(default_factory=list)
    stops: bool = False


def run(call: Call) -> int:
    """Run one git hook and return its exit status: 0, or STOP where the policy says so.

    An error of git or of the policy is one line; a bug is one line with the path of
    a log; past its budget the process ends through `leave`. None of these stops git.
    """
    answer = _ANSWERS.get(call.name)
    if answer is None or _is_on(call, "ROUTEBOT_SKIP") or _is_on(call, "CI"):
        return 0
    seconds = MODEL_BUDGET if call.asks_models else BUDGET[call.name]
    late = LATE.format(name=call.name, seconds=seconds)
    watch = threading.Timer(seconds, _give_up, (call, late))
    watch.daemon = True
    watch.start()
    said = Said()
    try:
        said = answer(call)
    except BotError as exc:
        said = Said([FAULT.format(name=call.name, error=exc)])
    except Exception:  # noqa: BLE001 - a bug of ours must not stop a commit or a push
        said = Said([BUG.format(name=call.name, log=_log(call))])
    finally:
        watch.cancel()
    _say(call, said.lines)
    if said.stops:
        _say(call, [STOPPED.format(how=GO_ON[call.name])])
    return STOP if said.stops else 0


def untested_lines(found: Sequence[Untested], *, room: int = MAX_LINES) -> list[str]:
    """Write what pre-commit says: at most `room` lines, none for nothing."""
    if not found:
        return []
    room -= 3
    many = "1 changed symbol" if len(found) == 1 else f"{len(found)} changed symbols"
    lines = [HEADLINE.format(count=many)]
    for each in found[:room]:
        lines.append(
            ITEM.format(
                path=each.path,
                line=each.line,
                symbol=each.symbol,
                why=each.why,
                weight=_weight(each),
                test_file=each.test_file,
            )
        )
    if len(found) > room:
        lines.append(MORE.format(count=len(found) - room))
    return [*lines, COMMAND]


def _weight(each: Untested) -> str:
    called = CALLED.format(count=each.callers) if each.callers > 1 else ""
    return (CRITICAL if each.stakes == "critical" else "") + called


def _pre_commit(call: Call) -> Said:
    # The staged change is read with git's environment: a worktree's hook, and
    # `commit -a`, name another index there.
    environ = plumbing.inherited(call.environ)
    git_dir, common_dir = _git_dirs(call)
    if _is_in_progress(git_dir):
        return Said()
    change = staged.read(call.root, environ, wanted=_may_matter)
    if not change.files and not change.unread:
        return Said()
    # Imported only now: the grammars cost, and most commits of text end above.
    from bot import hook_settings
    from bot.context import untested

    changes = [_change(file) for file in change.files]
    notes = _notes(change, _broken(changes))
    tests = _tests(changes, untested.words_of(changes), root=call.root, environ=environ)
    found = untested.untested(changes, tests)
    if not found and not notes:
        return Said()
    # Read last: a commit without anything to say pays for no policy.
    settings = hook_settings.read(root=call.root, git_dir=common_dir, environ=environ)
    if call.name not in settings.run:
        return Said()
    found = _ranked(found, changes, settings)
    stops = settings.blocking and bool(found)
    room = MAX_LINES - len(notes) - stops
    return Said([*untested_lines(found, room=room), *notes], stops)


def _ranked(
    found: Iterable[Untested], changes: Sequence[Change], settings: HookSettings
) -> tuple[Untested, ...]:
    """What matters most first; the policy's ignored paths are left out."""
    from bot import stakes
    from bot.context import untested_rank

    def level(path: str) -> str:
        return stakes.assess(paths=(path,), globs=settings).level

    kept = [e for e in found if not globs.any_match(e.path, settings.ignore)]
    texts = {each.path: each.source for each in changes}
    return untested_rank.ranked(kept, texts, stakes=level)


def _may_matter(path: str) -> bool:
    from bot.context.kinds import kind_of

    return kind_of(path) in ("source", "test")


def _change(file: staged.StagedFile) -> Change:
    from bot.context.untested import Change

    return Change(file.path, file.text, file.lines, is_new=file.is_new)


def _notes(change: staged.StagedChange, broken: Sequence[str]) -> list[str]:
    from bot.context.symbols import language_of

    unread = [path for path in change.unread if language_of(path)]
    notes = ((UNREAD, unread), (UNPARSED, broken))
    return [text.format(paths=_named(paths)) for text, paths in notes if paths]


def _broken(changes: Sequence[Change]) -> list[str]:
    """The files with syntax errors; what all of them define is known afterwards."""
    from bot.context.symbols import has_errors, symbols

    found: list[str] = []
    for each in changes:
        data = each.source.encode("utf-8", "replace")
        if has_errors(each.path, data):
            found.append(each.path)
        symbols(each.path, data)
    return found


def _named(paths: Sequence[str]) -> str:
    more = len(paths) - MAX_NAMED
    shown = ", ".join(paths[:MAX_NAMED])
    return f"{shown} and {more} more" if more > 0 else shown


def _tests(
    changes: Sequence[Change],
    words: Iterable[str],
    *,
    root: Path,
    environ: Mapping[str, str],
) -> dict[str, str]:
    """The test files near the change: with text those that hold a word, "" others."""
    from bot.context import test_places, untested
    from bot.context.kinds import kind_of

    sources = [change.path for change in changes if kind_of(change.path) == "source"]
    globs = test_places.globs_for(sources)
    blobs = staged.listed(globs, root=root, environ=environ)
    tests = list(_of_tests(blobs))
    if len(tests) > MANY_TESTS:
        places, most = test_places.Places(tests), untested.MAX_TEST_FILES
        tests = [test for path in sources for test in places.in_reach(path, most=most)]
    near = {test: blobs[test] for test in tests}
    held = staged.holding(words, near, root=root, environ=environ)
    return dict.fromkeys(near, "") | held


def _of_tests(paths: Iterable[str]) -> Iterator[str]:
    from bot.context.kinds import kind_of

    # What a folder says holds for all in it, and there most tests are.
    folders: dict[str, bool] = {}
    for path in paths:
        folder = path.rpartition("/")[0]
        if folder not in folders:
            folders[folder] = kind_of(f"{folder}/") == "test"
        if folders[folder] or kind_of(path) == "test":
            yield path


def _pre_push(call: Call) -> Said:
    updates = _updates(call)
    if not updates:
        return Said()
    # Imported only here: GitPython costs more than the whole pre-commit path.
    from bot import events, git, hook_settings

    environ = plumbing.inherited(call.environ)
    _, common_dir = _git_dirs(call)
    settings = hook_settings.read(root=call.root, git_dir=common_dir, environ=environ)
    if call.name not in settings.run:
        return Said()
    remote = call.arguments[0] if call.arguments else "origin"
    checkout = git.open_repository(call.root, environ=call.environ)
    ranges = [git.pushed(checkout, remote, local=ours, there=t) for ours, t in updates]
    said: list[str] = []
    for commits in dict.fromkeys(ranges):
        if commits is not None:
            event = events.from_git_hook(call.name, call.arguments)
            reader = git.LocalReader(checkout, commits)
            said += call.pipeline(event, reader).splitlines()
    return Said([PUSHED, *said], settings.blocking) if said else Said()


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


_ANSWERS: dict[str, Callable[[Call], Said]] = {
    "pre-commit": _pre_commit,
    "pre-push": _pre_push,
}


def _is_on(call: Call, name: str) -> bool:
    return call.environ.get(name, "").lower() not in _OFF


def _is_in_progress(git_dir: Path) -> bool:
    return any((git_dir / name).exists() for name in IN_PROGRESS)


def _git_dirs(call: Call) -> tuple[Path, Path]:
    """Git's directory for this work tree, and the one all its work trees share."""
    asked = ["rev-parse", "--absolute-git-dir", "--git-common-dir"]
    environ = plumbing.inherited(call.environ)
    answer = os.fsdecode(plumbing.git(asked, root=call.root, environ=environ))
    own, _, common = answer.rstrip("\n").partition("\n")
    return Path(own), call.root / common


def _log(call: Call) -> str:
    """Write the traceback at hand into git's directory; returns the file's path."""
    import traceback

    try:
        path = _git_dirs(call)[0] / LOG
        own_files.replace(path, traceback.format_exc().encode("utf-8", "replace"))
    except (GitError, OSError) as exc:
        return f"nowhere ({exc})"
    return str(path)


def _say(call: Call, lines: Iterable[str]) -> None:
    for line in lines:
        # Names come from the repository: no escape sequence may reach the terminal.
        shown = "".join(c if c.isprintable() else "?" for c in line[:MAX_WIDTH])
        if call.has_colour and shown.startswith("routebot: "):
            shown = f"{_BOLD}{shown}{_PLAIN}"
        call.say(shown)


def _give_up(call: Call, line: str) -> None:
    call.say(line)
    call.leave(0)
