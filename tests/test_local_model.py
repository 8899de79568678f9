"""A real model over a real wire: plumbing, not quality."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from bot.ask import Access, Asked, ask
from bot.catalog import Route
from bot.errors import TooLarge
from bot.providers import Request
from tests import local_model
from tests.action_run import run
from tests.github_server import GitHubServer

pytestmark = [
    pytest.mark.local_model,
    pytest.mark.skipif(
        local_model.weights() is None, reason="not installed: make test-local-model"
    ),
]


class Verdict(BaseModel):
    kind: Literal["bug", "question", "feature"] = Field(description="The kind.")
    words: list[str] = Field(max_length=3)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with local_model.serving() as address:
        yield address


def _ask(url: str, request: Request) -> Asked:
    return ask(
        [Route("compatible", local_model.MODEL)],
        request,
        access=Access(base_urls={"compatible": url}, allow_private=True),
        deadline=time.monotonic() + 60,
    )


def test_real_model_answers_within_the_schema(url: str) -> None:
    asked = _ask(
        url,
        Request(
            "You sort issues. Answer in JSON.",
            "The program crashes with a traceback when the file is empty.",
            schema=Verdict.model_json_schema(),
            max_output=200,
        ),
    )
    verdict = Verdict.model_validate_json(asked.completion.text)
    assert len(verdict.words) <= 3
    assert asked.completion.usage.input_tokens > 10
    assert asked.completion.usage.output_tokens > 3
    assert json.loads(asked.completion.text)


def test_real_model_streams_free_text(url: str) -> None:
    asked = _ask(url, Request("Be brief.", "Say hello.", max_output=200))
    assert asked.completion.text.strip()
    assert asked.completion.model == local_model.MODEL


def test_real_server_says_when_the_prompt_is_too_long(url: str) -> None:
    with pytest.raises(TooLarge):
        _ask(url, Request("Be brief.", "word " * 12_000, max_output=20))


def test_a_real_model_triages_a_short_issue_end_to_end(
    url: str, tmp_path: Path
) -> None:
    # Whatever so small a model says, the run must end well and account for itself.
    with GitHubServer() as server:
        files = {".github/routing.toml": local_model.policy()}
        repository = server.repository(files=files)
        issue = repository.issue("How do I install it?", "Help.", author="maintainer")
        ran = run(
            server,
            "issues",
            repository.event("issues", "opened", issue),
            folder=tmp_path,
            environment={"ROUTEBOT_COMPATIBLE_BASE_URL": url},
        )
    assert ran.status == 0, ran.errors
    assert ran.outputs["task"] == "triage"
    assert ran.outputs["status"] in ("created", "summary", "degraded")
    record = json.loads((tmp_path / "routebot-record.json").read_text())
    assert record["calls"] >= 1
    assert f"compatible:{local_model.MODEL}" in (record["route"] or record["reason"])
