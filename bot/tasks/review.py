"""Review: what is wrong with this change, on which line, and how we know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot import earlier
from bot.access import trigger_of
from bot.context import (
    Material,
    Section,
    change,
    pack,
    pull,
    review_threads,
    thread,
)
from bot.events import Event
from bot.reader import Files, Reader
from bot.review import checks, words
from bot.review.reply import ReviewReply
from bot.tasks import Answer, Checked, SecondLook, Several, Task
from bot.verify import second_look

PROMPT = """\
You review one change to a software repository. Report only what is wrong: bugs,
broken contracts, security faults, lost data, races, missing handling of input that
will come. No style, no praise, nothing that a formatter or linter reports. For each
finding give the path and the lines as the diff numbers them: of the new file (side
RIGHT), or of the old file for lines the change removes (side LEFT). Quote the faulty
code exactly in evidence, say in why what happens and when, and set suggestion to the
replacement of exactly these lines with their indentation, or to an empty string.
Severity: blocker loses data, opens a hole or breaks what works today; major is wrong
in a case that will come; minor is the rest. No findings is a good answer, and what
was already said and answered in an earlier thread is not said again. If a finding
depends on a file or symbol you have not seen, name it in wanted instead of guessing.
In walkthrough say in at most eight short lines what the change does, file by file."""

__all__ = ["TASK", "ReviewReply"]

# A call reads no more than this of a change, in tokens: more would fit, and be skimmed.
MOST_TOKENS = 200_000


def gather(event: Event, reader: Reader) -> Material:
    """Read the diff; list, but do not read, what no reviewer reads.

    Of a change that was reviewed before only what is new is read, unless somebody asks
    for a review: then all of it. Where nothing is new there is nothing to read.
    """
    reader.diff()
    # What is missing by now is missing of the change itself.
    cut = tuple(reader.missing)
    whole = change.read(reader)
    read = change.readable(whole)
    before = earlier.before(reader.reviewed(), read, read=reader.file)
    if trigger_of(event) == "automatic":
        read = before.unseen
    else:
        before = replace(before, unseen=whole.files, known=())
    found = (*change.findings(whole), *thread.findings(event))
    paths = [file.path for file in read]
    coverage = pack.coverage(whole.files, paths, known=before.known)
    return Material(
        _sections(event, reader, change.sections(whole, read), before=before),
        found,
        (coverage, *cut, *whole.problems),
        change=whole.files,
        is_partial=bool(cut),
        before=before,
    )


def check(reply: ReviewReply, material: Material) -> Checked:
    """Keep the findings whose lines and quotes stand in the diff.

    What only repeats an earlier review is dropped and no fault of the answer.
    """
    kept, dropped = checks.shown(reply.findings, material)
    return Checked(
        reply.model_copy(update={"findings": kept}),
        (*reply.unread, *dropped),
        failed=bool(dropped) and not kept and checks.SAID not in dropped,
    )


def merge(replies: Sequence[ReviewReply]) -> ReviewReply:
    """Make one reply of several, heaviest finding first."""
    return ReviewReply.model_construct(
        walkthrough=words.interleaved([reply.walkthrough for reply in replies]),
        findings=[finding for reply in replies for finding in reply.findings],
        wanted=[],
    )


def render(reply: ReviewReply | None, material: Material) -> Answer:
    """Write a table of findings and the inline comments; else the risk map."""
    if reply is None:
        return words.without_model(material)
    if not reply.findings:
        return words.nothing_found(material)
    return words.found(reply.findings, reply.walkthrough, material)


def _sections(
    event: Event,
    reader: Reader,
    shown: Sequence[Section],
    *,
    before: earlier.Before,
) -> tuple[Section, ...]:
    """What a model reads; without a changed line nothing: words are no change."""
    if not any("\n@@ " in section.text for section in shown if section.kind == "diff"):
        return ()
    return (
        *thread.sections(event, reader),
        *pull.sections(event, reader.commit_messages(), reader.tracker),
        *review_threads.sections(before.earlier.threads),
        *shown,
    )


def _verify(reply: ReviewReply, material: Material, files: Files) -> Checked:
    unique, twice = checks.unique(reply.findings)
    new, said = checks.new(unique, material)
    kept, dropped = checks.verified(new, material, files)
    left = reply.model_copy(update={"findings": kept})
    return Checked(left, (*twice, *said, *dropped))


def _question(reply: ReviewReply, material: Material) -> tuple[Section, ...]:
    return second_look.question(checks.blockers(reply.findings), material.sections)


def _settle(reply: ReviewReply, verdict: second_look.SecondLookReply | None) -> Checked:
    kept, dropped = checks.settled(reply.findings, verdict)
    return Checked(reply.model_copy(update={"findings": kept}), tuple(dropped))


TASK = Task(
    name="review",
    summary="reads a change: findings on their lines, with evidence",
    model_class="balanced",
    prompt=PROMPT,
    reply=ReviewReply,
    gather=gather,
    check=check,
    render=render,
    title="Review",
    answers=("git.pre-push", "terminal.review"),
    comment_from="minor",
    output_tokens=2_500,
    max_calls=30,
    several=Several(
        merge=merge,
        verify=_verify,
        second_look=SecondLook(
            second_look.PROMPT, second_look.SecondLookReply, _question, _settle
        ),
        most_tokens=MOST_TOKENS,
    ),
)
