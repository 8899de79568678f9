"""`routebot publish`: the half that may write holds no model key."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from bot import draft as drafts
from bot.cli import publish
from bot.errors import UsageError
from tests.payload_files import PAYLOADS

EVENT = ("--event-name", "issues", "--event-path", f"{PAYLOADS}/issues.opened.json")


@pytest.fixture
def draft(tmp_path):
    path = tmp_path / "draft.json"
    drafts.write_file(drafts.Draft(kind="info", body="Said."), str(path))
    return str(path)


@pytest.mark.parametrize(
    "variable",
    ["ANTHROPIC_API_KEY", "INPUT_OPENAI_API_KEY", "ROUTEBOT_COMPATIBLE_API_KEY"],
)
def test_it_refuses_to_hold_a_model_key(draft, variable):
    key = "a-key-that-nobody-may-see"
    ran = CliRunner(env={variable: key}).invoke(publish.COMMAND, (draft, *EVENT))
    assert isinstance(ran.exception, UsageError)
    assert "take it away" in str(ran.exception)
    assert key not in str(ran.exception) + ran.output


def test_it_needs_none(draft):
    ran = CliRunner().invoke(publish.COMMAND, (draft, *EVENT))
    assert ran.exception is None
    assert "Said." in ran.output
