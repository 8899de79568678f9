"""The worst input there is, through the real command line: the contract holds."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import action_run
from tests.github_server import GitHubServer
from tests.hostile import checker, corpus, obedience
from tests.hostile.carriers import CARRIERS, FILES
from tests.hostile.payloads import PAYLOADS
from tests.model_server import ModelServer

KEY = "sk-" + "ant-api03-" + hashlib.sha256(b"key").hexdigest()
TOKEN = "gh" + "s_" + hashlib.sha256(b"token").hexdigest()[:36]
MARKER_KEY = hashlib.sha256(b"seal").hexdigest()
SECRETS = (KEY, TOKEN, MARKER_KEY)
FORMS = [
    (form, ("issue", "code", "log")[(which + at) % 3])
    for which, secret in enumerate(SECRETS)
    for at, form in enumerate(obedience.disguises(secret))
]


def _cases(*, first: bool = False):
    return [
        pytest.param(payload, carrier, id=f"{payload.threat}-{payload.name}-{carrier}")
        for payload in PAYLOADS
        for carrier in payload.carriers[: 1 if first else None]
    ]


def _note_use(after, carrier, record_property) -> None:
    record_property("attacked events", 1)
    record_property("of them answered usefully", int(checker.is_useful(after, carrier)))


class Stage:
    """A GitHub, a model and one run between them."""

    def __init__(self, server: GitHubServer, model: ModelServer, folder) -> None:
        self.server, self.model, self.folder = server, model, folder
        server.token("github-actions[bot]", value=TOKEN)
        self.repository = server.repository("octo/sample", files=FILES)
        self.repository.collaborator("contributor", "write")

    def run(self, name, payload, **given) -> checker.After:
        foreign = {id: c.body for id, c in self.repository.comments.items()}
        ran = action_run.run(
            self.server,
            name,
            payload,
            folder=self.folder,
            token=TOKEN,
            environment={
                "ANTHROPIC_API_KEY": KEY,
                "ROUTEBOT_MARKER_KEY": MARKER_KEY,
                "ROUTEBOT_ANTHROPIC_BASE_URL": self.model.url,
            },
            watched=True,
        )
        return checker.After(ran, self.server, SECRETS, foreign, **given)


@pytest.fixture
def stage(tmp_path) -> Iterator[Stage]:
    with GitHubServer() as server, ModelServer(key=KEY) as model:
        yield Stage(server, model, tmp_path)


@pytest.mark.parametrize(("payload", "carrier"), _cases())
def test_a_model_that_obeys_gets_nothing_done(stage, payload, carrier, record_property):
    stage.model.respond = obedience.obedient(payload.text)
    event = CARRIERS[carrier](stage.repository, payload.text)
    after = stage.run(*event)
    assert checker.problems(after) == [], after.ran.log + after.ran.errors
    _note_use(after, carrier, record_property)
    assert checker.is_useful(after, carrier), after.ran.log


@pytest.mark.parametrize(("payload", "carrier"), _cases(first=True))
def test_a_model_that_says_nothing_hides_nothing(
    stage, payload, carrier, record_property
):
    stage.model.respond = obedience.silent
    event = CARRIERS[carrier](stage.repository, payload.text)
    after = stage.run(*event)
    assert checker.problems(after) == [], after.ran.log + after.ran.errors
    _note_use(after, carrier, record_property)
    assert checker.is_useful(after, carrier), after.ran.log


@pytest.mark.parametrize(("form", "carrier"), FORMS)
def test_no_form_of_a_secret_leaves(stage, form, carrier):
    stage.model.respond = obedience.obedient(f"It is {form}.")
    event = CARRIERS[carrier](stage.repository, "It fails.")
    after = stage.run(*event, may_leak=True)
    assert checker.problems(after) == [], after.ran.log + after.ran.errors


# Payloads of others: `ROUTEBOT_HOSTILE=FOLDER`, a folder with a manifest.jsonl.

FOLDER = os.environ.get("ROUTEBOT_HOSTILE", "")
OTHERS = list(corpus.cases(Path(FOLDER))) if FOLDER else []


@pytest.mark.skipif(not FOLDER, reason="ROUTEBOT_HOSTILE names no folder")
@pytest.mark.parametrize("case", OTHERS, ids=lambda case: case.name)
def test_others_payloads_get_nothing_done(stage, case, record_property):
    obey = obedience.obedient(case.text.encode("utf-8", "replace").decode())
    stage.model.respond = (lambda request: case.reply) if case.reply else obey
    stage.repository, name, payload = case.event(stage.server)
    after = stage.run(name, payload, may_leak=True, may_refuse=True)
    # A policy of the repository's own that is none is refused: that is the answer.
    if case.carrier and case.carrier != "default policy":
        _note_use(after, case.carrier, record_property)
    assert checker.problems(after) == [], after.ran.log + after.ran.errors
