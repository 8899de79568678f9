"""Where pre-commit looks for tests and callers: near the change, in a large repository.

A repository's size must cost nobody who commits: what is looked through is listed once,
and read by its blobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot import staged
from bot.context import test_places
from bot.context.kinds import kind_of

# Of more test files than this only those in reach of the change are searched.
MANY_TESTS = 500
# Test files in reach of one changed file; `bot.context.untested` reads as many.
MAX_IN_REACH = 40
# In a large repository: folders of the change looked through, and files for callers.
MAX_FOLDERS = 10
MAX_NEAR = 400


@dataclass(frozen=True, slots=True)
class Near:
    """What was found near the change.

    `tests` gives each test file its text, "" where it holds none of the words.
    `blobs` are path → blob of the files in which callers are looked for; None where
    the whole index is.
    """

    tests: dict[str, str] = field(default_factory=dict)
    blobs: dict[str, str] | None = None


def near(
    changed: Iterable[str],
    words: Iterable[str],
    *,
    is_large: bool,
    root: Path,
    environ: Mapping[str, str],
) -> Near:
    """List the files near the `changed` ones, and read the tests that hold a word.

    Raises GitError.
    """
    sources = [path for path in changed if kind_of(path) == "source"]
    specs = [f":(top,icase){glob}" for glob in test_places.globs_for(sources)]
    folders = _folders(sources) if is_large else ()
    specs += [f":(top,literal){folder}" for folder in folders]
    listed = staged.listed(specs, root=root, environ=environ)
    tests = list(_of_tests(listed))
    if len(tests) > MANY_TESTS:
        places = test_places.Places(tests)
        tests = [
            t for path in sources for t in places.in_reach(path, most=MAX_IN_REACH)
        ]
    blobs = {test: listed[test] for test in tests}
    held = staged.holding(words, blobs, root=root, environ=environ)
    texts = dict.fromkeys(blobs, "") | held
    if not is_large:
        return Near(texts)
    beside = (p for p in listed if p.startswith(folders) and kind_of(p) == "source")
    both = [*blobs, *beside][:MAX_NEAR]
    return Near(texts, {path: listed[path] for path in both})


def naming(
    found: Near, paths: Iterable[str], *, root: Path, environ: Mapping[str, str]
) -> Callable[[Sequence[str]], dict[str, str]]:
    """Make what gives path → text of files that hold a word, tests first.

    `paths` are what callers are looked for; it raises GitError when called.
    """
    blobs = found.blobs
    if blobs is not None:
        return lambda words: staged.holding(words, blobs, root=root, environ=environ)
    specs = [f":(top,icase)*{each}" for each in test_places.suffixes_of(paths)]
    return lambda words: staged.mentioning(
        words,
        specs,
        root=root,
        environ=environ,
        wanted=lambda path: kind_of(path) in ("source", "test"),
        first=lambda path: kind_of(path) == "test",
    )


def _folders(paths: Iterable[str]) -> tuple[str, ...]:
    """The folders these stand in; the top one would be all."""
    folders = dict.fromkeys(path.rpartition("/")[0] for path in paths)
    return tuple(f"{folder}/" for folder in folders if folder)[:MAX_FOLDERS]


def _of_tests(paths: Iterable[str]) -> Iterator[str]:
    # What a folder says holds for all in it, and there most tests are.
    folders: dict[str, bool] = {}
    for path in paths:
        folder = path.rpartition("/")[0]
        if folder not in folders:
            folders[folder] = kind_of(f"{folder}/") == "test"
        if folders[folder] or kind_of(path) == "test":
            yield path
