"""All records of a repository, out of our own comments and of what our runs kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from bot import acceptance, ledger
from bot.acceptance import Posted
from bot.context import archive
from bot.entries import Collected, Entry
from bot.errors import HostError
from bot.github import PAGE_CAP, Client, history, people, runs
from bot.github.books import ARTIFACT
from bot.github.cursor import Cursor, Offered
from bot.github.outcomes import Outcomes
from bot.ledger import Marker, Place, Record

MAX_PACKED = 256 * 1024
# The cursor is written each so many pages: what was read since is read again.
PAGES_A_SAVE = 10
# The artifact is gone, and with it the record.
_GONE = frozenset({404, 410})
# What one call of the command downloads; the next one goes on with the rest.
MOST_DOWNLOADS = 200
NEWER = "{count} comments are of a newer routebot and were left alone"
FORGED = "{count} markers are not sealed with the marker key and were not counted"
NO_REVIEWS = (
    "reviews on pull requests, and what became of what was posted, could not be read "
    "({why})"
)
NOT_READ = "the kept records could not be read ({why})"
SOME_NOT_READ = "some of the kept records could not be read ({why})"
MORE_KEPT = "{count} more kept records were not downloaded; run the command again"

Progress = Callable[[str], object]


@dataclass(slots=True)
class RecordReader:
    """One repository's records; `save` is given the cursor as it moves on."""

    client: Client
    repository_id: int
    author: str
    marker_key: str
    cursor: Cursor
    save: Callable[[Cursor], object]
    progress: Progress
    allow_private: bool = False
    newer: int = 0
    forged: int = 0

    def read(self, since: str, *, workflow: str) -> Collected:
        """Read what changed since then. Raises `HostError` for the comments alone."""
        found = Collected()
        if not self.cursor.start or since < self.cursor.start:
            self.cursor.start, self.cursor.at = since, since
        self._comments()
        try:
            found.posted += self._outcomes(since)
        except HostError as exc:
            found.notes.append(NO_REVIEWS.format(why=exc))
        for kept in self.cursor.comments.values():
            found.entries += kept
        for pull in self.cursor.pulls.values():
            found.entries += pull.records
        try:
            found.entries += self._kept(since, workflow, found)
        except HostError as exc:
            found.notes.append(NOT_READ.format(why=exc))
        found.notes += [NEWER.format(count=self.newer)] if self.newer else []
        found.notes += [FORGED.format(count=self.forged)] if self.forged else []
        return found

    def _comments(self) -> None:
        """Read pages in the order of change: one request for a hundred comments."""
        page, since, read = 1, self.cursor.at, 0
        where = f"{self.client.path}/issues/comments"
        order = {"sort": "updated", "direction": "asc"}
        while True:
            items, has_more = self.client.page(where, page, since=since, **order)
            for item in items:
                self._comment(item)
            read += len(items)
            self.progress(f"{read:,} comments read, {len(self.cursor.comments):,} ours")
            if items:
                newest = str(items[-1].get("updated_at") or "")
                self.cursor.at = max(self.cursor.at, newest)
            if items and (not has_more or page % PAGES_A_SAVE == 0):
                self.save(self.cursor)
            if not items or not has_more:
                return
            page += 1
            # A list ends after so many pages; a new one begins where this one ended.
            if page > PAGE_CAP and self.cursor.at > since:
                page, since = 1, self.cursor.at

    def _comment(self, item: Mapping[str, Any]) -> None:
        if not people.wrote(item, self.author):
            return
        number, body = history.number_of(dict(item)), str(item.get("body") or "")
        marker = self._believed(body, number)
        if marker is None or marker.history is None:
            return
        reactions = item.get("reactions") or {}
        if marker.task == "test":
            self._tests(item, number, body)
        self.cursor.comments[str(item.get("id"))] = [
            Entry(
                repository=self.client.full_name,
                number=number,
                source="comment",
                thumbs_up=int(reactions.get("+1") or 0),
                thumbs_down=int(reactions.get("-1") or 0),
                record=record,
            )
            for record in marker.history.records
        ]

    def _believed(self, body: str, number: int) -> Marker | None:
        """A marker of ours that counts; others are counted, and left alone."""
        place = Place(self.repository_id, number, self.marker_key)
        marker = ledger.read(body, place)
        if marker is None:
            return None
        if marker.version > ledger.VERSION:
            self.newer += 1
            return None
        if place.secret and not marker.is_authentic:
            self.forged += 1
            return None
        return marker

    def _tests(self, item: Mapping[str, Any], number: int, body: str) -> None:
        at = str(item.get("created_at") or "")
        self.cursor.tests[str(item.get("id"))] = [
            Offered(number=number, at=at, path=path, line=line)
            for path, line in acceptance.tests(body)
        ]

    def _outcomes(self, since: str) -> list[Posted]:
        outcomes = Outcomes(self.client, self.author, self._believed, self.cursor)
        self.progress("reading what became of reviews")
        try:
            outcomes.read(since)
        finally:
            # One that is cut off goes on behind the last pull requests it read.
            self.save(self.cursor)
        return list(outcomes.posted(since))

    def _kept(self, since: str, workflow: str, found: Collected) -> Iterator[Entry]:
        """Records that stand in no comment, out of the artifacts of our own runs."""
        if not workflow:
            return
        told = {each.record.run for each in found.entries}
        ours = self._own_runs(since, workflow)
        wanted = [
            (run, number)
            for run, number in self._artifacts(since)
            if run.partition(".")[0] in ours and run not in told
        ]
        missing = [(run, n) for run, n in wanted if run not in self.cursor.kept]
        try:
            self._download(missing)
        except HostError as exc:
            found.notes.append(SOME_NOT_READ.format(why=exc))
        if len(missing) > MOST_DOWNLOADS:
            left = len(missing) - MOST_DOWNLOADS
            found.notes.append(MORE_KEPT.format(count=left))
        for run, _ in wanted:
            record = self.cursor.kept.get(run)
            if record is not None:
                yield Entry(
                    repository=self.client.full_name,
                    number=record.number,
                    source="artifact",
                    record=record,
                )

    def _download(self, missing: Sequence[tuple[str, int]]) -> None:
        try:
            for count, (run, number) in enumerate(missing[:MOST_DOWNLOADS], start=1):
                self.cursor.kept[run] = self._downloaded(number)
                self.progress(f"{count:,} of {len(missing):,} kept records read")
        finally:
            if missing:
                self.save(self.cursor)

    def _own_runs(self, since: str, workflow: str) -> set[str]:
        """The ids of our workflow's runs that a fork's commits had no part in."""
        name = quote(workflow.rpartition("/")[2], safe="")
        where = f"{self.client.path}/actions/workflows/{name}/runs"
        return {
            str(run.get("id"))
            for run in self.client.pages(where, created=f">={since}")
            if (run.get("head_repository") or {}).get("id") == self.repository_id
        }

    def _artifacts(self, since: str) -> Iterator[tuple[str, int]]:
        for each in self.client.pages(f"{self.client.path}/actions/artifacts"):
            if str(each.get("created_at") or "") < since:
                return
            match = ARTIFACT.fullmatch(str(each.get("name") or ""))
            made_by = each.get("workflow_run") or {}
            is_ours = made_by.get("head_repository_id") == self.repository_id
            if match and is_ours and not each.get("expired"):
                yield f"{made_by.get('id')}.{match[1]}", int(each["id"])

    def _downloaded(self, number: int) -> Record | None:
        """One kept record, None for one that is gone or that no run of ours wrote.

        Raises `HostError` where the next call of the command may read it.
        """
        where = f"{self.client.path}/actions/artifacts/{number}/zip"
        try:
            packed = runs.download(
                self.client, where, limit=MAX_PACKED, allow_private=self.allow_private
            )
        except HostError as exc:
            if exc.status not in _GONE:
                raise
            return None
        files = archive.unpack(
            packed, wanted=lambda name: name == ledger.RECORD_FILE
        ).files
        try:
            return Record.model_validate_json(files[0][1]) if files else None
        except ValidationError:
            return None
