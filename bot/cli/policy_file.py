"""Reading the policy a command line names, or the one of this repository."""

from __future__ import annotations

from pathlib import Path

from bot import policy
from bot.errors import UsageError


def read(named: Path | None) -> tuple[bytes, str]:
    """Return the policy's bytes and the name it has in messages.

    Without a name it is this repository's file, empty where there is none (the
    defaults hold then). Raises `UsageError` when it cannot be read.
    """
    path = named or Path(policy.PATH)
    try:
        with path.open("rb") as file:
            # One byte too many is enough to see that it is too long.
            return file.read(policy.MAX_BYTES + 1), path.as_posix()
    except FileNotFoundError:
        if named is None:
            return b"", f"the default policy (there is no {policy.PATH})"
        raise UsageError(f"{path}: no such file") from None
    except OSError as exc:
        reason = (exc.strerror or "cannot be read").lower()
        raise UsageError(f"{path}: {reason}") from exc
