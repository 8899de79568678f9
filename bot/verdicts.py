"""What a job without keys says of generated tests: it may drop them, nothing else."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot import generated
from bot.draft import MAX_SUGGESTION, Candidate, Candidates, Draft, Fold, Inline
from bot.errors import UsageError
from bot.generated import MAX_DETAIL, Bug, Proven, Tried
from bot.text import markdown
from bot.verify.sandbox import HOLDS

MAX_BYTES = 256 * 1024
UNVERIFIED = "the generated tests were not run, since the job that runs them did not"
UNSAID = "no run of it was reported"
ODD = "its run reported no evidence"
MOST_TESTS = 24
# All that a test may be praised for; whoever ran it may have been taken over.
EVIDENCE = re.compile(
    r"passes 3 of 3"
    r"(?:, (?:fails without the change"
    r"|covers lines? [0-9, -]{1,400} of [^\s:<>]{1,400}"
    r"|kills [0-9]{1,3} of [0-9]{1,3} mutants)){1,8}"
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Verdict(_Part):
    """What became of one test, named by all that it is (`generated.key`)."""

    key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    end: Literal["kept", "bug", "dropped", "not run"]
    reason: Annotated[str, Field(max_length=1_000)] = ""
    detail: Annotated[str, Field(max_length=MAX_DETAIL)] = ""


class Verdicts(_Part):
    """What became of every test of a draft, and in what they ran."""

    schema_version: Literal[1] = Field(default=1, alias="schema")
    how: Annotated[str, Field(max_length=200)] = ""
    tests: Annotated[tuple[Verdict, ...], Field(max_length=MOST_TESTS)] = ()


def write_file(verdicts: Verdicts, path: str) -> None:
    """Write verdicts as JSON. Raises `UsageError`."""
    try:
        Path(path).write_text(verdicts.model_dump_json(by_alias=True), encoding="utf-8")
    except OSError as exc:
        said = f"cannot write the verdicts {path} ({exc.strerror}); name another file"
        raise UsageError(said) from exc


def read_file(path: str) -> Verdicts | None:
    """Read verdicts, treating them as hostile; None for none or what is none."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES)
        return Verdicts.model_validate_json(content)
    except (OSError, ValidationError):
        return None


def settled(draft: Draft, verdicts: Verdicts | None) -> Draft:
    """Write the draft's tests into it: those that hold, or all of them as not run.

    Texts come from the draft alone; verdicts take tests away and name evidence.
    """
    if draft.tests is None:
        return draft
    tried = _tried(draft.tests, verdicts)
    inline = _inline(tried, draft.tests)
    parts, _ = generated.shown(tried)
    _, folds = generated.shown(_without(tried, {k for _, keys in inline for k in keys}))
    return draft.model_copy(
        update={
            "body": "\n\n".join(part for part in (draft.body, *parts) if part),
            "folds": (*draft.folds, *(Fold(title=t[:900], body=b) for t, b in folds)),
            "inline": (*draft.inline, *(each[0] for each in inline)),
            "notice": draft.notice or _notice(draft.tests, verdicts),
            "tests": None,
        }
    )


def _notice(candidates: Candidates, verdicts: Verdicts | None) -> str:
    return f"{UNVERIFIED}." if candidates.tests and verdicts is None else ""


def _tried(candidates: Candidates, verdicts: Verdicts | None) -> Tried:
    tests = [each.test for each in candidates.tests]
    left_out = list(candidates.left_out)
    if verdicts is None:
        return Tried(tests=tests, proven=[], bugs=[], left_out=left_out, how="")
    # Nothing of whoever ran them is quoted but words of ours.
    how = verdicts.how if verdicts.how in HOLDS.values() else ""
    tried = Tried(tests=[], proven=[], bugs=[], left_out=[], how=how)
    said = {each.key: each for each in verdicts.tests}
    reasons: Counter[str] = Counter()
    for test in tests:
        verdict = said.get(generated.key(test))
        if verdict is not None and verdict.end == "bug":
            bug = Bug(test=test, said=verdict.reason, detail=verdict.detail)
            tried.bugs.append(bug)
        elif verdict is not None and verdict.end == "not run":
            tried.tests.append(test)
        elif verdict is not None and verdict.end == "kept":
            if EVIDENCE.fullmatch(verdict.reason):
                tried.proven.append(Proven(test=test, evidence=verdict.reason))
            else:
                reasons[ODD] += 1
        else:
            reasons[verdict.reason[:200] if verdict else UNSAID] += 1
    tried.left_out += [*left_out, *(f"{why} ({n})" for why, n in reasons.items())]
    return tried


def _without(tried: Tried, placed: set[str]) -> Tried:
    rest = [each for each in tried.proven if generated.key(each.test) not in placed]
    return tried.model_copy(update={"proven": rest})


def _inline(tried: Tried, candidates: Candidates) -> list[tuple[Inline, list[str]]]:
    """One comment a place: two suggestions for one line could not both be taken."""
    places = {generated.key(each.test): each for each in candidates.tests if each.line}
    together: dict[tuple[str, int], list[tuple[Proven, Candidate]]] = {}
    for proven in tried.proven:
        place = places.get(generated.key(proven.test))
        if place is not None:
            where = (proven.test.path, place.line)
            together.setdefault(where, []).append((proven, place))
    return [_comment(few) for pairs in together.values() if (few := _fitting(pairs))]


def _fitting(pairs: list[tuple[Proven, Candidate]]) -> list[tuple[Proven, Candidate]]:
    """As many as one suggestion holds; the rest stay in the folds."""
    room = MAX_SUGGESTION - len(pairs[0][1].current)
    kept = []
    for proven, place in pairs:
        room -= len(place.below)
        if room < 0:
            break
        kept.append((proven, place))
    return kept


def _comment(pairs: list[tuple[Proven, Candidate]]) -> tuple[Inline, list[str]]:
    first = pairs[0][1]
    keys = [generated.key(proven.test) for proven, _ in pairs]
    said = "\n".join(
        f"- {markdown.code_span(proven.test.name)}: {markdown.plain(proven.evidence)}"
        for proven, _ in pairs
    )
    made = Inline(
        path=first.test.path,
        line=first.line,
        body=said,
        suggestion=first.current + "".join(place.below for _, place in pairs),
        fingerprint=keys[0][:16],
    )
    return made, keys
