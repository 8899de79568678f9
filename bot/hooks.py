"""What a git hook does: quick, quiet, and never in the way by a fault of ours."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from bot import hook_call, own_files
from bot.errors import BotError, GitError
from bot.hook_call import Call, Said

MAX_WIDTH = 200
# Seconds until git goes on without us; pre-push has more where it may ask a model.
BUDGET = {"pre-commit": 2.0, "pre-push": 5.0}
MODEL_BUDGET = 60.0
# The status by which ours stops git: Python itself ends a broken installation with 1.
STOP = 2
LOG = "routebot-hook.log"

STOPPED = "routebot: stopped, since the policy says blocking = true; to go on: {how}"
GO_ON = {
    "pre-commit": "ROUTEBOT_SKIP=1 git commit, or git commit --no-verify",
    "pre-push": "ROUTEBOT_SKIP=1 git push, or git push --no-verify",
}
LATE = "routebot: {name} took over {seconds:g} s and was left; git goes on"
FAULT = "routebot: {name} skipped: {error}"
BUG = "routebot: {name} failed, git goes on; see {log}"

_OFF = ("", "0", "false", "no", "off")
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


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


def _pre_commit(call: Call) -> Said:
    # Each imported only where it is called: a push needs what no commit must wait for.
    from bot import pre_commit

    return pre_commit.said(call)


def _pre_push(call: Call) -> Said:
    from bot import pre_push

    return pre_push.said(call)


_ANSWERS: dict[str, Callable[[Call], Said]] = {
    "pre-commit": _pre_commit,
    "pre-push": _pre_push,
}


def _is_on(call: Call, name: str) -> bool:
    return call.environ.get(name, "").lower() not in _OFF


def _log(call: Call) -> str:
    """Write the traceback at hand into git's directory; returns the file's path."""
    import traceback

    try:
        path = hook_call.git_dirs(call)[0] / LOG
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
