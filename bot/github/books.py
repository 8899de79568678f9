"""What our own comments, workflow runs and artifacts say was spent (contract T30)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bot import budgets, ledger
from bot.budgets import Day, Lost, Paid
from bot.events import Event
from bot.github import PAGE_SIZE, Client, history, people
from bot.ledger import History, Place, Record
from bot.reader import ThreadComment

# Their cost, in USD, stands in the name, so that nobody need download them.
ARTIFACT = re.compile(r"routebot-record-([0-9]{1,5})-([0-9]{1,6}\.[0-9]{1,6})")
# Pages of comments and of artifacts; what is left of the requests is for runs.
REQUESTS = 4
COMMENT_PAGES, ARTIFACT_PAGES = 2, 1
# What a record that was kept but not posted counts: its name tells no calls.
CALLS_KEPT = 4
# A run that ended so never started a job of ours.
_NEVER_STARTED = frozenset({"skipped", "action_required", "stale"})
# Runs of these may be a stranger's doing; all others take a right to write.
_OUTSIDERS = frozenset({"issues", "workflow_run"})
MANY_COMMENTS = "more comments changed today than are read"
MANY_RUNS = "more runs of ours started today than are read"


@dataclass(frozen=True, slots=True)
class _Comments:
    """What changed today, in how many pages, and whether that is all of it."""

    items: list[dict[str, Any]]
    pages: int
    is_whole: bool


@dataclass(slots=True)
class GitHubBooks:
    """`bot.budgets.Books` over the API; four requests for a day at most.

    `workflow` is the path of our own workflow file, `run` this run and its attempt,
    `ceiling` the most that one event may cost, USD; `thread_of()` reads the thread.
    """

    client: Client
    event: Event
    now: Callable[[], str]
    thread_of: Callable[[], Iterable[ThreadComment]]
    bot_login: str
    workflow: str = ""
    run: str = ""
    marker_key: str = ""
    ceiling: float = 0.0
    _today: _Comments | None = None

    @property
    def repository_id(self) -> int:
        """What our markers are bound to."""
        return self.event.repository.id if self.event.repository is not None else 0

    def thread(self) -> Paid:
        """Add up what our comments in the thread say of it. Raises `HostError`."""
        event = self.event
        bodies = [c.body for c in self.thread_of() if c.is_ours]
        if event.is_pull_request:
            where = f"{self.client.path}/pulls/{event.number}/reviews"
            found = self.client.get(where, per_page=PAGE_SIZE)
            bodies += [
                str(r.get("body") or "")
                for r in found
                if people.wrote(r, self.bot_login)
            ]
        place = Place(self.repository_id, event.number or 0, self.marker_key)
        told = [h for body in bodies if (h := _history(body, place)) is not None]
        return Paid(sum(h.usd for h in told), sum(h.calls for h in told))

    def day(self) -> Day:
        """Read what was spent since midnight, UTC. Raises `HostError`."""
        midnight = f"{self.now()[:10]}T00:00:00Z"
        comments = self._comments_of_today()
        told = [
            history
            for item in comments.items
            if people.wrote(item, self.bot_login)
            and (history := self._told(item)) is not None
        ]
        records = [r for h in told for r in h.records if r.at >= midnight]
        paid = [budgets.counted(record, self.ceiling) for record in records]
        paid += [more for h in told if (more := _forgotten(h, midnight)) is not None]
        gap = "" if comments.is_whole else MANY_COMMENTS
        if not self.workflow:
            return Day(tuple(paid), (), gap)
        pages = REQUESTS - ARTIFACT_PAGES - comments.pages
        runs, is_whole = self._runs(midnight, pages)
        left, lost = self._unrecorded(runs, {record.run for record in records})
        return Day((*paid, *left), lost, gap or ("" if is_whole else MANY_RUNS))

    def written(self) -> int:
        """Count our comments made since midnight, UTC. Raises `HostError`.

        Takes one request where fewer than a hundred changed, two at the most.
        """
        midnight = f"{self.now()[:10]}T00:00:00Z"
        made = (
            str(item.get("created_at") or "")
            for item in self._comments_of_today().items
            if people.wrote(item, self.bot_login)
        )
        return sum(at >= midnight for at in made)

    def _comments_of_today(self) -> _Comments:
        if self._today is None:
            self._today = self._comments(f"{self.now()[:10]}T00:00:00Z")
        return self._today

    def _comments(self, since: str) -> _Comments:
        where = f"{self.client.path}/issues/comments"
        order = {"since": since, "sort": "updated", "direction": "desc"}
        items: list[dict[str, Any]] = []
        for page in range(1, COMMENT_PAGES + 1):
            found, has_more = self.client.page(where, page, **order)
            items += found
            if not has_more:
                return _Comments(items, page, is_whole=True)
        return _Comments(items, COMMENT_PAGES, is_whole=False)

    def _told(self, item: dict[str, Any]) -> History | None:
        place = Place(self.repository_id, history.number_of(item), self.marker_key)
        return _history(item.get("body") or "", place)

    def _runs(self, since: str, pages: int) -> tuple[list[dict[str, Any]], bool]:
        """Our workflow's runs since then, and whether these are all."""
        name = quote(self.workflow.rpartition("/")[2], safe="")
        where = f"{self.client.path}/actions/workflows/{name}/runs"
        runs: list[dict[str, Any]] = []
        for page in range(1, pages + 1):
            found = self.client.get(
                where, created=f">={since}", per_page=PAGE_SIZE, page=page
            )
            runs += found.get("workflow_runs") or []
            if int(found.get("total_count") or 0) <= len(runs):
                return runs, True
        return runs, False

    def _unrecorded(
        self, runs: list[dict[str, Any]], recorded: set[str]
    ) -> tuple[list[Paid], tuple[Lost, ...]]:
        """What runs without a record in a comment cost, or may have cost."""
        open_ = {
            f"{each['id']}.{attempt}": each
            for each in runs
            if self._may_have_spent(each)
            for attempt in range(1, int(each.get("run_attempt") or 1) + 1)
        }
        open_ = {k: v for k, v in open_.items() if k not in recorded and k != self.run}
        left: list[Paid] = []
        if any(each.get("status") == "completed" for each in open_.values()):
            for name, usd in self._kept():
                if name in open_:
                    run = open_.pop(name)
                    calls = CALLS_KEPT if usd else 0
                    paid = Paid(usd, calls, _actor(run), _is_outsiders(run))
                    left.append(paid)
        lost = (Lost(1, _actor(run), _is_outsiders(run)) for run in open_.values())
        return left, tuple(lost)

    def _may_have_spent(self, run: dict[str, Any]) -> bool:
        """Whether a run can have asked a model before, or while, this one does."""
        if run.get("path") not in (None, "", self.workflow):
            return False
        if run.get("conclusion") in _NEVER_STARTED:
            return False
        head = (run.get("head_repository") or {}).get("id")
        is_fork = head != self.repository_id
        if is_fork and str(run.get("event")).startswith("pull_request"):
            return False  # a fork's own run has no key
        # Of two that run at once the older one goes first.
        is_done = run.get("status") == "completed"
        return is_done or int(run["id"]) <= int(self.run.partition(".")[0] or 0)

    def _kept(self) -> Iterator[tuple[str, float]]:
        """The run and cost of every record artifact among the newest."""
        where = f"{self.client.path}/actions/artifacts"
        for page in range(1, ARTIFACT_PAGES + 1):
            found = self.client.get(where, per_page=PAGE_SIZE, page=page)
            for each in found.get("artifacts") or []:
                match = ARTIFACT.fullmatch(str(each.get("name") or ""))
                made_by = each.get("workflow_run") or {}
                # Whoever may write here could have made it; nobody else.
                if match and made_by.get("head_repository_id") == self.repository_id:
                    yield f"{made_by.get('id')}.{match[1]}", float(match[2])


def _history(body: str, place: Place) -> History | None:
    """What a marker remembers; with a key, only if it is sealed (contract T21)."""
    marker = ledger.read(body, place)
    if marker is None or (place.secret and not marker.is_authentic):
        return None
    return marker.history


def _forgotten(told: History, since: str) -> Paid | None:
    """What a thread spent today beyond its last twenty records, at the most."""
    if not told.records or told.runs <= len(told.records):
        return None
    if told.records[0].at < since:
        return None
    usd = told.usd - sum(record.usd or 0.0 for record in told.records)
    calls = told.calls - sum(record.calls for record in told.records)
    newest: Record = told.records[-1]
    return Paid(max(usd, 0.0), max(calls, 0), newest.actor, True)


def _actor(run: dict[str, Any]) -> str:
    return str((run.get("triggering_actor") or {}).get("login") or "")


def _is_outsiders(run: dict[str, Any]) -> bool:
    return run.get("event") in _OUTSIDERS
