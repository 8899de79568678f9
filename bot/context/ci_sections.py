"""What a model reads of a failed run: its lines, the change and source around both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.context import Section, diff, hunks, log
from bot.context.ci import Failed, Run
from bot.context.diff import FileDiff
from bot.context.overlap import Place
from bot.text import sanitize

SMALL_CHANGE = 40_000  # characters of diff that are read whole
SOURCES = 8  # files of which the source is read
AROUND = 40  # lines before and after a place
WHOLE_FILE = 160  # lines of a file that is read whole
DIFF_OF = "the diff of "
SOURCE = "file {path} (lines {start}-{end} of {total})"

_SOURCE = re.compile(r"file (.{1,400}) \(lines (\d{1,9})-(\d{1,9}) of (\d{1,9})\)")


def of(run: Run, read: Callable[[str], str | None]) -> tuple[Section, ...]:
    """Give the distilled logs, the change where it meets them, and the source there.

    `read(path)` gives a file at the head SHA. Empty where no log says anything: a
    cause that no line shows would be invented.
    """
    logs = tuple(_logs(run))
    return (*logs, *_change(run), *_sources(run, read)) if logs else ()


def known_lines(sections: Iterable[Section]) -> dict[str, tuple[range, ...]]:
    """Say of which files which lines are known to be there, from the sections' names.

    A file of which a part was shown is known from its first line to its last.
    """
    found: dict[str, tuple[range, ...]] = {}
    for section in sections:
        match = _SOURCE.fullmatch(section.name)
        if match is not None:
            found[match[1]] = (range(1, int(match[4]) + 1),)
        elif section.name.startswith(DIFF_OF):
            for file in diff.parse(section.text):
                found.setdefault(file.path, diff.right_ranges(file))
    return found


def _logs(run: Run) -> Iterator[Section]:
    for each in run.failed:
        if each.distilled.note == log.SILENT:
            continue
        text = sanitize.code(each.text).text
        if text.strip():
            yield Section(_name(each), text, "log", priority=1)


def _name(failed: Failed) -> str:
    job = failed.jobs[0]
    steps = ", ".join(job.failed_steps)
    alike = f" (and {len(failed.jobs) - 1} jobs alike)" if failed.jobs[1:] else ""
    return f"log of job {job.name}{alike}" + (f", step {steps}" if steps else "")


def _change(run: Run) -> Iterator[Section]:
    """The whole change where it is small, else the files that the failures touch."""
    written = {file.path: hunks.unified(file) for file in run.change}
    is_small = sum(map(len, written.values())) <= SMALL_CHANGE
    near = _near(run, written)
    for file in run.change:
        if is_small or file.path in near:
            priority = 2 if file.path in near else 4
            name = f"{DIFF_OF}{file.path}"
            yield Section(name, written[file.path], "diff", priority)


def _near(run: Run, written: dict[str, str]) -> set[str]:
    met = [each.evidence.overlap for each in run.failed]
    near = {path for each in met for path in (*each.files, *each.reached)}
    named = [name for each in met for name in each.symbols]
    return near | {
        path for path, text in written.items() if any(name in text for name in named)
    }


def _sources(run: Run, read: Callable[[str], str | None]) -> Iterator[Section]:
    places = [place for each in run.failed for place in each.places]
    suspects = [path for e in run.failed for path in e.evidence.overlap.reached]
    paths = dict.fromkeys((*(place.path for place in places), *suspects))
    for path in list(paths)[:SOURCES]:
        text = read(path)
        if text:
            yield _window(path, text, places=places, change=run.change)


def _window(
    path: str, text: str, *, places: Sequence[Place], change: Sequence[FileDiff]
) -> Section:
    lines = text.split("\n")
    total = len(lines) - (lines[-1] == "")
    near = [place.line for place in places if place.path == path and place.line]
    altered = (file for file in change if file.path == path)
    near += [lines.start for file in altered for lines in diff.right_ranges(file)[:3]]
    near = [number for number in near if number <= total] or [1]
    start, end = max(near[0] - AROUND, 1), min(near[0] + AROUND, total)
    if total <= WHOLE_FILE:
        start, end = 1, total
    shown = sanitize.code("\n".join(lines[start - 1 : end])).text
    name = SOURCE.format(path=path, start=start, end=end, total=total)
    return Section(name, shown, "code", priority=3)
