"""Tests that held, written into the work tree: added at the end, over nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.generated import SuggestedTest
from bot.verify import test_file
from bot.verify.test_file import Unusable

NEW = "wrote {path} ({count}); undo: rm {path}"
ADDED = "added {count} to {path}; undo: git restore {path}"
MIXED = (
    "added {count} to {path}, which holds changes of yours: take {names} out by hand"
)
REFUSED = "{name} was not written into {path}: {why}"
OUTSIDE = "the path leads outside the work tree or through a link"
UNREADABLE = "the file cannot be read or written ({why})"


@dataclass(slots=True)
class _File:
    """A test file as it is to be; `old` None where there was none."""

    old: bytes | None
    text: str
    names: list[str]


def write(
    root: Path,
    tests: Iterable[SuggestedTest],
    *,
    indexed: Callable[[str], str | None],
    package: Callable[[str], str],
) -> tuple[str, ...]:
    """Write tests into the work tree at `root`; returns a line a file and refusal.

    `indexed` gives a file as it is in the index, `package` the Go package of a new
    test file. Nothing is committed and nothing staged.
    """
    made: dict[str, _File] = {}
    said: list[str] = []
    for test in tests:
        try:
            file = made[test.path] if test.path in made else _opened(root, test.path)
            pieces = test_file.take_apart(test.path, test.code)
            file.text = test_file.merged(
                test.path, file.text, pieces, package=package(test.path)
            )
            file.names.append(test.name)
            made[test.path] = file
        except Unusable as exc:
            said.append(REFUSED.format(name=test.name, path=test.path, why=exc))
    for path, file in made.items():
        said.append(_put(root, path, file, indexed=indexed))
    return tuple(said)


def _opened(root: Path, path: str) -> _File:
    target = root / path
    top = root.resolve()
    if target.is_symlink() or target.parent.resolve() != top.joinpath(path).parent:
        raise Unusable(OUTSIDE)
    try:
        old = target.read_bytes()
        return _File(old, old.decode("utf-8"), [])
    except FileNotFoundError:
        return _File(None, "", [])
    except (OSError, UnicodeDecodeError) as exc:
        raise Unusable(UNREADABLE.format(why=type(exc).__name__)) from exc


def _put(
    root: Path, path: str, file: _File, *, indexed: Callable[[str], str | None]
) -> str:
    target = root / path
    many = len(file.names)
    count = f"{many} test{'s' if many > 1 else ''}"
    names = ", ".join(file.names)
    data = file.text.encode("utf-8")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.old is None:
            with target.open("xb") as new:
                new.write(data)
            return NEW.format(path=path, count=count)
        target.write_bytes(data)
    except OSError as exc:
        why = UNREADABLE.format(why=exc.strerror)
        return REFUSED.format(name=names, path=path, why=why)
    clean = indexed(path) == file.old.decode("utf-8")
    return (ADDED if clean else MIXED).format(count=count, path=path, names=names)
