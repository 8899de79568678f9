"""Code: a patch for an issue that is solved on paper, or what is still missing."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot import findings
from bot.context import Finding, Material, diff, report, repository, thread
from bot.events import Event
from bot.tasks import Answer, Checked, Reader, Task
from bot.text import markdown
from bot.verify.claims import is_relative

PROMPT = """\
You write a small change to a software repository that an issue describes. First
decide whether the issue says what to change, where, and when it is done. If it does
not, set is_ready to false and list what is missing; do not guess. If it does, write
the patch as a unified diff against the files you were given, with correct line
counts, touching nothing the issue does not ask for, and the test that shows it
works. Name in files every path the patch touches. If you need to see another file
first, name it in wanted."""

NO_PLACE = "the issue names no file or symbol of this repository: where is the change?"
NO_DONE = "the issue does not say when it is done: an example or a checklist would do"
FILES = "is named in the issue"
APPLY = "Save the patch as `routebot.patch` and run `git apply routebot.patch`."
FORBIDDEN = (".github/", "action.yml", "action.yaml", "CODEOWNERS", ".pre-commit")


class CodeReply(BaseModel):
    """What coding answers: a patch, or what is missing before one can be written."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    is_ready: bool
    missing: Annotated[list[str], Field(max_length=20)]
    summary: Annotated[str, Field(max_length=2_000)]
    files: Annotated[list[str], Field(max_length=50)]
    patch: Annotated[str, Field(max_length=200_000)]
    wanted: Annotated[list[str], Field(max_length=50)]


def gather(event: Event, reader: Reader) -> Material:
    """Read the issue, the files it names and the map of the repository."""
    said = f"{event.title}\n{event.body}"
    named = repository.mentioned(said, reader.tree())
    sections = (
        *thread.sections(event, reader),
        *repository.whole(named, reader, priority=1),
        *repository.outline(reader),
    )
    return Material(sections, (*_readiness(event, named), *thread.findings(event)))


def check(reply: CodeReply, material: Material) -> Checked:
    """Keep a patch only if it parses, stays in its scope and in allowed places."""
    if not reply.is_ready:
        return Checked(reply.model_copy(update={"patch": "", "files": []}))
    problem = _problem(reply)
    if not problem:
        return Checked(reply)
    return Checked(reply.model_copy(update={"patch": ""}), (problem,), failed=True)


def render(reply: CodeReply | None, material: Material) -> Answer:
    """Write the patch folded, with how to apply it; else what the issue lacks."""
    shown = findings.as_markdown(material.findings)
    if reply is None:
        return Answer(shown, weight=findings.heaviest(material.findings))
    if not reply.is_ready:
        missing = "\n".join(f"- {item}" for item in reply.missing)
        body = (
            f"This is not solved on paper yet. Missing:\n\n{missing}\n\n"
            "Once it is written down, `/route code` tries again; `/route plan` weighs "
            "the options instead."
        )
        return Answer(body, weight="major")
    touched = "\n".join(f"- {findings.place(path)}" for path in reply.files)
    patch = f"{APPLY}\n\n{markdown.fence(reply.patch, 'diff')}"
    body = f"{reply.summary}\n\n{touched}"
    return Answer(body, (("The patch", patch),), weight="major")


def _readiness(event: Event, named: tuple[str, ...]) -> list[Finding]:
    found = [Finding("names-file", FILES, path=path) for path in named]
    if not named:
        found.append(Finding("no-place", NO_PLACE, "minor"))
    if not report.says_when_done(event.body):
        found.append(Finding("no-done-when", NO_DONE, "minor"))
    return found


def _problem(reply: CodeReply) -> str:
    change = diff.read(reply.patch)
    touched = {file.path for file in change.files}
    if not touched or change.problems:
        return "the patch is not a readable diff"
    if not touched <= set(reply.files):
        return "the patch leaves its announced scope"
    if not all(map(is_relative, touched)):
        return "the patch leaves the repository"
    if any(path.startswith(FORBIDDEN) for path in touched):
        return "the patch touches a file that no answer may touch"
    return ""


TASK = Task(
    name="code",
    summary="writes the patch for a well-scoped issue, or says what is missing",
    model_class="coding",
    prompt=PROMPT,
    reply=CodeReply,
    gather=gather,
    check=check,
    render=render,
    title="Patch",
    labels=("good first issue", "chore", "refactor", "documentation"),
    output_tokens=4_000,
)
