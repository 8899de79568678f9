"""`routebot doctor`: look at keys, token, workflows and policy; change nothing."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot import action, assembly, user_config, workflow_files
from bot import doctor as checks
from bot import policy as policies
from bot.action import Inputs
from bot.cli import checkout, config, own_inputs, policy_file
from bot.cli.options import format_option
from bot.doctor import Account, Check
from bot.errors import Forbidden, HostError, UsageError

if TYPE_CHECKING:
    from bot.github import Client

NO_TOKEN = "no GitHub token here"
NO_TOKEN_TODO = "set GITHUB_TOKEN to check it: GITHUB_TOKEN=$(gh auth token)"
NO_REPOSITORY = "which repository is not known"
NO_REPOSITORY_TODO = "name it: --repo owner/name"
NOT_HERE = "this is no git repository, and none on GitHub could be read"
NOT_PUSHED = "{path} is not on the default branch of {repo}"
PUSH = "commit and push it: comments and CI runs only start what stands there"
DEFAULT = f"the default policy (there is no {policies.PATH})"
READABLE = "the token needs contents: read"
# An installation's token: GitHub then states no permissions that hold.
INSTALLATION = "ghs_"
# Seconds: who looks on waits for no rate limit to pass.
PATIENCE = 5.0
SIGNS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL", "unchecked": "  ? "}
NOT_SEEN = "{repo} could not be read on GitHub"
BAD_REPO = "--repo takes owner/name, such as octocat/hello-world"


@dataclass(slots=True)
class Files:
    """The workflows and the policy that are looked at, and where they are."""

    where: str
    workflows: dict[str, str] = field(default_factory=dict)
    policy: bytes = b""
    policy_name: str = ""


@click.command()
@click.option(
    "--repo", default="", metavar="OWNER/NAME", help="A repository on GitHub."
)
@format_option("text", "json")
def doctor(repo: str, output_format: str) -> int:
    """Check whether routebot can work here, and say what to do where it cannot.

    Looks at the repository it is run in, or with --repo at one on GitHub. Without a
    token it checks what can be checked offline and says what it did not look at. Asks
    no model. Exits with 1 when something is wrong.
    """
    if repo and not re.fullmatch(r"[\w.-]{1,100}/[\w.-]{1,100}", repo):
        raise UsageError(BAD_REPO)
    own, inputs = _own_settings()
    top = None if repo else checkout.root()
    name = repo or inputs.repository or (checkout.origin(top) if top else "")
    found = [*own, *examine(inputs, name, top=top)]
    failed = sum(check.state == "fail" for check in found)
    if output_format == "json":
        click.echo(_as_json(found, name, failed=failed))
    else:
        click.echo("\n".join(_lines(found)))
        click.echo(_closing(found, failed))
    return 1 if failed else 0


def _own_settings() -> tuple[list[Check], Inputs]:
    """Read the inputs with the user's file under them, and say what that one gives."""
    try:
        config_here = user_config.load(os.environ)
        given = user_config.variables(config_here, os.environ)
        file = str(user_config.path(os.environ)) if given else ""
    except UsageError as exc:
        # As in a hook: without the file, and said so.
        return [Check("own settings", "fail", str(exc))], action.read_inputs()
    return checks.own_settings(file, tuple(given)), own_inputs.read(config_here)


def examine(inputs: Inputs, name: str, *, top: Path | None) -> Iterable[Check]:
    """Yield every check of the repository `name`, checked out at `top` if anywhere."""
    major, minor, micro = sys.version_info[:3]
    yield checks.python((major, minor, micro))
    client, problem = _client(inputs, name)
    account = None
    if client is not None:
        account, problem = _account(client, inputs.github_token)
    files = _files(top, client if account else None)
    yield from _local(inputs, files, name)
    if account is None or client is None:
        yield problem
        yield checks.unchecked("forks", "needs a token that can see the repository")
        return
    yield from checks.token(account, bot_login=inputs.bot_login)
    yield checks.forks(is_private=account.is_private)
    if top is not None:
        yield from _pushed(client)


def _local(inputs: Inputs, files: Files | None, name: str) -> Iterable[Check]:
    yield from checks.base_urls(inputs.base_urls, allow_private=inputs.allow_private)
    if files is None:
        said = NOT_SEEN.format(repo=name) if name else NOT_HERE
        todo = "" if name else NO_REPOSITORY_TODO
        yield checks.unchecked("policy", said, todo)
        yield checks.unchecked("workflow", said, todo)
        loaded = policies.default()
    else:
        read, problems = config.checked(files.policy, file=files.policy_name)
        yield from checks.policy(files.policy_name, read, problems)
        found, wrong = workflow_files.read_all(files.workflows)
        yield from checks.workflow(found, wrong, files.where)
        loaded = read or policies.default()
    yield from checks.keys(loaded, assembly.means_of(inputs, loaded).barred)


def _client(inputs: Inputs, name: str) -> tuple[Client | None, Check]:
    if not inputs.github_token:
        return None, checks.unchecked("token", NO_TOKEN, NO_TOKEN_TODO)
    if name.count("/") != 1:
        return None, checks.unchecked("token", NO_REPOSITORY, NO_REPOSITORY_TODO)
    # Imported here: PyGithub costs half a second, and offline nothing needs it.
    from bot import github
    from bot.github.pace import Pace

    client = github.connect(
        name,
        token=inputs.github_token,
        api_url=inputs.api_url,
        graphql_url=inputs.graphql_url,
        pace=Pace(patience=PATIENCE),
    )
    return client, checks.unchecked("token", "")


def _account(client: Client, token: str) -> tuple[Account | None, Check]:
    try:
        seen: dict[str, Any] = client.get(client.path)
    except HostError as exc:
        return None, _refused(client.full_name, exc)
    # Imported here, as in `_client`.
    from bot.github import people

    rights = seen.get("permissions") or {}
    may_push = None if token.startswith(INSTALLATION) else bool(rights.get("push"))
    viewer = people.viewer(client)
    login = viewer.login if viewer is not None else ""
    account = Account(bool(seen.get("private")), may_push, login)
    return account, checks.unchecked("token", "")


def _refused(name: str, error: HostError) -> Check:
    if error.status == 401:
        return Check("token", "fail", str(error), "make a new one, or log in again")
    if isinstance(error, Forbidden) or error.status == 404:
        said = f"the token does not see {name} ({error.status})"
        return Check("token", "fail", said, "check the name, or the token's reach")
    return checks.unchecked("token", str(error), "try again later")


def _files(top: Path | None, client: Client | None) -> Files | None:
    if top is not None:
        path = top / policies.PATH
        source, name = policy_file.read(path) if path.exists() else (b"", "")
        name = name and policies.PATH
        return Files("this checkout", checkout.workflows(top), source, name or DEFAULT)
    if client is None:
        return None
    try:
        found = client.file(policies.PATH, "")
        workflows = _remote_workflows(client)
    except HostError:
        return None
    text = found[0].encode() if found else b""
    return Files(client.full_name, workflows, text, policies.PATH if found else DEFAULT)


def _remote_workflows(client: Client) -> dict[str, str]:
    try:
        listed = client.get(f"{client.path}/contents/{workflow_files.FOLDER}")
    except HostError as exc:
        if exc.status == 404:
            return {}
        raise
    paths = [entry["path"] for entry in listed if isinstance(listed, list)]
    wanted = (path for path in paths if path.endswith(workflow_files.SUFFIXES))
    read = ((path, client.file(path, "")) for path in wanted)
    return {path: found[0] for path, found in read if found is not None}


def _pushed(client: Client) -> Iterable[Check]:
    """Look for the workflow where GitHub looks for it: on the default branch."""
    try:
        found, _ = workflow_files.read_all(_remote_workflows(client))
    except HostError as exc:
        yield checks.unchecked("pushed", str(exc), READABLE)
        return
    if not any(flow.calls for flow in found):
        path = workflow_files.CALLER
        said = NOT_PUSHED.format(path=path, repo=client.full_name)
        yield Check("pushed", "fail", said, PUSH)
        return
    yield Check("pushed", "ok", f"on the default branch of {client.full_name}")


def _lines(found: Sequence[Check]) -> Iterable[str]:
    for check in found:
        yield f"{SIGNS[check.state]}  {check.name}: {check.said}"
        if check.todo:
            yield f"        {check.todo}"


def _closing(found: Sequence[Check], failed: int) -> str:
    unseen = sum(check.state == "unchecked" for check in found)
    said = f"{failed} problem{'s' * (failed != 1)}" if failed else "no problem found"
    return f"{said}; {unseen} not looked at" if unseen else said


def _as_json(found: Sequence[Check], name: str, *, failed: int) -> str:
    rows = [
        {"name": c.name, "state": c.state, "said": c.said, "todo": c.todo}
        for c in found
    ]
    shown = {"schema": 1, "repository": name, "failed": failed, "checks": rows}
    return json.dumps(shown, ensure_ascii=False, indent=2)


COMMAND = doctor
