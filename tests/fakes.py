"""Each fake once: a reader, a publisher, a model, and a world made of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from bot import policy as policies
from bot import providers, secrets
from bot.access import Permission
from bot.ask import Asked
from bot.budgets import Books
from bot.catalog import Route
from bot.context.review_threads import ReviewComment as Remark
from bot.context.review_threads import ReviewThread
from bot.earlier import Earlier
from bot.errors import HostError
from bot.events import (
    FAILING,
    Actor,
    Comment,
    Event,
    PullHead,
    Repository,
    WorkflowRun,
)
from bot.ledger import Record
from bot.policy import Policy
from bot.providers import Citation, Completion, Request, Usage
from bot.reader import (
    Annotation,
    IssueSummary,
    Job,
    LabelSummary,
    Remembered,
    ThreadComment,
    Touched,
)
from bot.remark import ReviewComment
from bot.route import Means
from bot.sticky import OwnComment
from bot.world import World

REPOSITORY = Repository("octo/sample", 77, "main")
WRITER = Actor("maintainer", 1)
STRANGER = Actor("stranger", 2)
BOT = "github-actions[bot]"
SHA = "a" * 40
USAGE = Usage(1_000, 100)
PARSE_ERROR = """\
diff --git a/orchard/pricing.py b/orchard/pricing.py
--- a/orchard/pricing.py
+++ b/orchard/pricing.py
@@ -1,3 +1,4 @@
 def price(count):
-    return count * 2
+    total = count * 2
+    return total / 0
 # end
"""


@dataclass
class FakeReader:
    """`bot.reader.Reader` over plain values; `reads` says what was asked for.

    `ran` are the jobs of the run, `earlier` those of its earlier attempts, `base` those
    of the base branch by name, newest first.
    """

    change: str = ""
    files: dict[str, str] = field(default_factory=dict)
    thread: tuple[ThreadComment, ...] = ()
    ran: tuple[Job, ...] = ()
    earlier: tuple[Job, ...] = ()
    base: tuple[Job, ...] = ()
    logs: dict[int, bytes] = field(default_factory=dict)
    annotated: dict[int, tuple[Annotation, ...]] = field(default_factory=dict)
    reports: tuple[tuple[str, bytes], ...] = ()
    past: tuple[Remembered, ...] = ()
    issues: tuple[IssueSummary, ...] = ()
    closed: tuple[IssueSummary, ...] = ()
    own_labels: tuple[LabelSummary, ...] = ()
    tags: dict[str, FakeReader] = field(default_factory=dict)
    blamed: tuple[Touched, ...] = ()
    before: Earlier = field(default_factory=Earlier)
    trusted: dict[str, str] = field(default_factory=dict)
    messages: tuple[str, ...] = ()
    missing: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)

    @property
    def runs(self) -> FakeReader:
        return self

    @property
    def tracker(self) -> FakeReader:
        return self

    def diff(self) -> str:
        return self.change

    def file(self, path: str) -> str | None:
        self.reads.append(path)
        return self.files.get(path)

    def tree(self) -> tuple[str, ...]:
        return tuple(self.files)

    def texts(self, paths: Sequence[str]) -> dict[str, str]:
        return {path: self.files[path] for path in paths if path in self.files}

    def trusted_file(self, path: str) -> str | None:
        return self.trusted.get(path)

    def naming(self, words: Sequence[str]) -> tuple[str, ...]:
        return ()

    def commit_messages(self) -> tuple[str, ...]:
        return self.messages

    def issue(self, number: int) -> IssueSummary | None:
        return next((each for each in self.issues if each.number == number), None)

    def comments(self) -> tuple[ThreadComment, ...]:
        return self.thread

    def jobs(self) -> tuple[Job, ...]:
        return self.ran

    def failed_jobs(self) -> tuple[Job, ...]:
        return tuple(job for job in self.ran if job.conclusion in FAILING)

    def earlier_attempts(self) -> tuple[Job, ...]:
        return self.earlier

    def base_jobs(self, name: str) -> tuple[Job, ...]:
        return tuple(job for job in self.base if job.name == name)

    def job_log(self, job_id: int) -> bytes:
        self.reads.append(f"log {job_id}")
        return self.logs.get(job_id, b"")

    def annotations(self, job: Job) -> tuple[Annotation, ...]:
        return self.annotated.get(job.id, ())

    def test_reports(self) -> tuple[tuple[str, bytes], ...]:
        return self.reports

    def remembered(self, since: str) -> tuple[Remembered, ...]:
        self.reads.append(f"comments since {since}")
        return self.past

    def open_issues(self) -> tuple[IssueSummary, ...]:
        return self.issues

    def closed_issues(self) -> tuple[IssueSummary, ...]:
        return self.closed

    def labels(self) -> tuple[LabelSummary, ...]:
        return self.own_labels

    def at(self, versions: Sequence[str]) -> tuple[str, FakeReader] | None:
        found = (version for version in versions if version in self.tags)
        return next(((f"v{each}", self.tags[each]) for each in found), None)

    def touched(self, places: Sequence[tuple[str, int, int]]) -> tuple[Touched, ...]:
        self.reads.append(f"blame {places}")
        return self.blamed

    def reviewed(self) -> Earlier:
        return self.before


@dataclass
class FakePublisher:
    """`bot.publish.Publisher` over a list; `faults` maps a verb to what it raises.

    A fault is used up. `lost` are verbs whose next call works and then raises 502;
    `before_create` runs first, as another run of ours would. `reviews` are a review's
    body and its comments; each of these makes a thread.
    """

    comments: list[OwnComment] = field(default_factory=list)
    head: str = SHA
    change: str = ""
    reviews: list[tuple[str, list[ReviewComment]]] = field(default_factory=list)
    threads: list[ReviewThread] = field(default_factory=list)
    reactions: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    before_create: Callable[[], None] = lambda: None
    writes: list[str] = field(default_factory=list)
    next_id: int = 100

    def own_comments(self, number: int) -> list[OwnComment]:
        return list(self.comments)

    def create(self, number: int, body: str) -> OwnComment:
        self.before_create()
        self._fail("create")
        made = self.add(body)
        self._lose("create")
        return made

    def edit(self, comment: OwnComment, body: str) -> OwnComment:
        self._fail("edit")
        if comment.pull:
            self.reviews[comment.id] = (body, self.reviews[comment.id][1])
            return replace(comment, body=body)
        edited = replace(comment, body=body)
        self.comments = [edited if c.id == comment.id else c for c in self.comments]
        return edited

    def delete(self, comment: OwnComment) -> None:
        self._fail("delete")
        if comment.id not in [each.id for each in self.comments]:
            raise HostError("GitHub answered 404", status=404)
        self.comments = [c for c in self.comments if c.id != comment.id]

    def head_sha(self, number: int) -> str:
        return self.head

    def own_reviews(self, number: int) -> list[OwnComment]:
        bodies = enumerate(body for body, _ in self.reviews)
        return [
            OwnComment(id, body, f"https://github.com/r/{id}", number)
            for id, body in bodies
        ]

    def review_threads(self, number: int) -> tuple[ReviewThread, ...]:
        self._raise("review_threads")
        return tuple(self.threads)

    def diff(self, event: Event) -> str:
        return self.change

    def review(
        self, number: int, body: str, *, sha: str, comments: Sequence[ReviewComment]
    ) -> OwnComment:
        self._fail("review")
        self.reviews.append((body, list(comments)))
        for one in comments:
            said = (Remark(BOT, one["body"], is_ours=True),)
            name = f"PRRT_{len(self.threads)}"
            made = ReviewThread(
                name, one["path"], one["line"], may_resolve=True, comments=said
            )
            self.threads.append(made)
        self._lose("review")
        return self.own_reviews(number)[-1]

    def resolve(self, threads: Sequence[str]) -> None:
        self._fail("resolve")
        self.threads = [
            replace(t, is_resolved=True, resolved_by_us=True) if t.id in threads else t
            for t in self.threads
        ]

    def add_labels(self, number: int, names: Sequence[str]) -> None:
        self._fail("add_labels")
        self.labels.extend(names)

    def react(self, event: Event, content: str) -> None:
        self._fail("react")
        self.reactions.append(content)

    def add(self, body: str) -> OwnComment:
        """Put a comment there that no call of ours wrote."""
        self.next_id += 1
        made = OwnComment(self.next_id, body, f"https://github.com/c/{self.next_id}")
        self.comments.append(made)
        return made

    def _fail(self, verb: str) -> None:
        self.writes.append(verb)
        self._raise(verb)

    def _raise(self, verb: str) -> None:
        if self.faults.get(verb):
            raise self.faults[verb].pop(0)

    def _lose(self, verb: str) -> None:
        if verb in self.lost:
            self.lost.remove(verb)
            raise HostError("GitHub answered 502", status=502)


Said = BaseModel | Mapping[str, Any] | str | Completion | Exception


@dataclass
class ScriptedAsk:
    """`bot.answer.Ask` that says what it was given, in order.

    An exception is raised; text, JSON or a reply model is an answer of `usage`.
    """

    script: list[Said] = field(default_factory=list)
    usage: Usage = USAGE
    fallbacks: tuple[tuple[Route, str], ...] = ()
    requests: list[Request] = field(default_factory=list)
    routes: list[tuple[Route, ...]] = field(default_factory=list)

    def __call__(
        self,
        routes: Sequence[Route],
        request: Request,
        *,
        before_call: Callable[[Route], None],
    ) -> Asked:
        before_call(routes[0])
        self.requests.append(request)
        self.routes.append(tuple(routes))
        said = self.script.pop(0)
        if isinstance(said, Exception):
            raise said
        completion = self._completion(said, routes[0])
        return Asked(routes[0], completion, self.fallbacks, 0, 1.5)

    def _completion(self, said: Said, route: Route) -> Completion:
        if isinstance(said, Completion):
            return said
        if isinstance(said, BaseModel):
            text = said.model_dump_json()
        else:
            text = said if isinstance(said, str) else json.dumps(said)
        return Completion(text, route.model, self.usage)


def cited(said: BaseModel, *urls: str) -> Completion:
    """Make an answer that a provider's own web search gave."""
    citations = tuple(Citation(url) for url in urls)
    return Completion(said.model_dump_json(), "model", USAGE, citations)


def policy(text: str = "") -> Policy:
    """Read a policy over the default preset."""
    return policies.load(text)


def world(
    reader: FakeReader | None = None,
    ask: ScriptedAsk | None = None,
    *,
    rules: str | Policy = "",
    writers: Sequence[str] = (WRITER.login,),
    keys: bool = True,
    usd: float | None = 5.0,
    values: Sequence[str] = (),
    trusted: Mapping[str, str] | None = None,
    marker_key: str = "",
    books: Books | None = None,
) -> World:
    """Put a world together; `keys` False is one without any model key."""
    barred = {} if keys else {name: "no key, set A_KEY" for name in providers.names()}
    reading = reader or FakeReader()

    def permission(login: str) -> Permission | None:
        return Permission("write" if login in writers else "read")

    return World(
        policy=rules if isinstance(rules, Policy) else policy(rules),
        pin=lambda event: event,
        open=lambda event: reading,
        permission=permission,
        ask=ask or ScriptedAsk(),
        means=Means(barred, usd),
        vault=secrets.vault(values),
        trusted_file=(trusted or {}).get,
        now=lambda: "2026-11-02T10:00:00Z",
        bot_login="github-actions[bot]",
        own_workflow=".github/workflows/routebot.yml",
        marker_key=marker_key,
        books=None if books is None else lambda event, reader: books,
    )


def issue(title: str = "It is broken", body: str = "", **changes: Any) -> Event:
    """Make the event of an issue that a writer opened."""
    event = Event(
        "issues",
        "opened",
        repository=REPOSITORY,
        actor=WRITER,
        author=WRITER,
        number=7,
        title=title,
        body=body,
    )
    return replace(event, **changes)


def comment(text: str, *, by: Actor = WRITER, **changes: Any) -> Event:
    """Make the event of a comment on that issue."""
    said = Comment(900, text, by, "2026-11-02T09:00:00Z")
    given = {"name": "issue_comment", "action": "created", "actor": by} | changes
    return issue(**{"comment": said} | given)


def pull(**changes: Any) -> Event:
    """Make the event of a pull request that a writer opened."""
    head = PullHead(SHA, "change", REPOSITORY.id, "octo")
    given = {"name": "pull_request", "is_pull_request": True, "head": head}
    return issue(**{"title": "Price pieces", **given, **changes})


def failing_run(**changes: Any) -> Event:
    """Make the event of CI that failed on that pull request."""
    head = PullHead(SHA, "change", REPOSITORY.id, "octo")
    run = WorkflowRun(
        5, 6, "CI", ".github/workflows/ci.yml", "failure", "pull_request", 1,
        head, WRITER, WRITER,
    )  # fmt: skip
    return pull(**{"name": "workflow_run", "action": "completed", "run": run} | changes)


def record(**changes: Any) -> Record:
    """Make a record of a paid answer."""
    said: dict[str, Any] = {
        "at": "2026-11-02T10:00:00Z",
        "event": "issues.opened",
        "task": "triage",
        "via": "text",
        "confidence": 0.75,
        "runner_up": "debug",
        "cause": "text",
        "stakes": "standard",
        "model_class": "balanced",
        "outcome": "answered",
        "route": "anthropic:claude-sonnet-5-5@medium",
        "calls": 1,
        "input_tokens": 1_200,
        "output_tokens": 80,
        "usd": 0.0125,
        "baseline_usd": 0.0125,
        "largest_model": "anthropic:claude-opus-5-5@high",
        "largest_usd": 0.05,
        "sha": SHA,
        "policy": "abcdef012345",
        "catalogue": "2026-11-01",
        "signals": [{"name": "words", "weight": 1.5, "evidence": "broken"}],
    }
    return Record.model_validate(said | changes)
