"""The tables of README and docs/ that say what the code says."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from bot import action, catalog, commands, policy, tasks
from bot.catalog import Route
from bot.classify import text
from bot.cli import models
from bot.policy import model as policy_model

ACTION = Path(__file__).parents[1] / "action.yml"
CARD = Path(text.__file__).with_name("card.json")
INPUT_TOKENS = 20_000
# Why a task gets the class it gets. A new task needs no entry: its summary stands.
WHY = {
    "code": "the task is solved on paper: speed over depth",
    "debug": "reads the whole stack and whole files, never a cut version",
    "plan": "open-ended; latency does not matter, holding much context does",
    "review": "the risk of the change decides",
    "search": "a model that does not search the web cannot know last week",
    "test": "structured output, low risk, a fraction of the cost",
    "triage": "sorting and evidence, not depth",
}


def all_tasks() -> str:
    """The tasks with their classes and why."""
    rows = []
    for name in tasks.names():
        task, rules = tasks.load(name), policy.task(policy.default(), name)
        classes = [f"`{rules.model_class}`", *map(_clause, rules.when)]
        rows.append((f"`{name}`", task.summary, "; ".join(classes), WHY.get(name, "")))
    return _table(("task", "what it does", "model class", "why"), rows)


def task_details() -> str:
    """What each task needs, when it comments, which labels mean it."""
    rows = []
    for name in tasks.names():
        task, rules = tasks.load(name), policy.task(policy.default(), name)
        labels = ", ".join(f"`{label}`" for label in task.labels)
        row = (f"`{name}`", _needs(task), f"`{rules.ceiling}`")
        rows.append((*row, f"`{rules.comment_from}`", str(rules.max_calls), labels))
    head = ("task", "needs", "ceiling", "comments from", "calls", "labels")
    return _table(head, rows)


def classes() -> str:
    """The models of each class, with windows and prices."""
    rows = []
    for row in models.models(policy.default(), environ={}, own={}):
        window, price = row["context_window"], row["prices"][0]
        rows.append(
            (
                f"`{row['class']}`",
                f"`{row['route']}`",
                f"{window:,}",
                f"{price['input_usd']:g} / {price['output_usd']:g}",
            )
        )
    head = ("class", "model", "window in tokens", "USD per million tokens, in / out")
    source = f"Prices of {catalog.date()}, from {catalog.source()}: `routebot models`."
    return f"{_table(head, rows)}\n\n{source}"


def costs() -> str:
    """What one call of each task costs, and on the dearest model."""
    chosen, rows = policy.default(), []
    everyone = [route for each in chosen.classes.values() for route in each.routes]
    for name in tasks.names():
        output = tasks.load(name).output_tokens
        model_class = policy.task(chosen, name).model_class
        route = chosen.classes[model_class].routes[0]
        dearest = max(everyone, key=lambda one, output=output: _usd(one, output))
        rows.append(
            (
                f"`{name}`",
                f"`{route.key}`",
                f"{output:,}",
                f"{_usd(route, output):.3f}",
                f"{_usd(dearest, output):.3f}",
            )
        )
    head = ("task", "model", "tokens out", "USD", f"USD on `{dearest.key}`")
    return _table(head, rows)


def classifier() -> str:
    """What the text classifier was measured at, from its card."""
    card = json.loads(CARD.read_text(encoding="utf-8"))
    scores = card["scores"]
    rows = [
        ("names the task a reader gave first", f"{scores['strict']:.0%}"),
        ("names that task or the reader's second", f"{scores['lenient']:.0%}"),
        ("the same, for the surer half", f"{scores['surest_half_lenient']:.0%}"),
        ("sends clear reasoning work elsewhere", f"{scores['underpowered']:.0%}"),
        ("sends clear other work to reasoning", f"{scores['overpowered']:.0%}"),
    ]
    source = (
        f"{card['issues']:,} labelled issues of {card['repositories']} repositories, "
        f"cross-validated in folds: {card['folds']}."
    )
    return f"{_table(('of issues it had not seen, it', 'share'), rows)}\n\n{source}"


def slash_commands() -> str:
    """The slash commands, as `/route help` lists them."""
    rows = [tasks.load(name) for name in tasks.names()]
    lines = commands.help_text(rows).splitlines()
    return "\n".join(line for line in lines if line.startswith("|"))


def inputs() -> str:
    """The Action's inputs."""
    given = _action()["inputs"].items()
    rows = [(f"`{n}`", _default(i["default"]), i["description"]) for n, i in given]
    return _table(("input", "default", "meaning"), rows)


def outputs() -> str:
    """The Action's outputs, each with the pattern it must match."""
    rows = []
    for name, output in _action()["outputs"].items():
        pattern = action.OUTPUTS[name].pattern.replace("|", "\\|")
        rows.append((f"`{name}`", output["description"], f"`{pattern}`"))
    return _table(("output", "meaning", "only ever looks like"), rows)


def environment() -> str:
    """The variables read outside of the Action, beside those GitHub sets itself."""
    rows = []
    for field, names in {**action.SECRETS, **action.SETTINGS}.items():
        own = [name for name in names if not name.startswith(("INPUT_", "RUNNER_"))]
        standard = all(n.startswith("GITHUB_") and n != "GITHUB_TOKEN" for n in own)
        if own and not standard:
            like = f"`{field.replace('_', '-')}`" if len(names) > 1 else "none"
            rows.append((", ".join(f"`{name}`" for name in own), like))
    return _table(("variable", "same as the input"), rows)


def policy_keys() -> str:
    """The top keys of the policy with their defaults."""
    chosen, rows = policy.default(), []
    for name in policy.preset("default"):
        value = getattr(chosen, name)
        if isinstance(value, str | int | float | tuple):
            rows.append((f"`{name}`", f"`{_toml(value)}`"))
    return _table(("key", "default"), rows)


def ceilings() -> str:
    """The limits that no policy can raise."""
    limits = policy_model
    review = limits.MAX_CALLS["review"]
    rows = [
        ("model calls per event", str(limits.MAX_CALLS_PER_EVENT)),
        ("model calls per answer", f"{limits.MAX_CALLS_OTHERWISE}; review {review}"),
        ("USD per event", f"{limits.MAX_USD_PER_EVENT:g}"),
    ]
    return _table(("limit", "at most"), rows)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = tuple(head)
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _clause(clause: policy_model.When) -> str:
    said = {
        "stakes": f"stakes are {clause.stakes}",
        "only_paths": "only documentation changed",
    }
    conditions = clause.model_dump(exclude_unset=True, exclude={"model_class"})
    when = " and ".join(said.get(key, str(clause)) for key in conditions)
    return f"`{clause.model_class}` when {when}"


def _needs(task: tasks.Task) -> str:
    needs = [f"{task.needs.context:,} tokens of context"] if task.needs.context else []
    needs += ["web search"] if task.needs.web_search else []
    return ", ".join(needs) or "none"


def _usd(route: Route, output: int) -> float:
    usd = catalog.cost(route, input_tokens=INPUT_TOKENS, output_tokens=output)
    assert usd is not None
    return usd


def _action() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(ACTION.read_text())
    return read


def _default(value: str) -> str:
    return f"`{value}`" if value else "none"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
