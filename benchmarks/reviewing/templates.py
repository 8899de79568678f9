"""Modules with marked lines: before a change, after it, and with one fault in it.

A file of `benchmarks/outcome/` names its path and its faults, each with a letter, and
then has a line of code a line, behind two marks and a bar:

- two blanks: always there; ` <` only before the change; ` >` only after it;
- `a-` there before and after, unless the change brings fault a;
- `a=` new with the change, unless it brings fault a;
- `a+` new with the change, if it brings fault a.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "outcome"
LANGUAGES = {".py": "python", ".ts": "typescript", ".go": "go"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault is, in lines from 1.

    `new` are lines after the change, those beside what it takes away included; `old`
    are the lines it takes away. `shown` is the block that shows the fault best, and
    `fix` what would be right in its place ("" where that is no single block).
    """

    path: str
    new: frozenset[int]
    old: frozenset[int]
    shown: range
    fix: str


@dataclass(frozen=True, slots=True)
class Template:
    """One module; `lines` are pairs of marks and code, `faults` says them by letter."""

    path: str
    faults: Mapping[str, str]
    lines: tuple[tuple[str, str], ...]

    @property
    def language(self) -> str:
        """The language by the path's ending."""
        return LANGUAGES[Path(self.path).suffix]

    @property
    def name(self) -> str:
        """The module's name, with its language."""
        return f"{self.language}-{Path(self.path).stem}"

    def before(self) -> str:
        """The module before the change."""
        return _text(code for marks, code in self.lines if marks[1] in " <-")

    def after(self, fault: str = "") -> str:
        """The module after the change, with one fault or with none."""
        return _text(code for marks, code in self.lines if _stays(marks, fault))

    def place(self, fault: str, *, is_reversal: bool = False) -> Place:
        """Say where a fault is; as a reversal it is all that the change is."""
        old = new = 0
        gone: set[int] = set()
        there: list[int] = []
        beside: set[int] = set()
        for marks, _ in self.lines:
            was = _stays(marks, "") if is_reversal else marks[1] in " <-"
            old += was
            new += _stays(marks, fault)
            if marks == f"{fault}+":
                there.append(new)
            elif marks[0] == fault:
                beside |= {max(new, 1), new + 1}
                gone |= {old} if was else set()
        shown = _first_block(there) if there else range(max(beside), max(beside) + 1)
        is_one = len(there) == len(shown)
        fix = self._right(fault) if is_one else ""
        every_line = frozenset({*there, *beside})
        return Place(self.path, every_line, frozenset(gone), shown, fix)

    def _right(self, fault: str) -> str:
        """What stands in the place of a fault's one block; "" where that is several."""
        marked = [marks[0] == fault for marks, _ in self.lines]
        first, last = marked.index(True), len(marked) - marked[::-1].index(True)
        if not all(marked[first:last]):
            return ""
        inside = self.lines[first:last]
        return _text(code for marks, code in inside if marks[1] != "+")


def every(folder: Path = FOLDER) -> list[Template]:
    """Read all modules, ordered by name; raise `ValueError` on a file that is none."""
    found = [read(file) for file in sorted(folder.glob("*.txt"))]
    return sorted(found, key=lambda each: each.name)


def read(file: Path) -> Template:
    """Read one module; raise `ValueError` naming the line that does not fit."""
    path, faults, lines = "", {}, []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        if line.startswith("@ "):
            letter, _, what = line[2:].partition(" ")
            path, faults = (path, faults | {letter: what}) if what else (letter, faults)
            continue
        if not _is_code(line, faults):
            raise ValueError(f"{file.name}:{number}: no line of a module")
        lines.append((line[:2], line[3:]))
    return Template(path, faults, tuple(lines))


def _is_code(line: str, faults: Mapping[str, str]) -> bool:
    if line[2:3] != "|":
        return False
    return line[:2] in ("  ", " <", " >") or (line[0] in faults and line[1] in "-=+")


def _stays(marks: str, fault: str) -> bool:
    if marks[0] == " ":
        return marks[1] != "<"
    return (marks[1] == "+") == (marks[0] == fault)


def _first_block(numbers: Sequence[int]) -> range:
    last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            break
        last = number
    return range(numbers[0], last + 1)


def _text(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
