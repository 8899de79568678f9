"""What pre-commit says: the staged symbols that no test reaches, in a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot import globs, hook_call, ledger_file, plumbing, staged, staged_search
from bot.context.kinds import kind_of
from bot.errors import GitError
from bot.hook_call import Call, Said

if TYPE_CHECKING:
    from bot.context.untested import Change, Untested
    from bot.hook_settings import HookSettings

MAX_LINES = 15
MAX_NAMED = 3
# Of more files than this callers are looked for near the change alone.
MANY_FILES = 5_000
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


def said(call: Call) -> Said:
    """Name what the staged change leaves untested, `Said()` for nothing to say.

    Raises GitError, PolicyError.
    """
    # The staged change is read with git's environment: a worktree's hook, and
    # `commit -a`, name another index there.
    environ = plumbing.inherited(call.environ)
    git_dir, common_dir = hook_call.git_dirs(call)
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
    near = staged_search.near(
        [change.path for change in changes],
        untested.words_of(changes),
        is_large=staged.count(call.root, git_dir, environ) > MANY_FILES,
        root=call.root,
        environ=environ,
    )
    found = untested.untested(changes, near.tests)
    if found:
        found = _unreached(found, near, root=call.root, environ=environ)
    if not found and not notes:
        return Said()
    # Read last: a commit without anything to say pays for no policy.
    settings = hook_settings.read(root=call.root, git_dir=common_dir, environ=environ)
    if call.name not in settings.run:
        return Said()
    found = _ranked(found, changes, settings)
    if found:
        # The heaviest stands first.
        heaviest = found[0].stakes or "standard"
        ledger_file.append_findings(
            common_dir, event=f"git.{call.name}", task="test", stakes=heaviest
        )
    stops = settings.blocking and bool(found)
    room = MAX_LINES - len(notes) - stops
    return Said([*untested_lines(found, room=room), *notes], stops)


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


def _ranked(
    found: Iterable[Untested], changes: Sequence[Change], settings: HookSettings
) -> tuple[Untested, ...]:
    """What matters most first; the policy's ignored paths are left out."""
    from bot import stakes
    from bot.context import untested_rank

    @cache
    def level(path: str) -> str:
        return stakes.assess(paths=(path,), globs=settings).level

    kept = [e for e in found if not globs.any_match(e.path, settings.ignore)]
    texts = {each.path: each.source for each in changes}
    return untested_rank.ranked(kept, texts, stakes=level)


def _may_matter(path: str) -> bool:
    return kind_of(path) in ("source", "test")


def _change(file: staged.StagedFile) -> Change:
    from bot.context.untested import Change

    return Change(file.path, file.text, file.lines, is_new=file.is_new)


def _notes(change: staged.StagedChange, broken: Sequence[str]) -> list[str]:
    from bot.context.syntax import language_of

    unread = [path for path in change.unread if language_of(path)]
    notes = ((UNREAD, unread), (UNPARSED, broken))
    return [text.format(paths=_named(paths)) for text, paths in notes if paths]


def _broken(changes: Sequence[Change]) -> list[str]:
    """The files with syntax errors; what all of them define is known afterwards."""
    from bot.context.symbols import symbols
    from bot.context.syntax import has_errors

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


def _unreached(
    found: Sequence[Untested],
    near: staged_search.Near,
    *,
    root: Path,
    environ: Mapping[str, str],
) -> tuple[Untested, ...]:
    """Without what a test reaches through a caller."""
    from bot.context import callers

    paths = [each.path for each in found]
    naming = staged_search.naming(near, paths, root=root, environ=environ)
    try:
        return callers.unreached(found, naming)
    except GitError:
        # Too slow here: what no test names is said.
        return tuple(found)


def _is_in_progress(git_dir: Path) -> bool:
    return any((git_dir / name).exists() for name in IN_PROGRESS)
