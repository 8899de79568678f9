"""How long routebot takes, as ratios within one run: `python benchmarks/speed.py`.

`explain` on an issue against importing pydantic and click alone; `run` on a pull
request against the loopback GitHub and a model that answers at once, with its time
split.
Every figure is the median over several whole processes; the pairs alternate, so that a
machine that slows down slows both.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.action_run import run
from tests.github_server import GitHubServer, Repository
from tests.model_server import ModelServer

RUNS = 9
BASE = "import pydantic, click; pydantic.BaseModel, click.Command"


def main() -> None:
    """Measure and print both."""
    with tempfile.TemporaryDirectory() as name, GitHubServer() as server:
        folder = Path(name)
        repository = server.repository()
        explain(folder, repository)
        run_on_pull_request(folder, server, repository)


def explain(folder: Path, repository: Repository) -> None:
    """Compare `routebot explain` with the import of its two dependencies."""
    issue = repository.issue("RFC: share the stock", "What are the trade-offs?")
    event = folder / "issue.json"
    event.write_text(json.dumps(repository.event("issues", "opened", issue)))
    command = [sys.executable, "-I", "-m", "bot", "explain"]
    command += ["--event-name", "issues", "--event-path", str(event)]
    base = [sys.executable, "-I", "-c", BASE]
    ours, theirs = alternate(lambda: timed(command), lambda: timed(base))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print(
        f"explain: {1000 * statistics.median(ours):.0f} ms, imports alone "
        f"{1000 * statistics.median(theirs):.0f} ms: {ratio:.2f} times (aim: 3)"
    )


def run_on_pull_request(
    folder: Path, server: GitHubServer, repository: Repository
) -> None:
    """Time `routebot run` on pull requests, and say where the time goes."""
    with ModelServer() as models:
        environment = {
            "INPUT_ANTHROPIC_API_KEY": models.key,
            "INPUT_ANTHROPIC_BASE_URL": models.base_urls["anthropic"],
        }
        walls, calls = [], []
        for number in range(RUNS):
            pull = repository.pull(
                f"Change {number}",
                head_files={f"app/m{number}.py": "def f(x):\n    return x\n"},
                branch=f"b{number}",
                author="maintainer",
            )
            before = len(server.requests)
            started = time.perf_counter()
            ran = run(
                server,
                "pull_request",
                repository.event("pull_request", "opened", pull),
                folder=folder,
                environment=environment,
            )
            walls.append(time.perf_counter() - started)
            calls.append(len(server.requests) - before)
            assert ran.status == 0, ran.errors
        per_call = time_of_a_call(server)
        answered = time_of_an_answer(models)
    imported = imports(folder)
    wall, made = statistics.median(walls), round(statistics.median(calls))
    github, rest = made * per_call, wall - imported
    rest -= made * per_call + answered
    print(f"run: {wall:.2f} s whole process (aim: 2), {made} GitHub calls (aim: 15)")
    print(
        f"  imports {imported:.2f} s, GitHub {github:.2f} s, model {answered:.2f} s, "
        f"own work and interpreter {rest:.2f} s"
    )


def alternate(
    ours: Callable[[], float], theirs: Callable[[], float]
) -> tuple[list[float], list[float]]:
    """Run two things in turn, after one of each that does not count."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(RUNS)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def timed(command: Sequence[str]) -> float:
    """Seconds of a whole process."""
    started = time.perf_counter()
    subprocess.run(
        command, env={"PATH": os.environ["PATH"]}, capture_output=True, check=True
    )
    return time.perf_counter() - started


def imports(folder: Path) -> float:
    """Seconds that the modules of a run take to import, from `-X importtime`."""
    code = (
        "import bot.cli.run, bot.github.reader, bot.github.publisher, "
        "bot.github.target, bot.http, bot.tasks.review"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-X", "importtime", "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    each = re.findall(r"^import time: +(\d+) \|", done.stderr, re.MULTILINE)
    return sum(map(int, each)) / 1e6


def time_of_a_call(server: GitHubServer) -> float:
    """Seconds of one request to the loopback GitHub through PyGithub."""
    from bot import github

    client = github.connect(
        "octo/sample", token=server.write_token, api_url=server.base_url
    )
    started = time.perf_counter()
    for _ in range(20):
        client.get(client.path)
    return (time.perf_counter() - started) / 20


def time_of_an_answer(models: ModelServer) -> float:
    """Seconds of one answer of the loopback model through the provider."""
    from bot.ask import Access, ask
    from bot.catalog import Route
    from bot.providers import Request

    access = Access(models.keys, models.base_urls, allow_private=True)
    started = time.perf_counter()
    for _ in range(5):
        ask(
            [Route("anthropic", "claude-sonnet-5-5", "medium")],
            Request("system", "user"),
            access=access,
            deadline=time.monotonic() + 60,
        )
    return (time.perf_counter() - started) / 5


if __name__ == "__main__":
    main()
