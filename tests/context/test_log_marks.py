"""What CI systems write about their own steps."""

from __future__ import annotations

import pytest

from bot.context import log, log_scan
from bot.context.log_marks import mark

# The last line of a failing step as each system writes it, and its exit code.
ENDS: dict[str, tuple[str, int]] = {
    "github": ("##[error]Process completed with exit code 2.", 2),
    "github copied": ("Error: Process completed with exit code 2.", 2),
    "azure": ("##[error]Bash exited with code '2'.", 2),
    "azure tool": ("##[error]The process '/usr/bin/npm' failed with exit code 2", 2),
    "travis": ('The command "make" exited with 2.', 2),
    "travis setup": ('The command "make" failed and exited with 2 during .', 2),
    "circleci": ("Exited with code exit status 2", 2),
    "appveyor": ("Command exited with code 2", 2),
    "gitlab": ("ERROR: Job failed: exit code 2", 2),
    "jenkins": ("Build step 'Execute shell' marked build as failure", 1),
    "jenkins pipeline": ("ERROR: script returned exit code 2", 2),
    "buildkite": ("🚨 Error: The command exited with status 2", 2),
}


@pytest.mark.parametrize("name", ENDS)
def test_every_system_says_how_a_command_ended(name: str) -> None:
    line, code = ENDS[name]
    found = mark(line)
    assert found is not None
    assert found.exit_code == code


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("##[group]Run make", "make"),
        ("[command]/usr/bin/git version", "/usr/bin/git version"),
        ("##[section]Starting: make", "make"),
        ("##[command]make all", "make all"),
        ("$ make", "make"),
        ("~~~ Running commands", "Running commands"),
        ("travis_fold:start:make", ""),
    ],
)
def test_every_system_says_where_a_step_begins(line: str, command: str) -> None:
    found = mark(line)
    assert found is not None
    assert (found.starts_step, found.command) == (True, command)


@pytest.mark.parametrize(
    "line",
    [
        "##[endgroup]",
        "##[section]Finishing: make",
        "section_end:1700000000:build_script",
        "[Pipeline] }",
        "Finished: FAILURE",
        "travis_time:end:0a1b",
        "^^^ +++",
        "Done. Your build exited with 1.",
        "Current runner version: '2.329.0'",
        "Download action repository 'actions/checkout@v5' (SHA:08c6903c)",
        "Post job cleanup.",
        "Cleaning up orphan processes",
    ],
)
def test_marks_that_only_part_steps(line: str) -> None:
    found = mark(line)
    assert found is not None
    assert (found.starts_step, found.exit_code) == (False, None)


@pytest.mark.parametrize(
    "line",
    ["", "make", "##[error]no such input", "~~~~~^", "Finished: 3 of 4", "sections: 3"],
)
def test_lines_of_the_work_are_no_marks(line: str) -> None:
    assert mark(line) is None


@pytest.mark.parametrize("name", ENDS)
def test_the_cause_is_what_stands_before_the_end(name: str) -> None:
    work = "".join(f"built part {n} of the shop\n" for n in range(40))
    cause = "src/cart.c:12:5: error: unknown type name 'item'\n"
    end, code = ENDS[name]
    result = log.distill(f"{work}{cause}{end}\n{work}".encode())
    assert result.exit_code == code
    assert result.category == "compile"
    assert result.chunks[0].start <= 41 <= result.chunks[0].end


def test_columns_of_job_and_step_are_read_over() -> None:
    stamp = "test\tRun make\t2026-11-02T10:00:00.1234567Z "
    lines = [
        "##[group]Run make",
        "##[endgroup]",
        "src/a.c:1:1: error: bad",
        ENDS["github"][0],
    ]
    result = log.distill("\n".join(stamp + line for line in lines).encode())
    assert result.exit_code == 2
    assert result.commands == ("make",)
    assert result.chunks[0].text == "\n".join(lines[2:])


def steps(*lines: str) -> log_scan.Scan:
    scan = log_scan.Scan()
    for line in lines:
        log_scan.read(scan, line)
    return scan


MAKE, TEST = "##[group]Run make", "##[group]Run make test"


def test_github_runs_a_step_only_after_the_one_before_did_not_fail() -> None:
    scan = steps(MAKE, "##[group]Compiling", "built", TEST, ENDS["github"][0])
    assert list(scan.exits) == [(4, 0), (5, 2)]


@pytest.mark.parametrize(
    "trouble", [ENDS["github"][0], "##[error]The operation was canceled."]
)
def test_a_step_that_runs_whatever_happens_tells_of_no_success(trouble: str) -> None:
    scan = steps(MAKE, "bad", trouble, TEST, "uploaded")
    assert (4, 0) not in scan.exits


def test_the_first_step_follows_nothing() -> None:
    assert not steps("##[group]Operating System", "Ubuntu", MAKE).exits
