"""Search: what is true as of today, each claim with a source the search returned."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot import findings
from bot.context import (
    Finding,
    Material,
    Section,
    horizon,
    linked,
    locks,
    report,
    repository,
    thread,
    versions,
)
from bot.context.kinds import kind_of
from bot.context.versions import Version
from bot.events import Event
from bot.reader import Reader
from bot.tasks import Answer, Checked, Needs, Task
from bot.text import sanitize
from bot.verify import sources

PROMPT = """\
You answer a question about the present state of the world outside this repository:
releases, compatibility, vulnerabilities, outages. Search the web; do not answer
from memory. Give a short answer, then each claim it rests on with the address,
title and date of the page that says so. Prefer the project's own release notes,
documentation and issue tracker. The versions this repository really uses are in the
data, and so is today's date. Give dates as YYYY-MM-DD, "" where a page has none. Say
how sure you are and what would change the answer. A claim without a page is
worthless here: leave it out. The answer says nothing that no claim says."""

VERSION = "{name} is declared as {version}"
LOCKED = "{name} is locked at {version}"
NO_VERSION = "no manifest declares a dependency that the question names"
IN_USE = "versions this repository uses of what is asked about"
UNCITED = "claim without a page the search returned"
FOREIGN_ADDRESS = "address that no search returned"
SEARCH_AGAIN = (
    "no claim rests on a page that your own search returned: search the web, and give "
    "each claim with the address of a result"
)
NOT_SEARCHED = "_Nothing was searched, and no model answers this from memory._"
OLD = "older than the question asks for"
NO_DATE = "no date"
SOURCES = "**What it rests on**"
CLOSING = "_Confidence: {confidence}._ What would change it: {change}"
LESS = (
    "_{count} claim{s} rested on no page and {were} left out; the answer above may "
    "still lean on {them}._"
)
MOST_LOCKS = 6


class Claim(BaseModel):
    """One thing the answer rests on, and the page that says it."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    text: Annotated[str, Field(max_length=1_000)]
    url: Annotated[str, Field(max_length=2_000)]
    title: Annotated[str, Field(max_length=300)]
    date: Annotated[str, Field(max_length=40)]


class SearchReply(BaseModel):
    """What a search answers; claims without a returned page are dropped."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    answer: Annotated[str, Field(max_length=3_000)]
    claims: Annotated[list[Claim], Field(max_length=20)]
    confidence: Literal["high", "medium", "low"]
    would_change: Annotated[str, Field(max_length=1_000)]


def gather(event: Event, reader: Reader) -> Material:
    """Read the question and the versions in use of what it names."""
    texts = (event.body, event.comment.body if event.comment else "")
    said = "\n".join((event.title, *texts))
    read = repository.manifests(reader)
    declared = report.declared_versions(said, read)
    pinned = _pinned(said, reader)
    found = [
        Finding(
            "version",
            text.format(name=v.name, version=v.version),
            "minor",
            v.path,
            v.line,
        )
        for text, group in ((VERSION, declared), (LOCKED, pinned))
        for v in group
    ] or [Finding("no-version", NO_VERSION)]
    manifests = (
        Section(f"file {path}", sanitize.code(text).text, "code", priority=4)
        for path, text in read.items()
    )
    sections = (
        *thread.sections(event, reader),
        *_in_use((*declared, *pinned)),
        *linked.sections(event, texts, reader.tracker),
        *manifests,
    )
    return Material(sections, (*found, *thread.findings(event)))


def _pinned(said: str, reader: Reader) -> tuple[Version, ...]:
    names = versions.words(said)
    paths = sorted(
        (path for path in reader.tree() if kind_of(path) == "lock"),
        key=lambda path: (path.count("/"), path),
    )[:MOST_LOCKS]
    found = (
        locks.pinned(path, text, names)
        for path in paths
        if (text := reader.file(path)) is not None
    )
    return tuple(each for group in found for each in group)[:40]


def _in_use(found: tuple[Version, ...]) -> tuple[Section, ...]:
    rows = [f"{v.name} {v.version} ({v.path}:{v.line})" for v in found]
    if not rows:
        return ()
    text = sanitize.code("\n".join(rows)).text
    return (Section(IN_USE, text, "code", priority=1),)


def check(reply: SearchReply, material: Material) -> Checked:
    """Keep the claims whose page the provider's own search returned."""
    pages = sources.pages(material.sections)
    kept, dropped = [], []
    for claim in reply.claims:
        page = pages.get(sources.plain(claim.url))
        if page is None:
            dropped.append(UNCITED)
            continue
        # The page's title as it came back: a model may give it a better one.
        title = page.title or claim.title
        kept.append(claim.model_copy(update={"url": page.url, "title": title}))
    answer, first = sources.without_others(reply.answer, pages)
    change, second = sources.without_others(reply.would_change, pages)
    dropped += [FOREIGN_ADDRESS] * (first + second)
    lost = len(reply.claims) - len(kept)
    if kept and lost:
        answer = f"{answer}\n\n{_less(lost)}"
    changed = {"claims": kept, "answer": answer, "would_change": change}
    return Checked(
        reply.model_copy(update=changed),
        tuple(dropped),
        failed=not kept,
        repair="" if kept else SEARCH_AGAIN,
    )


def render(reply: SearchReply | None, material: Material) -> Answer:
    """Write the answer with its sources; else the versions in use."""
    shown = findings.as_markdown(material.findings)
    if reply is None:
        # Of no use to who asked: said in the thread only where it was asked for there.
        body = f"{NOT_SEARCHED}\n\n{shown}" if material.findings else ""
        return Answer(body, weight=None)
    since = horizon.since(_question(material), material.today)
    claims = "\n".join(_claim(claim, since) for claim in reply.claims)
    sure = CLOSING.format(confidence=reply.confidence, change=reply.would_change)
    folds = (("Versions in this repository", shown),) if shown else ()
    pages = tuple(dict.fromkeys(filter(sources.is_linked, _urls(reply))))
    body = f"{reply.answer}\n\n{SOURCES}\n\n{claims}\n\n{sure}"
    return Answer(body, folds, weight="major", pages=pages)


def _urls(reply: SearchReply) -> list[str]:
    return [claim.url for claim in reply.claims]


def _question(material: Material) -> str:
    asked = ("the item", "the request's own words")
    return "\n".join(s.text for s in material.sections if s.name in asked)


def _less(count: int) -> str:
    if count == 1:
        return LESS.format(count=1, s="", were="was", them="it")
    return LESS.format(count=count, s="s", were="were", them="them")


def _claim(claim: Claim, since: str) -> str:
    written = horizon.day(claim.date)
    dated = (
        written.isoformat() if len(claim.date.strip()) >= 10 and written else claim.date
    )
    is_old = written is not None and bool(since) and written.isoformat() < since
    notes = [sources.host(claim.url), dated if written else NO_DATE]
    told = ", ".join([*notes, f"**{OLD}**"] if is_old else notes)
    text = " ".join(claim.text.split())
    return f"- {text} {sources.link(claim.url, claim.title)} ({told})"


TASK = Task(
    name="search",
    summary="answers a question about the world as of today, with sources",
    model_class="search",
    prompt=PROMPT,
    reply=SearchReply,
    gather=gather,
    check=check,
    render=render,
    title="Search",
    needs=Needs(web_search=True),
    labels=("dependencies", "upstream", "security advisory"),
    output_tokens=1_500,
)
