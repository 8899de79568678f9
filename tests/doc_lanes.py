"""Plan, debug, code and search as docs/lanes.md shows them: real runs on loopback."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.context import fit
from tests import lanes
from tests.github_server import GitHubServer
from tests.model_server import ModelServer
from tests.test_end_to_end import Stage

# Of a record, what says what became of the answer.
SHOWN = (
    "task",
    "model_class",
    "escalated_from",
    "route",
    "outcome",
    "reason",
    "calls",
    "dropped",
    "dropped_for",
    "usd",
)
HEAD = "   tokens  kind   section"
NO_CALL = "no model was asked"
Play = Callable[[Stage], None]


def plan() -> str:
    """A plan that named paths and a symbol that are nowhere."""
    ask = lanes.PLAN
    return _shown(
        lambda stage: _issue(stage, "plan", "Share the stock", lanes.DESIGN, ask),
        "/route plan",
    )


def plan_of_one_option() -> str:
    """A plan that stays with one option: asked for twice, never posted."""
    single = lanes.PLAN | {"options": lanes.PLAN["options"][:1]}

    def play(stage: Stage) -> None:
        _issue(stage, "plan", "Share the stock", lanes.DESIGN, single, single)

    return _shown(play, "/route plan")


def debug() -> str:
    """Four files of a trace that take 900,000 tokens, read whole."""

    def play(stage: Stage) -> None:
        trace = lanes.large(stage.repository)
        evidence = [
            {"path": "orchard/part_a.py", "line": 9, "quote": "7 of many lines"}
        ]
        found = lanes.DEBUG["hypotheses"][0] | {"evidence": evidence}
        invented = lanes.DEBUG["hypotheses"][1]
        said = lanes.DEBUG | {"hypotheses": [found, invented]}
        _issue(stage, "debug", "It fails", trace, said)

    return _shown(play, "/route debug")


def debug_refused() -> str:
    """The same where the policy has no model with a window that is large enough."""

    def play(stage: Stage) -> None:
        stage.repository.commit({".github/routing.toml": lanes.SMALL})
        _issue(stage, "debug", "It fails", lanes.large(stage.repository))

    return _shown(play, "/route debug")


def code() -> str:
    """A patch that does not apply twice, then one of the class above that does."""

    def play(stage: Stage) -> None:
        wrong, good = lanes.WRONG, lanes.CODE
        _issue(stage, "code", "Three a piece", lanes.PRICE, wrong, wrong, good)

    return _shown(play, "/route code")


def search() -> str:
    """An answer of three claims, of which one rests on no page."""

    def play(stage: Stage) -> None:
        lanes.ask(
            stage,
            "search",
            lanes.QUESTION,
            "httpx is ours.",
            lanes.SEARCH,
            citations=lanes.PAGES,
        )

    return _shown(play, "/route search")


def search_from_memory() -> str:
    """The same answer where the model never searched."""

    def play(stage: Stage) -> None:
        said = lanes.SEARCH
        body = "httpx is ours."
        _issue(stage, "search", lanes.QUESTION, body, said, said)

    return _shown(play, "/route search")


def _issue(
    stage: Stage, task: str, title: str, body: str, *answers: dict[str, object]
) -> None:
    lanes.ask(stage, task, title, body, *answers)


@contextmanager
def _stage() -> Iterator[Stage]:
    with (
        tempfile.TemporaryDirectory() as folder,
        GitHubServer() as server,
        ModelServer() as model,
    ):
        yield Stage(server, lanes.furnished(server), model, Path(folder))


def _shown(play: Play, command: str) -> str:
    """What the model read, what was posted, and what the record keeps."""
    with _stage() as stage:
        play(stage)
        table = _sections(stage)
        body = _posted(stage)
        record = lanes.record(stage)
    kept = {key: record[key] for key in SHOWN if record.get(key)}
    return "\n".join(
        [
            "````text",
            f"{command}: what the model reads",
            table,
            "````",
            "",
            "````markdown",
            body,
            "````",
            "",
            "```json",
            json.dumps(kept, indent=2),
            "```",
        ]
    )


def _sections(stage: Stage) -> str:
    if not stage.model.requests:
        return NO_CALL
    sent = lanes.sections(stage)
    lines = [f"{fit.section_tokens(s):>9,}  {s.kind:<6} {s.name}" for s in sent]
    total = sum(map(fit.section_tokens, sent))
    return "\n".join([HEAD, *lines, f"{total:>9,}  in all"])


def _posted(stage: Stage) -> str:
    """The comment as people see it: without the marker."""
    body = lanes.comment(stage)
    return re.sub(r"\s*<!--.*?-->\s*", "", body, flags=re.DOTALL).strip()
