"""What one event takes of GitHub, and many: `python benchmarks/scale.py`.

Four events run through the real command line on a loopback GitHub with a model that
answers at once; requests are counted as GitHub counts them. Cost and the model's time
are not measured here: they are arithmetic on the shipped prices.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot import catalog, policy, tasks
from tests.action_run import run
from tests.github_server import GitHubServer, Repository
from tests.model_server import KEY, ModelServer

BODY = "It crashes.\n\nTraceback:\n  File 'a.py', line 1\nKeyError: 'shelves'"
WORKFLOW = ".github/workflows/routebot.yml"
# A mix of a busy project: task, share, tokens read and written an answer.
MIX = (
    ("triage", 0.45, 8_000),
    ("review", 0.35, 20_000),
    ("debug", 0.12, 40_000),
    ("code", 0.08, 15_000),
)
VOLUMES = (10, 1_000, 100_000)
# Two jobs, each rounded up to a minute (docs/scale.md).
RUNNER_MINUTES = 2
LIMIT_AN_HOUR = 1_000


def events(repository: Repository) -> Iterator[tuple[str, str, object]]:
    """Name, event and payload of each event that is measured."""
    for name, author in (("issue", "contributor"), ("stranger's issue", "stranger")):
        issue = repository.issue("Crash on start", BODY, author=author)
        yield name, "issues", repository.event("issues", "opened", issue)
    files = {"src/app.py": "def price(count):\n    return count / 0\n"}
    pull = repository.pull("Price", head_files=files)
    yield (
        "pull request",
        "pull_request",
        repository.event("pull_request", "opened", pull),
    )
    log = b"##[group]Run pytest\nFAILED test_a.py::test - 3 != 4\n##[error]exit 1\n"
    failed = repository.workflow_run(pull=pull, jobs=[("test", "failure", log)])
    payload = repository.event("workflow_run", "completed", failed)
    yield "failing CI", "workflow_run", payload


def measured() -> Iterator[tuple[str, int, int, float]]:
    """Yield event, requests, points of the secondary limit and seconds of ours."""
    with tempfile.TemporaryDirectory() as folder, GitHubServer() as server:
        files = {"src/app.py": "def price(count):\n    return count\n", "a.py": "x\n"}
        repository = server.repository("octo/sample", files=files)
        repository.collaborator("contributor", "write")
        with ModelServer() as model:
            given = {
                "ANTHROPIC_API_KEY": KEY,
                "ROUTEBOT_ANTHROPIC_BASE_URL": model.url,
                "GITHUB_WORKFLOW_REF": f"octo/sample/{WORKFLOW}@refs/heads/main",
            }
            for name, event, payload in events(repository):
                server.requests.clear()
                start = perf_counter()
                run(server, event, payload, folder=Path(folder), environment=given)
                took = perf_counter() - start
                points = sum(5 if r.is_write else 1 for r in server.requests)
                yield name, len(server.requests), points, took


def usd(task: str, tokens: int) -> float:
    """What an answer costs on the task's first model, USD."""
    chosen = policy.default()
    name = policy.task(chosen, task).model_class
    output = tasks.load(task).output_tokens
    route = chosen.classes[name].routes[0]
    return catalog.cost(route, input_tokens=tokens, output_tokens=output) or 0.0


def main() -> None:
    """Print both tables."""
    found = list(measured())
    print(
        "| event | requests | points | seconds of ours |\n| --- | ---: | ---: | ---: |"
    )
    for name, requests, points, took in found:
        print(f"| {name} | {requests} | {points} | {took:.1f} |")
    requests = sum(row[1] for row in found) / len(found)
    tokens = sum(share * read for _, share, read in MIX)
    cost = sum(share * usd(task, read) for task, share, read in MIX)
    print(f"\nThe mix reads {tokens:,.0f} tokens and costs {cost:.3f} USD an event.\n")
    print("| events a day | runner minutes | requests an hour | tokens read | USD |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for count in VOLUMES:
        hourly = count * requests / 24
        cells = [f"{count:,}", f"{count * RUNNER_MINUTES:,}", f"{hourly:,.0f}"]
        cells += [f"{count * tokens:,.0f}", f"{count * cost:,.2f}"]
        print(f"| {' | '.join(cells)} |")
    most = LIMIT_AN_HOUR * 24 / requests
    print(f"\n{LIMIT_AN_HOUR:,} requests an hour are {most:,.0f} events a day.")


if __name__ == "__main__":
    main()
