"""The folded line under every comment: why this model, and what it cost."""

from __future__ import annotations

import re

from bot.ledger import History, Record
from bot.record_parts import ShareRecord
from bot.text import markdown

FOLD = "<details><summary>{line}</summary>\n\n{body}\n\n</details>"
# A <summary> is HTML, in which GitHub still links mentions, references and addresses:
# only these characters, and no address, get into one.
_NOT_IN_SUMMARY = re.compile(r"[^\w .,:;()/+$%≈→·'-]|(?<=:)//")
ROW = "| {name} | {value} |"
# Files of one class that are named where several read a change.
SHARE_SHOWN = 3
HEAD = "| | routing |\n|---|---|"
DECIDED = {
    "command": "as asked for",
    "rule": "the task's own class",
    "text": "the task's own class",
    "model": "the task's own class",
    "when": "by a clause of the policy",
    "trust": "the highest that who asks may use",
    "budget": "stepped down for the budget",
    "no_route": "no model of it can be used here",
}
ONE_UP = "one class up, since the first answer did not hold"
VIA = {
    "command": "by command",
    "rule": "by rule",
    "text": "by text",
    "model": "by a model",
}


def render(record: Record, history: History) -> str:
    """Write the footer of a comment: one line, and what stands behind it folded.

    Costs are USD; those of other models are marked ≈, since tokenizers differ.
    """
    parts = [table(record), _spent(history)]
    return fold(line(record), "\n\n".join(part for part in parts if part))


def fold(title: str, body: str) -> str:
    """Fold Markdown that is already harmless behind a title, which is made so."""
    safe = _NOT_IN_SUMMARY.sub(" ", title.replace("@", " at "))
    return FOLD.format(line=" ".join(safe.split()), body=body)


def table(record: Record) -> str:
    """Write one record as a Markdown table."""
    rows = "\n".join(
        ROW.format(name=name, value=value) for name, value in _rows(record)
    )
    return f"{HEAD}\n{rows}"


def unfolded(title: str, body: str) -> str:
    """Write what a fold holds where nothing can be folded: in a terminal."""
    return f"#### {markdown.plain(title)}\n\n{body}"


def usd(amount: float | None) -> str:
    """Write an amount of USD as people read it; None is an unknown price."""
    if amount is None:
        return "price unknown"
    return f"${amount:.2f}" if amount >= 1 else f"${amount:.4f}"


def line(record: Record) -> str:
    """Write one record as one line: task, class, model, tokens, cost."""
    how = f"{VIA[record.via]}, {record.confidence:.2f}"
    parts = [f"routebot · {record.task} ({how}) → {record.model_class}"]
    if record.route:
        tokens = f"{record.input_tokens:,} + {record.output_tokens:,} tokens"
        parts += [record.route, _about(record) + tokens, _spent_on(record)]
    else:
        spent = usd(record.usd) if record.usd else "$0"
        asked = f"no model answered, {spent}"
        parts.append(asked if record.calls else "no model was asked")
    return " · ".join(parts)


def _rows(record: Record) -> list[tuple[str, str]]:
    # A record quotes the event and comes out of a draft: no word of it is trusted.
    how = f"{VIA[record.via]}, confidence {record.confidence:.2f}"
    rows = [
        ("task", markdown.plain(f"{record.task} {how}")),
        ("runner-up", markdown.plain(record.runner_up)),
        ("because", markdown.plain(_signals(record))),
        ("stakes", record.stakes),
        ("class", markdown.plain(f"{record.model_class} ({_decided(record)})")),
        ("model", _code(record.route)),
        ("without a model because", markdown.plain(record.reason)),
        ("fell back from", markdown.plain(", ".join(record.fallbacks))),
        ("escalated from", markdown.plain(record.escalated_from)),
        ("taken over from", markdown.plain(record.redirected_from)),
        ("read by", markdown.plain(_shares(record))),
        ("dropped claims", markdown.plain(_dropped(record))),
        ("redacted secrets", str(record.redactions or "")),
        ("cost", _cost(record)),
        ("commit", _code(record.sha[:12])),
        ("policy", _code(record.policy)),
    ]
    return [(name, value) for name, value in rows if value]


def _decided(record: Record) -> str:
    return ONE_UP if record.escalated_from else DECIDED[record.cause]


def _cost(record: Record) -> str:
    spent = _spent_on(record) if record.calls else "$0"
    if record.is_estimate:
        spent += " (estimated: the server reported no tokens)"
    if record.cached_tokens:
        spent += f" ({record.cached_tokens:,} input tokens from cache)"
    compared = []
    if record.baseline_usd is not None:
        compared.append(f"≈ {usd(record.baseline_usd)} on the baseline class")
    if record.largest_usd is not None:
        largest = _code(record.largest_model)
        compared.append(f"≈ {usd(record.largest_usd)} on {largest}")
    return "; ".join([spent, *compared])


def _about(record: Record) -> str:
    return "≈ " if record.is_estimate else ""


def _spent_on(record: Record) -> str:
    return usd(record.usd) if record.usd is None else _about(record) + usd(record.usd)


def _shares(record: Record) -> str:
    return "; ".join(
        f"{each.model_class}: {_files(each, record)} "
        f"in {each.calls} call{'s' * (each.calls != 1)}, {usd(each.usd)}"
        for each in record.shares
    )


def _files(share: ShareRecord, record: Record) -> str:
    """How many files, and the first of them where several classes read some."""
    count = f"{share.files:,} file{'s' * (share.files != 1)}"
    shown = share.paths[:SHARE_SHOWN] if len(record.shares) > 1 else ()
    more = ", …" if share.files > len(shown) else ""
    return f"{count} ({', '.join(shown)}{more})" if shown else count


def _dropped(record: Record) -> str:
    why = ", ".join(f"{each.count} {each.reason}" for each in record.dropped_for[:6])
    return f"{record.dropped} ({why})" if why else str(record.dropped or "")


def _signals(record: Record) -> str:
    # Commands and rules are certain: only what a text weighs has a number to tell.
    weighs = record.via == "text"
    shown = [
        f"{s.name}: {s.evidence or 'yes'}{f' ({s.weight:+.2f})' if weighs else ''}"
        for s in record.signals[:3]
    ]
    return "; ".join(shown)


def _spent(history: History) -> str:
    if history.runs < 2:
        return ""
    return (
        f"In this thread, this task ran {history.runs} times with {history.calls} "
        f"model calls for {usd(history.usd)}."
    )


def _code(text: str) -> str:
    return markdown.code_span(text).replace("|", "\\|") if text else ""
