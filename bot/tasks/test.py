"""Test: what this change leaves untested, and tests that would cover it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot import findings, generated
from bot.context import (
    Finding,
    Material,
    imports,
    lacking,
    repository,
    test_places,
    thread,
)
from bot.context import change as changes
from bot.context.kinds import kind_of
from bot.context.untested import Untested
from bot.events import Event
from bot.generated import Gathered, SuggestedTest, Tried
from bot.reader import Reader
from bot.tasks import Answer, Checked, Task
from bot.verify import assertions, test_code
from bot.verify.claims import is_relative
from bot.verify.test_code import Known
from bot.verify.test_file import Unusable

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
TEST_FILES = 6
MAX_HELPERS = 4
OUTSIDE = "goes into no test file"
TWICE = "is there twice: the same name in the same file"


class TestReply(BaseModel):
    """What test writing answers; only test files may be named."""

    __test__ = False  # pytest would take the class for a test of its own.
    model_config = ConfigDict(extra="forbid", defer_build=True)

    tests: Annotated[list[SuggestedTest], Field(max_length=20)]
    wanted: Annotated[list[str], Field(max_length=50)]


def gather(event: Event, reader: Reader) -> Material:
    """Read the change and what it calls, what no test reaches, the nearest tests."""
    read = changes.read(reader)
    tree = reader.tree()
    tests = [path for path in tree if kind_of(path) == "test"]
    found = lacking.find(reader).found
    near = list(dict.fromkeys(each.test_file for each in found if each.test_file))
    shown = [*near, *test_places.in_reach(read.files[0].path, tests)] if near else tests
    shown = [path for path in dict.fromkeys(shown) if path in tree][:TEST_FILES]
    sections = (
        *thread.sections(event, reader),
        *changes.sections(read, changes.readable(read)),
        *repository.whole(shown, reader, priority=2),
        *repository.whole(_in_reach(shown, reader, tree), reader, priority=4),
        *repository.whole(
            repository.mentioned(f"{event.title}\n{event.body}", tree), reader
        ),
    )
    found_here = tuple(_finding(each) for each in found)
    return Material(sections, found_here, change=read.files)


def check(reply: TestReply, material: Material) -> Checked:
    """Keep tests that go into test files, assert something, and reach nothing new."""
    known = _known(material)
    problems: list[str] = []
    kept: dict[tuple[str, str], SuggestedTest] = {}
    for test in map(_named, reply.tests):
        place = test.path, test.name
        problem = _problem(test, known) or (TWICE if place in kept else "")
        if problem:
            problems.append(problem)
        else:
            kept[place] = test
    return Checked(
        reply.model_copy(update={"tests": list(kept.values())}),
        tuple(problems),
        failed=bool(reply.tests) and not kept,
    )


def render(reply: TestReply | Tried | Gathered | None, material: Material) -> Answer:
    """Write the tests by file; else what no test reaches."""
    found = findings.as_markdown(material.findings)
    weight = findings.heaviest(material.findings)
    if reply is None:
        return Answer(found, weight=weight)
    if isinstance(reply, Gathered):
        weight = weight or ("minor" if reply.tests else None)
        return Answer(found, weight=weight, gathered=reply)
    if isinstance(reply, Tried):
        parts, folds = generated.shown(reply)
    else:
        parts, folds = generated.not_run(reply.tests)
    body = "\n\n".join(part for part in (found, *parts) if part)
    return Answer(body, tuple(folds), weight=weight or ("minor" if folds else None))


def _finding(each: Untested) -> Finding:
    unnamed = UNNAMED if each.kind == "symbol" else ""
    message = MESSAGE.format(
        symbol=each.symbol, why=each.why, unnamed=unnamed, test_file=each.test_file
    )
    return Finding("untested", message, "minor", each.path, each.line)


def _in_reach(tests: Sequence[str], reader: Reader, tree: Sequence[str]) -> list[str]:
    """Fixtures above the tests, and what of the tests' folders they import."""
    there = set(tree)
    above = [
        f"{folder}/conftest.py".lstrip("/")
        for test in tests
        for folder in _folders(test)
    ]
    own = [path for path in tree if kind_of(path) == "test"]
    places = imports.places(own)
    texts = reader.texts(tests)
    used = [
        path
        for test, text in texts.items()
        for path in sorted(imports.imported(test, text, among=places))
    ]
    wanted = dict.fromkeys([*above, *used])
    return [p for p in wanted if p in there and p not in tests][:MAX_HELPERS]


def _folders(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(len(parts), -1, -1)]


def _known(material: Material) -> Known:
    """What the files that were read import, and the tests' own words."""
    texts = [s.text for s in material.sections if s.name.startswith("file ")]
    modules = {name for text in texts for name in test_code.modules_of(text)}
    for section in material.sections:
        modules.update(section.path.removesuffix(".py").split("/"))
    asserting = {name for text in texts for name in assertions.asserting_in(text)}
    return Known(frozenset(modules), "\n".join(texts), frozenset(asserting))


def _named(test: SuggestedTest) -> SuggestedTest:
    """Call a test what its code calls it."""
    try:
        names = test_code.names_in(test.path, test.code)
    except (Unusable, RecursionError):
        return test
    if not names or test.name in names:
        return test
    return test.model_copy(update={"name": names[0][:200]})


def _problem(test: SuggestedTest, known: Known) -> str:
    if not is_relative(test.path) or kind_of(test.path) != "test":
        return OUTSIDE
    return test_code.problem(test.path, test.code, known=known)[:200]


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
