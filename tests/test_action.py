"""The door of Actions: inputs, masks, outputs, summary, one log line."""

from __future__ import annotations

import pytest

from bot import action, ledger
from bot.errors import UsageError
from tests.action_run import outputs_in

KEY = "sk-ant-api03-Zq8vN3xT7bLw2RmK"


def test_inputs_go_before_variables_and_blanks_are_cut():
    read = action.read_inputs(
        {"INPUT_OPENAI_API_KEY": f" {KEY}\n", "OPENAI_API_KEY": "other"}
    )
    assert read.keys == {"openai": KEY}


def test_an_empty_input_leaves_the_variable():
    read = action.read_inputs({"INPUT_XAI_API_KEY": "", "XAI_API_KEY": KEY})
    assert read.keys == {"xai": KEY}


def test_secrets_are_taken_out_of_the_environment():
    environment = {names[0]: KEY for names in action.SECRETS.values()}
    environment |= {"GITHUB_TOKEN": KEY, "PATH": "/bin"}
    read = action.read_inputs(environment)
    assert environment == {"PATH": "/bin"}
    assert KEY not in repr(read)
    assert len(read.secrets) == 6


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INPUT_MODE", "delete"),
        ("INPUT_MAX_USD", "much"),
        ("INPUT_MAX_USD", "-1"),
        ("INPUT_MAX_USD", "inf"),
        ("INPUT_MAX_USD", "nan"),
        ("INPUT_DRY_RUN", "perhaps"),
    ],
)
def test_an_input_that_cannot_be_used_is_named_and_not_quoted(name, value):
    with pytest.raises(UsageError) as caught:
        action.read_inputs({name: value})
    assert name.removeprefix("INPUT_").lower().replace("_", "-") in str(caught.value)
    assert f" {value}" not in str(caught.value)


def test_what_is_expected_of_an_input_is_said():
    with pytest.raises(UsageError) as caught:
        action.read_inputs({"INPUT_MAX_USD": "abc", "INPUT_DRY_RUN": "perhaps"})
    assert str(caught.value) == (
        "cannot use the input dry-run (expected: true or false), "
        "max-usd (expected: a number of USD such as 2.5)"
    )


def test_every_input_that_can_be_wrong_says_what_is_right():
    fields = action.Inputs.model_fields.items()
    can_be_wrong = {
        name for name, field in fields if field.annotation is not str or field.metadata
    }
    assert action.FORMS.keys() == can_be_wrong


def test_defaults_need_no_environment():
    read = action.read_inputs({})
    assert (read.mode, read.bot_login, read.is_action) == (
        "run",
        "github-actions[bot]",
        False,
    )
    assert (read.own_workflow, read.run_url, read.providers) == ("", "", frozenset())


def test_providers_may_stand_with_commas_or_blanks():
    read = action.read_inputs({"INPUT_ALLOWED_PROVIDERS": "openai, xai  anthropic"})
    assert read.providers == {"openai", "xai", "anthropic"}


def test_the_own_workflow_is_the_path_of_its_reference():
    ref = "octo/sample/.github/workflows/routebot.yml@refs/heads/main"
    read = action.read_inputs({"GITHUB_WORKFLOW_REF": ref})
    assert read.own_workflow == ".github/workflows/routebot.yml"


def test_the_run_has_an_address():
    read = action.read_inputs(
        {"GITHUB_REPOSITORY": "octo/sample", "GITHUB_RUN_ID": "5"}
    )
    assert read.run_url == "https://github.com/octo/sample/actions/runs/5"


def test_every_secret_is_masked_in_one_line():
    lines = list(action.masks(action.Inputs(github_token=KEY, marker_key="100%")))
    assert lines == [f"::add-mask::{KEY}", "::add-mask::100%25"]


def test_a_secret_of_several_lines_is_masked_whole_and_line_by_line():
    lines = list(action.masks(action.Inputs(marker_key="long line 1\nx\nlong line 2")))
    assert lines == [
        "::add-mask::long line 1%0Ax%0Along line 2",
        "::add-mask::long line 1",
        "::add-mask::long line 2",
    ]


@pytest.mark.parametrize(
    "text",
    ["a\n::error::b", "::set-output name=x::y", "##[error]x", "100%0A::x::", "a:::b"],
)
def test_a_notice_is_one_line_with_one_command(text):
    line = action.notice(text)
    assert "\n" not in line
    assert line.startswith("::notice title=routebot::")
    assert "::" not in line.removeprefix("::notice title=routebot::")
    assert "##[" not in line
    assert "%0A" not in line


def test_a_notice_is_short():
    assert len(action.notice("x" * 10_000)) < 1_100


def _outputs(tmp_path, **values):
    path = tmp_path / "output.txt"
    given = {name.replace("_", "-"): value for name, value in values.items()}
    action.write_outputs(str(path), given)
    return path.read_text(), outputs_in(path.read_text())


def test_outputs_are_written_where_they_fit(tmp_path):
    _, found = _outputs(
        tmp_path,
        task="debug",
        provider="openai",
        model="gpt-6.1-sol",
        confidence="0.7512",
        cost_usd="0.012500",
        comment_url="https://github.com/octo/sample/issues/1#issuecomment-9",
    )
    assert found["task"] == "debug"
    assert found["comment-url"].endswith("#issuecomment-9")
    assert found["cost-usd"] == "0.012500"
    assert set(found) == set(action.OUTPUTS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("task", "debug\nstatus<<x"),
        ("task", "debug; rm -rf"),
        ("model", "gpt\n"),
        ("model", "-rf"),
        ("stakes", "dire"),
        ("confidence", "2.0"),
        ("comment_url", "javascript:alert(1)"),
        ("comment_url", "https://github.com/x?token=1"),
        ("cost_usd", "inf"),
        ("provider", "$(id)"),
    ],
)
def test_what_does_not_fit_its_pattern_is_written_as_nothing(tmp_path, name, value):
    text, found = _outputs(tmp_path, **{name: value})
    assert found[name.replace("_", "-")] == ""
    assert value not in text


def test_the_fence_of_an_output_cannot_be_guessed(tmp_path):
    first, _ = _outputs(tmp_path, task="debug")
    (tmp_path / "output.txt").unlink()
    second, _ = _outputs(tmp_path, task="debug")
    assert first != second


def test_nothing_else_becomes_an_output(tmp_path):
    _, found = _outputs(tmp_path, secret="value")
    assert "secret" not in found


def test_the_summary_is_cut_to_what_github_takes(tmp_path):
    path = tmp_path / "summary.md"
    action.write_summary(str(path), "\u00e4" * 1_000_000)
    assert path.stat().st_size <= action.SUMMARY_LIMIT + 1
    assert "Cut here" in path.read_text()


def test_a_summary_that_cannot_be_written_fails_nothing(tmp_path):
    action.write_summary(str(tmp_path / "no" / "folder" / "s.md"), "text")
    action.write_summary("", "text")


def test_a_record_is_left_where_the_workflow_looks(tmp_path):
    action.write_record(str(tmp_path), "{}")
    assert (tmp_path / ledger.RECORD_FILE).read_text() == "{}"
    action.write_record("", "{}")


def test_files_of_the_runner_that_cannot_be_written_fail_nothing(tmp_path):
    gone = tmp_path / "no" / "folder"
    action.write_outputs(str(gone / "output"), {"status": "created"})
    action.write_record(str(gone), "{}")
    assert not gone.exists()


@pytest.mark.parametrize(
    ("environment", "is_public", "warns"),
    [
        ("self-hosted", True, True),
        ("anything", True, True),
        ("self-hosted", False, False),
        ("github-hosted", True, False),
        ("", True, False),
    ],
)
def test_a_runner_of_ones_own_is_named_where_the_repository_is_public(
    environment, is_public, warns
):
    inputs = action.read_inputs({"RUNNER_ENVIRONMENT": environment})
    said = action.runner_warning(inputs, is_public=is_public)
    assert said.startswith("::warning title=routebot::this public") == warns
    assert bool(said) == warns
