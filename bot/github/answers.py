"""How much of an answer of GitHub's is read: a proxy may stand between."""

from __future__ import annotations

from typing import Any

from github.Requester import Requester

# Bytes, unpacked: a page of a hundred of the longest comments is below it.
MAX_ANSWER = 48 << 20
# Packed bytes at a time; a bomb's whole ratio is in one step.
_STEP = 8_192


class TooMuch(OSError):
    """An answer had no end in sight."""


def cap(requester: Requester, limit: int = MAX_ANSWER) -> None:
    """Let `requester` read at most `limit` bytes of an answer, unpacked (R09).

    Beyond them reading raises `TooMuch`.
    """
    # PyGithub has no way of its own to say so; the session it keeps is private to it.
    connection = requester._Requester__createConnection()  # type: ignore[attr-defined]

    def read(response: Any, *_given: Any, **_named: Any) -> Any:
        pieces: list[bytes] = []
        size = 0
        for piece in response.iter_content(_STEP):
            size += len(piece)
            if size > limit:
                response.close()
                raise TooMuch(f"more than {limit} bytes")
            pieces.append(piece)
        response._content = b"".join(pieces)
        return response

    connection.session.hooks["response"].append(read)
