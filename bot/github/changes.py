"""The change of a pull request: in one call where GitHub can, else file by file."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from bot.context import rebuild
from bot.context.diff_paths import quoted
from bot.context.diff_pieces import REBUILT, UNREAD
from bot.errors import HostError
from bot.events import Event
from bot.github import PAGE_SIZE, Client

# A file that GitHub shows no patch for costs two reads: its version on either side.
MAX_REBUILT = 20
EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
LISTED = "GitHub lists no more than {count:,} files, so there may be others"
LONGER = "the file list is longer than GitHub returns"
TOO_MANY = "GitHub shows no diff of it"
_MOST_LISTED = 3_000
# Too large (406), or GitHub gave up on it; both are no better the second time (R19).
_NO_DIFF = frozenset({406, 422, 500, 502, 503, 504})
_BINARY = "Binary files {old} and {new} differ\n"


def unified(client: Client, event: Event, *, missing: list[str]) -> str:
    """Read a pull request's change as one unified diff.

    One call by the diff media type; where GitHub refuses that the list of files, and
    where this leaves out a patch both versions of the file. What stays unread is in the
    diff by name, and in `missing` where the list is cut. Raises `HostError`.
    """
    where = f"{client.path}/pulls/{event.number}"
    try:
        return client.diff(where)
    except HostError as exc:
        if exc.status not in _NO_DIFF:
            raise
    files = list(client.pages(f"{where}/files"))
    if len(files) >= _MOST_LISTED:
        missing.append(LISTED.format(count=len(files)))
    bare = [file for file in files if _is_bare(file)][:MAX_REBUILT]
    base = _merge_base(client, event) if bare else ""
    rebuilt = {f["filename"]: _rebuilt(client, f, event=event, base=base) for f in bare}
    return "".join(_file_diff(file, rebuilt) for file in files)


def messages(client: Client, event: Event) -> tuple[str, ...]:
    """Read the messages of the first hundred commits, oldest first."""
    where = f"{client.path}/pulls/{event.number}/commits"
    found = client.get(where, per_page=PAGE_SIZE)
    return tuple((each.get("commit") or {}).get("message") or "" for each in found)


def paths(client: Client, ref: str, *, missing: list[str]) -> tuple[str, ...]:
    """List every file of a commit, as far as GitHub lists them. Raises `HostError`."""
    found = client.get(f"{client.path}/git/trees/{ref}", recursive=1)
    if found.get("truncated"):
        missing.append(LONGER)
    entries = found.get("tree") or []
    return tuple(each["path"] for each in entries if each.get("type") == "blob")


def _merge_base(client: Client, event: Event) -> str:
    default = event.repository.default_branch if event.repository else ""
    ends = f"{event.base_ref or default}...{event.head_sha}"
    # The second page leaves out the files, which are all on the first.
    where = f"{client.path}/compare/{quote(ends, safe='')}"
    try:
        found = client.get(where, per_page=1, page=2)
    except HostError:
        return ""
    return str((found.get("merge_base_commit") or {}).get("sha", ""))


def _is_bare(file: dict[str, Any]) -> bool:
    """Whether a text changed that GitHub shows no patch of."""
    return not file.get("patch") and bool(file.get("changes"))


def _rebuilt(
    client: Client, file: dict[str, Any], *, event: Event, base: str
) -> str | None:
    """The hunks between both versions of a file, None where they cannot be had."""
    path, status = file["filename"], file.get("status")
    if not base and status != "added":
        return None
    try:
        old = new = b""
        if status != "added":
            old = _blob(client, file.get("previous_filename") or path, base)
        if status != "removed":
            new = _blob(client, path, event.head_sha)
    except (HostError, LookupError):
        return None
    return rebuild.hunks(old, new)


def _blob(client: Client, path: str, ref: str) -> bytes:
    found = client.blob(path, ref)
    if found is None:
        raise LookupError(path)
    return found[0]


def _file_diff(file: dict[str, Any], rebuilt: dict[str, str | None]) -> str:
    new = file["filename"]
    status = file.get("status")
    before = file.get("previous_filename") if status == "renamed" else None
    old = before or new
    lines = [f"diff --git {quoted(f'a/{old}')} {quoted(f'b/{new}')}\n"]
    if status == "added":
        lines.append("new file mode 100644\n")
    if status == "removed":
        lines.append("deleted file mode 100644\n")
    if status == "renamed":
        lines.append(f"rename from {quoted(old)}\nrename to {quoted(new)}\n")
    hunks = file.get("patch") or rebuilt.get(new)
    if not hunks:
        return "".join([*lines, _without_hunks(file, old, new)])
    if not file.get("patch"):
        lines.append(f"{REBUILT}\n")
    name = "/dev/null" if status == "added" else quoted(f"a/{old}")
    lines.append(f"--- {name}\n")
    name = "/dev/null" if status == "removed" else quoted(f"b/{new}")
    lines.append(f"+++ {name}\n")
    return "".join([*lines, hunks.rstrip("\n"), "\n"])


def _without_hunks(file: dict[str, Any], old: str, new: str) -> str:
    if file.get("changes"):
        return f"{UNREAD}{TOO_MANY}\n"
    # No line changed: binary, empty, another mode, or only another name.
    is_binary = file.get("status") in ("added", "removed", "modified")
    if not is_binary or file.get("sha") == EMPTY_BLOB:
        return ""
    return _BINARY.format(old=quoted(f"a/{old}"), new=quoted(f"b/{new}"))
