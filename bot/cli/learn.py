"""`routebot learn`: what corrections and findings teach, as a change of the policy."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from bot import clause_proposals, own_files
from bot import learn as learning
from bot import policy as policies
from bot.clause_proposals import Proposal
from bot.cli import policy_file
from bot.cli.records import collected, ledger_options
from bot.errors import UsageError
from bot.learn import Learned
from bot.policy import Policy, edit

FIGURES = (
    "{corrections} corrections; of what they and silence say, unseen, {before:.1%} was "
    "routed right before and {after:.1%} after"
)
CHANGED = "of the last {recent} texts {count} would have gone elsewhere{which}"
NO_CHANGE = "the policy stays as it is"
WROTE = "wrote {path}"
UNWRITABLE = "cannot write {path} ({why}); nothing was changed"
MOVED = "{path} was changed meanwhile; nothing was written, run it again"


@click.command()
@ledger_options
@click.option(
    "--policy",
    "path",
    default=policies.PATH,
    metavar="FILE",
    show_default=True,
    help="The policy to change.",
)
@click.option("--write", "writes", is_flag=True, help="Change the file.")
def learn(
    since: str,
    repo: str,
    author: str,
    workflow: str,
    file: str,
    path: str,
    writes: bool,
) -> int:
    """Propose a change of the policy out of what people corrected.

    `/route <task>` on a thread that was routed otherwise is a correction. Prints the
    change as a diff, with figures on corrections it has not seen; changes nothing
    without --write, and refuses what would route worse.
    """
    found = collected(since, repo=repo, author=author, workflow=workflow, file=file)
    target = Path(path)
    text = _read(target)
    held = policies.load(text, file=path)
    learned = learning.learn(found.entries, held.classify.bias)
    proposals = clause_proposals.of(found.entries, held)
    for line in _told(learned, proposals):
        click.echo(line)
    new = _changed(text, held, learned, proposals, path)
    if new == text:
        click.echo(NO_CHANGE)
        return 0
    click.echo(_diff(text, new, path), nl=False)
    if writes:
        _write(target, before=text, after=new)
        click.echo(WROTE.format(path=path), err=True)
    return 0


def _read(path: Path) -> str:
    content = policy_file.read(path)[0] if path.exists() else b""
    policies.load(content, file=path.as_posix())
    return content.decode("utf-8-sig").replace("\r\n", "\n")


def _told(learned: Learned, proposals: list[Proposal]) -> list[str]:
    lines = [learned.reason]
    if not learned.reason:
        lines = [
            FIGURES.format(
                corrections=learned.corrections,
                before=learned.before,
                after=learned.after,
            )
        ]
        moved = ", ".join(f"{a} → {b} {n}" for a, b, n in learned.changes)
        count = sum(n for _, _, n in learned.changes)
        which = f": {moved}" if moved else ""
        recent = learned.recent
        lines.append(CHANGED.format(recent=recent, count=count, which=which))
    return [*lines, *(each.evidence for each in proposals)]


def _changed(
    text: str,
    held: Policy,
    learned: Learned,
    proposals: list[Proposal],
    path: str,
) -> str:
    """Change the text, and prove that nothing else of the policy changed."""
    if learned.reason and not proposals:
        return text
    new, wanted = text, held
    if not learned.reason:
        new = edit.with_bias(new, learned.bias)
        bias = held.classify.model_copy(update={"bias": dict(learned.bias)})
        wanted = wanted.model_copy(update={"classify": bias})
    for task in sorted({each.task for each in proposals}):
        rules = policies.task(held, task)
        more = [p.clause for p in proposals if p.task == task]
        more = [clause for clause in more if clause not in rules.when]
        if not more:
            continue
        new = edit.with_clauses(new, task, more, held)
        changed = rules.model_copy(update={"when": (*rules.when, *more)})
        wanted = wanted.model_copy(update={"tasks": {**wanted.tasks, task: changed}})
    return edit.checked(new, wanted=wanted, file=path)


def _diff(before: str, after: str, path: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        f"a/{path}",
        f"b/{path}",
    )
    return "".join(lines)


def _write(path: Path, *, before: str, after: str) -> None:
    """Replace the file whole, unless somebody changed it since it was read."""
    if _read(path) != before:
        raise UsageError(MOVED.format(path=path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        own_files.replace(path, after.encode())
    except OSError as exc:
        raise UsageError(UNWRITABLE.format(path=path, why=exc.strerror)) from exc


COMMAND = learn
