"""What our pre-commit hook adds to a commit: `make benchmark-hooks`.

Whole `git commit`s of 1, 20 and 200 staged files, without a hook, with ours, and with
the pre-commit framework running one local hook that does nothing. The three alternate
within one run, so that a machine that slows down slows all; figures are medians. A
repository of 50,000 files then shows what its size costs.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import tables

RUNS = 9
STAGED = (1, 20, 200)
# Files staged where pre-commit's time is the bar for all.
BAR = 20
SMALL, LARGE = 1_000, 50_000
# Of every ten files six are sources and two are tests.
KINDS = ("py", "go", "ts", "py", "go", "ts", "test", "test", "md", "json")
BLOCK = "hooks"
PAGE = Path(__file__).parents[1] / "docs/benchmarks.md"

NOTHING = """\
repos:
  - repo: local
    hooks:
      - {id: nothing, name: nothing, language: system, entry: "true", always_run: true}
"""
MISSING = "pre-commit is not in {path}: its rows are left out (make benchmark-hooks)"
RATIOS = f"ratio: what routebot adds to what pre-commit adds at {BAR} files"
AIMS = (
    "Aims: added by routebot at most 1.0 times what pre-commit adds at 20 files; at "
    "most 150 ms of CPU for the whole commit of one file; at most 1.5 times the "
    "hook's time in a repository of 50,000 files."
)


@dataclass(frozen=True, slots=True)
class Taken:
    """One commit: wall and CPU seconds, those of all its children included."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Bench:
    """A repository whose staged change is committed again and again."""

    root: Path
    environ: dict[str, str]

    def git(self, *arguments: str, stdin: str = "") -> str:
        """Run git; the benchmark ends where git fails."""
        return subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env=self.environ,
            input=stdin,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def commit(self, hooks: str) -> Taken:
        """Commit what is staged with the hooks of a folder, and take it back."""
        setting = f"core.hooksPath={self.root / '.git' / hooks}"
        before, started = _children(), time.perf_counter()
        self.git("-c", setting, "commit", "--quiet", "-m", "Change")
        taken = Taken(time.perf_counter() - started, _children() - before)
        self.git("reset", "--quiet", "--soft", "HEAD~1")
        return taken


def main() -> int:
    """Measure, print, and with --into write the table into its page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", type=Path, default=Path(".cache/peers"))
    parser.add_argument("--into", action="store_true", help=f"write into {PAGE.name}")
    options = parser.parse_args()
    framework = options.peers.resolve() / "bin/pre-commit"
    found = str(framework) if framework.is_file() else shutil.which("pre-commit") or ""
    if not found:
        print(MISSING.format(path=options.peers), file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        rows, facts = measure(Path(folder), found)
    print(tables.columns(rows), "", *facts, AIMS, sep="\n")
    if options.into:
        wrapped = (textwrap.fill(f, 86, subsequent_indent="  ") for f in facts)
        listed = "\n".join(f"- {fact}" for fact in wrapped)
        return tables.renew(PAGE, BLOCK, f"{tables.markdown(rows)}\n\n{listed}")
    return 0


def measure(folder: Path, framework: str) -> tuple[list[list[str]], list[str]]:
    """Commit in both repositories; returns the rows of the table and the facts."""
    rows = [["files staged", "no hook", "routebot adds", "of it CPU", "CPU in all"]]
    if framework:
        rows[0] += ["pre-commit adds", "of it CPU", "ratio", "ratio of CPU"]
    small = prepared(folder / "small", SMALL, framework)
    results: dict[int, dict[str, list[Taken]]] = {}
    for count in STAGED:
        stage(small, count)
        results[count] = alternated(small, framework)
    bar = added(results[BAR], "theirs") if framework else None
    rows += [_row(count, result, bar) for count, result in results.items()]
    facts = [RATIOS] if framework else []
    return rows, [*facts, _size(folder, added(results[BAR], "ours"))]


def _row(count: int, result: dict[str, list[Taken]], bar: Taken | None) -> list[str]:
    ours = added(result, "ours")
    total = statistics.median(taken.cpu for taken in result["ours"])
    alone = statistics.median(taken.wall for taken in result["none"])
    row = [str(count), *map(_ms, (alone, ours.wall, ours.cpu, total))]
    if bar is not None:
        theirs = added(result, "theirs")
        row += [_ms(theirs.wall), _ms(theirs.cpu)]
        row += [f"{ours.wall / bar.wall:.2f}", f"{ours.cpu / bar.cpu:.2f}"]
    return row


def _size(folder: Path, at_small: Taken) -> str:
    large = prepared(folder / "large", LARGE, "")
    stage(large, BAR)
    at_large = added(alternated(large, ""), "ours")
    wall, cpu = at_large.wall / at_small.wall, at_large.cpu / at_small.cpu
    return (
        f"{BAR} files staged of {LARGE:,}: routebot adds {_ms(at_large.wall)}, "
        f"{wall:.2f} times what it adds of {SMALL:,} ({cpu:.2f} times the CPU)"
    )


def alternated(bench: Bench, framework: str) -> dict[str, list[Taken]]:
    """Commit by turns with each kind of hook, after one round that does not count."""
    kinds = ("none", "ours", *(("theirs",) if framework else ()))
    rounds = [{kind: bench.commit(kind) for kind in kinds} for _ in range(RUNS + 1)]
    return {kind: [each[kind] for each in rounds[1:]] for kind in kinds}


def added(result: dict[str, list[Taken]], kind: str) -> Taken:
    """The medians of what a hook adds to the commit without one beside it."""
    pairs = list(zip(result[kind], result["none"], strict=True))
    return Taken(
        statistics.median(with_it.wall - without.wall for with_it, without in pairs),
        statistics.median(with_it.cpu - without.cpu for with_it, without in pairs),
    )


def prepared(root: Path, size: int, framework: str) -> Bench:
    """Make a repository of `size` files with three folders of hooks beside it."""
    home = root.with_name(f"{root.name}.home")
    home.mkdir(parents=True)
    root.mkdir()
    path = f"{Path(framework).parent}:{os.environ['PATH']}"
    names = ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME")
    mails = ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL")
    environ = {
        "PATH": path if framework else os.environ["PATH"],
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        **dict.fromkeys(names, "maintainer"),
        **dict.fromkeys(mails, "maintainer@example.com"),
    }
    bench = Bench(root, environ)
    bench.git("init", "--quiet", "--initial-branch=main")
    bench.git("config", "gc.auto", "0")
    for path, text in files(size):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (root / ".pre-commit-config.yaml").write_text(NOTHING, encoding="utf-8")
    bench.git("add", ".")
    bench.git("commit", "--quiet", "-m", "First")
    bench.git("repack", "-adq")
    _install(bench, framework)
    return bench


def _install(bench: Bench, framework: str) -> None:
    ours = [sys.executable, "-I", "-m", "bot", "hooks", "install", "--hook"]
    theirs = [framework, "install", "--hook-type"]
    git = bench.root / ".git"
    for kind, command in (("none", []), ("ours", ours), ("theirs", theirs)):
        shutil.rmtree(git / "hooks")
        (git / "hooks").mkdir()
        if command and command[0]:
            subprocess.run(
                [*command, "pre-commit"],
                cwd=bench.root,
                env=bench.environ,
                capture_output=True,
                check=True,
            )
        shutil.copytree(git / "hooks", git / kind)


def stage(bench: Bench, count: int) -> None:
    """Stage two changed functions in each of `count` sources; tests name some."""
    bench.git("reset", "--quiet", "--hard")
    sources = [path for path, _ in files(SMALL) if path.startswith("src/")][:count]
    for path in sources:
        file = bench.root / path
        text = file.read_text(encoding="utf-8").replace("+ 1", "+ 2", 2)
        file.write_text(text, encoding="utf-8")
    bench.git("add", "--", *sources)


def files(size: int) -> Iterator[tuple[str, str]]:
    """Yield paths and texts of a made-up repository of several languages."""
    for number in range(size):
        kind = KINDS[number % len(KINDS)]
        folder = f"part{number // 100}"
        if kind == "test":
            # The tests of half of the Python sources.
            names = "".join(
                f"    assert f{number - 6}_{n}(1)\n" for n in range(0, 6, 2)
            )
            text = f"def test_{number}():\n{names}"
            yield f"tests/{folder}/test_m{number - 6}.py", text
        elif kind in SOURCES:
            body = "\n\n".join(SOURCES[kind](f"f{number}_{n}") for n in range(6))
            start = "package part\n\n" if kind == "go" else ""
            yield f"src/{folder}/m{number}.{kind}", f"{start}{body}\n"
        else:
            yield f"docs/{folder}/n{number}.{kind}", f"A note, number {number}.\n" * 20


SOURCES: dict[str, Callable[[str], str]] = {
    "py": lambda name: (
        f"def {name}(a):\n    if a > 3:\n        return a\n    return a + 1\n"
    ),
    "go": lambda name: (
        f"func {name}(a int) int {{\n\tif a > 3 {{\n\t\treturn a\n\t}}\n"
        "\treturn a + 1\n}"
    ),
    "ts": lambda name: (
        f"export function {name}(a: number) {{\n  if (a > 3) return a;\n"
        "  return a + 1;\n}"
    ),
}


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"


if __name__ == "__main__":
    sys.exit(main())
