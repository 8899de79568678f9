"""A keyword table, as many teams begin with: the first line that matches decides."""

from __future__ import annotations

MAX_CHARS = 4_000
OTHERWISE = "code"

TITLE_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("plan", ("rfc", "proposal", "roadmap", "design", "architecture", "discussion")),
    ("test", ("flaky", "test", "coverage")),
    ("search", ("cve", "vulnerability", "advisory", "license", "when will", "outage")),
    ("debug", ("crash", "exception", "error", "regression", "leak", "fails", "wrong")),
    ("triage", ("how to", "how do", "how can", "question", "help", "?")),
    ("code", ("add ", "rename", "remove", "typo", "support", "update", "docs")),
)
TEXT_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("debug", ("traceback", "stack trace", "steps to reproduce", "expected behavior")),
    ("plan", ("trade-off", "proposal", "alternatives", "breaking change")),
    ("test", ("test suite", "unit test", "flaky")),
    ("search", ("cve-", "latest version", "released")),
    ("triage", ("how do i", "how can i", "any idea", "thanks in advance")),
)


def task_of(title: str, body: str) -> str:
    """Name the task by the title's words, else by the text's."""
    heading, whole = title.lower(), f"{title}\n{body}".lower()[:MAX_CHARS]
    for table, text in ((TITLE_WORDS, heading), (TEXT_WORDS, whole)):
        for task, words in table:
            if any(word in text for word in words):
                return task
    return OTHERWISE
