"""Test: what this change leaves untested, and tests that would cover it."""

from __future__ import annotations

from textwrap import dedent
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot import findings
from bot.context import (
    Finding,
    Material,
    Section,
    diff,
    hunks,
    lacking,
    repository,
    thread,
)
from bot.context.kinds import kind_of
from bot.context.symbols import has_errors
from bot.context.untested import Untested
from bot.events import Event
from bot.tasks import Answer, Checked, Reader, Task
from bot.text import markdown
from bot.verify.claims import is_relative

PROMPT = """\
You write tests for a change or an issue of a software repository. Write whole test
functions in the style of the tests you were given, using only what they use. Each
test checks one behaviour through a real assertion, would fail if the behaviour were
wrong, and says in covers which symbol or branch it reaches. Put each into the test
file it belongs into. No network, no sleeping, no new dependency, no mock of the
thing under test. Write at most six. If you need a file you have not seen, name it
in wanted."""

MESSAGE = "{symbol} {why}{unnamed}. A test of it belongs into {test_file}"
UNNAMED = "; no test names it"
NOT_RUN = "_These tests were written by a model and have not been run._"
TEST_FILES = 6
ASSERTIONS = ("assert", "expect(", "t.Error", "t.Fatal", "raises")
DROPPED = "test outside a test file, without an assertion, or with a syntax error"


class SuggestedTest(BaseModel):
    """One whole test function and the file it goes into."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    path: str
    name: Annotated[str, Field(max_length=200)]
    code: Annotated[str, Field(max_length=20_000)]
    covers: Annotated[str, Field(max_length=400)]


class TestReply(BaseModel):
    """What test writing answers; only test files may be named."""

    __test__ = False  # pytest would take the class for a test of its own.
    model_config = ConfigDict(extra="forbid", defer_build=True)

    tests: Annotated[list[SuggestedTest], Field(max_length=20)]
    wanted: Annotated[list[str], Field(max_length=50)]


def gather(event: Event, reader: Reader) -> Material:
    """Read the change, find what no test reaches, read the nearest tests."""
    change = diff.parse(reader.diff())
    tree = reader.tree()
    tests = [path for path in tree if kind_of(path) == "test"]
    found = lacking.find(reader).found
    near = list(dict.fromkeys(each.test_file for each in found if each.test_file))
    sections = (
        *thread.sections(event, reader),
        *(
            Section(f"the diff of {file.path}", hunks.unified(file), "diff", 1)
            for file in change
        ),
        *repository.whole([*near, *tests][:TEST_FILES], reader, priority=3),
        *repository.whole(
            repository.mentioned(f"{event.title}\n{event.body}", tree), reader
        ),
    )
    return Material(sections, tuple(_finding(each) for each in found))


def check(reply: TestReply, material: Material) -> Checked:
    """Keep tests that go into test files, assert something and parse."""
    kept = [test for test in reply.tests if _is_usable(test)]
    missed = len(reply.tests) - len(kept)
    return Checked(
        reply.model_copy(update={"tests": kept}),
        tuple(DROPPED for _ in range(missed)),
        failed=bool(reply.tests) and not kept,
    )


def render(reply: TestReply | None, material: Material) -> Answer:
    """Write the tests by file; else what no test reaches."""
    shown = findings.as_markdown(material.findings)
    weight = findings.heaviest(material.findings)
    if reply is None or not reply.tests:
        return Answer(shown, weight=weight)
    folds = tuple(
        (f"{test.name} (covers {test.covers})", _code(test)) for test in reply.tests
    )
    body = f"{shown}\n\n{NOT_RUN}" if shown else NOT_RUN
    return Answer(body, folds, weight=weight or "minor")


def _finding(each: Untested) -> Finding:
    unnamed = UNNAMED if each.kind == "symbol" else ""
    message = MESSAGE.format(
        symbol=each.symbol, why=each.why, unnamed=unnamed, test_file=each.test_file
    )
    return Finding("untested", message, "minor", each.path, each.line)


def _is_usable(test: SuggestedTest) -> bool:
    is_test_file = is_relative(test.path) and kind_of(test.path) == "test"
    asserts = any(word in test.code for word in ASSERTIONS)
    return is_test_file and asserts and not _is_broken(test)


def _is_broken(test: SuggestedTest) -> bool:
    # Only Python: elsewhere a function alone need not be a file that parses.
    if not test.path.endswith(".py"):
        return False
    code = dedent(test.code).encode("utf-8", "replace")
    return bool(has_errors(test.path, code))


def _code(test: SuggestedTest) -> str:
    return f"{findings.place(test.path)}\n\n{markdown.fence(test.code)}"


TASK = Task(
    name="test",
    summary="finds what no test reaches and writes the tests",
    model_class="balanced",
    prompt=PROMPT,
    reply=TestReply,
    gather=gather,
    check=check,
    render=render,
    title="Tests",
    labels=("tests", "testing", "test"),
    answers=("git.pre-commit", "terminal.suggest-tests"),
    comment_from="minor",
    output_tokens=3_000,
)
