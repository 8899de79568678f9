"""A pull request laid before routebot, in a real repository, as its event would be."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.reviewing.answers import Answer, Claim, Found, reply
from benchmarks.reviewing.cases import Case
from bot import assembly, case, git, local_reader, pipeline
from bot.action import Inputs
from bot.answer import Ask
from bot.ask import Asked
from bot.case import Case as Ready
from bot.catalog import Route
from bot.context import fit
from bot.draft import Draft
from bot.events import Actor, Event, PullHead, Repository
from bot.findings import reaches
from bot.policy import Policy
from bot.providers import Completion, Request, Usage
from tests import repositories

SECONDS = 900.0
REPOSITORY = Repository("octo/orchard", 77, "main")
WRITER = Actor("maintainer", 1)
NUMBER = 7
FAILED = "the command ended with {status}: {said}"
NO_CLAIM = "line {number} of its output is no finding and no bill: {problem}"


@dataclass(frozen=True, slots=True)
class Checkout:
    """A pull request as commits of a repository."""

    root: Path
    base: str
    head: str
    environ: dict[str, str]


def laid(pull: Case, root: Path) -> Checkout:
    """Make the repository of a pull request under `root`; HEAD is its head."""
    repo = repositories.make(root / pull.name, pull.base)
    base = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-q", "-b", "change")
    gone = [path for path in pull.base if path not in pull.head]
    if gone:
        repo.git("rm", "-q", "--", *gone)
    changed = {p: t for p, t in pull.head.items() if pull.base.get(p) != t}
    return Checkout(repo.root, base, repo.commit(changed, pull.title), repo.environ)


@dataclass(frozen=True, slots=True)
class Routebot:
    """routebot with a policy and inputs; `asking(pull)` replaces what asks models.

    With `asking` it decides as if every key were set; without it and without a key it
    says what it establishes alone.
    """

    policy: Policy
    inputs: Inputs
    asking: Callable[[Case, Ask], Ask] | None = None
    assumes_keys: bool = False

    def review(self, pull: Case, checkout: Checkout) -> Answer:
        """Answer the event of the pull request; nothing is posted anywhere."""
        opened = git.open_repository(checkout.root, environ=checkout.environ)
        reader = local_reader.LocalReader(
            opened, git.Range(checkout.base, checkout.head)
        )
        world = assembly.offline(self.inputs, self.policy, reader=reader)
        if self.assumes_keys:
            world = replace(world, means=replace(world.means, barred={}))
        if self.asking is not None:
            world = replace(world, ask=self.asking(pull, world.ask))
        event = _event(pull, checkout.head)
        draft = pipeline.analyze(event, world)
        record = draft.record
        claims = _inline(draft)
        if draft.speaks and not (record and record.calls):
            ready = case.of(event, world)
            claims = _facts(ready) if isinstance(ready, Ready) else ()
        return Answer(
            claims,
            draft.speaks,
            record.usd if record else 0.0,
            record.calls if record else 0,
            {each.reason: each.count for each in record.dropped_for} if record else {},
            draft.notice if self.asking or self.inputs.keys else "",
        )


def scripted(answers: Callable[[Case], list[Found]]) -> Callable[[Case, Ask], Ask]:
    """Let a script answer in the place of each model, billed as its text is long."""

    def asking(pull: Case, _ask: Ask) -> Ask:
        found = answers(pull)

        def ask(
            routes: Sequence[Route],
            request: Request,
            *,
            before_call: Callable[[Route], None],
        ) -> Asked:
            before_call(routes[0])
            return billed(routes[0], request, reply(found, request))

        return ask

    return asking


def billed(route: Route, request: Request, text: str) -> Asked:
    """Make an answer that counts tokens as routebot estimates them."""
    family = fit.family_of(route.provider, route.model)
    read = fit.tokens(request.system, family=family)
    read += fit.tokens(request.user_text, kind="diff", family=family)
    usage = Usage(read, fit.tokens(text, kind="json", family=family))
    return Asked(route, Completion(text, route.model, usage), (), 0, 0.0)


def commanded(command: str, pull: Case, checkout: Checkout) -> Answer:
    """Ask an external command about a pull request (docs/benchmarks.md).

    `{repo}`, `{base}` and `{head}` in it are filled in; it prints JSON lines.
    """
    words = {"repo": checkout.root, "base": checkout.base, "head": checkout.head}
    call = [part.format_map(words) for part in shlex.split(command)]
    try:
        done = subprocess.run(
            call,
            cwd=checkout.root,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        return Answer(problem=str(exc))
    if done.returncode:
        said = done.stderr.strip()[-300:]
        return Answer(problem=FAILED.format(status=done.returncode, said=said))
    try:
        return _read(done.stdout)
    except ValueError as exc:
        return Answer(problem=str(exc))


def _read(output: str) -> Answer:
    claims: list[Claim] = []
    usd: float | None = None
    calls = 0
    for number, line in enumerate(output.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if "path" in row:
                claims.append(_claim(row))
            else:
                usd = (usd or 0.0) + float(row["usd"])
                calls += int(row.get("calls", 0))
        except (ValueError, KeyError, TypeError) as exc:
            problem = NO_CLAIM.format(number=number, problem=exc)
            raise ValueError(problem) from exc
    return Answer(tuple(claims), bool(claims), usd, calls)


def _claim(row: dict[str, Any]) -> Claim:
    return Claim(
        str(row["path"]),
        int(row["line"]),
        str(row["text"]),
        int(row.get("start_line") or row["line"]),
        "LEFT" if row.get("side") == "LEFT" else "RIGHT",
    )


def _event(pull: Case, sha: str) -> Event:
    return Event(
        "pull_request",
        "opened",
        repository=REPOSITORY,
        actor=WRITER,
        author=WRITER,
        number=NUMBER,
        title=pull.title,
        is_pull_request=True,
        head=PullHead(sha, "change", REPOSITORY.id, "octo"),
    )


def _inline(draft: Draft) -> tuple[Claim, ...]:
    return tuple(
        Claim(each.path, each.line, each.body, each.start_line or each.line, each.side)
        for each in draft.inline
    )


def _facts(ready: Ready) -> tuple[Claim, ...]:
    """What the risk map says of lines, where it is all that is said."""
    return tuple(
        Claim(each.path, each.line, each.message, each.line)
        for each in ready.material.findings
        if each.path and each.line and reaches(each.severity, "minor")
    )


def added(counts: Sequence[Answer]) -> Counter[str]:
    """Add up what was dropped, by reason."""
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each.dropped)
    return total
