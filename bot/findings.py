"""Findings as people and models read them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import get_args

from bot.context import Finding, Material, Section, Severity
from bot.text import markdown

# Heaviest first; `comment_from` in the policy names one of these.
ORDER: tuple[Severity, ...] = get_args(Severity)
SHOWN = 12
QUOTED_LINES = 30
SECTION = "findings (established without a model)"
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._~/-]{1,200}")
MORE = "_and {count} more of the same kinds._"


def as_markdown(findings: Sequence[Finding]) -> str:
    """List findings, heaviest first, with their quotes fenced; "" for none."""
    ordered = sorted(findings, key=lambda finding: ORDER.index(finding.severity))
    items = [_item(finding) for finding in ordered[:SHOWN]]
    if len(ordered) > SHOWN:
        items.append(MORE.format(count=len(ordered) - SHOWN))
    return "\n".join(items)


def as_section(findings: Sequence[Finding]) -> Section:
    """Hand findings to a model: the first thing it reads."""
    facts = [
        {key: value for key, value in asdict(finding).items() if value}
        for finding in findings
    ]
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    return Section(SECTION, text, "json", priority=0)


def before_sections(material: Material) -> tuple[Section, ...]:
    """Give all that a model reads of it: the findings first, where there are any."""
    if not material.findings:
        return material.sections
    return (as_section(material.findings), *material.sections)


def heaviest(findings: Sequence[Finding]) -> Severity | None:
    """The weight of the heaviest finding, None when there is none."""
    present = {finding.severity for finding in findings}
    return next((severity for severity in ORDER if severity in present), None)


def reaches(weight: Severity | None, threshold: Severity) -> bool:
    """Whether something of this weight is worth what the threshold asks for."""
    return weight is not None and ORDER.index(weight) <= ORDER.index(threshold)


def place(path: str, line: int = 0) -> str:
    """Write a place in a file as Markdown, "" without a path."""
    if not path:
        return ""
    return markdown.code_span(f"{path}:{line}" if line else path)


def link(path: str, line: int, *, base: str) -> str:
    """Write a place in a file as a link below `base`, the address of a commit.

    Without `base`, or for a path that an address cannot hold as it is, no link.
    """
    shown = place(path, line)
    if not base or _PLAIN_PATH.fullmatch(path) is None:
        return shown
    return f"[{shown}]({base}/{path}#L{line})"


def _item(finding: Finding) -> str:
    where = place(finding.path, finding.line)
    label = "" if finding.severity == "info" else f"**{finding.severity}** "
    head = f"- {label}{where + ' ' if where else ''}{markdown.plain(finding.message)}"
    if not finding.quote:
        return head
    lines = finding.quote.splitlines()[:QUOTED_LINES]
    return f"{head}\n\n{_indented(markdown.fence(chr(10).join(lines)))}\n"


def _indented(block: str) -> str:
    return "\n".join(f"  {line}" for line in block.splitlines())
