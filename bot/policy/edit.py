"""Changes to a policy's text that keep every comment, and nothing else changed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from bot import policy as policies
from bot.errors import PolicyError
from bot.policy.model import Policy, When

BIAS = "[classify.bias]"
CLASH = (
    "{file}: cannot be changed without touching other settings; set by hand:\n{wanted}"
)
_KEY = re.compile(r"\s*\"?([a-z]{1,16})\"?\s*=")


def with_bias(text: str, bias: Mapping[str, float]) -> str:
    """Set `[classify.bias]` to exactly this, where it stands or at the end."""
    wanted = [f"{task} = {value}" for task, value in sorted(bias.items())]
    lines = text.split("\n")
    heads = [n for n, line in enumerate(lines) if _head(line) == BIAS]
    if not heads:
        block = "\n".join([BIAS, *wanted])
        return f"{text.rstrip()}\n\n{block}\n".lstrip("\n") if wanted else text
    start = heads[0] + 1
    rest = (n for n in range(start, len(lines)) if lines[n].lstrip().startswith("["))
    end = next(rest, len(lines))
    kept = [line for line in lines[start:end] if not _KEY.match(line)]
    while kept and not kept[-1].strip() and end < len(lines):
        kept.pop()
    gap = [""] if end < len(lines) else []
    return "\n".join([*lines[:start], *wanted, *kept, *gap, *lines[end:]])


def with_clauses(text: str, task: str, clauses: Sequence[When], before: Policy) -> str:
    """Add clauses behind those that hold for a task.

    A file that names none has the preset's: they are written out, since a list in a
    file takes the place of the preset's.
    """
    if not clauses:
        return text
    head = f"[[tasks.{task}.when]]"
    said = any(_head(line) == head for line in text.split("\n"))
    held = () if said else before.tasks[task].when if task in before.tasks else ()
    blocks = [_clause(head, clause) for clause in (*held, *clauses)]
    return f"{text.rstrip()}\n\n{chr(10).join(blocks)}".lstrip("\n")


def checked(text: str, *, wanted: Policy, file: str) -> str:
    """Return the text if it means exactly what is wanted. Raises `PolicyError`."""
    try:
        meant = policies.load(text, file=file)
    except PolicyError:
        meant = None
    if meant != wanted:
        bias = with_bias("", wanted.classify.bias)
        raise PolicyError(CLASH.format(file=file, wanted=bias.strip()))
    return text


def _head(line: str) -> str:
    return line.partition("#")[0].strip().replace(" ", "")


def _clause(head: str, clause: When) -> str:
    said = clause.model_dump(mode="json", by_alias=True, exclude_unset=True)
    # Strings, numbers, booleans and lists look the same in JSON and TOML.
    lines = [f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in said.items()]
    return "\n".join([head, *lines, ""])
