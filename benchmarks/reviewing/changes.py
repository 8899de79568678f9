"""Changes to post reviews of: two versions of a package, or so many made files."""

from __future__ import annotations

import io
import re
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.reviewing.cases import Case, Files

MOST_BYTES = 40_000_000  # of one unpacked archive
NAME = re.compile(r"(?P<name>.+?)-(?P<version>\d[0-9A-Za-z.]*)(-.*)?")
ENDINGS = (".whl", ".zip", ".tar.gz", ".tgz")
SIZES = (1, 10, 100, 1_000, 3_000)
MODULE = '''\
"""Module {n} of the warehouse."""

from __future__ import annotations

LIMIT_{n} = {limit}


def stored_{n}(boxes: list[int]) -> int:
    """Add up the boxes of hall {n}."""
    return sum(box for box in boxes if box > 0)


def fits_{n}(boxes: list[int], box: int) -> bool:
    """Whether one more box fits into hall {n}."""
    return stored_{n}(boxes) + box <= LIMIT_{n}
'''


@dataclass(frozen=True, slots=True)
class Change:
    """A change by name: all text files before it and after it, by path."""

    name: str
    base: Files
    head: Files


def of_case(case: Case) -> Change:
    """Take a pull request of the other benchmark as a change."""
    return Change(case.name, case.base, case.head)


def made(files: int) -> Change:
    """Make a change of so many files, two lines or three in each."""
    base = {path(n): MODULE.format(n=n, limit=100 + n) for n in range(files)}
    head = {
        name: text.replace("box > 0", "box >= 0").replace(
            f"= {100 + n}\n", f"= {200 + n}\n"
        )
        for n, (name, text) in enumerate(base.items())
    }
    return Change(f"{files:,} files", base, head)


def path(n: int) -> str:
    """Name the file of one module."""
    return f"warehouse/hall_{n // 50}/module_{n}.py"


def pairs(folder: Path) -> Iterator[Change]:
    """Pair the archives of a folder: each version of a package with the one before.

    Raises `OSError`, `ValueError` for an archive that cannot be read.
    """
    versions: dict[str, list[tuple[list[int], Path]]] = {}
    for archive in sorted(folder.iterdir()):
        found = NAME.fullmatch(archive.name.removesuffix(_ending(archive)))
        if _ending(archive) and found is not None:
            order = [int(part) for part in re.findall(r"\d+", found["version"])]
            versions.setdefault(found["name"].lower(), []).append((order, archive))
    for name, there in sorted(versions.items()):
        for (_, old), (order, new) in pairwise(sorted(there)):
            label = f"{name} {'.'.join(map(str, order))}"
            yield Change(label, texts(old), texts(new))


def texts(archive: Path) -> Files:
    """Read the text files of an archive, without the folder it all lies in."""
    try:
        found = dict(_zipped(archive) if _is_zip(archive) else _tarred(archive))
    except (zipfile.BadZipFile, tarfile.TarError) as exc:
        raise ValueError(f"{archive.name}: no archive") from exc
    # What a package says of itself changes in every line and is nobody's source.
    return {p: t for p, t in found.items() if ".dist-info/" not in p}


def _ending(archive: Path) -> str:
    return next((e for e in ENDINGS if archive.name.endswith(e)), "")


def _is_zip(archive: Path) -> bool:
    return _ending(archive) in (".whl", ".zip")


def _zipped(archive: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(archive) as packed:
        room = MOST_BYTES
        for entry in packed.infolist():
            room -= entry.file_size
            if entry.is_dir() or room < 0:
                continue
            text = _text(packed.read(entry))
            if text is not None:
                yield entry.filename, text


def _tarred(archive: Path) -> Iterator[tuple[str, str]]:
    with tarfile.open(archive) as packed:
        room = MOST_BYTES
        for entry in packed:
            room -= entry.size
            file = packed.extractfile(entry) if entry.isfile() and room > 0 else None
            text = _text(file.read()) if isinstance(file, io.BufferedIOBase) else None
            if text is not None:
                yield entry.name.partition("/")[2], text


def _text(content: bytes) -> str | None:
    if b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None
