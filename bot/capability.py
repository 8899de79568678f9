"""Whether a route, or a class, has what a task needs: window, web search, effort."""

from __future__ import annotations

from collections.abc import Mapping

from bot import catalog, policy, providers, tasks
from bot.catalog import Facts, Overrides, Route
from bot.policy import CLASSES, ClassName, Policy
from bot.policy import errors as policy_errors
from bot.tasks import Needs


def missing(route: Route, needs: Needs, *, overrides: Mapping[str, Overrides]) -> str:
    """Say what the route lacks for these needs, "" when it lacks nothing.

    A fact that nobody knows is missing too, and the sentence says how to state it.
    `overrides` are the policy's `models`.
    """
    if route.provider not in providers.names():
        return policy_errors.unknown("provider", route.provider, providers.names())
    known = catalog.facts(route, overrides) or Facts()
    return (
        _window(route, known, needs)
        or _web_search(route, known, needs)
        or _effort(route)
    )


def allowed_classes(rules: Policy, task_name: str) -> tuple[ClassName, ...]:
    """Return the classes a person's `/route <task> <class>` may name.

    Those from which the task's ceiling can be reached, and whose every model of
    an allowed provider has what the task needs. Imports the task.
    """
    ceiling = policy.task(rules, task_name).ceiling
    needs = tasks.load(task_name).needs
    return tuple(
        name
        for name in CLASSES
        if policy.ladder(rules, name, ceiling=ceiling) and _can(rules, name, needs)
    )


def has_web_search(route: Route, known: Facts | None) -> bool:
    """Whether its server searches the web: the policy's word, else the provider's."""
    if known is not None and known.web_search is not None:
        return known.web_search
    return providers.load(route.provider).has_web_search


def _can(rules: Policy, name: ClassName, needs: Needs) -> bool:
    allowed = [
        route
        for route in rules.classes[name].routes
        if route.provider in rules.allowed_providers
    ]
    lacks = (missing(route, needs, overrides=rules.models) for route in allowed)
    return bool(allowed) and not any(lacks)


def _window(route: Route, known: Facts, needs: Needs) -> str:
    if known.window is None:
        return f'has an unknown window; set models."{route.key}".context_window'
    if known.window < needs.context:
        return f"has a window of {known.window:,} tokens"
    return ""


def _web_search(route: Route, known: Facts, needs: Needs) -> str:
    if not needs.web_search or has_web_search(route, known):
        return ""
    return f'has no web search; if it has, set models."{route.key}".web_search = true'


def _effort(route: Route) -> str:
    efforts = providers.load(route.provider).efforts
    if not route.effort or route.effort in efforts:
        return ""
    return f"has an {policy_errors.unknown('effort', route.effort, efforts)}"
