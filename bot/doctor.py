"""What can be wrong with a set-up of routebot, and what to do about each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot import policy as policies
from bot import providers, workflow_files
from bot.errors import UsageError
from bot.policy import Policy
from bot.wire import address
from bot.workflow_files import Call, Workflow

State = Literal["ok", "warn", "fail", "unchecked"]

OLDEST_PYTHON = (3, 11)
# What starts routebot, and what is lost where the workflow does not name it.
TRIGGERS: Mapping[str, str] = {
    "issues": "new issues are not answered",
    "issue_comment": "/route commands are not seen",
    "pull_request": "pull requests are not reviewed",
    "workflow_run": "failing CI is not sorted, and forks get no full answer",
}
SECRETS_PLACE = "Settings → Secrets and variables → Actions"
ANY_KEY = f"set one here, and on GitHub as a secret ({SECRETS_PLACE})"
RUN_INIT = "run `routebot init`, then commit and push"
SUMMARY_ONLY = (
    "answers go to the job summary; to comment, the token needs issues: write and "
    "pull-requests: write"
)
FORK_PUBLIC = (
    "a fork's pull request has no secrets and may not write: its findings stand in the "
    "job summary, the full answer follows when its CI run has finished"
)
FORK_PRIVATE = (
    "a private repository can hand secrets and write tokens to forks; routebot needs "
    "neither"
)
FORK_SETTINGS = (
    "leave Settings → Actions → General → Fork pull request workflows switched off"
)

OWN = "{names} from {file}"


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what was looked at, how it is, what to do ("" for nothing)."""

    name: str
    state: State
    said: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """What GitHub says about the token and the repository.

    `may_push` is None where GitHub does not say it truly: for an installation's token.
    `viewer` is "" where the token may not ask.
    """

    is_private: bool
    may_push: bool | None
    viewer: str


def python(version: tuple[int, int, int]) -> Check:
    """Check the interpreter."""
    said = ".".join(map(str, version))
    if version[:2] < OLDEST_PYTHON:
        return Check("python", "fail", said, "install Python 3.11 or newer")
    return Check("python", "ok", said)


def own_settings(file: str, given: Sequence[str]) -> list[Check]:
    """Say which variables the user's own file stands for; [] where it gives none."""
    if not given:
        return []
    return [Check("own settings", "ok", OWN.format(names=", ".join(given), file=file))]


def policy(file: str, loaded: Policy | None, problems: Sequence[str]) -> list[Check]:
    """Check what `bot.cli.config.checked` found."""
    if problems or loaded is None:
        todo = "correct it; `routebot config check` shows this again"
        return [Check("policy", "fail", problem, todo) for problem in problems]
    if not loaded.enabled:
        todo = "set enabled = true when routebot is to answer"
        return [Check("policy", "warn", f"{file}: enabled = false", todo)]
    return [Check("policy", "ok", f"{file}: {policies.fingerprint(loaded)}")]


def keys(rules: Policy, barred: Mapping[str, str]) -> list[Check]:
    """Check which classes can be asked; `barred` says why a provider cannot be."""
    checks = [_class_check(name, rules, barred) for name in policies.CLASSES]
    if any(check.state == "ok" for check in checks):
        return checks
    wanted = (r.provider for c in rules.classes.values() for r in c.routes)
    named = dict.fromkeys(providers.load(name).key_variable for name in wanted)
    said = "no model can be asked from here: only findings that need none"
    return [Check("keys", "warn", said, f"{ANY_KEY}: {', '.join(named)}")]


def base_urls(urls: Mapping[str, str], *, allow_private: bool) -> list[Check]:
    """Check each address that was set, without asking it."""
    return [_url_check(name, url, allow_private) for name, url in urls.items()]


def workflow(
    found: Sequence[Workflow], wrong: Sequence[str], where: str
) -> list[Check]:
    """Check the workflows that call routebot, among all there are in `where`."""
    checks = [
        Check("workflow", "warn", line, "routebot cannot read this file; is it YAML?")
        for line in wrong
    ]
    callers = [flow for flow in found if flow.calls]
    if not callers:
        said = f"no workflow in {where} calls routebot"
        return [*checks, Check("workflow", "fail", said, RUN_INIT)]
    for flow in callers:
        checks.append(Check("workflow", "ok", f"{flow.path} in {where}"))
        for call in flow.calls:
            checks += _call_checks(flow, call)
    return [*checks, _trigger_check(callers), *_watch_checks(callers, found)]


def token(account: Account, *, bot_login: str) -> list[Check]:
    """Check what the token may do, and whose comments it writes."""
    checks = [_rights_check(account.may_push)]
    if not account.viewer:
        said = f"comments are found as {bot_login} (the token may not ask whose it is)"
        return [*checks, Check("author", "ok", said)]
    if account.viewer != bot_login:
        said = f"the token comments as {account.viewer}, looked for is {bot_login}"
        todo = f"pass bot-login: {account.viewer}, or each run writes a new comment"
        return [*checks, Check("author", "warn", said, todo)]
    return [*checks, Check("author", "ok", account.viewer)]


def forks(*, is_private: bool) -> Check:
    """Say what a fork's pull request gets, and which setting that hangs on."""
    if is_private:
        return Check("forks", "ok", FORK_PRIVATE, FORK_SETTINGS)
    return Check("forks", "ok", FORK_PUBLIC)


def unchecked(name: str, why: str, todo: str = "") -> Check:
    """Say what could not be looked at."""
    return Check(name, "unchecked", why, todo)


def _class_check(name: str, rules: Policy, barred: Mapping[str, str]) -> Check:
    routes = rules.classes[name].routes  # type: ignore[index]
    usable = next((route for route in routes if route.provider not in barred), None)
    if usable is not None:
        return Check(f"keys: {name}", "ok", str(usable))
    reasons = dict.fromkeys(barred[route.provider] for route in routes)
    return Check(f"keys: {name}", "warn", "no route can be used", "; ".join(reasons))


def _url_check(name: str, url: str, allow_private: bool) -> Check:
    try:
        said = address.check_base_url(url, allow_private=allow_private)
    except UsageError as exc:
        todo = f"correct {name}-base-url or ROUTEBOT_{name.upper()}_BASE_URL"
        return Check(f"base url: {name}", "fail", str(exc), todo)
    return Check(f"base url: {name}", "ok", said)


def _call_checks(flow: Workflow, call: Call) -> Iterable[Check]:
    where = f"job {call.job} in {flow.path}"
    if workflow_files.is_placeholder(call.ref):
        todo = "put the commit of a routebot release in place of the zeros"
        yield Check("pin", "fail", f"{where} calls a commit of zeros", todo)
    elif not call.is_pinned:
        todo = "pin a commit: 40 hexadecimal digits, the version as a comment"
        said = f"{where} calls {call.ref or 'no commit'}, which can change"
        yield Check("pin", "warn", said, todo)
    if call.lacking:
        lines = ", ".join(f"{name}: {level}" for name, level in call.lacking.items())
        yield Check("permissions", "fail", f"{where} lacks {lines}", f"add {lines}")
    if not any(name.endswith(("api-key", "inherit")) for name in call.secrets):
        todo = "hand over at least one: anthropic-api-key, openai-api-key, xai-api-key"
        yield Check("secrets", "warn", f"{where} hands over no model key", todo)


def _trigger_check(callers: Sequence[Workflow]) -> Check:
    started = {name for flow in callers for name in flow.triggers}
    lost = {name: loss for name, loss in TRIGGERS.items() if name not in started}
    if not lost:
        return Check("triggers", "ok", ", ".join(TRIGGERS))
    said = "; ".join(f"without {name}, {loss}" for name, loss in lost.items())
    return Check("triggers", "warn", said, f"add to its on: {', '.join(lost)}")


def _watch_checks(
    callers: Sequence[Workflow], found: Sequence[Workflow]
) -> Iterable[Check]:
    ci = workflow_files.ci_names(found)
    watched = {name for flow in callers for name in flow.watched}
    missing = sorted(watched - {flow.name for flow in found})
    unseen = [name for name in ci if name not in watched]
    for name in missing:
        there = ", ".join(ci) or "none"
        todo = f"write the name of a workflow that runs on a change: {there}"
        yield Check("ci", "fail", f"workflow_run waits for {name!r}: no such one", todo)
    if unseen and not missing:
        todo = f"add to workflow_run: {', '.join(unseen)}"
        yield Check("ci", "warn", "some CI workflows are not waited for", todo)
    elif watched and not missing:
        yield Check("ci", "ok", f"waits for {', '.join(sorted(watched))}")


def _rights_check(may_push: bool | None) -> Check:
    if may_push is None:
        said = "an app's token: it may do what the workflow's permissions say"
        return Check("token", "ok", said)
    if may_push:
        return Check("token", "ok", "its account may write here")
    return Check("token", "warn", "its account may only read here", SUMMARY_ONLY)
