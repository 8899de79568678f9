"""Where a CI log says that a step begins or how a command ended, from one table."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the CI system itself; `exit_code` None where nothing ended.

    `follows_success`: the step begins only because the one before did not fail.
    """

    starts_step: bool = False
    follows_success: bool = False
    command: str = ""
    exit_code: int | None = None
    ended: str = ""


# First characters of a mark, then its pattern. Groups: command (a step begins), next
# (it begins after a success), code and ended (a command ended); a pattern without any
# marks a line that tells nothing.
_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("##[group]Run ", re.compile(r"##\[group\]Run (?P<next>.{1,400})")),
    ("##[group]", re.compile(r"##\[group\](?P<command>.{1,400})")),
    ("##[endgroup]", re.compile(r"##\[endgroup\]")),
    (
        "##[section]",
        re.compile(r"##\[section\](?:Starting: (?P<command>.{1,400})|Finishing: )"),
    ),
    ("##[command]", re.compile(r"##\[command\](?P<command>.{1,400})")),
    ("[command]", re.compile(r"\[command\](?P<command>.{1,400})")),
    (
        "##[error]Process completed",
        re.compile(r"##\[error\]Process completed with exit code (?P<code>-?\d{1,10})"),
    ),
    (
        "Error: Process completed",
        re.compile(r"Error: Process completed with exit code (?P<code>-?\d{1,10})"),
    ),
    (
        "##[error]",
        re.compile(
            r"##\[error\][^\n']{1,40}(?:'[^']{1,300}')? ?"
            r"(?:failed|exited) with (?:exit )?code '?(?P<code>-?\d{1,10})"
        ),
    ),
    (
        "🚨 Error: The command exited",
        re.compile(r"🚨 Error: The command exited with status (?P<code>\d{1,10})"),
    ),
    (
        "ERROR: script returned",
        re.compile(r"ERROR: script returned exit code (?P<code>\d{1,10})"),
    ),
    (
        "The command ",
        re.compile(
            r"The command \"(?P<ended>.{1,400})\" (?:failed and )?exited with "
            r"(?P<code>\d{1,10})"
        ),
    ),
    (
        "Command exited with",
        re.compile(r"Command exited with code (?P<code>\d{1,10})"),
    ),
    (
        "Exited with",
        re.compile(r"Exited with (?:code exit status )?(?P<code>\d{1,10})"),
    ),
    (
        "ERROR: Job failed",
        re.compile(r"ERROR: Job failed: exit (?:code|status) (?P<code>\d{1,10})"),
    ),
    (
        "Build step '",
        re.compile(
            r"Build step '(?P<ended>[^']{1,200})' marked build as failure(?P<code>)"
        ),
    ),
    # GitLab's runner, after the last command
    (
        "Cleaning up project directory",
        re.compile(r"Cleaning up project directory and file based variables"),
    ),
    ("travis_fold:start:", re.compile(r"travis_fold:start:(?P<command>)")),
    ("travis_time:start:", re.compile(r"travis_time:start:(?P<command>)")),
    ("~~~ ", re.compile(r"~~~ (?P<command>\S.{0,400})")),
    ("^^^ +++", re.compile(r"\^\^\^ \+\+\+")),
    ("section_", re.compile(r"section_(?:start|end):\d{1,12}:")),
    ("[Pipeline] ", re.compile(r"\[Pipeline\] ")),
    ("Finished: ", re.compile(r"Finished: [A-Z]{1,20}$")),
    ("Done. Your build", re.compile(r"Done\. Your build exited with \d")),
    ("travis_", re.compile(r"travis_(?:fold|time):end:")),
    ("$ ", re.compile(r"\$ (?P<command>.{1,400})")),
    # What GitHub's runner says of itself, before the steps and after them
    *(
        (start, re.compile(re.escape(start)))
        for start in (
            "Current runner version: ",
            "Runner name: ",
            "Machine name: ",
            "Secret source: ",
            "Prepare workflow directory",
            "Prepare all required actions",
            "Getting action download info",
            "Download action repository ",
            "Complete job name: ",
            "Syncing repository: ",
            "Temporarily overriding HOME=",
            "Adding repository directory to the temporary git global config",
            "Post job cleanup.",
            "Cleaning up orphan processes",
            "Requested labels: ",
            "Job defined at: ",
            "Waiting for a runner to pick up this job",
            "Job is about to start running on the ",
        )
    ),
)
_FIRST = tuple(start for start, _ in _MARKS)


def mark(line: str) -> Mark | None:
    """Read a line of the CI system itself; None for a line of the work."""
    if not line.startswith(_FIRST):
        return None
    for start, pattern in _MARKS:
        if not line.startswith(start):
            continue
        match = pattern.match(line)
        if match is not None:
            return _from_groups(match.groupdict())
    return None


def _from_groups(groups: dict[str, str | None]) -> Mark:
    if "code" in groups:
        code = groups["code"]
        return Mark(exit_code=int(code) if code else 1, ended=groups.get("ended") or "")
    if groups.get("next"):
        return Mark(True, follows_success=True, command=groups["next"] or "")
    if groups.get("command") is not None:
        return Mark(True, command=groups["command"] or "")
    return Mark()
