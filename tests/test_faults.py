"""Faults of models and of GitHub, row by row of the contract, on virtual clocks."""

from __future__ import annotations

import gzip
import json
import time

import pytest

from bot import events, github, http, providers, publish, reply, secrets, tasks
from bot.ask import Access, Clock, ask
from bot.catalog import Route
from bot.draft import Draft
from bot.earlier import Earlier
from bot.errors import HostError, ProviderError, Refused, TooLarge
from bot.github import PAGE_CAP
from bot.github.pace import Pace
from bot.github.publisher import GitHubPublisher
from bot.github.reader import GitHubReader
from bot.outgoing import Rules
from bot.providers import Request
from tests import fakes
from tests.github_server import GitHubServer
from tests.model_server import Fault, ModelServer
from tests.schema_values import fill

PROVIDERS = providers.names()
SECONDS = 100.0  # of the virtual clock


class VirtualTime:
    """Seconds pass only by sleeping, and cost none."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Models:
    """Two routes to one server: the provider under test, then another one."""

    def __init__(self, server: ModelServer, name: str) -> None:
        self.server, self.time = server, VirtualTime()
        other = next(each for each in PROVIDERS if each != name)
        self.first, self.other = Route(name, "first"), Route(other, "other")

    def play(self, *script: str | Fault, times: int = 1, **headers: str) -> None:
        """Queue faults by name, or as they are."""
        for each in script * times:
            if isinstance(each, Fault):
                self.server._script.append(each)
            else:
                self.server.fail(each, **headers)

    def ask(self):
        clock = Clock(lambda: self.time.now, self.time.sleep, lambda limit: limit)
        return ask(
            (self.first, self.other),
            Request("system", "user"),
            access=Access(self.server.keys, self.server.base_urls, allow_private=True),
            deadline=self.time.now + SECONDS,
            clock=clock,
        )

    @property
    def asked(self) -> list[str]:
        return [request.body["model"] for request in self.server.requests]


@pytest.fixture(params=PROVIDERS)
def models(request):
    with ModelServer() as server:
        yield Models(server, request.param)


PASSING = (
    "overloaded",
    "server_error",
    "unavailable",
    "reset",
    Fault("bad gateway", 502, ""),
    Fault("gateway timeout", 504, ""),
)


def _name(fault):
    return fault if isinstance(fault, str) else fault.kind


@pytest.mark.parametrize("fault", PASSING, ids=_name)
def test_R01_model_formats_survive(models, fault):
    models.play(fault, fault)
    models.server.answer("Said.")
    assert models.ask().completion.text == "Said."
    assert models.asked == ["first"] * 3
    assert models.time.slept == [1.0, 2.0]
    models.server.requests.clear()
    models.play(fault, times=3)
    assert models.ask().route == models.other
    assert models.asked == ["first"] * 3 + ["other"]


@pytest.mark.parametrize(
    ("after", "asked"),
    [
        ("7", ["first", "first"]),
        ("99", ["first", "other"]),
        ("9999999", ["first", "other"]),
    ],
)
def test_R02_model_formats_survive(models, after, asked):
    models.play("rate_limited", retry_after=after)
    models.ask()
    assert models.asked == asked
    assert all(slept >= float(after) for slept in models.time.slept)


@pytest.mark.parametrize(
    "fault", ["quota", "unauthorized", "forbidden", "unknown_model", "gone"]
)
def test_R03_model_formats_survive(models, fault):
    models.play(fault)
    assert models.ask().route == models.other
    assert models.asked == ["first", "other"]
    assert models.time.slept == []


@pytest.mark.parametrize("fault", ["too_long", "too_many_bytes"])
def test_R04_model_formats_survive(models, fault):
    models.play(fault, fault)
    with pytest.raises(TooLarge):
        models.ask()
    assert models.asked == ["first", "other"]


@pytest.mark.parametrize("name", PROVIDERS)
def test_R05_a_slow_drip_ends_at_the_deadline(name):
    with ModelServer() as server:
        server.answer("word " * 200, drip=0.02)
        provider = providers.load(name)
        request = provider.build(Request("s", "u"), Route(name, "m"), server.key)
        url, until = server.base_urls[name], time.monotonic() + 0.15
        with pytest.raises(ProviderError) as caught:
            http.complete(provider, url, request=request, until=until)
        assert caught.value.retryable


@pytest.mark.parametrize("fault", ["cut", "ended", "error_event", "not_json"])
def test_R06_model_formats_survive(models, fault):
    models.play(fault, fault)
    models.server.answer("Whole.")
    assert models.ask().completion.text == "Whole."
    assert "half of an answer" not in str(models.ask().completion)


def test_R07_model_formats_survive(models):
    models.server.answer("no", stop="refusal")
    models.server.answer("Said.")
    found = models.ask()
    assert (found.route, found.completion.text) == (models.other, "Said.")
    models.server.answer("no", stop="refusal")
    models.server.answer("no", stop="refusal")
    with pytest.raises(Refused):
        models.ask()


REPLY = tasks.load("triage").reply
SMALLEST = json.dumps(fill(REPLY.model_json_schema()))


@pytest.mark.parametrize(
    "text",
    [
        SMALLEST,
        f"Here it is:\n```json\n{SMALLEST}\n```\nDone.",
        json.dumps(SMALLEST),
        f"\ufeff{SMALLEST}",
        f"<answer>{SMALLEST}</answer>",
    ],
)
def test_R08_model_formats_survive(models, text):
    models.server.answer(text)
    assert isinstance(reply.parse(models.ask().completion.text, REPLY), REPLY)


@pytest.mark.parametrize("fault", ["html", "redirect", "gzip_bomb", "flood"])
def test_R09_model_formats_survive(models, fault):
    tries = 3 if fault == "html" else 1
    models.play(fault, times=tries)
    assert models.ask().route == models.other
    assert models.asked == ["first"] * tries + ["other"]


# GitHub


class Host:
    """A GitHub with an issue and a pull request, and a client on a virtual clock."""

    def __init__(self, server: GitHubServer) -> None:
        self.server, self.time = server, VirtualTime()
        files = {"README.md": "# x\n", "a.py": "a = 1\n"}
        self.repository = server.repository("octo/sample", files=files)
        self.issue = self.repository.issue("Crash", "It fails.")
        self.pull = self.repository.pull("Let in", head_files={"a.py": "a = 2\n"})
        self.client = github.connect(
            "octo/sample",
            token=server.write_token,
            api_url=server.base_url,
            pace=Pace(self.time.sleep, lambda: self.time.now),
        )
        self.publisher = GitHubPublisher(self.client, "github-actions[bot]")

    def event(self, name, action, subject):
        payload = self.repository.event(name, action, subject)
        return events.from_action(name, payload)

    def publish(self, text="Said.", **changes):
        event = self.event("issues", "opened", self.issue)
        draft = Draft(
            kind="answer",
            task="triage",
            body=text,
            speaks=True,
            record=fakes.record(),
            **changes,
        )
        rules = Rules(secrets.vault([]))
        return publish.to_thread(draft, event, publisher=self.publisher, rules=rules)


@pytest.fixture
def host():
    with GitHubServer() as server:
        yield Host(server)


JSON = {"Content-Type": "application/json"}
HTML = "<html>please log in</html>"
WRONG = {
    "500": {"status": 500},
    "502": {"status": 502},
    "503": {"status": 503},
    "504": {"status": 504},
    "502 after the effect": {"status": 502, "after_effect": True},
    "dropped": {"drop": True},
    "dropped after the effect": {"drop": True, "after_effect": True},
    "a page": {"status": 200, "body": HTML},
    "a page of a gateway": {"status": 502, "body": HTML},
    "a primary limit": {
        "status": 403,
        "headers": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9999999999"},
    },
    "429": {"status": 429, "headers": {"Retry-After": "5"}},
    "429 for an hour": {"status": 429, "headers": {"Retry-After": "3600"}},
    "blocked": {
        "status": 403,
        "body": {"message": "You were temporarily blocked from content creation."},
    },
    "401": {"status": 401},
    "403": {"status": 403},
    "404": {"status": 404},
    "410": {"status": 410},
    "422": {"status": 422},
    "451": {"status": 451},
    "moved": {"status": 301, "headers": {"Location": "https://evil.example/x"}},
    "broken JSON": {"status": 200, "body": b'{"id": 1,', "headers": {}},
    "nothing": {"status": 200, "body": b"", "headers": JSON},
    "null": {"status": 200, "body": b"null", "headers": JSON},
    "a word": {"status": 200, "body": b'"x"', "headers": JSON},
    "an empty object": {"status": 200, "body": b"{}", "headers": JSON},
    "an empty list": {"status": 200, "body": b"[]", "headers": JSON},
    "odd items": {"status": 200, "body": b'[null, 1, "x", []]', "headers": JSON},
    "a bad gzip": {
        "status": 200,
        "body": b"\x1f\x8b",
        "headers": {"Content-Encoding": "gzip"},
    },
}
STATUSES = {"created", "updated", "unchanged", "summary", "degraded"}


@pytest.mark.parametrize("times", [1, 2, 50])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
@pytest.mark.parametrize("fault", WRONG)
def test_github_survives(host, fault, method, times):
    if method == "PATCH":
        host.publish()
    host.server.fail(method, "/repos", times=times, **WRONG[fault])
    done = host.publish("Said again.")
    assert done.status in STATUSES
    assert "Said again." in done.text
    host.server._faults.clear()
    host.publisher.client.pace.is_blocked = False
    host.publisher.client.pace.remaining = None
    host.publish("At last.")
    (comment,) = host.issue.comments
    assert comment.body.startswith("At last.")
    assert len(host.server.notifications) <= 2


READS = {
    "diff": lambda reader: reader.diff(),
    "file": lambda reader: reader.file("a.py"),
    "tree": lambda reader: reader.tree(),
    "texts": lambda reader: reader.texts(["a.py"]),
    "comments": lambda reader: reader.comments(),
    "messages": lambda reader: reader.commit_messages(),
    "jobs": lambda reader: reader.runs.jobs(),
    "reports": lambda reader: reader.runs.test_reports(),
    "remembered": lambda reader: reader.tracker.remembered("2026-10-01T00:00:00Z"),
    "issues": lambda reader: reader.tracker.open_issues(),
    "closed": lambda reader: reader.tracker.closed_issues(),
    "labels": lambda reader: reader.tracker.labels(),
    "reviewed": lambda reader: reader.reviewed(),
}


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("fault", WRONG)
def test_what_github_does_not_give_is_missing_and_no_error(host, fault, read):
    reader = GitHubReader(host.client, host.event("pull_request", "opened", host.pull))
    host.server.fail("*", "/*", times=200, **WRONG[fault])
    assert READS[read](reader) in (None, "", (), {}, Earlier())
    assert all("\n" not in line for line in reader.missing)


def test_R24_pages_that_never_end_do_end(host):
    page = [{"id": n, "body": "x", "user": {"login": "a"}} for n in range(100)]
    link = f'<{host.server.base_url}/repos/octo/sample/x?page=1>; rel="next"'
    host.server.fail(
        "GET",
        "/repos/octo/sample/issues/1/comments",
        200,
        times=1_000,
        body=page,
        headers={"Link": link, "Content-Type": "application/json"},
    )
    assert list(host.publisher.own_comments(1)) == []
    asked = [r for r in host.server.requests if "/comments" in r.path]
    assert len(asked) == PAGE_CAP


def test_R09_github_sends_no_end(host):
    """A log in a store may unpack to anything: only so much of it is kept."""
    bomb = gzip.compress(b"error: x\n" * 4_000_000)
    headers = {"Content-Encoding": "gzip", "Content-Type": "text/plain"}
    host.server.fail("GET", "/bomb", 200, body=bomb, headers=headers)
    url = f"{host.server.base_url}/bomb"
    limit = 1_000_000
    got = http.download(url, limit=limit, host="localhost", allow_private=True)
    assert len(got) == limit


def test_a_log_store_that_redirects_is_not_followed(host):
    away = {"Location": "https://evil.example/log"}
    host.server.fail("GET", "/log", 302, headers=away)
    url = f"{host.server.base_url}/log"
    with pytest.raises(HostError, match="302"):
        http.download(url, limit=10, host="localhost", allow_private=True)
