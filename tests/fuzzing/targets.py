"""What is fuzzed: how a mutant is made, and what must hold of it."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot import commands, events, policy, publish, reply, secrets, tasks
from bot.context import archive, diff, log, test_report
from bot.draft import Draft
from bot.errors import PolicyError, ReplyError, SecretInOutput
from bot.events import UnreadablePayload
from bot.outgoing import Rules
from bot.policy.model import MAX_CALLS_PER_EVENT, MAX_USD_PER_EVENT
from bot.text import markdown, sanitize
from tests import fakes, page
from tests.fuzzing import mutants
from tests.golden_files import FOLDER as GOLDEN
from tests.hostile.obedience import FORGERY
from tests.hostile.payloads import PAYLOADS
from tests.payload_files import PAYLOADS as EVENTS
from tests.schema_values import fill

HOSTS = frozenset({"github.com"})
_OURS = re.compile(
    r"<details>\n?<summary>[^<@]*</summary>|</details>|^<!-- routebot:v1 [^>]* -->$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Target:
    """`make` gives a mutant; `check` raises where something does not hold of it."""

    name: str
    make: Callable[[random.Random], Any]
    check: Callable[[Any], None]


@cache
def _prose() -> tuple[str, ...]:
    written = [payload.text[:2_000] for payload in PAYLOADS]
    return (*written, FORGERY, *(p.read_text()[:3_000] for p in GOLDEN.glob("*.md")))


@cache
def _payloads() -> tuple[tuple[str, Any], ...]:
    files = sorted(Path(EVENTS).glob("*.json"))
    return tuple((p.name.partition(".")[0], json.loads(p.read_text())) for p in files)


def _is_short(line: str) -> None:
    assert "\n" not in line
    assert len(line) < 2_000


def _event(dice: random.Random) -> tuple[str, Any]:
    name, payload = dice.choice(_payloads())
    made = mutants.tree([payload], dice)
    return name, made if isinstance(made, dict) else {}


def _check_event(made: tuple[str, Any]) -> None:
    try:
        read = events.from_action(*made)
    except UnreadablePayload as exc:
        _is_short(str(exc))
        return
    events.ignored(read)
    events.actors_to_check(read)
    assert read.number is None or isinstance(read.number, int)
    assert read.kind


DIFFS = (
    fakes.PARSE_ERROR,
    "diff --git a/old.py b/new.py\nsimilarity index 90%\nrename from old.py\n"
    "rename to new.py\n--- a/old.py\n+++ b/new.py\n@@ -1 +1,2 @@\n-a\n+b\n+c\n",
    'diff --git "a/\\303\\244.py" "b/\\303\\244.py"\nnew file mode 100644\n'
    '--- /dev/null\n+++ "b/\\303\\244.py"\n@@ -0,0 +1 @@\n+x\n'
    "\\ No newline at end of file\n",
    "diff --git a/x.png b/x.png\nBinary files a/x.png and b/x.png differ\n",
    "diff --cc a.py\nindex 1,2..3\n--- a/a.py\n+++ b/a.py\n@@@ -1,2 -1,2 +1,2 @@@\n",
)


def _check_diff(text: str) -> None:
    for file in diff.read(text).files:
        for path in (file.path, file.old_path):
            assert not path.startswith("/"), path
            assert ".." not in path.split("/"), path
            assert "\x00" not in path
        shown = {line for lines in diff.right_ranges(file) for line in lines}
        assert diff.added_lines(file).keys() <= shown or not shown


LOGS = (
    "2026-11-02T10:00:00.0Z ##[group]Run pytest\n2026-11-02T10:00:01.0Z "
    "FAILED tests/test_a.py::test_b - assert 1 == 2\n"
    "2026-11-02T10:00:02.0Z ##[error]Process completed with exit code 1.\n",
    'Traceback (most recent call last):\n  File "a.py", line 3, in b\n    c()\n'
    "ValueError: x\n",
    "src/a.ts(3,5): error TS2322: Type 'a' is not assignable.\nnpm ERR! code 1\n",
    "error[E0308]: mismatched types\n --> src/a.rs:3:5\n",
    "--- FAIL: TestX (0.00s)\n    a_test.go:3: no\nFAIL\texample/x\t0.1s\n",
    "collect2: error: ld returned 1 exit status\nmake: *** [a] Error 1\n",
)


def _check_log(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    found = log.distill(raw, budget=60)
    assert sum(chunk.end - chunk.start + 1 for chunk in found.chunks) <= 60
    starts = [chunk.start for chunk in found.chunks]
    assert all(1 <= at <= found.lines_total for at in starts)
    ordered = sorted(found.chunks, key=lambda chunk: chunk.start)
    for one, other in pairwise(ordered):
        assert one.end < other.start


@cache
def _replies() -> tuple[tuple[type, str], ...]:
    models = [tasks.load(name).reply for name in tasks.names()]
    return tuple((m, json.dumps(fill(m.model_json_schema()))) for m in models)


def _reply(dice: random.Random) -> tuple[type, str]:
    model, smallest = dice.choice(_replies())
    if dice.random() < 0.4:
        tree = mutants.tree([json.loads(smallest)], dice)
        return model, json.dumps(tree, default=str)
    wrapped = (smallest, f"```json\n{smallest}\n```", json.dumps(smallest))
    return model, mutants.text(wrapped, dice)


def _check_reply(made: tuple[type, str]) -> None:
    model, text = made
    try:
        found = reply.parse(text, model)
    except ReplyError as exc:
        _is_short(str(exc))
        return
    assert isinstance(found, model)
    reply.wanted(found)
    json.loads(found.model_dump_json())


def _check_prose(text: str) -> None:
    once = sanitize.prose(text).text
    assert len(once) <= len(text) * 3 + 2_000
    assert sanitize.strip_invisible(once)[1] == 0
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", once), "control"
    if "<details" not in once.lower():  # each pass labels what is folded away
        assert sanitize.prose(once).text == once, "a second pass changes something"
    shown = sanitize.code(text).text
    assert shown.count("\n") == text.replace("\r\n", "\n").count("\n")
    line = sanitize.log_line(text)
    assert "::" not in line
    assert "\n" not in line


def _check_neutral(text: str) -> None:
    once = markdown.neutral(text, hosts=HOSTS)
    assert page.live_parts(once, "github.com") == [], "alive"
    assert page.are_fences_closed(once), "open"
    assert markdown.neutral(once, hosts=HOSTS) == once, "a second pass"
    assert "<!-- routebot" not in once.lower()
    assert not re.search(r"^(?:/[a-z][a-z-]{0,40}(?:\s|$)|::[a-z])", once, re.MULTILINE)
    plain = markdown.plain(text)
    assert "\n" not in plain
    assert page.live_parts(plain, "github.com") == [], "plain alive"
    cut = markdown.cap(once, limit=400, tail="\n\nFOOTER")
    assert len(cut.encode("utf-16-le")) // 2 <= 400
    assert page.are_fences_closed(cut), "cut open"


def _command(dice: random.Random) -> str:
    seeds = (
        "/route",
        "/route plan",
        "/route review coding abcdef1",
        "/route why",
        "/r",
    )
    return mutants.text(seeds, dice)


def _check_command(text: str) -> None:
    found = commands.parse(text)
    if not isinstance(found, commands.Command):
        return
    words = {"", "why", "help", *tasks.names()}
    assert found.verb in words
    assert found.model_class in ("", *policy.CLASSES)
    assert re.fullmatch(r"([0-9a-f]{7,64})?", found.sha)
    lines = text.removeprefix("\ufeff").replace("\r", "\n").split("\n")
    first = next(line for line in lines if line.strip(" \t"))
    assert first.isascii()
    assert first.startswith("/route")


@cache
def _policies() -> tuple[str, ...]:
    whole = (policy.PRESETS / "default.toml").read_text(encoding="utf-8")
    tables = re.split(r"\n(?=\[)", whole)
    return (*tables, "enabled = false\n[tasks.review]\ncomment_from = 'major'\n")


def _check_policy(text: str) -> None:
    try:
        found = policy.load(text.encode("utf-8", "surrogatepass"))
    except PolicyError as exc:
        for problem in exc.problems:
            _is_short(problem)
        return
    assert found.max_usd_per_event <= MAX_USD_PER_EVENT
    assert found.max_calls_per_event <= MAX_CALLS_PER_EVENT


@cache
def _archives() -> tuple[bytes, ...]:
    made = []
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as packed:
            packed.writestr("a/report.xml", REPORTS[0])
            packed.writestr("../climbs.xml", b"x" * 5_000)
            packed.writestr("empty.xml", b"")
        made.append(buffer.getvalue())
    return tuple(made)


def _check_archive(packed: bytes) -> None:
    found = archive.unpack(packed, wanted=lambda name: name.endswith(".xml"))
    total = sum(len(content) for _, content in found.files)
    assert total <= archive.MAX_RATIO * len(packed)
    for name, _ in found.files:
        assert not name.startswith("/")
        assert ".." not in name.split("/")


REPORTS = (
    b"<testsuite><testcase classname='a.B' name='c' file='a.py' line='3'>"
    b"<failure message='no'>a.py:3: AssertionError</failure></testcase></testsuite>",
    b"<?xml version='1.0' encoding='utf-16'?><testsuites/>",
    b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><testsuite>&a;</testsuite>",
    b"<test-run><test-case fullname='A.B' result='Failed'><failure><message>x"
    b"</message><stack-trace>at A.B() in a.cs:line 3</stack-trace></failure>"
    b"</test-case></test-run>",
)


def _check_report(xml: bytes) -> None:
    found = test_report.failures(xml)
    assert len(found) <= test_report.MAX_FAILURES


KEY = "sk-" + "ant-api03-" + "Zk9mQ2xw7LrT4vBn8sXc1dFg5hJ3"
RULES = Rules(secrets.vault([KEY]), HOSTS)


def _draft(dice: random.Random) -> Draft:
    text = mutants.text(_prose(), dice)
    if dice.random() < 0.02:
        text += KEY
    text = sanitize.replace_surrogates(text)
    return Draft(
        kind=dice.choice(("answer", "info")),
        task="triage",
        title=mutants.text(("A title", "@octocat"), dice)[:200].encode(
            "utf-8", "replace"
        ),
        body=text,
        folds=[{"title": text[:100], "body": text[::-1]}],
        speaks=True,
    )


def _check_draft(made: Draft) -> None:
    publisher = fakes.FakePublisher()
    event = fakes.issue()
    try:
        done = publish.to_thread(made, event, publisher=publisher, rules=RULES)
    except SecretInOutput:
        assert publisher.writes == []
        return
    assert done.status == "created"
    (comment,) = publisher.comments
    assert KEY[-20:] not in comment.body
    assert len(comment.body.encode("utf-16-le")) // 2 <= 65_000
    shown = _OURS.sub("", comment.body)
    assert page.live_parts(shown, "github.com") == [], "alive"
    assert comment.body.count("<!-- routebot:") == 1
    tags = [t.content for t in page.tokens_of(comment.body) if "html" in t.type]
    opened = sum(tag.count("<details>") for tag in tags)
    assert opened == sum(tag.count("</details>") for tag in tags)


def _text(seeds: Callable[[], tuple[str, ...]]) -> Callable[[random.Random], str]:
    return lambda dice: mutants.text(seeds(), dice)


TARGETS = {
    target.name: target
    for target in (
        Target("events", _event, _check_event),
        Target("diffs", _text(lambda: DIFFS), _check_diff),
        Target("logs", _text(lambda: LOGS), _check_log),
        Target("replies", _reply, _check_reply),
        Target("prose", _text(_prose), _check_prose),
        Target("sanitiser", _text(_prose), _check_neutral),
        Target("publisher", _draft, _check_draft),
        Target("commands", _command, _check_command),
        Target("policies", _text(_policies), _check_policy),
        Target(
            "archives", lambda dice: mutants.data(_archives(), dice), _check_archive
        ),
        Target("reports", lambda dice: mutants.data(REPORTS, dice), _check_report),
    )
}
