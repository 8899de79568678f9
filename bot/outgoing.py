"""What may leave: no secret of ours, nothing that looks like one, nothing alive."""

from __future__ import annotations

from dataclasses import dataclass

from bot import secrets
from bot.errors import SecretInOutput
from bot.text import markdown

LEAK = "a secret of this run stood in the answer; nothing was posted"
DROPPED = "_A part of the answer looked like a secret and was left out._"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the publishing half holds itself.

    `vault` knows the secrets of this process, `hosts` those a link may lead to,
    `marker_key` seals the markers, `link` is where the job summary can be read.
    `tracking_issue` is the policy's word on failures of the default branch, `now` the
    time (ISO 8601, UTC) that new comments are counted by, "" to count none.
    """

    vault: secrets.Vault
    hosts: frozenset[str] = frozenset()
    marker_key: str = ""
    link: str = ""
    tracking_issue: bool = False
    applies_labels: bool = False
    now: str = ""


def safe(text: str, rules: Rules, *, urls: frozenset[str] = frozenset()) -> str:
    """Make a text of the draft harmless; `urls` are the pages it may link to beside.

    Raises `SecretInOutput`.
    """
    scrubbed = secrets.scrub(refuse_leaks(text, rules), rules.vault)
    kept = f"{scrubbed.text}\n\n{DROPPED}" if scrubbed.counts else text
    return markdown.neutral(kept, hosts=rules.hosts, urls=urls)


def is_clean(text: str, rules: Rules) -> bool:
    """Whether nothing in a text looks like a secret. Raises `SecretInOutput`."""
    return not secrets.scrub(refuse_leaks(text, rules), rules.vault).counts


def refuse_leaks(text: str, rules: Rules) -> str:
    """Return the text; raises `SecretInOutput` where a value of ours stands in it."""
    if secrets.leaks(text, rules.vault):
        raise SecretInOutput(LEAK)
    return text
