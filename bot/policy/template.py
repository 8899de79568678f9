"""The commented policy that `routebot config init` writes."""

from __future__ import annotations

from collections.abc import Iterator

from bot import policy
from bot.policy.model import PresetName

HEAD = """\
# How routebot chooses the class of model for a piece of work in this repository.
# Everything has a default: a line that starts with "#" and no space shows one, so take
# the "#" away to set it (and the "#" of the [table] above it). Lists are replaced
# whole. Check the file with `routebot config check`.
version = 1
preset = "{preset}"
"""


def text(preset: PresetName) -> str:
    """Return a TOML text in which every setting stands commented with its default.

    Loads as the preset itself, as it stands and with every setting uncommented.
    """
    general = (policy.PRESETS / "default.toml").read_text(encoding="utf-8")
    own = (policy.PRESETS / f"{preset}.toml").read_text(encoding="utf-8")
    blocks = {**_blocks(general), **_blocks(own)}
    # The table without a header holds version and preset, which the head sets.
    first = _blocks(general)[""].partition('preset = "default"\n')[2]
    body = "".join(_commented(first + "".join(list(blocks.values())[1:])))
    return HEAD.format(preset=preset) + body


def _blocks(source: str) -> dict[str, str]:
    """Cut a TOML text into its tables, each from its header to the next one's."""
    blocks: dict[str, str] = {"": ""}
    header = ""
    for line in source.splitlines(keepends=True):
        if line.startswith("["):
            # The clauses of an array of tables share their header.
            header = line if line not in blocks else header
            blocks.setdefault(header, "")
        blocks[header] += line
    return blocks


def _commented(source: str) -> Iterator[str]:
    for line in source.splitlines(keepends=True):
        is_setting = line.strip() and not line.startswith("#")
        yield f"#{line}" if is_setting else line
