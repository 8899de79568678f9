"""Public names that a change adds, alters or removes, by outlines of both versions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from bot.context import Finding, Severity, rebuild
from bot.context.diff import FileDiff
from bot.context.risk_lines import PRINTS
from bot.context.symbols import Symbol, symbols
from bot.context.syntax import language_of

Step = Literal["added", "changed", "removed"]
REMOVED = "public {names} {is_are} removed"
CHANGED = "the signature of public {names} changes"
ADDED = "new public names ({count}): {names}"
STILL_USED = "{name} is removed and still used in {where}"
CALLED = "the signature of {name} changes; it is used in {where}, outside this change"
SHOWN = 6
_QUOTE = 300
_NAME = re.compile(
    r"(?:\.\.\.|\*\*?)?\s?(?:(?:final|readonly|public|private)\s)?([\w$]+)"
)
# Languages where a caller may leave an argument out, or give one more.
_OPTIONAL = frozenset({"python", "javascript", "typescript", "tsx"})


@dataclass(frozen=True, slots=True)
class ApiChange:
    """One public name; `line` is its line after the change (0: gone), `was` and `now`
    are its signatures.
    """

    step: Step
    path: str
    name: str
    line: int = 0
    was: str = ""
    now: str = ""

    @property
    def word(self) -> str:
        """The name as a caller writes it."""
        return self.name.rpartition(".")[2]


def changes(
    files: Sequence[FileDiff], texts: Mapping[str, str]
) -> tuple[ApiChange, ...]:
    """Compare the outlines of each source file before and after.

    `texts` are the files after the change; without one, or in a language without a
    grammar, a file says nothing. A name that only moves to another file is no change;
    of a removed class its methods are not listed.
    """
    found = [each for file in files for each in _of_file(file, texts.get(file.path))]
    arrived = {(each.word, each.now) for each in found if each.step == "added"}
    gone = {(each.word, each.was) for each in found if each.step == "removed"}
    return tuple(
        each
        for each in found
        if not (each.step == "removed" and (each.word, each.was) in arrived)
        and not (each.step == "added" and (each.word, each.now) in gone)
    )


def findings(
    found: Sequence[ApiChange], uses: Mapping[str, Sequence[str]]
) -> Iterator[Finding]:
    """Tell what of the public names changed; `uses` are places left, by name.

    A removed name that something still uses is major; the rest is one finding a file.
    """
    for each in found:
        where = ", ".join(uses.get(each.name, ())[:3])
        if not where or each.step == "added":
            continue
        template = STILL_USED if each.step == "removed" else CALLED
        message = template.format(name=each.name, where=where)
        severity: Severity = "major" if each.step == "removed" else "minor"
        yield Finding(
            "public-api", message, severity, each.path, each.line, _quote(each)
        )
    rest = [each for each in found if each.name not in uses]
    yield from _of_rest(rest, "removed", REMOVED)
    yield from _of_rest(rest, "changed", CHANGED)
    # A new method of a class that was there is no news by itself.
    added = [c.name for c in found if c.step == "added" and "." not in c.name]
    if added:
        message = ADDED.format(count=len(added), names=_listed(added))
        yield Finding("public-api-added", message)


def _of_rest(
    found: Sequence[ApiChange], step: Step, template: str
) -> Iterator[Finding]:
    some = [each for each in found if each.step == step]
    if not some:
        return
    first = some[0]
    is_one_file = all(each.path == first.path for each in some)
    names = [
        each.name if is_one_file else f"{each.name} ({each.path})" for each in some
    ]
    verb = "is" if len(some) == 1 else "are"
    message = template.format(names=_listed(names), is_are=verb)
    quote = _quote(first) if len(some) == 1 else ""
    path, line = (first.path, first.line) if is_one_file else ("", 0)
    yield Finding("public-api", message, "minor", path, line, quote)


def _quote(each: ApiChange) -> str:
    lines = (f"- {each.was}" if each.was else "", f"+ {each.now}" if each.now else "")
    return "\n".join(line[:_QUOTE] for line in lines if line)


def _listed(names: Sequence[str]) -> str:
    names = list(dict.fromkeys(names))
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _of_file(file: FileDiff, text: str | None) -> Iterator[ApiChange]:
    if file.kind != "source" or not language_of(file.path):
        return
    if text is None and file.status != "removed":
        return
    before = rebuild.before(file, text or "")
    if before is None:
        return
    old = {} if is_internal(file.old_path) else _outline(file.old_path, before)
    new = {} if is_internal(file.path) else _outline(file.path, text or "")
    yield from _present(file, old, new)
    gone = old.keys() - new.keys()
    for name in (each for each in old if each in gone and not _is_inside(each, gone)):
        yield ApiChange("removed", file.path, name, was=old[name].signature)


def _present(
    file: FileDiff, old: Mapping[str, Symbol], new: Mapping[str, Symbol]
) -> Iterator[ApiChange]:
    fresh = new.keys() - old.keys()
    language = language_of(file.path)
    for name, symbol in new.items():
        now = symbol.signature
        if name in fresh:
            if not _is_inside(name, fresh):
                yield ApiChange("added", file.path, name, symbol.start, now=now)
            continue
        was = old[name].signature
        if not is_compatible(was, now, language=language):
            yield ApiChange("changed", file.path, name, symbol.start, was, now)


def _outline(path: str, text: str) -> dict[str, Symbol]:
    found = symbols(path, text.encode("utf-8", "replace"))
    # Overloads share a name: the last one is the one that is compared.
    return {s.qualified: s for s in found if s.is_public and not _is_dunder(s.name)}


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name != "__init__"


def _is_inside(name: str, others: Set[str]) -> bool:
    owner = name.rpartition(".")[0]
    return bool(owner) and owner in others


def is_internal(path: str) -> bool:
    """Whether nobody outside is meant to rely on a file: private, or a script."""
    *folders, name = path.split("/")
    inner = {"internal", *PRINTS}
    is_private = any(
        part.startswith("_") and not part.startswith("__") for part in (*folders, name)
    )
    return is_private or not inner.isdisjoint(folders)


def is_compatible(was: str, now: str, *, language: str) -> bool:
    """Whether every call that fitted the old signature still fits the new one."""
    if was == now:
        return True
    if language not in _OPTIONAL:
        return "".join(was.split()) == "".join(now.split())
    old, new = _parameters(was), _parameters(now)
    if old is None or new is None:
        # Of a class its bases: methods are compared by themselves.
        return old is new
    if [each.name for each in _placed(old)] != [
        each.name for each in _placed(new)[: len(_placed(old))]
    ]:
        return False
    # What stands behind `*` goes by name, in whatever order.
    if not {each.name for each in old} <= {each.name for each in new}:
        return False
    required = {each.name for each in new if each.is_required}
    # What could be left out must not be asked for now, nor what is new.
    return required <= {each.name for each in old if each.is_required}


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: str
    is_required: bool
    by_name: bool = False


def _placed(parameters: Sequence[_Parameter]) -> list[_Parameter]:
    return [each for each in parameters if not each.by_name]


def _parameters(signature: str) -> list[_Parameter] | None:
    """The parameters of a signature, None where it has none (a class)."""
    start = signature.find("(")
    if start < 0 or signature.startswith(("class ", "export class ", "abstract ")):
        return None
    found: list[_Parameter] = []
    by_name = False
    for part in _parts(signature[start + 1 :]):
        by_name = by_name or part == "*"
        match = _NAME.match(part)
        if match is None:
            # Python's bare `*` and `/`, a pattern of JavaScript's.
            if part not in ("*", "/"):
                found.append(_Parameter(part[:40], False))
            continue
        before_type = part.partition(":")[0]
        optional = "=" in part or "?" in before_type or part.startswith(("*", "..."))
        found.append(_Parameter(match[1], not optional, by_name))
        by_name = by_name or part.startswith("*")
    return found


def _parts(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for at, char in enumerate(text):
        if char in "([{<":
            depth += 1
        elif char in ")]}" or (char == ">" and text[at - 1] not in "=-"):
            depth -= 1
        if depth < 0 or (char == "," and depth == 0):
            part = text[start:at].strip()
            if part:
                yield part
            start = at + 1
        if depth < 0:
            return
