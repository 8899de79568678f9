"""A small project, what its job runs, and the changes that can be made to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# Path → the whole new text, or (old, new) for a replacement, or None to remove it.
Change = Mapping[str, str | tuple[str, str] | None]
README = {"README.md": "# app\n\nA small shop.\n"}
DOCS: Change = {"README.md": ("A small shop.", "A small shop, and how to run it.")}


@dataclass(frozen=True, slots=True)
class Suite:
    """A project: `files` by path, shell `steps` by title, `changes` by name.

    `needs` are the programs without which its logs cannot be captured again.
    """

    name: str
    needs: tuple[str, ...]
    setup: str
    steps: tuple[str, ...]
    files: Mapping[str, str]
    changes: Mapping[str, Change] = field(default_factory=dict)

    def state(self, names: Iterable[str]) -> dict[str, str]:
        """Return the files with these changes made, in this order."""
        files = dict(self.files)
        for name in names:
            change = DOCS if name == "docs" else self.changes[name]
            for path, made in change.items():
                _make(files, path, made)
        return files


def _make(files: dict[str, str], path: str, made: str | tuple[str, str] | None) -> None:
    if made is None:
        del files[path]
    elif isinstance(made, str):
        files[path] = made
    else:
        old, new = made
        if old not in files[path]:
            raise ValueError(f"{path} has no {old!r}")
        files[path] = files[path].replace(old, new, 1)
