"""Six pull requests as a review meets them, each run through the real command line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import action_run
from tests.action_run import Ran
from tests.github_server import GitHubServer, Repository
from tests.github_server.state import Pull
from tests.model_formats import Tokens
from tests.model_server import KEY, ModelServer

CI = ".github/workflows/ci.yml"
STOCK = """\
import json


def load(path):
    return json.loads(path.read_text())["shelves"]


def pieces(shelves, fruit):
    return sum(shelf[fruit] for shelf in shelves)
"""
LOGIN = """\
import hmac


def check(user, password):
    return hmac.compare_digest(user.password, password)


def is_admin(user):
    return user.role == "admin"
"""
FILES = {
    "README.md": "# Orchard\n\nSells fruit by the piece.\n",
    CI: "on: push\n",
    "orchard/stock.py": STOCK,
    "orchard/auth/login.py": LOGIN,
    "tests/test_stock.py": "from orchard.stock import pieces\n\n\n"
    'def test_pieces():\n    assert pieces([{"fig": 2}], "fig") == 2\n',
}
FIX = {
    "orchard/stock.py": STOCK.replace(
        "shelf[fruit] for shelf in shelves",
        "shelf.get(fruit) for shelf in shelves",
    ),
    "tests/test_stock.py": FILES["tests/test_stock.py"]
    + '\n\ndef test_pieces_of_nothing():\n    assert pieces([], "fig") == 0\n',
}
DOCS = {"README.md": "# Orchard\n\nSells fruit by the piece, and boxes of 12.\n"}
AUTH = {
    "orchard/auth/login.py": LOGIN.replace(
        "hmac.compare_digest(user.password, password)", "user.password == password"
    ).replace('user.role == "admin"', 'user.role in ("admin", "owner", "")'),
}
MISSING = {
    "path": "orchard/stock.py",
    "start_line": 9,
    "line": 9,
    "side": "RIGHT",
    "severity": "major",
    "title": "A shelf without the fruit breaks the sum",
    "why": "`get` gives None for a fruit that a shelf does not have, and `sum` raises "
    "TypeError when it adds that.",
    "evidence": "return sum(shelf.get(fruit) for shelf in shelves)",
    "suggestion": "    return sum(shelf.get(fruit, 0) for shelf in shelves)",
}
EMPTY_ROLE = {
    "path": "orchard/auth/login.py",
    "start_line": 9,
    "line": 9,
    "side": "RIGHT",
    "severity": "blocker",
    "title": "Users without a role become administrators",
    "why": 'New accounts have the role "" until somebody sets one, and the empty role '
    "is now among those of administrators.",
    "evidence": 'return user.role in ("admin", "owner", "")',
    "suggestion": '    return user.role in ("admin", "owner")',
}
TIMING = {
    "path": "orchard/auth/login.py",
    "start_line": 5,
    "line": 5,
    "side": "RIGHT",
    "severity": "major",
    "title": "The comparison's time tells how much of a password is right",
    "why": "`==` stops at the first letter that differs, `compare_digest` did not.",
    "evidence": "return user.password == password",
    "suggestion": "    return hmac.compare_digest(user.password, password)",
}
HALL = "def stored(boxes):\n    return sum(boxes) / {n}\n"
MANY = 3_001
FIRST_HALL = {
    "path": "warehouse/hall_0000.py",
    "start_line": 2,
    "line": 2,
    "side": "RIGHT",
    "severity": "major",
    "title": "Divides by zero",
    "why": "The first hall has the number 0.",
    "evidence": "return sum(boxes) / 0",
    "suggestion": "",
}


@dataclass(frozen=True)
class Remark:
    """A comment on a line as it stands there; `hunk` ends with that line."""

    path: str
    line: int
    hunk: str
    body: str
    is_resolved: bool


@dataclass(frozen=True)
class Shown:
    """What people see of one scene; `summary` is the job summary of the last run."""

    name: str
    title: str
    number: int
    comments: Sequence[str]
    remarks: Sequence[Remark]
    summary: str
    notifications: int
    models: Sequence[str]


@dataclass(frozen=True)
class Stage:
    """A GitHub with the small orchard, a model to ask, and a folder for runs."""

    server: GitHubServer
    repository: Repository
    model: ModelServer
    folder: Path

    def says(self, *findings: Mapping[str, Any], steps: Sequence[str] = ()) -> None:
        """Let the model's next review report these."""
        reply = {"walkthrough": list(steps), "findings": findings, "wanted": []}
        self.model.answer(reply, usage=Tokens(1_200, 80, 0))

    def run(self, name: str, action: str, about: Any, *, is_fork: bool = False) -> Ran:
        """Run one event; a fork's own events come without secrets."""
        keys = {
            "ANTHROPIC_API_KEY": KEY,
            "ROUTEBOT_ANTHROPIC_BASE_URL": self.model.url,
        }
        ran = action_run.run(
            self.server,
            name,
            self.repository.event(name, action, about),
            folder=self.folder,
            environment={} if is_fork else keys,
            token=self.server.read_token if is_fork else None,
        )
        assert ran.status == 0, ran.log + ran.errors
        return ran

    def shown(self, name: str, pull: Pull, ran: Ran) -> Shown:
        """Look at what stands in the thread and on the lines now."""
        reviews = self.repository.reviews.values()
        bodies = [*(c.body for c in pull.issue.comments), *(r.body for r in reviews)]
        resolved = self.server.world.resolved_threads
        return Shown(
            name,
            pull.issue.title,
            pull.number,
            [body for body in bodies if "<!-- routebot:v1 t=review" in body],
            [
                Remark(
                    one.path,
                    one.line,
                    _until(one.diff_hunk, one.line),
                    one.body,
                    one.thread_id in resolved,
                )
                for one in self.repository.review_comments.values()
            ],
            ran.summary,
            len(self.server.notifications),
            [str(each.body["model"]) for each in self.model.requests],
        )


def _until(hunk: str, line: int) -> str:
    """Cut a hunk behind a line of its right side, as GitHub shows it."""
    lines = hunk.split("\n")
    number = int(re.split(r"[+, ]+", lines[0].partition(" +")[2])[0]) - 1
    for at, text in enumerate(lines[1:], start=1):
        number += text[:1] != "-"
        if number == line:
            return "\n".join(lines[: at + 1])
    return hunk


def bug_fix(stage: Stage) -> tuple[Pull, Ran]:
    """A small fix with its test, and one thing that it overlooks."""
    pull = stage.repository.pull("Count shelves without a fruit", head_files=FIX)
    stage.says(MISSING, steps=["orchard/stock.py: reads a shelf with `get`"])
    return pull, stage.run("pull_request", "opened", pull)


def docs_only(stage: Stage) -> tuple[Pull, Ran]:
    """A sentence in the README, with which nothing is wrong."""
    pull = stage.repository.pull("Say that we sell boxes", head_files=DOCS)
    stage.says()
    return pull, stage.run("pull_request", "opened", pull)


def auth(stage: Stage) -> tuple[Pull, Ran]:
    """A change of who gets in, with a blocker that survives its second look."""
    pull = stage.repository.pull("Let owners in", head_files=AUTH)
    stage.says(EMPTY_ROLE, TIMING, steps=["orchard/auth/login.py: lets owners in"])
    holds = {"number": 1, "reason": "Nothing sets a role.", "verdict": "holds"}
    stage.model.answer({"verdicts": [holds]}, usage=Tokens(900, 40, 0))
    return pull, stage.run("pull_request", "opened", pull)


def many_files(stage: Stage) -> tuple[Pull, Ran]:
    """A file more than GitHub lists of a pull request."""
    halls = {f"warehouse/hall_{n:04}.py": HALL.format(n=n) for n in range(MANY)}
    pull = stage.repository.pull("Move into the warehouse", head_files=halls)
    stage.says(FIRST_HALL, steps=["warehouse/: a module a hall"])
    return pull, stage.run("pull_request", "opened", pull)


def second_push(stage: Stage) -> tuple[Pull, Ran]:
    """The change of who gets in again, and a push that takes back half of it."""
    pull, _ = auth(stage)
    first = AUTH["orchard/auth/login.py"].replace(
        "user.password == password", "hmac.compare_digest(user.password, password)"
    )
    stage.repository.push(pull, {"orchard/auth/login.py": first})
    stage.says()
    return pull, stage.run("pull_request", "synchronize", pull)


def fork(stage: Stage) -> tuple[Pull, Ran]:
    """A stranger's fix: its own run may neither ask a model nor write."""
    pull = stage.repository.pull(
        "Count shelves without a fruit", head_files=FIX, fork=True, author="stranger"
    )
    return pull, stage.run("pull_request", "opened", pull, is_fork=True)


def fork_after_ci(stage: Stage) -> tuple[Pull, Ran]:
    """The same fork once its CI has run: the full review."""
    pull, _ = fork(stage)
    run = stage.repository.workflow_run(pull=pull, conclusion="success", path=CI)
    stage.says(MISSING, steps=["orchard/stock.py: reads a shelf with `get`"])
    return pull, stage.run("workflow_run", "completed", run)


SCENES: Mapping[str, Callable[[Stage], tuple[Pull, Ran]]] = {
    "bug-fix": bug_fix,
    "docs": docs_only,
    "auth": auth,
    "many-files": many_files,
    "second-push": second_push,
    "fork": fork,
    "fork-after-ci": fork_after_ci,
}


def played(name: str, folder: Path) -> Shown:
    """Play one scene on a GitHub of its own."""
    with GitHubServer() as server, ModelServer() as model:
        repository = server.repository("octo/sample", files=FILES)
        repository.collaborator("contributor", "write")
        stage = Stage(server, repository, model, folder)
        pull, ran = SCENES[name](stage)
        return stage.shown(name, pull, ran)
