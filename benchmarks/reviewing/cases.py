"""Pull requests whose one fault is known, and clean ones: 5 to 800 changed lines."""

from __future__ import annotations

import difflib
import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.reviewing import filler, templates
from benchmarks.reviewing.templates import Place, Template

Files = Mapping[str, str]
# Changed lines that a pull request has in all, about. A reversal is a fix taken back
# and nothing else, a small one changes one module.
SIZES = {
    "reversal": (0, 0),
    "small": (5, 5),
    "medium": (90, 240),
    "large": (400, 800),
}
# Added and taken away, a pull request never has more.
MOST_LINES = 800
NOTES = "CHANGES.md"
GROUND = {
    "python": {"pyproject.toml": '[project]\nname = "orchard"\nversion = "1.4.0"\n'},
    "typescript": {"package.json": '{"name": "orchard", "version": "1.4.0"}\n'},
    "go": {"go.mod": "module example.com/orchard\n\ngo 1.23\n"},
}
OLD_NOTES = "## 1.4.0\n\n- The first release that anybody uses.\n"


@dataclass(frozen=True, slots=True)
class Case:
    """One pull request; `place` is None where nothing is wrong with it.

    `base` and `head` are all files of the repository, by path; `lines` are those that
    the change adds and takes away.
    """

    name: str
    language: str
    size: str
    title: str
    base: Files = field(repr=False)
    head: Files = field(repr=False)
    lines: int
    fault: str = ""
    place: Place | None = None

    @property
    def digest(self) -> str:
        """What the pull request is, in a few digits: answers to another do not fit."""
        parts = [self.name, *(f"{p}\0{t}" for p, t in sorted(self.head.items()))]
        parts += [f"{p}\0{t}" for p, t in sorted(self.base.items())]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def every(modules: Sequence[Template] | None = None) -> list[Case]:
    """Make all pull requests: each module with each of its faults, and with none."""
    found = templates.every() if modules is None else modules
    return [
        _case(module, fault, found, size=size)
        for number, module in enumerate(found)
        for size, fault in zip(_sizes(number), (*module.faults, ""), strict=False)
    ]


def _sizes(number: int) -> list[str]:
    """Deal the sizes alike: each module begins at another one."""
    names = list(SIZES)
    *sizes, last = (names[(number + step) % len(names)] for step in range(len(names)))
    # Nothing reversed is no change.
    return [*sizes, "small" if last == "reversal" else last]


def _case(
    module: Template, fault: str, modules: Sequence[Template], *, size: str
) -> Case:
    name = f"{module.name}-{fault or 'clean'}"
    language = module.language
    chance = random.Random(name)
    wanted = chance.randint(*SIZES[size])
    others = [m for m in modules if m.language == language and m is not module]
    chance.shuffle(others)
    base = {other.path: other.before() for other in (module, *others)}
    base |= {**GROUND[language], NOTES: OLD_NOTES}
    if size == "reversal":
        base[module.path] = module.after()
    head = base | {module.path: module.after(fault)}
    if size != "small":
        head[NOTES] = filler.notes(f"Changes {module.path}") + OLD_NOTES
    for n, other in enumerate(others):
        if changed_lines(base, head) >= wanted:
            break
        # Every other module is new with the change.
        if n % 2:
            del base[other.path]
        head[other.path] = other.after()
    lines = changed_lines(base, head)
    if lines < wanted:
        head |= filler.conversions(language, wanted - lines)
    return Case(
        name=name,
        language=language,
        size=size,
        title=f"Change {module.path}",
        base=base,
        head=head,
        lines=changed_lines(base, head),
        fault=module.faults.get(fault, ""),
        place=module.place(fault, is_reversal=size == "reversal") if fault else None,
    )


def changed_lines(base: Files, head: Files) -> int:
    """Count the lines that a change adds and takes away."""
    count = 0
    for path in {*base, *head}:
        old, new = base.get(path, ""), head.get(path, "")
        if old != new:
            diff = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0)
            count += sum(line[0] in "+-" for line in diff) - 2
    return count
