"""Search: what is true as of today, each claim with a source the search returned."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot import findings
from bot.context import CITED, Finding, Material, Section, report, repository, thread
from bot.events import Event
from bot.tasks import Answer, Checked, Needs, Reader, Task
from bot.text import sanitize

PROMPT = """\
You answer a question about the present state of the world outside this repository:
releases, compatibility, vulnerabilities, outages. Search the web; do not answer
from memory. Give a short answer, then each claim it rests on with the address,
title and date of the page that says so. Prefer the project's own release notes,
documentation and issue tracker. The versions this repository really uses are in the
data. Say how sure you are and what would change the answer. A claim without a page
is worthless here: leave it out."""

VERSION = "{name} is declared as {version}"
NO_VERSION = "no manifest declares a dependency that the question names"
UNCITED = "claim without a page the search returned"


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
    """Read the question and the versions this repository declares of what it names."""
    said = f"{event.title}\n{event.body}\n{event.comment.body if event.comment else ''}"
    read = repository.manifests(reader)
    declared = report.declared_versions(said, read)
    found = tuple(
        Finding(
            "version",
            VERSION.format(name=each.name, version=each.version),
            "minor",
            each.path,
            each.line,
        )
        for each in declared
    )
    if not found:
        found = (Finding("no-version", NO_VERSION),)
    manifests = (
        Section(f"file {path}", sanitize.code(text).text, "code", priority=2)
        for path, text in read.items()
    )
    sections = (*thread.sections(event, reader), *manifests)
    return Material(sections, (*found, *thread.findings(event)))


def check(reply: SearchReply, material: Material) -> Checked:
    """Keep the claims whose page the provider's own search returned."""
    cited = {
        line
        for section in material.sections
        if section.name == CITED
        for line in section.text.splitlines()
    }
    kept = [claim for claim in reply.claims if claim.url in cited]
    missed = len(reply.claims) - len(kept)
    return Checked(
        reply.model_copy(update={"claims": kept}),
        tuple(UNCITED for _ in range(missed)),
        failed=not kept,
    )


def render(reply: SearchReply | None, material: Material) -> Answer:
    """Write the answer with its sources; else the versions in use."""
    shown = findings.as_markdown(material.findings)
    if reply is None:
        return Answer(shown, weight=findings.heaviest(material.findings))
    claims = "\n".join(_claim(claim) for claim in reply.claims)
    sure = f"Confidence: {reply.confidence}. What would change it: {reply.would_change}"
    folds = (("Versions in this repository", shown),) if shown else ()
    return Answer(f"{reply.answer}\n\n{claims}\n\n{sure}", folds, weight="major")


def _claim(claim: Claim) -> str:
    # The address stands as code: links lead only to hosts the policy allows.
    dated = f", {claim.date}" if claim.date else ""
    return f"- {claim.text} ({claim.title}{dated}: `{claim.url}`)"


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
