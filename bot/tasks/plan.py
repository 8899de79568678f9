"""Plan: more than one way to do it, weighed, and the work cut into tasks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot import findings
from bot.context import Finding, Material, duplicates, report, repository, thread
from bot.events import Event
from bot.tasks import Answer, Checked, Reader, Task
from bot.verify.claims import path_exists

PROMPT = """\
You plan a change to a software repository. Restate the problem and its constraints
in your own words, then give at least two ways to solve it that really differ, each
with what it gains and what it costs on the points this issue cares about. Recommend
one and say what would change your mind. Name the existing paths it touches, the
risks, and what still has to be asked of whom. Cut the work into tasks small enough
to hand out, each with the kind of work it is. Do not settle for the obvious answer
without having weighed another. Paths you name must be in the list of paths."""

AFFECTED = "is named in the issue"
ONE_OPTION = "only one option was weighed"


class Option(BaseModel):
    """One way to solve the problem."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    name: Annotated[str, Field(max_length=200)]
    summary: Annotated[str, Field(max_length=2_000)]
    gains: list[str]
    costs: list[str]


class Step(BaseModel):
    """One piece of the work, ready to become an issue."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    title: Annotated[str, Field(max_length=300)]
    done_when: Annotated[str, Field(max_length=600)]
    task: Literal["code", "test", "plan", "search"]


class PlanReply(BaseModel):
    """What a plan answers; paths that do not exist are dropped."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    problem: Annotated[str, Field(max_length=3_000)]
    constraints: list[str]
    options: Annotated[list[Option], Field(max_length=6)]
    recommendation: Annotated[str, Field(max_length=3_000)]
    affected_paths: list[str]
    risks: list[str]
    open_questions: list[str]
    steps: Annotated[list[Step], Field(max_length=30)]
    wanted: Annotated[list[str], Field(max_length=50)]


def gather(event: Event, reader: Reader) -> Material:
    """Read the thread, the map of the repository and the files the issue names."""
    said = f"{event.title}\n{event.body}"
    named = repository.mentioned(said, reader.tree())
    affected = (Finding("affected", AFFECTED, path=path) for path in named)
    found = (
        *report.missing_fields(event.title, event.body),
        *duplicates.findings(event, reader.open_issues()),
        *affected,
        *thread.findings(event),
    )
    sections = (
        *thread.sections(event, reader),
        *repository.whole(named, reader),
        *repository.outline(reader),
    )
    return Material(sections, found)


def check(reply: PlanReply, material: Material) -> Checked:
    """Drop paths that do not exist; one option alone is not a plan."""
    listed = repository.listed_paths(material.sections)
    kept = [path for path in reply.affected_paths if path_exists(path, listed)]
    dropped = [f"path {n}" for n in range(len(reply.affected_paths) - len(kept))]
    is_single = len(reply.options) < 2
    if is_single:
        dropped.append(ONE_OPTION)
    changed = reply.model_copy(update={"affected_paths": kept})
    return Checked(changed, tuple(dropped), failed=is_single)


def render(reply: PlanReply | None, material: Material) -> Answer:
    """Write the options and the recommendation; else what is missing and related."""
    shown = findings.as_markdown(material.findings)
    if reply is None:
        return Answer(shown, weight=findings.heaviest(material.findings))
    parts = [
        reply.problem,
        _list("Constraints", reply.constraints),
        *(_option(option) for option in reply.options),
        f"**Recommendation.** {reply.recommendation}",
        _list("Touches", [findings.place(path) for path in reply.affected_paths]),
        _list("Risks", reply.risks),
        _list("To be asked", reply.open_questions),
        _steps(reply.steps),
    ]
    folds = (("What was established without a model", shown),) if shown else ()
    return Answer("\n\n".join(filter(None, parts)), folds, weight="major")


def _list(title: str, items: list[str]) -> str:
    lines = "\n".join(f"- {item}" for item in items)
    return f"**{title}**\n\n{lines}" if items else ""


def _option(option: Option) -> str:
    gains = [f"for it: {gain}" for gain in option.gains]
    costs = [f"against it: {cost}" for cost in option.costs]
    return f"#### {option.name}\n\n{option.summary}\n\n" + "\n".join(
        f"- {each}" for each in (*gains, *costs)
    )


def _steps(steps: list[Step]) -> str:
    lines = [
        f"{number}. `{step.task}` {step.title}. Done when: {step.done_when}"
        for number, step in enumerate(steps, 1)
    ]
    return "**Work**\n\n" + "\n".join(lines) if lines else ""


TASK = Task(
    name="plan",
    summary="weighs options for a design issue and cuts the work into tasks",
    model_class="reasoning",
    prompt=PROMPT,
    reply=PlanReply,
    gather=gather,
    check=check,
    render=render,
    title="Plan",
    labels=("rfc", "proposal", "design", "epic"),
    output_tokens=5_000,
)
