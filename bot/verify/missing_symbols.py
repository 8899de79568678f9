"""What a finding calls missing or unused, looked for before anybody is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot import definitions
from bot.context import imports
from bot.context.syntax import language_of
from bot.reader import Files
from bot.verify import absences, bindings

EXISTS = "a symbol called missing exists"
IS_USED = "a symbol called unused is used"

# How Rust calls the own crate and what lies around.
_HERE = ("crate", "super", "self")
# In these a file sees what its neighbours define without importing it.
_SHARES_A_FOLDER = (".go", ".java", ".kt", ".cs", ".swift")


def refuted(
    text: str, path: str, *, shown: Sequence[str], files: Files, near: Sequence[str]
) -> str:
    """Say in a few words why a finding on `path` cannot hold, "" where it may.

    `shown` are the texts a model has read, `near` the changed files. What exists is
    looked for there, in the file, and in the few files likely to define it.
    """
    for claim in absences.claims(text, path):
        if _REFUTES[claim.scope](claim.name, path, shown, files, near):
            return IS_USED if claim.scope == "use" else EXISTS
    return ""


def _bound_in_file(
    name: str, path: str, shown: Sequence[str], files: Files, near: Sequence[str]
) -> bool:
    paths = [path]
    if path.endswith(_SHARES_A_FOLDER):
        folder = path.rpartition("/")[0]
        there = (p for p in files.tree() if p.rpartition("/")[0] == folder)
        paths += [p for p in there if p.endswith(_SHARES_A_FOLDER)]
    texts = (files.file(each) or "" for each in paths[: definitions.MOST_READ])
    # Of `a.b` the file must know `a`; what is in it is another claim.
    return any(bindings.binds(_parts(name)[0], text) for text in texts)


def _defined_anywhere(
    name: str, path: str, shown: Sequence[str], files: Files, near: Sequence[str]
) -> bool:
    *qualifier, last = _parts(name)
    texts = (files.file(path) or "", *shown)
    if not qualifier:
        if any(bindings.binds(last, text) for text in texts):
            return True
    elif any(
        bindings.binds(qualifier[-1], text)
        and (bindings.binds(last, text) or bindings.has_member(last, text))
        for text in texts
    ):
        return True
    return bool(definitions.find(name, files, near=(path, *near[:3]))) or _is_module(
        name, path, shown, files, near
    )


def _is_used(
    name: str, path: str, shown: Sequence[str], files: Files, near: Sequence[str]
) -> bool:
    last = _parts(name)[-1]
    lines = {
        line
        for text in (files.file(path) or "", *shown)
        for line in bindings.naming(last, text)
    }
    return any(
        not bindings.binds(last, line) and line.rstrip(",") != last for line in lines
    )


def _is_module(
    name: str, path: str, shown: Sequence[str], files: Files, near: Sequence[str]
) -> bool:
    """Whether the repository has the module: by its whole dotted name alone."""
    parts = [part for part in _parts(name) if part not in _HERE]
    if len(parts) < 2:
        return False
    code = [each for each in files.tree() if language_of(each)]
    return bool(imports.places(code).tails.get("/".join(parts)))


def _is_file(
    name: str, path: str, shown: Sequence[str], files: Files, near: Sequence[str]
) -> bool:
    """Whether the repository has the file, or one whose path ends so."""
    return any(
        each == name or ("/" in name and each.endswith(f"/{name}"))
        for each in files.tree()
    )


def _parts(name: str) -> list[str]:
    return re.split(r"\.|::", name)


_REFUTES: dict[absences.Scope, Callable[..., bool]] = {
    "file": _bound_in_file,
    "anywhere": _defined_anywhere,
    "use": _is_used,
    "module": _is_module,
    "path": _is_file,
}
