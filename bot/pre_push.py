"""What pre-push says: the findings on the commits that are about to be pushed."""

from __future__ import annotations

import re

from bot import events, git, hook_call, hook_settings, local_reader, plumbing
from bot.hook_call import Call, Said

MAX_REFS = 4
MAX_STDIN = 100_000
PUSHED = "routebot: what stands out in this push (skip: ROUTEBOT_SKIP=1)"
_REF = re.compile(r"(\S{1,1000}) ([0-9a-f]{40,64}) (\S{1,1000}) ([0-9a-f]{40,64})")


def said(call: Call) -> Said:
    """Review the pushed commits, `Said()` for nothing to say.

    Raises GitError, PolicyError.
    """
    updates = _updates(call)
    if not updates:
        return Said()
    environ = plumbing.inherited(call.environ)
    _, common_dir = hook_call.git_dirs(call)
    settings = hook_settings.read(root=call.root, git_dir=common_dir, environ=environ)
    if call.name not in settings.run:
        return Said()
    remote = call.arguments[0] if call.arguments else "origin"
    checkout = git.open_repository(call.root, environ=call.environ)
    ranges = [git.pushed(checkout, remote, local=ours, there=t) for ours, t in updates]
    lines: list[str] = []
    for commits in dict.fromkeys(ranges):
        if commits is not None:
            event = events.from_git_hook(call.name, call.arguments)
            reader = local_reader.LocalReader(checkout, commits)
            lines += call.pipeline(event, reader).splitlines()
    return Said([PUSHED, *lines], settings.blocking) if lines else Said()


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
