"""Is the review right? `python benchmarks/outcome.py` on changes with known faults.

Each pull request is made from `benchmarks/outcome/`: one has one fault, or none, among
5 to 800 changed lines, and is laid before a reviewer as commits of a real repository.
Without an option routebot answers as it is set up here: with the models that the
environment has keys for, else with what it establishes alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import tables
from benchmarks.reviewing import answers, cases, runs, scores, tape
from benchmarks.reviewing.answers import Answer
from benchmarks.reviewing.cases import Case
from benchmarks.reviewing.runs import Checkout, Routebot
from benchmarks.reviewing.scores import Judged
from bot import policy as policies
from bot.action import Inputs
from bot.cli import local, own_inputs
from bot.errors import BotError
from bot.policy.model import CLASSES

Review = Callable[[Case, Checkout], Answer]
ONE_MODEL = '[classes.{name}]\nmodels = ["{route}"]\n'
NAMES = {
    "alone": "routebot without a model",
    "oracle": "oracle: knows the fault",
    "guesser": "guesser: true lines, false claims",
    "liar": "liar: 500 inventions",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, judge, print, and renew the pages named by --into."""
    given = _parser().parse_args(arguments)
    try:
        pulls = _chosen(given)
        found = {
            name: _judged(review, pulls) for name, review in _reviewers(given).items()
        }
    except (OSError, ValueError, BotError) as exc:
        print(exc, file=sys.stderr)
        return 2
    if given.format == "json":
        print(json.dumps(as_data(found), indent=2))
    else:
        print("\n\n".join(map(tables.columns, as_tables(found))))
    page = "\n\n".join(map(tables.markdown, as_tables(found)))
    renewed = (tables.renew(path, "outcome", page) for path in given.into)
    return max(renewed, default=0)


def as_data(found: dict[str, list[Judged]]) -> dict[str, object]:
    """Return all figures, and each pull request with what became of it."""
    return {
        "schema": 1,
        "reviewers": {
            name: scores.figures(rows)
            | {
                "recalls": scores.recalls(rows),
                "dropped": dict(runs.added([one.answer for one in rows])),
            }
            for name, rows in found.items()
        },
        "pulls": [
            {
                "reviewer": name,
                "pull": one.case.name,
                "lines": one.case.lines,
                "found": one.is_found if one.case.place else None,
                "stray": one.stray,
                "problem": one.answer.problem,
            }
            for name, rows in found.items()
            for one in rows
        ],
    }


def as_tables(found: dict[str, list[Judged]]) -> list[list[list[str]]]:
    """Return the table of reviewers, and recall by language and size."""
    first = [
        [
            f"{_pulls(found)} pull requests",
            "recall",
            "stray findings a PR",
            "clean without a comment",
            "USD a true finding",
            "calls",
        ]
    ]
    second: list[list[str]] = []
    for name, rows in found.items():
        told = scores.figures(rows)
        usd = told["usd_per_true_finding"]
        silent = _percent(told["clean_silent"])
        first.append(
            [
                name,
                f"{told['found']} of {told['seeded']}",
                f"{told['stray_per_pull']:.2f}",
                f"{silent}{', met' if told['clean_silent_met'] else ''}",
                "-" if usd is None else f"{usd:.4f}",
                f"{told['calls']:,}",
            ]
        )
        by = [one for part in scores.recalls(rows).values() for one in part.items()]
        second = second or [["recall", *(value for value, _ in by)]]
        second.append([name, *(_percent(share) for _, share in by)])
    return [first, second]


def _pulls(found: dict[str, list[Judged]]) -> int:
    return max((len(rows) for rows in found.values()), default=0)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _chosen(given: argparse.Namespace) -> list[Case]:
    pulls = [one for one in cases.every() if not given.only or given.only in one.name]
    if not pulls:
        raise ValueError(f"no pull request's name holds {given.only!r}")
    return pulls


def _reviewers(given: argparse.Namespace) -> dict[str, Review]:
    """The reviewers that were asked for, by the name they have in the tables."""
    policy = _policy(given)
    inputs = own_inputs.read()
    found: dict[str, Review] = {}
    for name in given.also:
        found[NAMES[name]] = _known(name, policy, inputs).review
    for command in given.contender:
        found[command.split()[0]] = _external(command)
    if given.replay:
        played = tape.Tape.read(given.replay)
        asking = _replayed(played)
        bot = Routebot(policy, inputs, asking, assumes_keys=True)
        found[f"routebot, {given.replay.stem}"] = bot.review
    elif given.record:
        recorder = tape.Tape(given.record)
        bot = Routebot(policy, inputs, recorder.recording)
        found[f"routebot, {given.model or 'policy'}"] = bot.review
    elif not found or given.model:
        name = f"routebot, {given.model or 'policy'}" if inputs.keys else NAMES["alone"]
        found[name] = Routebot(policy, inputs).review
    return found


def _known(name: str, policy: policies.Policy, inputs: Inputs) -> Routebot:
    """A reviewer that needs no model."""
    if name == "alone":
        return Routebot(policy, local.without_models(inputs))
    asking = runs.scripted(answers.SCRIPTED[name])
    return Routebot(policy, inputs, asking, assumes_keys=True)


def _external(command: str) -> Review:
    return lambda pull, checkout: runs.commanded(command, pull, checkout)


def _replayed(played: tape.Tape) -> Callable[[Case, runs.Ask], runs.Ask]:
    return lambda pull, _ask: played.replaying(pull)


def _policy(given: argparse.Namespace) -> policies.Policy:
    if given.model:
        text = "".join(ONE_MODEL.format(name=n, route=given.model) for n in CLASSES)
        return policies.load(text, file="--model")
    text = given.policy.read_text("utf-8") if given.policy else ""
    return policies.load(text, file=str(given.policy or policies.PATH))


def _judged(review: Review, pulls: Sequence[Case]) -> list[Judged]:
    found = []
    for pull in pulls:
        with tempfile.TemporaryDirectory() as folder:
            answer = review(pull, runs.laid(pull, Path(folder)))
        if answer.problem:
            print(f"{pull.name}: {answer.problem}", file=sys.stderr)
        found.append(scores.judged(pull, answer))
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--model", default="", metavar="PROVIDER:MODEL@EFFORT", help="for all classes")
    add(
        "--policy", type=Path, metavar="FILE", help="a policy; default: the shipped one"
    )
    add("--record", type=Path, metavar="FILE", help="keep what the models answer")
    add("--replay", type=Path, metavar="FILE", help="answer from what was kept")
    add(
        "--also",
        nargs="+",
        choices=NAMES,
        default=[],
        help="reviewers that need no model: what they find is known beforehand",
    )
    add(
        "--contender",
        action="append",
        default=[],
        metavar="COMMAND",
        help="another reviewer: {repo}, {base} and {head} are filled in, it prints "
        '{"path", "line", "text"} and at the end {"usd", "calls"}, a line each',
    )
    add("--only", default="", metavar="WORD", help="pull requests whose name holds it")
    add("--format", choices=("text", "json"), default="text")
    add(
        "--into",
        type=Path,
        nargs="+",
        default=[],
        metavar="PAGE",
        help="also write the tables into these pages, between their markers",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
