"""The one place where errors end: one line each, and the right exit status."""

from __future__ import annotations

import pytest

from bot import cli


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["frobnicate"], "No such command 'frobnicate'; see routebot --help"),
        (["run", "--frob"], "No such option '--frob'; see routebot run --help"),
        (["publish"], "Missing argument 'FILE'; see routebot publish --help"),
        (
            ["hooks", "list", "--format", "yaml"],
            "Invalid value for '--format': 'yaml' is not one of 'text', 'json'; "
            "see routebot hooks list --help",
        ),
    ],
)
def test_a_wrong_command_line_is_one_line_that_says_where_to_look(
    arguments, said, capsys
):
    assert cli.reported_errors(arguments) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", f"routebot: {said}\n")


@pytest.mark.parametrize("arguments", [[], ["config"], ["hooks"]])
def test_a_group_alone_shows_its_help(arguments, capsys):
    assert cli.reported_errors(arguments) == 2
    assert "Commands:" in capsys.readouterr().err


@pytest.mark.parametrize("group", ["config", "hooks"])
def test_no_line_of_help_is_cut_off(group, capsys):
    cli.reported_errors([group, "--help"])
    shown = capsys.readouterr().out
    assert "Commands:" in shown
    assert not shown.partition("Commands:")[2].count("...")
