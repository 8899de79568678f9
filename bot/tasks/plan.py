"""Plan: more than one way to do it, weighed, and the work cut into tasks."""

from __future__ import annotations

from bot import findings
from bot.context import (
    Finding,
    Material,
    duplicates,
    linked,
    outline,
    relevance,
    report,
    repository,
    template,
    thread,
)
from bot.context.relevance import Ranking
from bot.events import Event
from bot.planned import Option, PlanReply, Step
from bot.reader import Files, Reader
from bot.tasks import Answer, Checked, Task
from bot.verify import named

PROMPT = """\
You plan a change to a software repository. Restate the problem and its constraints
in your own words. Name the criteria this issue cares about, then give at least two
ways to solve it that really differ, each weighed on these criteria: what it gains
and what it costs. Recommend one and say what would change your mind. Name the
existing paths and symbols it touches, and under new_paths those it would add; how
to migrate what runs today and roll the change out; the risks; and what still has to
be asked, of which role. Cut the work into tasks small enough to hand out, each
ready to become an issue: what, where, done when, and whether it is code or a test.
Do not settle for the obvious answer without having weighed another. Paths and
symbols you name must be in the data."""

AFFECTED = "is named in the issue"
LIKELY = "is likely concerned, by the words of the issue"
ONE_OPTION = "only one option was weighed"
TWO_OPTIONS = (
    "only one way to solve it was weighed: give at least two that really differ, each "
    "with what it gains and costs on the criteria this issue cares about"
)
INVENTED = "{kind} that does not exist"
NO_PLACE = "new path at which no file can be made"
LISTS_OF_NAMES = frozenset(
    {"affected_paths", "affected_symbols", "new_paths", "where", "wanted"}
)
MOST_LIKELY, LIKELY_FROM = 5, 0.2


def gather(event: Event, reader: Reader) -> Material:
    """Read the whole thread, what it links, and a map of the repository for it."""
    texts = (event.body, *(said.body for said in reader.comments()))
    said = "\n".join(texts)
    ranking = relevance.rank(event.title, said, files=reader)
    paths = repository.mentioned(f"{event.title}\n{event.body}", reader.tree())
    sections = (
        *thread.sections(event, reader, latest=thread.WHOLE),
        *linked.sections(event, texts, reader.tracker),
        *repository.whole(paths, reader),
        *outline.sections(reader, ranking),
        *duplicates.sections(event, reader.tracker.closed_issues()),
    )
    return Material(sections, _found(event, reader, paths=paths, ranking=ranking))


def _found(
    event: Event, reader: Reader, *, paths: tuple[str, ...], ranking: Ranking
) -> tuple[Finding, ...]:
    likely = ranking.near(LIKELY_FROM)[:MOST_LIKELY]
    templates = reader.texts(template.paths(reader.tree()))
    return (
        *report.missing_design(event.title, event.body),
        *template.missing_sections(event.body, templates),
        *duplicates.findings(event, reader.tracker.open_issues()),
        *duplicates.related(event, reader.tracker.closed_issues()),
        *(Finding("affected", AFFECTED, path=path) for path in paths),
        *(Finding("likely", LIKELY, path=p) for p in likely if p not in paths),
        *thread.findings(event),
    )


def check(reply: PlanReply, material: Material) -> Checked:
    """Hold a plan to at least two options that really differ."""
    names = {" ".join(option.name.lower().split()) for option in reply.options}
    told = {" ".join(option.summary.lower().split()) for option in reply.options}
    if min(len(names), len(told)) < 2:
        return Checked(reply, (ONE_OPTION,), failed=True, repair=TWO_OPTIONS)
    return Checked(reply)


def verify(reply: PlanReply, material: Material, files: Files) -> Checked:
    """Drop paths and symbols that do not exist, and mark those in running text.

    A new path that is there already counts among those the plan touches; one at which
    no file can be made is dropped.
    """
    tree = frozenset(files.tree())
    new = named.possible(reply.new_paths, tree)
    there = [path for path in reply.new_paths if path in tree]
    known = tree | set(new)
    paths = named.existing([*reply.affected_paths, *there], tree)
    symbols = named.defined(
        reply.affected_symbols, files, sections=material.sections, near=paths
    )
    steps = [
        step.model_copy(update={"where": named.existing(step.where, known)})
        for step in reply.steps
    ]
    asked = [*reply.affected_paths, *(p for s in reply.steps for p in s.where)]
    kept = {*paths, *known}
    checked = {
        "affected_paths": paths,
        "affected_symbols": symbols,
        "new_paths": new,
        "steps": steps,
    }
    held, marks = named.marked(
        reply.model_copy(update=checked), known=known, but=LISTS_OF_NAMES
    )
    gone = {
        INVENTED.format(kind="path"): marks + sum(path not in kept for path in asked),
        INVENTED.format(kind="symbol"): len({*reply.affected_symbols}) - len(symbols),
        NO_PLACE: len({*reply.new_paths} - tree) - len(new),
    }
    dropped = (reason for reason, count in gone.items() for _ in range(count))
    return Checked(held, tuple(dropped))


def render(reply: PlanReply | None, material: Material) -> Answer:
    """Write the options and the recommendation; else what is missing and related."""
    shown = findings.as_markdown(material.findings)
    if reply is None:
        return Answer(shown, weight=findings.heaviest(material.findings))
    parts = [
        reply.problem,
        f"**Recommendation.** {reply.recommendation}" if reply.recommendation else "",
        _list("Constraints", reply.constraints),
        _list("What counts here", reply.criteria),
        *(_option(option) for option in reply.options),
        _list("Touches", _touched(reply)),
        _list("Migration and rollout", reply.migration),
        _list("Risks", reply.risks),
        _list("To be asked", [f"{q.role}: {q.question}" for q in reply.open_questions]),
        _steps(reply.steps),
    ]
    folds = (("What was established without a model", shown),) if shown else ()
    return Answer("\n\n".join(filter(None, parts)), folds, weight="major")


def _touched(reply: PlanReply) -> list[str]:
    places = [findings.place(path) for path in reply.affected_paths]
    places += [f"{findings.place(name)} (symbol)" for name in reply.affected_symbols]
    return [*places, *(f"{findings.place(path)} (new)" for path in reply.new_paths)]


def _list(title: str, items: list[str]) -> str:
    lines = "\n".join(f"- {item}" for item in items)
    return f"**{title}**\n\n{lines}" if items else ""


def _option(option: Option) -> str:
    lines = [
        f"- **{each.side}** {each.criterion}: {each.effect}"
        for side in ("for", "against")
        for each in option.trade_offs
        if each.side == side
    ]
    return f"#### {option.name}\n\n{option.summary}\n\n" + "\n".join(lines)


def _steps(steps: list[Step]) -> str:
    lines = []
    for number, step in enumerate(steps, 1):
        where = ", ".join(findings.place(path) for path in step.where)
        at = f" ({where})" if where else ""
        lines.append(
            f"{number}. `{step.task}` {step.title}{at}. Done when: {step.done_when}"
        )
    return "**Work**\n\n" + "\n".join(lines) if lines else ""


TASK = Task(
    name="plan",
    summary="weighs options for a design issue and cuts the work into tasks",
    model_class="reasoning",
    prompt=PROMPT,
    reply=PlanReply,
    gather=gather,
    check=check,
    verify=verify,
    render=render,
    title="Plan",
    labels=("rfc", "proposal", "design", "epic"),
    output_tokens=5_000,
)
