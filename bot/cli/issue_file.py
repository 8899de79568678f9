"""An issue as somebody would write it, in a file of one's own."""

from __future__ import annotations

from pathlib import Path

from bot.errors import UsageError
from bot.events import Event

MAX_BYTES = 1_000_000


def read(path: str) -> Event:
    """Read the title off the first line and the text off the rest.

    Raises `UsageError`.
    """
    try:
        with Path(path).open("rb") as file:
            text = file.read(MAX_BYTES).decode("utf-8", "replace")
    except OSError as exc:
        said = f"cannot read the issue {path} ({exc.strerror}); name another file"
        raise UsageError(said) from exc
    title, _, body = text.partition("\n")
    return Event("issues", "opened", title=title.lstrip("# ").strip(), body=body)
