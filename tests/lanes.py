"""Plan, debug, code and search on a loopback GitHub: what is asked, said and posted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from bot.context import Section
from tests.action_run import Ran
from tests.github_server import GitHubServer, Repository
from tests.github_server.state import Issue, Pull
from tests.model_formats import Tokens
from tests.model_server import KEY
from tests.test_end_to_end import Stage

USAGE = Tokens(12_000, 600, 0)
STOCK = (
    "import json\n\nfrom orchard.store import raw\n\n\n"
    "def load(path):\n    text = raw(path)\n"
    '    return json.loads(text)["shelves"]\n'
)
FILES = {
    "README.md": "# Orchard\n\nSells fruit.\n",
    "CONTRIBUTING.md": "Small changes, each with a test.\n",
    "docs/adr/0001-one-file.md": "# One JSON file holds the stock\n",
    "pyproject.toml": '[project]\ndependencies = [\n    "httpx>=0.27",\n]\n',
    "uv.lock": '[[package]]\nname = "httpx"\nversion = "0.27.2"\n',
    "orchard/__init__.py": "",
    "orchard/stock.py": STOCK,
    "orchard/store.py": "def raw(path):\n    return path.read_text()\n",
    "orchard/till.py": "from orchard.stock import load\n\ndef main():\n    load('x')\n",
    "orchard/pricing.py": "def price(count):\n    return count * 2\n",
    "tests/test_pricing.py": "def test_price():\n    assert price(1) == 2\n",
}
CRASH = """\
Since 0.4.0 the till crashes, see #1.

Traceback (most recent call last):
  File "/venv/lib/python3.11/site-packages/orchard/stock.py", line 8, in load
    return json.loads(text)["shelves"]
KeyError: 'shelves'
"""


def ask(
    stage: Stage,
    task: str,
    title: str,
    body: str,
    *answers: dict[str, Any],
    citations: Sequence[tuple[str, str]] = (),
) -> Ran:
    """Open an issue and ask for a task on it; the model says `answers` in turn."""
    issue = stage.repository.issue(title, body)
    return command(stage, issue, f"/route {task}", *answers, citations=citations)


def command(
    stage: Stage,
    item: Issue | Pull,
    words: str,
    *answers: dict[str, Any],
    citations: Sequence[tuple[str, str]] = (),
) -> Ran:
    """Comment `words` on an item; the model says `answers` in turn."""
    said_there = stage.repository.comment(item, words, author="maintainer")
    payload = stage.repository.event("issue_comment", "created", said_there)
    for said in answers:
        stage.model.answer(said, usage=USAGE, citations=citations)
    environment = {
        "OPENAI_API_KEY": KEY,
        "ROUTEBOT_OPENAI_BASE_URL": stage.model.base_urls["openai"],
    }
    ran = stage.run("issue_comment", payload, keys=True, environment=environment)
    assert ran.status == 0, ran.log + ran.errors
    return ran


def comment(stage: Stage) -> str:
    """The one comment of ours on the newest item."""
    number = max((*stage.repository.issues, *stage.repository.pulls))
    (body,) = stage.ours(number)
    return body


def sections(stage: Stage, request: int = 0) -> list[Section]:
    """The sections that the model was sent."""
    sent = json.loads(stage.model.requests[request].text)
    lines = (line for text in _texts(sent) for line in text.split("\n"))
    found = (json.loads(line) for line in lines if line.startswith('{"section"'))
    return [Section(each["section"], each["text"], each["kind"]) for each in found]


def _texts(sent: Any) -> Iterator[str]:
    if isinstance(sent, str):
        yield sent
    elif isinstance(sent, dict | list):
        for each in sent.values() if isinstance(sent, dict) else sent:
            yield from _texts(each)


def section_names(stage: Stage) -> list[str]:
    """The names of the sections that the model was sent."""
    return [section.name for section in sections(stage)]


def record(stage: Stage) -> dict[str, Any]:
    """The record that the run left behind."""
    stored = json.loads((stage.folder / "routebot-record.json").read_text())
    assert isinstance(stored, dict)
    return stored


def option(name: str, summary: str, *effects: tuple[str, str, str]) -> dict[str, Any]:
    """One way to do it; `effects` are criterion, side and what it means."""
    keys = ("criterion", "side", "effect")
    trade_offs = [dict(zip(keys, effect, strict=True)) for effect in effects]
    return {"name": name, "summary": summary, "trade_offs": trade_offs}


PLAN: dict[str, Any] = {
    "problem": "Two shops write one file that `orchard/stock.py` reads as a whole. "
    "Who writes last wins, and the other shop's sale is lost.",
    "constraints": ["A shop goes on selling while the line is down."],
    "criteria": ["no sale is lost", "works offline"],
    "options": [
        option(
            "SQLite",
            "Keep the stock in one SQLite file, written sale by sale.",
            ("no sale is lost", "for", "each sale is a transaction of its own"),
            ("works offline", "against", "the file must lie on one machine"),
        ),
        option(
            "a journal per shop",
            "Each shop appends its sales to a file of its own; reading adds them up.",
            ("works offline", "for", "a shop never waits for the other"),
            ("no sale is lost", "against", "the last apple can be sold twice"),
        ),
    ],
    "recommendation": "SQLite, behind `orchard/store.py` and `orchard/vault/box.py`. A "
    "second machine would change that.",
    "affected_paths": ["orchard/stock.py", "orchard/ghost.py"],
    "affected_symbols": ["load", "StockBroker.sell"],
    "new_paths": ["orchard/sqlite_store.py"],
    "migration": [
        "Read the JSON once, then write SQLite; keep the JSON for a release."
    ],
    "risks": ["A network drive locks files unreliably."],
    "open_questions": [{"question": "How many shops write?", "role": "operator"}],
    "steps": [
        {
            "title": "Put the store behind one function",
            "where": ["orchard/store.py"],
            "done_when": "nothing else reads the file",
            "task": "code",
        },
        {
            "title": "Sell from two processes at once",
            "where": ["tests/test_pricing.py"],
            "done_when": "a hundred sales leave a hundred less",
            "task": "test",
        },
    ],
    "wanted": [],
}
DESIGN = (
    "Two shops must share the stock that orchard/stock.py reads. What are the options?"
)
DEBUG: dict[str, Any] = {
    "hypotheses": [
        {
            "title": "The file is half written",
            "explanation": "It is read while another shop writes it.",
            "evidence": [
                {
                    "path": "orchard/stock.py",
                    "line": 3,
                    "quote": 'return json.loads(text)["shelves"]',
                }
            ],
            "confirm": "ls -l stock.json during a sale",
        },
        {
            "title": "The clock is wrong",
            "explanation": "It may be.",
            "evidence": [{"path": "orchard/clock.py", "line": 1, "quote": "now()"}],
            "confirm": "date",
        },
    ],
    "reproduction": "",
    "fix_sketch": "Write to a new file and rename it.",
    "wanted": [],
}


SMALL = (
    '[classes.reasoning]\nmodels = ["anthropic:small"]\n\n'
    '[models."anthropic:small"]\ncontext_window = 200_000\n'
)


def large(repository: Repository) -> str:
    """Files of a trace that take about 900,000 tokens together."""
    line = "    total = total + price(count) * 2  # {n} of many lines\n"
    files, frames = {}, []
    for name in "abcd":
        lines = [line.format(n=n) for n in range(7_200)]
        files[f"orchard/part_{name}.py"] = f"def run(total):\n{''.join(lines)}"
        frames.append(f'  File "orchard/part_{name}.py", line 9, in run\n    total\n')
    repository.commit(files)
    return f"Traceback (most recent call last):\n{''.join(frames)}ValueError: x\n"


PRICE = "orchard/pricing.py: `price` should return count * 3 instead of count * 2."
CODE: dict[str, Any] = {
    "is_ready": True,
    "missing": [],
    "summary": "A price of three.",
    "files": ["orchard/pricing.py", "tests/test_pricing.py"],
    "edits": [
        {
            "path": "orchard/pricing.py",
            "search": "    return count * 2",
            "replace": "    return count * 3",
        },
        {
            "path": "tests/test_pricing.py",
            "search": "    assert price(1) == 2\n",
            "replace": "    assert price(1) == 3\n\n\ndef test_none():\n"
            "    assert price(0) == 0\n",
        },
    ],
    "patch": "",
    "wanted": [],
}
WRONG = CODE | {"edits": [CODE["edits"][0] | {"search": "    return count * 9"}]}
PAGE = "https://docs.example/releases/1"
SEARCH: dict[str, Any] = {
    "answer": "Yes, since 1.0.",
    "claims": [
        {"text": "It works.", "url": PAGE, "title": "Notes", "date": "2026-10-01"},
        {"text": "Always.", "url": "https://made.up/x", "title": "x", "date": ""},
        {"text": "It did.", "url": f"{PAGE}/old", "title": "Old", "date": "2019-01-01"},
    ],
    "confidence": "high",
    "would_change": "A release.",
}
PAGES = ((PAGE, "Release notes"), (f"{PAGE}/old", "Old notes"))
QUESTION = "Does the latest httpx still work here?"


def furnished(server: GitHubServer) -> Repository:
    """The repository that all of them are asked about."""
    repository = server.repository("octo/sample", files=FILES)
    repository.collaborator("contributor", "write")
    repository.tag("v0.4.0")
    return repository
