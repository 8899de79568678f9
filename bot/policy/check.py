"""Whether every task can be done by every model its policy may send it to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot import capability, policy, tasks
from bot.catalog import Route
from bot.policy import ClassName, Policy, TaskPolicy
from bot.policy import errors as policy_errors
from bot.policy.toml_lines import Path
from bot.tasks import Needs


def check(
    checked: Policy,
    *,
    file: str,
    lines: Mapping[Path, int],
    needs: Mapping[str, Needs] | None = None,
) -> list[str]:
    """Return one problem a line, naming file, line, key, task, class and model.

    `lines` come from `toml_lines.index`. `needs` stand in for the tasks' own. Looks at
    each class a task can reach: its own, by a clause, by escalation up to its ceiling
    (an override cannot reach more, see `capability.allowed_classes`). Models of a
    provider that is not allowed are never asked, so only a class of none but those is
    a problem.
    """
    needs = _own_needs(checked) if needs is None else needs
    problems: list[tuple[Path, str]] = []
    for name, said in checked.tasks.items():
        if said.enabled:
            problems += _task_problems(checked, name, said, needs.get(name, Needs()))
    unique = dict.fromkeys(problems)
    return [
        policy_errors.at(path, what, file=file, lines=lines) for path, what in unique
    ]


def _own_needs(checked: Policy) -> dict[str, Needs]:
    return {
        name: tasks.load(name).needs
        for name, said in checked.tasks.items()
        if said.enabled
    }


def _task_problems(
    checked: Policy, name: str, said: TaskPolicy, needs: Needs
) -> Iterator[tuple[Path, str]]:
    seen: set[ClassName] = set()
    for start, key in _starts(name, said):
        steps = policy.ladder(checked, start, ceiling=said.ceiling)
        if not steps:
            yield key, f"class {start} never reaches the ceiling {said.ceiling}"
            continue
        for step in steps if checked.escalate else steps[:1]:
            if step not in seen:
                seen.add(step)
                yield from _class_problems(checked, name, step, needs)


def _starts(name: str, said: TaskPolicy) -> Iterator[tuple[ClassName, Path]]:
    yield said.model_class, ("tasks", name, "class")
    for position, clause in enumerate(said.when):
        yield clause.model_class, ("tasks", name, "when", position, "class")


def _class_problems(
    checked: Policy, name: str, step: ClassName, needs: Needs
) -> Iterator[tuple[Path, str]]:
    reached = f"tasks.{name} can reach class {step}"
    key: Path = ("classes", step, "models")
    allowed = [
        (position, route)
        for position, route in enumerate(checked.classes[step].routes)
        if route.provider in checked.allowed_providers
    ]
    if not allowed:
        yield key, f"{reached}, none of whose providers is in allowed_providers"
    for position, route in allowed:
        lacks = capability.missing(route, needs, overrides=checked.models)
        if lacks:
            yield (
                (*key, position),
                f"{reached}, whose {_said(route, name, lacks, needs)}",
            )


def _said(route: Route, name: str, lacks: str, needs: Needs) -> str:
    wants = [f"{needs.context:,}"] if needs.context else []
    wants += ["web search"] if needs.web_search else []
    suffix = f"; {name} needs {' and '.join(wants)}" if wants else ""
    return f"{route} {lacks}{suffix}"
