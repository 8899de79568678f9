"""`routebot distill` on files, packed files and stdin."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import distill, log_files, reported_errors
from bot.errors import UsageError

LOG = b"""\
cc src/cart.c
src/cart.c:12:5: error: unknown type name 'item'
##[error]Process completed with exit code 2.
"""


def run(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(distill.COMMAND, list(arguments), input=stdin)


def test_text_numbers_the_lines_of_the_log() -> None:
    result = run(stdin=LOG)
    assert result.exit_code == 0
    heading = result.output.splitlines()[0]
    assert re.fullmatch(r"compile \(exit code 2\): [123] of 3 lines", heading)
    assert "      2 | src/cart.c:12:5: error: unknown type name 'item'" in result.output


def test_json_is_the_whole_object() -> None:
    shown = json.loads(run("--format", "json", "-", stdin=LOG).output)
    assert shown["schema"] == 1
    assert shown["lines_total"] == 3
    assert shown["category"] == "compile"
    assert shown["failures"][0]["file"] == "src/cart.c"
    assert shown["chunks"][0]["start"] <= 2 <= shown["chunks"][0]["end"]


def test_a_packed_file_reads_like_a_plain_one(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.log", tmp_path / "a.log.gz"
    plain.write_bytes(LOG)
    packed.write_bytes(gzip.compress(LOG[:40]) + gzip.compress(LOG[40:]))
    assert run(str(packed)).output == run(str(plain)).output


@pytest.mark.parametrize("end", [12, 40])
def test_a_damaged_packed_file_is_a_usage_error(tmp_path: Path, end: int) -> None:
    packed = tmp_path / "a.log.gz"
    packed.write_bytes(gzip.compress(LOG)[:end])
    assert isinstance(run(str(packed)).exception, UsageError)


def test_a_packed_log_that_unpacks_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_files, "MAX_BYTES", 4 << 20)
    packed = tmp_path / "a.log.gz"
    packed.write_bytes(gzip.compress((b"x" * 2_000 + b"\n") * 5_000))
    assert "longer" in str(run(str(packed)).exception)


def test_the_budget_limits_the_lines() -> None:
    text = b"".join(b"src/a.c:%d:1: error: bad\n" % n for n in range(1, 90))
    shown = json.loads(run("--format", "json", "--budget", "7", stdin=text).output)
    assert sum(c["end"] - c["start"] + 1 for c in shown["chunks"]) <= 7
    assert run("--budget", "0", stdin=text).exit_code == 2


def test_an_empty_log_says_so() -> None:
    result = run(stdin=b"")
    assert result.exit_code == 0
    assert "the log is empty" in result.output


def test_nothing_of_the_log_can_be_a_workflow_command() -> None:
    text = b"::set-env name=A::error\n##[error]::add-path::/tmp\n##[set-output]error\n"
    lines = run(stdin=text).output.splitlines()
    assert lines
    assert not any(line.strip().startswith("::") or "##[" in line for line in lines)


def test_secrets_are_taken_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a-very-secret-value-of-ours")
    text = b"error: a-very-secret-value-of-ours was refused\n"
    shown = json.loads(run("--format", "json", stdin=text).output)
    assert "very-secret" not in json.dumps(shown)
    assert shown["redactions"] == 1


def test_a_missing_file_ends_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert reported_errors(["distill", "/no/such/file.log"]) == 2
    assert "No such file" in capsys.readouterr().err


GREEN = b"##[group]Run make\nmake\n##[endgroup]\nwarning: error handling is old\n"
RED = (
    GREEN
    + b"src/cart.c:12:5: error: unknown type name 'item'\n"
    + b"##[error]Process completed with exit code 2.\n"
)


def test_what_stands_in_the_passing_log_is_counted_and_not_shown(
    tmp_path: Path,
) -> None:
    green = tmp_path / "green.log.gz"
    green.write_bytes(gzip.compress(GREEN))
    result = run("--passed", str(green), stdin=RED)
    assert result.stderr == ""
    assert "2 of 6 lines; 4 also stand in the passing log" in result.stdout
    assert "      5 | src/cart.c:12:5: error" in result.stdout
    assert "handling" not in result.stdout


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(None, "No such file", id="missing"),
        pytest.param(b"", distill.NO_LINES, id="empty"),
        pytest.param(gzip.compress(b""), distill.NO_LINES, id="packed nothing"),
        pytest.param(b"\x7fELF\0\0\0" + RED, distill.NOT_TEXT, id="binary"),
        pytest.param(b"\n\n", distill.NO_SHARE, id="empty lines"),
        pytest.param(b"another job\n", distill.NO_SHARE, id="another job"),
        pytest.param(
            gzip.compress(b"another job\n" * 99)[:-4], log_files.DAMAGED, id="cut off"
        ),
    ],
)
def test_a_passing_log_that_is_none_is_said_and_left_out(
    tmp_path: Path, content: bytes | None, problem: str
) -> None:
    green = tmp_path / "green.log"
    if content is not None:
        green.write_bytes(content)
    result = run("--passed", str(green), stdin=RED)
    assert result.exit_code == 0
    assert problem in result.stderr
    assert result.stdout == run(stdin=RED).stdout


def test_the_failing_command_and_a_name_for_the_failure_are_shown() -> None:
    lines = run(stdin=RED).stdout.splitlines()
    assert lines[1] == "command: make"
    name = json.loads(run("--format", "json", stdin=RED).output)["fingerprint"]
    assert lines[-1] == f"fingerprint {name}"


def test_a_long_list_of_failures_is_cut() -> None:
    text = b"".join(b"src/a%d.c:1:1: error: bad\n" % n for n in range(13))
    assert "and 3 more" in run(stdin=text).stdout.splitlines()


def test_a_test_that_is_reported_twice_is_listed_once() -> None:
    text = (
        b"E       assert 3 == 4\ntests/test_cart.py:12: AssertionError\n"
        b"FAILED tests/test_cart.py::test_total - assert 3 == 4\n"
        b"test total ... FAILED\nthread 'total' panicked at src/cart.rs:7:5:\n"
    )
    listed = [
        line
        for line in run(stdin=text).stdout.splitlines()
        if line.startswith(("pytest:", "cargo:"))
    ]
    assert listed == [
        "pytest: test_total tests/test_cart.py assert 3 == 4",
        "cargo: total src/cart.rs:7",
    ]


# Archives of GitHub's, which hold the logs of a run's jobs and of their steps.

LINT = b"##[group]Run ruff check\nruff check\n##[endgroup]\nAll checks passed!\n"
OTHER = b"src/shop.c:3:1: error: expected ';'\n" + RED.splitlines(keepends=True)[-1]


def _archive(tmp_path: Path, **logs: bytes) -> str:
    place = tmp_path / "logs_123.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in logs.items():
            packed.writestr(name, text)
    return str(place)


def test_of_an_archive_the_first_job_that_failed_is_shown(tmp_path: Path) -> None:
    logs = {"10_old.txt": RED, "2_test.txt": RED, "0_lint.txt": LINT, "9_x.txt": OTHER}
    steps = {"test/2_Run make.txt": RED, "test/system.txt": b"x\n", "note.md": b"x"}
    result = run(_archive(tmp_path, **logs, **steps))
    assert result.stdout == run(stdin=RED).stdout
    assert result.stderr.splitlines() == [
        distill.SHOWN.format(name="2_test.txt", count=4),
        distill.ALIKE.format(names="10_old.txt"),
        distill.OTHERS.format(names="9_x.txt"),
    ]


def test_an_archive_of_green_jobs_shows_its_first(tmp_path: Path) -> None:
    result = run(_archive(tmp_path, **{"1_b.txt": LINT, "0_a.txt": b"fine\n"}))
    assert "the log ends without an error" in result.stdout
    assert result.stderr == distill.SHOWN.format(name="0_a.txt", count=2) + "\n"


def test_an_archive_of_steps_alone_is_read_too(tmp_path: Path) -> None:
    result = run(_archive(tmp_path, **{"test/1_Run make.txt": RED}))
    assert "src/cart.c:12:5: error" in result.stdout


def test_an_archive_may_be_the_passing_log(tmp_path: Path) -> None:
    green = _archive(tmp_path, **{"0_lint.txt": LINT, "1_make.txt": GREEN})
    result = run("--passed", green, stdin=RED)
    assert "4 also stand in the passing log" in result.stdout


def test_names_in_an_archive_are_no_workflow_commands(tmp_path: Path) -> None:
    result = run(_archive(tmp_path, **{"::error::x.txt": RED}))
    assert "::" not in result.stderr


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"PK\x03\x04" + b"x" * 99, log_files.DAMAGED, id="no archive"),
        pytest.param(None, log_files.NO_LOGS, id="no logs"),
    ],
)
def test_an_archive_without_logs_is_a_usage_error(
    tmp_path: Path, content: bytes | None, problem: str
) -> None:
    place = _archive(tmp_path, **{"picture.png": b"x", "../up.txt": b"x"})
    if content is not None:
        Path(place).write_bytes(content)
    assert str(run(place).exception) == problem


def test_an_archive_that_is_cut_or_flipped_is_a_usage_error(tmp_path: Path) -> None:
    place = Path(_archive(tmp_path, **{"0_a.txt": RED * 50}))
    whole = bytearray(place.read_bytes())
    whole[60] ^= 0xFF
    place.write_bytes(whole)
    assert str(run(str(place)).exception) == log_files.DAMAGED


def test_an_archive_that_unpacks_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_files, "MAX_BYTES", 4 << 20)
    place = _archive(tmp_path, **{"0_a.txt": (b"x" * 2_000 + b"\n") * 5_000})
    assert str(run(place).exception) == log_files.TOO_LONG


def test_an_archive_in_a_pipe_is_refused(tmp_path: Path) -> None:
    class Pipe(BytesIO):
        def seekable(self) -> bool:
            return False

    packed = Path(_archive(tmp_path, **{"0_a.txt": RED})).read_bytes()
    with pytest.raises(UsageError, match="pipe"):
        log_files.opened(Pipe(packed))
