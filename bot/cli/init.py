"""`routebot init`: the workflow and the policy, written into this repository."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import click

from bot import policy, providers, workflow_files
from bot.cli import checkout
from bot.cli.options import format_option
from bot.errors import UsageError
from bot.policy import template as policy_template

Outcome = Literal["written", "unchanged", "kept", "would write"]

NOT_THERE = "this is no git repository; run it inside one, or `git init` first"
BAD_PIN = "--pin takes a commit of routebot: 40 hexadecimal digits"
WAITS_FOR = "It waits for these workflows to finish: {names}."
NO_CI = (
    "No workflow that runs on push or pull_request was found, so failing CI is not "
    "sorted yet; the workflow says what to add."
)
UNPINNED = (
    "This copy of routebot is no release: replace the {zeros} zeros in {path} by the "
    "commit to run, or use --pin."
)
KEPT = "{path} differs from what would be written; --force writes over it."
KEYS = "Keys, as secrets of the repository (Settings → Secrets and variables → Actions)"
ONE_KEY = "One is enough to start; without any, findings are posted that need no model."
STEPS = (
    "Add a key: gh secret set {secret}",
    "Commit and push to the default branch: git add .github && git commit && git push",
    'Comment "/route help" on an issue; `routebot doctor` says what is missing if '
    "nothing answers.",
)
MARKER_KEY = "ROUTEBOT_MARKER_KEY"
MARKER_USE = "optional, any long random text; seals the records that budgets rest on"


@dataclass(slots=True)
class Plan:
    """What is to be there, and what became of it."""

    files: Mapping[str, str]
    names: tuple[str, ...]
    warnings: list[str] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)


@click.command()
@click.option("--force", is_flag=True, help="Write over files that exist.")
@click.option("--dry-run", is_flag=True, help="Show the files; write nothing.")
@click.option("--pin", default="", metavar="SHA", help="The commit of routebot to run.")
@format_option("text", "json")
def init(force: bool, dry_run: bool, pin: str, output_format: str) -> int:
    """Write .github/workflows/routebot.yml and .github/routing.toml.

    Fills in the names of the CI workflows found here. Writes over nothing without
    --force. Says which secrets to add and what to do next.
    """
    root = checkout.root()
    if root is None:
        raise UsageError(NOT_THERE)
    if pin and not re.fullmatch(r"[0-9a-f]{40}", pin):
        raise UsageError(BAD_PIN)
    plan = planned(root, pin=pin)
    for path, text in plan.files.items():
        plan.outcomes[path] = _put(root, path, text=text, force=force, dry=dry_run)
    if workflow_files.is_placeholder(pin or _pin(plan)):
        zeros = len(workflow_files.PLACEHOLDER)
        path = workflow_files.CALLER
        plan.warnings.append(UNPINNED.format(zeros=zeros, path=path))
    click.echo(_as_json(plan) if output_format == "json" else _as_text(plan, dry_run))
    return 0


def planned(root: Path, *, pin: str) -> Plan:
    """Look at a repository's workflows and say what its files would be."""
    found, wrong = workflow_files.read_all(checkout.workflows(root))
    names = workflow_files.ci_names(found)
    files = {
        workflow_files.CALLER: workflow_files.render(names, pin=pin),
        policy.PATH: policy_template.text("default"),
    }
    warnings = [f"{line}; left out" for line in wrong]
    return Plan(files, names, warnings if names else [*warnings, NO_CI])


def secrets() -> list[dict[str, object]]:
    """List the secrets that can be added, each with the classes its models serve."""
    shipped = policy.default()
    served: dict[str, list[str]] = {}
    for name in policy.CLASSES:
        for position, route in enumerate(shipped.classes[name].routes):
            secret = providers.load(route.provider).key_variable
            choice = "first" if position == 0 else "then"
            served.setdefault(secret, []).append(f"{name} ({choice})")
    rows: list[dict[str, object]] = [
        {"name": secret, "serves": classes} for secret, classes in served.items()
    ]
    return [*rows, {"name": MARKER_KEY, "serves": []}]


def _put(root: Path, path: str, *, text: str, force: bool, dry: bool) -> Outcome:
    file = root / path
    try:
        if not file.resolve().is_relative_to(root.resolve()):
            raise UsageError(f"{path} leads out of the repository; nothing was written")
        if file.exists():
            if file.read_bytes() == text.encode("utf-8"):
                return "unchanged"
            if not force:
                return "kept"
        if dry:
            return "would write"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))
    except OSError as exc:
        raise UsageError(f"{path}: {exc.strerror}") from exc
    return "written"


def _pin(plan: Plan) -> str:
    caller = workflow_files.CALLER
    if plan.outcomes[caller] == "kept":
        return ""
    read = workflow_files.read(caller, plan.files[caller])
    return read.calls[0].ref if read.calls else ""


def _as_json(plan: Plan) -> str:
    shown = {
        "schema": 1,
        "files": [{"path": p, "outcome": o} for p, o in plan.outcomes.items()],
        "workflows": list(plan.names),
        "secrets": secrets(),
        "warnings": plan.warnings,
        "next": _steps(),
    }
    return json.dumps(shown, ensure_ascii=False, indent=2)


def _as_text(plan: Plan, is_dry: bool) -> str:
    lines: list[str] = []
    for path, outcome in plan.outcomes.items():
        lines.append(f"{outcome} {path}")
        if outcome == "kept":
            lines.append(f"  {KEPT.format(path=path)}")
        if is_dry and outcome == "would write":
            lines += [f"  | {line}".rstrip() for line in plan.files[path].splitlines()]
    if plan.names:
        lines.append(WAITS_FOR.format(names=", ".join(plan.names)))
    lines += plan.warnings
    lines += ["", f"{KEYS}:"]
    lines += [f"  {row['name']:<20} {_serves(row)}" for row in secrets()]
    lines += [f"  {ONE_KEY}", "", "Next:"]
    return "\n".join(lines + [f"  {n}. {said}" for n, said in enumerate(_steps(), 1)])


def _serves(row: Mapping[str, object]) -> str:
    served = row["serves"]
    return ", ".join(served) if isinstance(served, list) and served else MARKER_USE


def _steps() -> list[str]:
    return [step.format(secret=secrets()[0]["name"]) for step in STEPS]


COMMAND = init
