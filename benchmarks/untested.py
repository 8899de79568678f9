"""How right `routebot untested` is: `make benchmark-untested PROJECTS=folder`.

The folder holds unpacked Python projects, each with the `.coverage` file that a run of
all its tests left. Each function is judged as if a commit changed it alone, by what the
hook reads: no coverage data. What the run says is then the truth: a function is tested
if a statement of its body ran. A false alarm names a function that ran.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import tables
from bot.context import callers, coverage_data, syntax, untested
from bot.context.kinds import kind_of
from bot.context.symbols import symbols

AIM = (
    "precision: of the functions named, those that no test ran; recall: of those, named"
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One project: functions that can be judged, the ones named, the ones that ran not.

    All are pairs of path and qualified name.
    """

    all: frozenset[tuple[str, str]]
    named: frozenset[tuple[str, str]]
    unrun: frozenset[tuple[str, str]]


def main() -> int:
    """Measure each project, print a row each and the sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("projects", type=Path)
    parser.add_argument("--wrong", action="store_true", help="list the false alarms")
    options = parser.parse_args()
    roots = sorted(p.parent for p in options.projects.glob("*/.coverage"))
    if not roots:
        print(f"no project with a .coverage file in {options.projects}")
        return 2
    results = {root.name: judge(root) for root in roots}
    rows = [["project", "functions", "without a test", "named", "precision", "recall"]]
    rows += [_row(name, [judged]) for name, judged in results.items()]
    rows.append(_row("all", list(results.values())))
    print(tables.columns(rows), "", AIM, sep="\n")
    if options.wrong:
        for name, judged in results.items():
            for path, symbol in sorted(judged.named - judged.unrun):
                print(f"{name}/{path}  {symbol}")
    return 0


def judge(root: Path) -> Judged:
    """Compare what is named in the project at `root` with what its tests ran."""
    texts = dict(_texts(root))
    tests = {path: text for path, text in texts.items() if kind_of(path) == "test"}
    sources = {path: text for path, text in texts.items() if kind_of(path) == "source"}
    ran = coverage_data.of_file(root / ".coverage", ".coverage", sources)
    known: dict[tuple[str, str], bool] = {}
    named: set[tuple[str, str]] = set()
    for path in ran.keys() & sources.keys():
        known |= _ran(path, sources[path], ran[path].hit)
        lines = frozenset(range(1, sources[path].count("\n") + 2))
        change = untested.Change(path, sources[path], lines)
        found = untested.untested([change], tests)
        for at in range(0, len(found), callers.MAX_NAMES):
            some = found[at : at + callers.MAX_NAMES]
            left = callers.unreached(some, _naming(texts, path))
            named.update((path, each.symbol) for each in left if each.kind == "symbol")
    unrun = frozenset(key for key, did in known.items() if not did)
    return Judged(frozenset(known), frozenset(named & known.keys()), unrun)


def _naming(texts: Mapping[str, str], path: str) -> callers.Naming:
    words_of = {p: frozenset(untested.WORD.findall(t)) for p, t in texts.items()}

    def naming(words: Sequence[str]) -> dict[str, str]:
        asked = frozenset(words)
        return {p: texts[p] for p, own in words_of.items() if asked & own}

    return naming


def _ran(path: str, text: str, hit: frozenset[int]) -> dict[tuple[str, str], bool]:
    data = text.encode("utf-8", "replace")
    could = syntax.statements(path, data)
    found: dict[tuple[str, str], bool] = {}
    for symbol in symbols(path, data):
        body = could.intersection(range(symbol.body, symbol.end + 1))
        if symbol.kind != "class" and symbol.is_public and body:
            found[path, symbol.qualified] = not hit.isdisjoint(body)
    return found


def _texts(root: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(root.rglob("*.py")):
        path = file.relative_to(root).as_posix()
        if kind_of(path) in ("source", "test"):
            yield path, file.read_text("utf-8", "replace")


def _row(name: str, judged: list[Judged]) -> list[str]:
    right = sum(len(each.named & each.unrun) for each in judged)
    named = sum(len(each.named) for each in judged)
    unrun = sum(len(each.unrun) for each in judged)
    return [
        name,
        str(sum(len(each.all) for each in judged)),
        str(unrun),
        str(named),
        f"{right / named:.0%}" if named else "-",
        f"{right / unrun:.0%}" if unrun else "-",
    ]


if __name__ == "__main__":
    sys.exit(main())
