"""`routebot analyze`: the draft's file comes before the answer."""

from __future__ import annotations

from click.testing import CliRunner

from bot import draft as drafts
from bot.cli import analyze, explain
from bot.errors import PolicyError, UsageError
from tests.payload_files import PAYLOADS

EVENT = ("--event-name", "issues", "--event-path", f"{PAYLOADS}/issues.opened.json")
IGNORED = ("--event-name", "push", "--event-path", f"{PAYLOADS}/push.json")


def test_a_file_that_cannot_be_written_ends_the_run(tmp_path):
    ran = CliRunner().invoke(analyze.COMMAND, (*EVENT, "--out", str(tmp_path)))
    assert isinstance(ran.exception, UsageError)


def test_an_old_draft_is_not_left_for_another_event(tmp_path):
    out = tmp_path / "draft.json"
    out.write_text(drafts.dumps(drafts.Draft(kind="info", body="old")))
    policy = tmp_path / "routing.toml"
    policy.write_text("x = 1")
    ran = CliRunner().invoke(
        analyze.COMMAND, (*EVENT, "--out", str(out), "--policy", str(policy))
    )
    assert isinstance(ran.exception, PolicyError)
    assert drafts.read_file(str(out)) == drafts.nothing(analyze.UNFINISHED)


def test_what_writes_to_no_thread_takes_dry_run_too(tmp_path):
    out = ("--out", str(tmp_path / "draft.json"))
    for command, arguments in ((analyze.COMMAND, out), (explain.COMMAND, ())):
        ran = CliRunner().invoke(command, (*IGNORED, *arguments, "--dry-run"))
        assert ran.exception is None
