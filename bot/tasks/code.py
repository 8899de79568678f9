"""Code: a patch for an issue that is solved on paper, or what is still missing."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot import finding_identity, findings
from bot.context import (
    Material,
    Section,
    diff,
    linked,
    outline,
    relevance,
    repository,
    scoped,
    thread,
)
from bot.events import Event
from bot.reader import Files, Reader
from bot.tasks import Answer, Checked, InlineComment, Task
from bot.text import markdown, sanitize
from bot.verify import named, offered, patch
from bot.verify.offered import Offer
from bot.verify.patch import Applied

PROMPT = """\
You write a small change to a software repository that an issue describes. First
decide whether the issue says what to change, where, and when it is done. If it does
not, set is_ready to false and list what is missing; do not guess. If it does, write
the change as edits: each names a path, under search the lines of the file that are
replaced, exactly as they stand there and enough of them to stand there once, and
under replace what takes their place. An empty search makes a new file. Leave patch
empty; only if edits cannot say it, write a unified diff there and no edits. Touch
nothing the issue does not ask for, and add the test that shows it works. Name in
files every path you touch. Keep to the style of the files and of their
configuration. If you need to see another file first, name it in wanted."""

NOT_READY = "This is not solved on paper yet. Missing:"
WRITE_IT_DOWN = (
    "Once it is written down, `/route code` tries again; `/route plan` weighs the "
    "options instead."
)
APPLY = (
    "Save the patch as `routebot.patch` at the top of the repository and run "
    "`git apply --check routebot.patch && git apply routebot.patch`."
)
HELD = "It applies to the files as they were read, parses, and changes {count} file{s}."
UNTESTED = "No test was run."
RISKY = "It brings in {words}: look twice."
INVENTED = "path that does not exist"
CHECKED_APART = frozenset({"files", "edits", "patch", "wanted"})
MEND = "the patch cannot be used: {problem}"
NO_CHANGE = "is_ready is true and there is no change"
CHANGE = "the change of the pull request"
OFFERED = (
    "{count} of {total} changes are also suggestions on their lines: take these, or "
    "the patch."
)
ALL_OFFERED = "Each change is also a suggestion on its lines: take these, or the patch."
ON_LINES = "Part of the patch for: {summary}"


class Replaced(BaseModel):
    """Lines of one file that others take the place of."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    path: Annotated[str, Field(max_length=400)]
    search: Annotated[str, Field(max_length=40_000)]
    replace: Annotated[str, Field(max_length=40_000)]


class CodeReply(BaseModel):
    """What coding answers: a change, or what is missing before one can be written.

    After it was checked `patch` is the diff that is posted and `edits` is empty.
    """

    model_config = ConfigDict(extra="forbid", defer_build=True)

    is_ready: bool
    missing: Annotated[list[str], Field(max_length=20)]
    summary: Annotated[str, Field(max_length=2_000)]
    files: Annotated[list[str], Field(max_length=50)]
    edits: Annotated[list[Replaced], Field(max_length=100)]
    patch: Annotated[str, Field(max_length=200_000)]
    wanted: Annotated[list[str], Field(max_length=50)]


class TriedPatch(CodeReply):
    """A change whose tests were run; `ran` says which, and what came of it."""

    ran: str = ""


def gather(event: Event, reader: Reader) -> Material:
    """Read the issue, the files it is about with their tests, and how code is written.

    Where neither a place nor an end of the work is named nothing is read by a model.
    """
    texts = (event.body, *(said.body for said in reader.comments()))
    asked = event.comment.body if event.comment else ""
    said = "\n".join((event.title, *texts, asked.partition("\n")[2]))
    mentioned = repository.mentioned(said, reader.tree(), most=scoped.MOST_NAMED)
    ranking = relevance.rank(event.title, said, files=reader)
    defining = scoped.defining(said, ranking)
    shown = reader.diff()
    change = diff.parse(shown) if shown else ()
    item = "pull request" if event.is_pull_request else "issue"
    ready = scoped.readiness(said, mentioned, defining, change=bool(change), item=item)
    found = (*ready, *thread.findings(event))
    lacks = {finding.kind for finding in found}
    if {"no-place", "no-done-when"} <= lacks:
        return Material((), found)
    defined = (path for path, _ in defining)
    read = tuple(dict.fromkeys((*mentioned, *scoped.changed(change), *defined)))
    sections = (
        *thread.sections(event, reader, latest=thread.WHOLE),
        *_change(shown),
        *linked.sections(event, texts, reader.tracker),
        *scoped.sections(read, ranking, reader),
        *outline.sections(reader, ranking),
    )
    return Material(_once(sections), found, change=tuple(change))


def _change(shown: str) -> tuple[Section, ...]:
    if not shown:
        return ()
    return (Section(CHANGE, sanitize.code(shown).text, "diff", priority=1),)


def check(reply: CodeReply, material: Material) -> Checked:
    """Take what is not ready at its word; a change without any change is none."""
    if not reply.is_ready:
        bare = {"patch": "", "edits": [], "files": []}
        return Checked(reply.model_copy(update=bare))
    if not reply.edits and not reply.patch.strip():
        return _refused(reply, NO_CHANGE)
    return Checked(reply)


def applied(reply: CodeReply, files: Files) -> Applied:
    """Apply the change of a reply to the files as they are."""
    edits = [patch.Edit(e.path, e.search, e.replace) for e in reply.edits]
    return patch.applied(edits, reply.patch, announced=reply.files, files=files)


def verify(reply: CodeReply, material: Material, files: Files) -> Checked:
    """Keep a change only if it applies, parses, and stays where it may."""
    if not reply.is_ready:
        return Checked(reply)
    done = applied(reply, files)
    if done.problem:
        return _refused(reply, done.problem)
    marked, invented = named.marked(
        reply, known=[*files.tree(), *done.paths], but=CHECKED_APART
    )
    summary = marked.summary
    if done.risky:
        words = ", ".join(markdown.code_span(word) for word in done.risky)
        summary = f"{summary}\n\n{RISKY.format(words=words)}"
    changed = {
        "patch": done.diff,
        "edits": [],
        "files": list(done.paths),
        "summary": summary,
    }
    return Checked(reply.model_copy(update=changed), (INVENTED,) * invented)


def render(reply: CodeReply | None, material: Material) -> Answer:
    """Write the patch folded, with how to apply it; else what the issue lacks."""
    if reply is None:
        return _without_model(material)
    if not reply.is_ready:
        return Answer(_missing(reply.missing), weight="major")
    touched = "\n".join(f"- {findings.place(path)}" for path in reply.files)
    count = len(reply.files)
    held = HELD.format(count=count, s="s" * (count != 1))
    found, left = offered.offers(reply.patch, material.change)
    clicks = _clicks(len(found), left)
    ran = reply.ran if isinstance(reply, TriedPatch) else UNTESTED
    told = " ".join(filter(None, (held, ran, clicks)))
    body = f"{reply.summary}\n\n{touched}\n\n{told}"
    fold = f"{APPLY}\n\n{markdown.fence(reply.patch, 'diff')}"
    inline = tuple(_on_lines(offer, reply.summary) for offer in found)
    return Answer(body, (("The patch", fold),), inline, weight="major")


def _clicks(count: int, left: int) -> str:
    if not count:
        return ""
    if not left:
        return ALL_OFFERED
    return OFFERED.format(count=count, total=count + left)


def _on_lines(offer: Offer, summary: str) -> InlineComment:
    first = next((line for line in summary.split("\n") if line.strip()), "")
    return InlineComment(
        offer.path,
        offer.end,
        ON_LINES.format(summary=first),
        start_line=offer.start if offer.start < offer.end else 0,
        suggestion=offer.text,
        fingerprint=finding_identity.fingerprint(offer.path, offer.text, ""),
        weight="major",
    )


def _without_model(material: Material) -> Answer:
    weight = findings.heaviest(material.findings)
    if not material.sections and material.findings:
        lacks = [f.message for f in material.findings if f.kind.startswith("no-")]
        if lacks:
            return Answer(
                _missing([markdown.plain(each) for each in lacks]), weight=weight
            )
    return Answer(findings.as_markdown(material.findings), weight=weight)


def _missing(items: list[str]) -> str:
    listed = "\n".join(f"- {item}" for item in items)
    return f"{NOT_READY}\n\n{listed}\n\n{WRITE_IT_DOWN}"


def _refused(reply: CodeReply, problem: str) -> Checked:
    bare = reply.model_copy(update={"patch": "", "edits": []})
    said = MEND.format(problem=problem)
    return Checked(bare, (problem,), failed=True, repair=said)


def _once(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Each section once: a manifest may also be where the style stands."""
    by_name: dict[str, Section] = {}
    for section in sections:
        by_name.setdefault(section.name, section)
    return tuple(by_name.values())


TASK = Task(
    name="code",
    summary="writes the patch for a well-scoped issue, or says what is missing",
    model_class="coding",
    prompt=PROMPT,
    reply=CodeReply,
    gather=gather,
    check=check,
    verify=verify,
    render=render,
    title="Patch",
    answers=("terminal.suggest-patch",),
    labels=("good first issue", "chore", "refactor", "documentation"),
    output_tokens=4_000,
)
