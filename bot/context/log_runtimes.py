"""Errors that nobody caught, as runtimes write them at the end of any program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.context import log_prefix
from bot.context.log_shapes import Chunk, Failure

TOOL = "exception"
# Java, Kotlin, Scala, Python, JavaScript, C#: an error by its name, then its words.
_UNCAUGHT = re.compile(
    r"(?:Uncaught |Unhandled exception[.:] |Caused by: "
    r"|Exception in thread \"[^\"]{1,100}\" )?"
    r"(?P<message>(?:[a-z]\w{0,60}\.){0,12}[A-Z]\w{1,80}(?:Error|Exception): .{1,400})"
)


def uncaught(chunks: Sequence[Chunk]) -> Iterator[Failure]:
    """Yield the errors that chunks of a log show, the best chunk's first."""
    for chunk in chunks:
        for line in chunk.text.split("\n"):
            found = _UNCAUGHT.match(log_prefix.bare(line).lstrip())
            if found is not None:
                yield Failure(TOOL, message=found["message"].strip())
