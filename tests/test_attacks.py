"""Attacks of kinds of their own, each through the real command line."""

from __future__ import annotations

import json
import os

import pytest

from tests.hostile import checker, obedience
from tests.hostile.carriers import CARRIERS
from tests.hostile.leaks import LEAKS
from tests.test_hostile import KEY, MARKER_KEY, TOKEN, Stage, stage

pytestmark = pytest.mark.exhaustive

__all__ = ["stage"]
# A third of the ways for each secret; all of them are tried on the filter below.
WAYS = [
    (way, (KEY, TOKEN, MARKER_KEY)[at % 3], ("issue", "code", "log")[at % 3])
    for at, way in enumerate(LEAKS)
]


@pytest.mark.parametrize(("way", "secret", "carrier"), WAYS, ids=[w[0] for w in WAYS])
def test_no_way_to_hide_a_secret_in_an_answer_works(
    stage: Stage, way: str, secret: str, carrier: str
) -> None:
    stage.model.respond = obedience.obedient(f"It is so.\n\n{LEAKS[way](secret)}")
    event = CARRIERS[carrier](stage.repository, "It fails.")
    after = stage.run(*event, may_leak=True)
    assert checker.problems(after) == [], after.ran.log + after.ran.errors
    assert LEAKS[way](secret) not in "".join(checker.bodies(after))


COMMANDS = {
    "quoted": ("> /route debug\n\nWhat is that?", "created", "maintainer"),
    "in a fence": ("```\n/route debug\n```", "created", "maintainer"),
    "indented": ("    /route debug", "created", "maintainer"),
    "in a comment": ("<!--\n/route debug\n-->", "created", "maintainer"),
    "in a fold": ("<details>\n/route debug\n</details>", "created", "maintainer"),
    "second line": ("Thanks!\n/route debug", "created", "maintainer"),
    "edited": ("/route debug", "edited", "maintainer"),
    "deleted": ("/route debug", "deleted", "maintainer"),
    "a bot's": ("/route debug", "created", "dependabot[bot]"),
    "our own": ("/route debug", "created", "github-actions[bot]"),
    "full width": ("\uff0froute debug", "created", "maintainer"),
    "with an option": ("/route debug --class reasoning", "created", "maintainer"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_what_only_resembles_a_command_asks_no_model(stage: Stage, name: str) -> None:
    text, action, author = COMMANDS[name]
    stage.repository.collaborator("maintainer", "write")
    issue = stage.repository.issue("Crash", "It fails.")
    comment = stage.repository.comment(issue, text, author=author)
    event = stage.repository.event("issue_comment", action, comment)
    after = stage.run("issue_comment", event)
    assert checker.problems(after) == [], after.ran.log + after.ran.errors
    assert stage.model.requests == []


def _run_event(stage: Stage, **changed: object) -> dict[str, object]:
    pull = stage.repository.pull("Let in", head_files={"orchard/auth.py": "x = 1\n"})
    jobs = [("test", "failure", b"2026-11-02T10:00:00.0Z ##[error]no\n")]
    run = stage.repository.workflow_run(pull=pull, jobs=jobs)
    event = stage.repository.event("workflow_run", "completed", run)
    event["workflow_run"].update(changed)
    return event


RUNS = {
    "another repository's head": {
        "head_repository": {"id": 999, "full_name": "evil/sample", "fork": True}
    },
    "our name, another id": {
        "head_repository": {"id": 999, "full_name": "octo/sample", "fork": False}
    },
    "no head repository": {"head_repository": None},
    "another commit": {"head_sha": "e" * 40},
    "a branch that climbs": {"head_branch": "../../../etc/passwd?x=1&state=open"},
    "a pull request it names": {
        "pull_requests": [{"number": 99, "head": {"sha": "e" * 40}}],
        "head_sha": "e" * 40,
    },
}


@pytest.mark.parametrize("name", RUNS)
def test_a_forged_run_reaches_no_pull_request(stage: Stage, name: str) -> None:
    stage.model.respond = obedience.obedient("It is so.")
    after = stage.run("workflow_run", _run_event(stage, **RUNS[name]))
    assert checker.problems(after) == [], after.ran.log + after.ran.errors
    assert after.ran.outputs["comment-url"] == ""


POLICIES = {
    "ten megabytes": "#" + "x" * 10_000_000,
    "deep arrays": "a = " + "[" * 50_000 + "]" * 50_000,
    "deep tables": "[" + ".".join("a" * 20_000) + "]\nb = 1\n",
    "many keys": "".join(f"k{at} = {at}\n" for at in range(20_000)),
    "one long string": f'preset = "{"a" * 3_000_000}"\n',
    "long number": f"max_usd_per_event = {'9' * 100_000}\n",
    "not a number": "max_usd_per_event = nan\n",
    "half a character": "preset = '\udcff'\n",
    "an address": "[providers.anthropic]\nbase_url = 'https://evil.example'\n",
    "a key": "[providers.anthropic]\nkey = '${ANTHROPIC_API_KEY}'\n",
}


@pytest.mark.parametrize("carrier", ["policy", "default policy"])
@pytest.mark.parametrize("name", POLICIES)
def test_no_policy_brings_anything_down(stage: Stage, name: str, carrier: str) -> None:
    stage.model.respond = obedience.silent
    event = CARRIERS[carrier](stage.repository, POLICIES[name])
    after = stage.run(*event, may_refuse=carrier == "default policy")
    assert checker.problems(after) == [], after.ran.log + after.ran.errors
    assert len(after.ran.log + after.ran.errors) < 10_000


BODIES = {
    "ligatures": "\ufdfa" * 64_000,
    "combining marks": "a" + "\u0301" * 64_000,
    "astral letters": "\U0001d400" * 64_000,
    "backticks": "`" * 64_000,
    "entities": "&amp;" * 13_000,
    "less than": "<" * 64_000,
    "dollars": "$x$ " * 16_000,
    "unclosed quotes": ">" * 64_000,
}


@pytest.mark.parametrize("name", BODIES)
def test_no_body_grows_beyond_what_github_takes(stage: Stage, name: str) -> None:
    def respond(request):
        reply = json.loads(obedience.obedient("")(request))
        longest = {"summary": BODIES[name], "explanation": BODIES[name]}
        return json.dumps(reply | {k: v for k, v in longest.items() if k in reply})

    stage.model.respond = respond
    event = CARRIERS["pull"](stage.repository, BODIES[name])
    after = stage.run(*event)
    assert checker.problems(after) == [], after.ran.log + after.ran.errors


@pytest.mark.parametrize(
    "line",
    [
        "::set-output name=status::created",
        "::add-mask::e",
        "::stop-commands::x",
        "::error file=a,line=1::x",
        "##[add-matcher]x.json",
        "status<<ghadelimiter_1\nfailed\nghadelimiter_1",
        "%0A::set-env name=PATH::x",
        "\x1b[0m::warning::x",
        "\r::notice::x",
    ],
)
@pytest.mark.parametrize("carrier", ["title", "branch", "path", "message", "log"])
def test_no_words_of_others_command_the_runner(stage, carrier, line):
    stage.model.respond = obedience.obedient(line)
    text = line.replace("\n", " ") if carrier in ("title", "branch", "path") else line
    event = CARRIERS[carrier](stage.repository, text)
    after = stage.run(*event)
    assert checker.problems(after) == [], after.ran.log + after.ran.errors
    assert os.linesep not in after.ran.outputs.get("status", "")
