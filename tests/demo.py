"""`make demo`: the main job on a GitHub of its own, through the real command line.

Starts the loopback GitHub of the tests with a small repository, sends it four events,
runs `routebot run` on each and shows the comments as they stand there afterwards.
Without a model key nothing leaves this machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.panel import Panel
from rich.table import Table

from tests import local_model
from tests.action_run import Ran, run
from tests.github_server import GitHubServer, Repository

HERE = Path(__file__).parent
# A large prompt keeps a small model on two cores busy for minutes.
PATIENCE = 900.0
KEYS = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "XAI_API_KEY")
DESIGN = """\
We keep the stock in one JSON file that `orchard/stock.py` reads as a whole. Two shops
now want to share it, so we need locking or another store. I see three directions: a
lock file next to the JSON, SQLite, or a small HTTP service. What are the trade-offs,
and how would we migrate the shops that run today? Requirements: no server to look
after, works offline, and a shop must never sell what another one has just sold.
"""
CRASH = """\
Every morning the till crashes on start with 0.4.0:

```
Traceback (most recent call last):
  File "till.py", line 12, in main
    stock = load(Path("stock.json"))
  File "orchard/stock.py", line 9, in load
    return json.loads(path.read_text())["shelves"]
KeyError: 'shelves'
```

Restarting twice helps, so the file must be written while we read it.
"""


@dataclass(frozen=True)
class Sent:
    """One event of the demo."""

    title: str
    name: str
    payload: dict[str, Any]
    issue: Any


def main() -> None:
    """Run the demo and print it."""
    # Captured output has no width of its own; a log is read on a screen.
    console = Console(width=100 if not sys.stdout.isatty() else None)
    keys = {name: os.environ[name] for name in KEYS if os.environ.get(name)}
    with (
        tempfile.TemporaryDirectory() as folder,
        GitHubServer() as server,
        _models(console) as models,
    ):
        repository = sample_repository(server)
        events = list(sample_events(repository, Path(folder)))
        environment = {**keys, **models}
        _foretell(console, events, Path(folder), environment)
        ran = []
        for sent in events:
            console.print(f"[bold]routebot run[/] on {sent.title} …")
            ran.append(
                run(
                    server,
                    sent.name,
                    sent.payload,
                    folder=Path(folder),
                    environment=environment,
                    seconds=PATIENCE,
                )
            )
        _show_threads(console, repository)
        _show_decisions(console, events, ran)
        console.print(
            f"GitHub was asked {len(server.requests)} times, all on loopback."
        )
    if any(each.status != 0 for each in ran):
        sys.exit("a run failed; its log stands above")


def sample_repository(server: GitHubServer) -> Repository:
    """Make the small repository of tests/sample."""
    files = {
        path.relative_to(HERE / "sample").as_posix(): path.read_text()
        for path in sorted((HERE / "sample").rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    if os.environ.get("MODEL") == "local":
        files[".github/routing.toml"] = local_model.policy()
    repository = server.repository("octo/sample", files=files)
    repository.collaborator("contributor", "write")
    return repository


def sample_events(repository: Repository, folder: Path) -> Iterator[Sent]:
    """Send it a design issue, a pull request, its failing run and a command."""
    changed = HERE / "sample_change" / "orchard" / "pricing.py"
    design = repository.issue(
        "RFC: share one stock between several shops", DESIGN, author="contributor"
    )
    pull = repository.pull(
        "Discount for six pieces or more",
        "Takes ten per cent off, as the shops asked for.",
        head_files={"orchard/pricing.py": changed.read_text()},
        author="contributor",
    )
    log = _failing_log(folder)
    failing = repository.workflow_run(
        pull=pull, conclusion="failure", jobs=[("test", "failure", log)]
    )
    crash = repository.issue("Till crashes on start", CRASH, author="stranger")
    command = repository.comment(crash, "/route debug", author="maintainer")
    yield Sent(
        "a design issue", "issues", repository.event("issues", "opened", design), design
    )
    yield Sent(
        "a pull request",
        "pull_request",
        repository.event("pull_request", "opened", pull),
        pull.issue,
    )
    yield Sent(
        "its failing CI run",
        "workflow_run",
        repository.event("workflow_run", "completed", failing),
        pull.issue,
    )
    yield Sent(
        "a /route debug comment",
        "issue_comment",
        repository.event("issue_comment", "created", command),
        crash,
    )


def _failing_log(folder: Path) -> bytes:
    """Run the sample's own tests on the change and log them as a runner does."""
    checkout = folder / "checkout"
    for source in (HERE / "sample", HERE / "sample_change"):
        for path in source.rglob("*.py"):
            target = checkout / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(path.read_text())
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", "."],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": ".", "COLUMNS": "88"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = ["##[group]Run python -m pytest", "python -m pytest", "##[endgroup]"]
    lines += done.stdout.splitlines()
    lines.append(f"##[error]Process completed with exit code {done.returncode}.")
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
    return "".join(f"{stamp} {line}\n" for line in lines).encode()


def _foretell(
    console: Console, events: list[Sent], folder: Path, environment: dict[str, str]
) -> None:
    """Say which models would be called, and what that would cost, before any is."""
    table = Table(title="before anything is spent: routebot explain")
    for name in ("event", "task", "class", "model", "≈ USD", "≈ USD on the largest"):
        table.add_column(name)
    for sent in events:
        found = _explained(sent, folder, environment)
        estimate = found["estimate"]
        first = found["routes"][0] if found["routes"] else {}
        model = f"{first.get('provider')}:{first.get('model')}" if first else "none"
        table.add_row(
            sent.title,
            found["task"],
            found["model_class"],
            model,
            f"{estimate['usd'] or 0:.4f}",
            f"{estimate['largest_usd'] or 0:.4f}",
        )
    console.print(table)
    if not environment:
        console.print(
            "No model key is set, so no model is asked: the comments below hold what "
            f"routebot establishes without one. Set {', '.join(KEYS)} and run this "
            "again to see answers."
        )


def _explained(sent: Sent, folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    event = folder / "explained.json"
    event.write_text(json.dumps(sent.payload))
    command = [sys.executable, "-I", "-m", "bot", "explain", "--format", "json"]
    if os.environ.get("MODEL") == "local":
        policy = folder / "routing.toml"
        policy.write_text(local_model.policy())
        command += ["--policy", str(policy)]
    done = subprocess.run(
        command,
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "ROUTEBOT_ALLOW_PRIVATE_HOSTS": "1",
            "GITHUB_EVENT_NAME": sent.name,
            "GITHUB_EVENT_PATH": str(event),
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _show_threads(console: Console, repository: Repository) -> None:
    for number, issue in sorted(repository.issues.items()):
        ours = [c for c in issue.comments if c.user and c.user.type == "Bot"]
        for comment in ours:
            title = f"#{number} {issue.title} · github-actions bot"
            console.print(Panel(Markdown(_visible(comment.body)), title=title))
        if not ours:
            console.print(f"#{number} {issue.title}: no comment, nothing to act on")


def _visible(body: str) -> str:
    """What GitHub shows of a comment: folds open, the marker hidden."""
    lines = [
        line.replace("<details><summary>", "▸ *").replace("</summary>", "*")
        for line in body.splitlines()
        if line != "</details>" and not line.startswith("<!--")
    ]
    return "\n".join(lines)


def _show_decisions(console: Console, events: list[Sent], ran: list[Ran]) -> None:
    table = Table(title="what was decided and done")
    for name in ("event", "task", "class", "model", "stakes", "status", "USD"):
        table.add_column(name)
    for sent, each in zip(events, ran, strict=True):
        said = each.outputs
        table.add_row(
            sent.title,
            said.get("task", ""),
            said.get("class", ""),
            said.get("model") or "none asked",
            said.get("stakes", ""),
            said.get("status", ""),
            said.get("cost-usd", ""),
        )
        if each.status:
            console.print(each.log, each.errors, markup=False)
    console.print(table)


@contextmanager
def _models(console: Console) -> Iterator[dict[str, str]]:
    """The environment for a model: the real small one with `MODEL=local`, else none."""
    if os.environ.get("MODEL") != "local":
        yield {}
        return
    if local_model.weights() is None:
        sys.exit("the local model is not installed: run make test-local-model once")
    with local_model.serving() as url:
        console.print("A real but very small model answers on loopback: expect little.")
        yield {"ROUTEBOT_COMPATIBLE_BASE_URL": url}


if __name__ == "__main__":
    main()
