"""Writes mutants of a Python file, as mutmut makes them; started in the sandbox.

mutmut decides what a mutant is. Its own run is not used: that wants the whole suite,
its configuration and its runner, where one test and a few seconds are at hand.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from mutmut.mutation.file_mutation import create_mutations

CONFIGURATION = "[mutmut]\nsource_paths=.\n"


def main() -> None:
    """Mutate as the JSON of the first argument says; write the texts to its `out`."""
    asked = json.loads(sys.argv[1])
    # mutmut reads the configuration of the folder it stands in: an empty one.
    Path("setup.cfg").write_text(CONFIGURATION, encoding="utf-8")
    source = Path(asked["source"]).read_text("utf-8")
    made = mutants(source, asked["lines"], most=asked["most"])
    Path(asked["out"]).write_text(json.dumps(made), encoding="utf-8")


def mutants(source: str, lines: Sequence[int], *, most: int) -> list[str]:
    """Make whole texts that differ from `source` in one place of `lines` each.

    Where there are more than `most`, those taken lie evenly among all.
    """
    module, found, _, _ = create_mutations("", source, covered_lines=set(lines))
    step = max(1, -(-len(found) // most))
    changed = (
        module.deep_replace(each.original_node, each.mutated_node)
        for each in found[::step]
    )
    texts = (each.code for each in changed if isinstance(each, type(module)))
    return [text for text in texts if text != source]


if __name__ == "__main__":
    main()
