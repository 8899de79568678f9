"""Our reviews on pull requests: their records, and what became of what they posted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot import acceptance
from bot.acceptance import Posted, State
from bot.errors import HostError
from bot.github import Client, graph, pull_state
from bot.github.cursor import Cursor, PullState
from bot.github.pull_state import Believe, Offer

# Pull requests that one GraphQL call asks for.
PULLS_A_CALL = 20


@dataclass(slots=True)
class Outcomes:
    """What a repository's pull requests tell; kept in the cursor.

    `believe(body, number)` reads a marker that counts, None for any other.
    """

    client: Client
    author: str
    believe: Believe
    cursor: Cursor

    def read(self, since: str) -> None:
        """Read the pull requests that changed since then into the cursor.

        One request lists a hundred, one reads twenty that are new, changed or still
        open with something of ours; one looks up fifty files. Raises `HostError`.
        """
        wanted = list(self._changed(since))
        for start in range(0, len(wanted), PULLS_A_CALL):
            some = wanted[start : start + PULLS_A_CALL]
            asked = " ".join(pull_state.asked(number) for number, _ in some)
            found = graph.asked(self.client, asked)
            offers: list[Offer] = []
            for number, updated_at in some:
                state, more = pull_state.read(
                    found.get(f"p{number}") or {},
                    number,
                    repository=self.client.full_name,
                    author=self.author,
                    believe=self.believe,
                )
                state.updated_at = updated_at
                self.cursor.pulls[str(number)] = state
                offers += more
            self._settled(offers)
        self._tests()

    def posted(self, since: str) -> Iterator[Posted]:
        """Yield what was posted since then, with what became of it."""
        for read in self.cursor.pulls.values():
            yield from (each for each in read.posted if each.at >= since)
        for tests in self.cursor.tests.values():
            for test in tests:
                if test.at < since:
                    continue
                pull = self.cursor.pulls.get(str(test.number))
                is_closed = pull is not None and pull.is_closed
                left: State = "left" if is_closed else "open"
                yield Posted(
                    repository=self.client.full_name,
                    number=test.number,
                    at=test.at,
                    kind="test",
                    state="taken" if test.is_taken else left,
                )

    def _changed(self, since: str) -> Iterator[tuple[int, str]]:
        where = f"{self.client.path}/pulls"
        order = {"state": "all", "sort": "updated", "direction": "desc"}
        for item in self.client.pages(where, **order):
            updated_at = str(item.get("updated_at") or "")
            if updated_at < since:
                return
            number = int(item.get("number") or 0)
            known = self.cursor.pulls.get(str(number))
            if known is None or known.updated_at != updated_at or _is_live(known):
                yield number, updated_at

    def _settled(self, offers: Sequence[Offer]) -> None:
        try:
            self._settle(offers)
        except HostError:
            # What became of these is open: they are read again, closed ones too.
            for offer in offers:
                self.cursor.pulls[str(offer.number)].updated_at = ""
            raise

    def _settle(self, offers: Sequence[Offer]) -> None:
        """Look whether the text of each suggestion stands in its file now."""
        texts = graph.texts(
            self.client, [file for offer in offers for file in offer.files]
        )
        for offer in offers:
            pull = self.cursor.pulls[str(offer.number)]
            state = acceptance.of_suggestion(
                offer.code,
                texts=[texts.get(file) for file in offer.files],
                is_outdated=True,
                is_closed=pull.is_closed,
            )
            told = pull.posted[offer.place]
            pull.posted[offer.place] = told.model_copy(update={"state": state})

    def _tests(self) -> None:
        """Look whether the tests that comments offered stand on the default branch."""
        open_ = [t for ts in self.cursor.tests.values() for t in ts if not t.is_taken]
        texts = graph.texts(self.client, [f"HEAD:{test.path}" for test in open_])
        for test in open_:
            text = texts.get(f"HEAD:{test.path}")
            found = acceptance.of_test(test.line, text=text, is_closed=False)
            test.is_taken = found == "taken"


def _is_live(known: PullState) -> bool:
    """Neither a resolved thread nor an edited review need move a pull's time."""
    return not known.is_closed and bool(known.posted or known.records)
