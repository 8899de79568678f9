"""`routebot classify`: say what kind of task texts are, one or many, as a stream."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

import click

from bot import classify as classifier
from bot.classify import Classification
from bot.cli.options import format_option
from bot.errors import UsageError
from bot.events import Event

MAX_LINE = 8 << 20  # bytes; GitHub's own text fields are a hundred times shorter

NOTHING = "name an input: --input FILE, --input - for stdin, or --title with --body"
BOTH = "--input and --title/--body exclude each other"
BAD_LINE = "line {number}: {problem}; skipped"
TOO_LONG = f"longer than {MAX_LINE >> 20} MiB"
NOT_JSON = "not JSON"
NOT_AN_OBJECT = 'not an object {"id", "title", "body", "labels"}'
WRONG_TYPE = "{key}: not {wanted}"
NO_TEXT = "neither title nor body"

Keys = tuple[tuple[str, tuple[type, ...], str], ...]
_TEXTS: Keys = (
    ("id", (str, int), "a text or a whole number"),
    ("title", (str,), "a text"),
    ("body", (str,), "a text"),
    ("labels", (list,), "a list of texts"),
)


class _BadLine(ValueError):
    """A line that cannot be classified; its text says why."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of input."""

    id: str | int | None
    title: str
    body: str
    labels: tuple[str, ...] = ()


@click.command("classify")
@click.option(
    "--input",
    "stream",
    type=click.File("rb"),
    metavar="FILE",
    help="Lines of JSON, {id, title, body, labels}; - reads stdin.",
)
@click.option("--title", default="", help="One text: its title.")
@click.option("--body", default="", help="One text: its body.")
@click.option(
    "--trust-labels",
    is_flag=True,
    help="Let the input's labels decide where the default policy maps them.",
)
@format_option("text", "json", "jsonl")
def COMMAND(
    stream: BinaryIO | None,
    title: str,
    body: str,
    trust_labels: bool,
    output_format: str,
) -> int:
    """Say what kind of task a text is, how sure that is, and what spoke for it.

    With --input one line a text, as they come; a line that cannot be read is named on
    stderr, the rest goes on, and the exit status is 1.
    """
    labels = _label_tasks() if trust_labels else {}
    if stream is None:
        if not title.strip() and not body.strip():
            raise UsageError(NOTHING)
        _print(Item(None, title, body), labels, output_format)
        return 0
    if title or body:
        raise UsageError(BOTH)
    return _classify_lines(stream, labels, output_format)


def _label_tasks() -> Mapping[str, str]:
    # pydantic and every task: only where a label may decide
    from bot import policy
    from bot.classify import labels

    return labels.of(policy.default().labels)


def _classify_lines(
    stream: BinaryIO, labels: Mapping[str, str], output_format: str
) -> int:
    status = 0
    for number, line in enumerate(_lines(stream), start=1):
        if not line.strip():
            continue
        try:
            _print(_item(line), labels, output_format)
        except _BadLine as exc:
            status = 1
            click.echo(BAD_LINE.format(number=number, problem=exc), err=True)
    return status


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield lines, an overlong one cut just above `MAX_LINE` and its rest dropped."""
    while line := stream.readline(MAX_LINE + 1):
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE + 1)
        yield line


def _item(line: bytes) -> Item:
    if len(line) > MAX_LINE:
        raise _BadLine(TOO_LONG)
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise _BadLine(NOT_JSON) from None
    if not isinstance(found, dict):
        raise _BadLine(NOT_AN_OBJECT)
    _check_types(found)
    title, body = found.get("title") or "", found.get("body") or ""
    if not title.strip() and not body.strip():
        raise _BadLine(NO_TEXT)
    return Item(found.get("id"), title, body, tuple(found.get("labels") or ()))


def _check_types(found: dict[str, Any]) -> None:
    for key, types, wanted in _TEXTS:
        value = found.get(key)
        parts = value if isinstance(value, list) else ()
        is_right = value is None or (
            isinstance(value, types) and not isinstance(value, bool)
        )
        if not is_right or not all(isinstance(part, str) for part in parts):
            raise _BadLine(WRONG_TYPE.format(key=key, wanted=wanted))


def _print(item: Item, labels: Mapping[str, str], output_format: str) -> None:
    event = Event("issues", "opened", title=item.title, body=item.body)
    found = classifier.classify(event, labels=labels, trusted_labels=item.labels)
    assert found is not None  # an issue with text always routes
    if output_format == "text":
        click.echo(_as_text(item, found))
    else:
        click.echo(json.dumps(_as_json(item, found)))


def _as_json(item: Item, found: Classification) -> dict[str, Any]:
    return {
        "schema": 1,
        "id": item.id,
        "task": found.task,
        "via": found.via,
        "confidence": round(found.confidence, 4),
        "runner_up": found.runner_up,
        "signals": [asdict(signal) for signal in found.signals],
    }


def _as_text(item: Item, found: Classification) -> str:
    """One line; the text's own words are quoted as JSON, so that none acts on a tty."""
    head = "" if item.id is None else f"{json.dumps(item.id)}  "
    other = f", else {found.runner_up}" if found.runner_up else ""
    why = "; ".join(
        f"{signal.name} {json.dumps(signal.evidence)}" for signal in found.signals[:4]
    )
    return f"{head}{found.task}  {found.confidence:.2f}{other}  ({found.via}: {why})"
