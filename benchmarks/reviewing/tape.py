"""What a model said once, kept in a file, so that the same can be measured again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.reviewing.cases import Case
from bot.answer import Ask
from bot.ask import Asked
from bot.catalog import Route
from bot.errors import ProviderError
from bot.providers import Completion, Request, Usage

NO_CASE = "the tape has no answers to this pull request as it is now"
AT_END = "the tape has no further answer to this pull request"


@dataclass(slots=True)
class Tape:
    """Answers by pull request: each is written as it comes, or read and given again."""

    file: Path
    kept: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> Tape:
        """Read a tape. Raises `ValueError`, `OSError`."""
        kept: dict[str, list[dict[str, Any]]] = {}
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
            try:
                row = json.loads(line)
                _asked(row["answer"])
                kept.setdefault(row["digest"], []).append(row["answer"])
            except (ValueError, KeyError, TypeError) as exc:
                raise ValueError(f"{file.name}:{number}: no answer of a tape") from exc
        return cls(file, kept)

    def recording(self, case: Case, ask: Ask) -> Ask:
        """Ask, and keep what is answered."""

        def recorded(
            routes: Sequence[Route],
            request: Request,
            *,
            before_call: Callable[[Route], None],
        ) -> Asked:
            asked = ask(routes, request, before_call=before_call)
            row = {"case": case.name, "digest": case.digest, "answer": _plain(asked)}
            with self.file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
            return asked

        return recorded

    def replaying(self, case: Case) -> Ask:
        """Answer what was answered then, call by call."""
        left = list(self.kept.get(case.digest, ()))
        missing = AT_END if left else NO_CASE

        def replayed(
            routes: Sequence[Route],
            request: Request,
            *,
            before_call: Callable[[Route], None],
        ) -> Asked:
            if not left:
                raise ProviderError(missing)
            asked = _asked(left.pop(0))
            before_call(asked.route)
            return asked

        return replayed


def _plain(asked: Asked) -> dict[str, Any]:
    return {
        "route": str(asked.route),
        "text": asked.completion.text,
        "model": asked.completion.model,
        "usage": asdict(asked.completion.usage),
        "seconds": asked.seconds,
    }


def _asked(row: dict[str, Any]) -> Asked:
    completion = Completion(row["text"], row["model"], Usage(**row["usage"]))
    return Asked(Route.parse(row["route"]), completion, (), 0, float(row["seconds"]))
