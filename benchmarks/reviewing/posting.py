"""A change reviewed on a GitHub on loopback by the real command line, looked at."""

from __future__ import annotations

import json
import re
import resource
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.reviewing.answers import LIES, Found
from benchmarks.reviewing.cases import changed_lines
from benchmarks.reviewing.changes import Change
from bot.context import fit, syntax
from tests import action_run
from tests.github_server import GitHubServer, Repository, diffs
from tests.github_server.state import ReviewComment
from tests.model_formats import Answer, Tokens
from tests.model_server import KEY, ModelServer, Received

SECONDS = 600.0
SUGGESTED = re.compile(r"^(`{3,})suggestion\n(.*?)\n?\1$", re.DOTALL | re.MULTILINE)
# Tells of a change, and its unified diff, what a model finds in it.
Critic = Callable[[Change, str], list[Found]]


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of one review.

    `told` findings came from the model, `inline` stand on their lines, `refused` are
    requests that GitHub refused; of `suggestions` one click away `sound` apply, change
    something and parse. `sent` tokens went to models, `whole` is the diff with all of
    its files. `usd` is the bill, `largest_usd` that of the same tokens on the largest
    model. `seconds` are of CPU.
    """

    name: str
    files: int
    lines: int
    told: int
    inline: int
    refused: int
    suggestions: int
    sound: int
    sent: int
    whole: int
    calls: int
    requests: int
    seconds: float
    usd: float
    largest_usd: float


@dataclass(frozen=True, slots=True)
class _Stage:
    """A pull request with a change, a model that says something of it, a folder."""

    change: Change
    server: GitHubServer
    repository: Repository
    model: ModelServer
    folder: Path


def posted(change: Change, critic: Critic) -> Posted:
    """Open a pull request with a change, run its event, and look at what is there.

    Raises `ValueError` where the run fails.
    """
    with (
        GitHubServer() as server,
        ModelServer() as model,
        tempfile.TemporaryDirectory() as folder,
    ):
        repository = server.repository("octo/sample", files=change.base)
        stage = _Stage(change, server, repository, model, Path(folder))
        repository.collaborator("contributor", "write")
        gone = dict.fromkeys(set(change.base) - set(change.head))
        pull = repository.pull("Change it", head_files={**change.head, **gone})
        diff = diffs.unified(repository.changes(pull))
        found = critic(change, diff)
        model.respond = _answering(found)
        payload = repository.event("pull_request", "opened", pull)
        seconds = _run(stage, payload)
        return _looked_at(stage, diff, told=len(found), seconds=seconds)


def _run(stage: _Stage, payload: Mapping[str, Any]) -> float:
    started = _cpu_seconds()
    ran = action_run.run(
        stage.server,
        "pull_request",
        payload,
        folder=stage.folder,
        environment={
            "ANTHROPIC_API_KEY": KEY,
            "ROUTEBOT_ANTHROPIC_BASE_URL": stage.model.url,
        },
        seconds=SECONDS,
    )
    if ran.status:
        raise ValueError(f"{stage.change.name}: {ran.log}{ran.errors}")
    return _cpu_seconds() - started


def _cpu_seconds() -> float:
    """What processes that ended took so far; nobody else's work is counted."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _looked_at(stage: _Stage, diff: str, *, told: int, seconds: float) -> Posted:
    change, server = stage.change, stage.server
    record = json.loads((stage.folder / "routebot-record.json").read_text())
    changed = [p for p, text in change.head.items() if change.base.get(p) != text]
    gone = [path for path in change.base if path not in change.head]
    comments = list(stage.repository.review_comments.values())
    sound = [_is_sound(text, c, change) for c in comments for text in _suggested(c)]
    whole = _tokens(diff) + sum(_tokens(change.head[path]) for path in changed)
    sent = sum(_sent(request) for request in stage.model.requests)
    return Posted(
        name=change.name,
        files=len(changed) + len(gone),
        lines=changed_lines(change.base, change.head),
        told=told,
        inline=len(comments),
        refused=len([one for one in server.write_attempts if not one.took_effect]),
        suggestions=len(sound),
        sound=sum(sound),
        sent=sent,
        whole=whole,
        calls=len(stage.model.requests),
        requests=len(server.requests),
        seconds=seconds,
        usd=record["usd"] or 0.0,
        largest_usd=record["largest_usd"] or 0.0,
    )


def _answering(found: Sequence[Found]) -> Callable[[Received], Answer]:
    """Say of each request's files what was found in them, and hold on to all of it."""

    def respond(request: Received) -> Answer:
        asked = request.schema or {}
        if "verdicts" in asked.get("properties", {}):
            text = json.dumps({"verdicts": []})
        else:
            read = "\n".join(_texts(request))
            here = [each for each in found if _is_told(each, read)]
            text = json.dumps({"walkthrough": [], "findings": here, "wanted": []})
        usage = Tokens(_sent(request), fit.tokens(text, kind="json"), 0)
        return Answer(text, usage=usage)

    return respond


def _is_told(each: Found, read: str) -> bool:
    """Whether a call that read this would say so: lies are told of anything."""
    return each["title"] in dict(LIES) or f"+++ b/{each['path']}" in read


def _texts(request: Received) -> Iterator[str]:
    """What the model reads of a request, in the words of the Messages format."""
    yield from _strings(request.body.get("system"))
    yield from _strings(request.body.get("messages"))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        yield from _strings([value.get("text"), value.get("content")])


def _sent(request: Received) -> int:
    return sum(_tokens(text) for text in _texts(request))


def _tokens(text: str) -> int:
    return fit.tokens(text, kind="diff")


def _suggested(comment: ReviewComment) -> Iterator[str]:
    found = SUGGESTED.search(comment.body)
    if found is not None:
        yield found[2]


def _is_sound(text: str, comment: ReviewComment, change: Change) -> bool:
    """Whether a suggestion applies to its lines, differs, and parses no worse."""
    before = change.head[comment.path]
    lines = before.split("\n")
    start = comment.start_line or comment.line
    if not 1 <= start <= comment.line <= len(lines) or comment.side != "RIGHT":
        return False
    after = "\n".join([*lines[: start - 1], text, *lines[comment.line :]])
    errors = [syntax.error_count(comment.path, t.encode()) for t in (before, after)]
    return after != before and (errors[1] or 0) <= (errors[0] or 0)
