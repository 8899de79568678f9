"""From a raw log to the lines that explain the failure."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator

import pytest

from bot.context import log, log_choice, log_lines, log_scan
from bot.context.log_ends import ENDS
from bot.context.log_linters import LINTERS
from bot.context.log_shapes import Chunk
from bot.context.log_tools import TOOLS

STAMP = "2026-11-02T10:00:00.1234567Z "

# One real-shaped sample a form: lines, then tool, test, file, line of the failure.
SAMPLES: dict[str, tuple[str, tuple[str, str, str, int]]] = {
    "pytest summary": (
        "FAILED tests/test_cart.py::test_total - assert 3 == 4",
        ("pytest", "test_total", "tests/test_cart.py", 0),
    ),
    "pytest place": (
        "tests/test_cart.py:12: AssertionError",
        ("pytest", "", "tests/test_cart.py", 12),
    ),
    "unittest": (
        "FAIL: test_total (tests.test_cart.CartTest)",
        ("unittest", "test_total", "", 0),
    ),
    "jest": ("  ● Cart \u203a adds items", ("jest", "Cart \u203a adds items", "", 0)),
    "vitest": (
        " FAIL  src/cart.test.ts > Cart > adds",
        ("vitest", "Cart > adds", "src/cart.test.ts", 0),
    ),
    "tsc": (
        "src/cart.ts(3,14): error TS2322: Type 'string' is not assignable.",
        ("tsc", "", "src/cart.ts", 3),
    ),
    "tsc pretty": (
        "src/cart.ts:3:14 - error TS2322: Type 'string' is not assignable.",
        ("tsc", "", "src/cart.ts", 3),
    ),
    "eslint": (
        "  3:14  error  'x' is never used  no-unused-vars",
        ("eslint", "", "", 3),
    ),
    "go test": ("--- FAIL: TestTotal (0.01s)", ("go", "TestTotal", "", 0)),
    "go build": ("./cart.go:9:2: undefined: total", ("go", "", "./cart.go", 9)),
    "rustc": ("error[E0308]: mismatched types", ("rustc", "", "", 0)),
    "cargo": (
        "thread 'cart::total' panicked at src/cart.rs:7:5:",
        ("cargo", "cart::total", "src/cart.rs", 7),
    ),
    "gcc": (
        "src/cart.c:12:5: error: unknown type name 'item'",
        ("cc", "", "src/cart.c", 12),
    ),
    "cmake": (
        "CMake Error at CMakeLists.txt:4 (find_package):",
        ("cmake", "", "CMakeLists.txt", 4),
    ),
    "maven": (
        "[ERROR] /w/src/Cart.java:[12,5] cannot find symbol",
        ("maven", "", "/w/src/Cart.java", 12),
    ),
    "javac": (
        "src/Cart.java:12: error: ';' expected",
        ("javac", "", "src/Cart.java", 12),
    ),
    "gradle": ("CartTest > total() FAILED", ("gradle", "CartTest > total()", "", 0)),
    "dotnet": (
        "Cart.cs(12,5): error CS1002: ; expected [/w/Cart.csproj]",
        ("dotnet", "", "Cart.cs", 12),
    ),
    "rspec": (
        "rspec ./spec/cart_spec.rb:7 # Cart adds",
        ("rspec", "Cart adds", "spec/cart_spec.rb", 7),
    ),
    "phpunit": ("1) CartTest::testTotal", ("phpunit", "CartTest::testTotal", "", 0)),
    "pip": (
        "ERROR: No matching distribution found for nothing==9",
        ("pip", "", "", 0),
    ),
}


def distilled(text: str, **options: int) -> log.Distilled:
    return log.distill(text.encode(), **options)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_form_gives_its_failure(name: str) -> None:
    line, wanted = SAMPLES[name]
    result = distilled("building\n" * 30 + line + "\n" + "done\n" * 30)
    found = {(f.tool, f.test, f.file, f.line) for f in result.failures}
    assert wanted in found
    assert any(chunk.start <= 31 <= chunk.end for chunk in result.chunks)
    assert result.category != "no_error_found"


@pytest.mark.parametrize(
    ("line", "category"),
    [
        ("FATAL ERROR: JavaScript heap out of memory", "out_of_memory"),
        ("write /tmp/x: no space left on device", "disk"),
        ("Segmentation fault (core dumped)", "crash"),
        ("curl: (6) Could not resolve host: example.com", "network"),
        ("open /etc/x: permission denied", "permission"),
        ("The job has exceeded the maximum execution time of 6h0m0s", "timeout"),
        ("The runner has received a shutdown signal.", "runner_lost"),
        ("##[error]The operation was canceled.", "cancelled"),
    ],
)
def test_ends_that_no_tool_reports(line: str, category: str) -> None:
    assert distilled(f"working\nworking\n{line}\n").category == category


def test_github_format_is_read_down_to_the_failing_step() -> None:
    lines = [
        "##[group]Run make lint",
        "make lint",
        "##[endgroup]",
        "note: error handling is documented",
        "##[group]Run pytest -q",
        "pytest -q",
        "##[endgroup]",
        "\x1b[31mFAILED\x1b[0m tests/test_a.py::test_b - assert 1 == 2",
        "##[error]Process completed with exit code 1.",
    ]
    result = log.distill(("\ufeff" + "\n".join(STAMP + x for x in lines)).encode())
    assert result.exit_code == 1
    assert result.commands == ("pytest -q",)
    assert result.category == "test"
    assert result.chunks[0].start == 8
    assert result.chunks[0].text.startswith("FAILED tests/test_a.py")
    assert result.failures[0].test == "test_b"


def test_lines_keep_their_numbers_behind_progress_bars() -> None:
    bar = "".join(f"\r {n}%" for n in range(50))
    result = distilled(f"{bar} done\n{bar}\rsrc/a.c:1:1: error: bad\n")
    assert result.chunks[0].text.splitlines()[-1] == "src/a.c:1:1: error: bad"
    assert result.chunks[0].end == 2


def test_the_first_cause_stands_before_its_echoes() -> None:
    cause = "src/a.c:4:1: error: unknown type name 'item'\n"
    noise = "".join(f"make[{n % 9}]: *** [all] Error 2\n" for n in range(300))
    result = distilled("cc a.c\n" * 100 + cause + noise)
    assert result.chunks[0].start <= 101 <= result.chunks[0].end
    assert result.category == "compile"


def test_three_thousand_follow_on_errors_do_not_bury_the_first() -> None:
    first = "ERROR: Could not find a version that satisfies the requirement x==9\n"
    result = distilled(first + "ModuleNotFoundError: No module named 'x'\n" * 3_000)
    assert result.chunks[0].start == 1
    assert result.category == "dependency"


def test_a_cause_without_a_word_of_trouble_is_found_before_the_exit() -> None:
    text = "installing\n$ check links\n> Links\n  1. 301 http://a.example\n"
    result = distilled(text + 'The command "check links" exited with 1.\n')
    assert "301 http://a.example" in result.chunks[0].text
    assert result.exit_code == 1
    assert result.commands == ("check links",)


def test_a_command_that_ended_well_is_no_failure() -> None:
    result = distilled('$ a\nerror: ignored\nThe command "a" exited with 0.\nfine\n')
    assert result.exit_code is None


@pytest.mark.parametrize("text", ["all\nis\nwell\n", "0 errors, 0 failures\n"])
def test_no_error_is_said_and_not_invented(text: str) -> None:
    result = distilled(text)
    assert result.category == "no_error_found"
    assert result.note == log.NO_ERROR
    assert result.failures == ()


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\r\n \n", b"\xef\xbb\xbf"])
def test_an_empty_log_is_called_empty(data: bytes) -> None:
    result = log.distill(data)
    assert (result.category, result.note) == ("no_error_found", log.EMPTY)
    assert result.chunks == ()


@pytest.mark.parametrize(
    "data",
    [
        b"caf\xe9 error: \xff\xfe\n",
        "error: bad\n".encode("utf-16-le"),
        bytes(range(256)) * 20,
    ],
)
def test_bytes_that_are_no_text_are_read_as_far_as_they_go(data: bytes) -> None:
    result = log.distill(data)
    assert result.lines_total >= 1
    for chunk in result.chunks:
        assert "\x00" not in chunk.text
        assert "\x1b" not in chunk.text


def test_what_is_no_text_is_not_shown() -> None:
    result = log.distill(bytes(range(128, 256)) * 40 + b"\nB\n")
    assert (result.note, result.category) == (log.NO_TEXT, "no_error_found")
    assert not result.chunks
    # A few letters of another encoding do not make it one.
    assert log.distill("ça marche très bien\n".encode("latin-1")).chunks


@pytest.mark.parametrize("budget", [1, 5, 20, 60])
def test_the_budget_is_a_ceiling(budget: int) -> None:
    text = "".join(f"src/a{n}.c:1:1: error: bad\nx\nx\nx\nx\nx\nx\n" for n in range(50))
    result = distilled(text, budget=budget)
    assert 0 < sum(c.end - c.start + 1 for c in result.chunks) <= budget


def test_chunks_never_overlap_and_quote_the_log() -> None:
    lines = [f"error {n}" if n % 7 == 0 else f"line {n}" for n in range(500)]
    lines.append('The command "x" exited with 2.')
    result = distilled("\n".join(lines))
    seen: set[int] = set()
    for chunk in result.chunks:
        numbers = range(chunk.start, chunk.end + 1)
        assert chunk.text.split("\n") == [lines[number - 1] for number in numbers]
        assert seen.isdisjoint(numbers)
        seen.update(numbers)


def test_pieces_read_as_the_whole() -> None:
    data = ("start\r\n" * 50 + SAMPLES["gcc"][0] + "\n" + "x" * 30 + "\n").encode()
    pieces = [data[at : at + 7] for at in range(0, len(data), 7)]
    assert log.distill(pieces) == log.distill(data)


def peak_of(pieces: int) -> int:
    def log_of() -> Iterator[bytes]:
        for number in range(pieces):
            yield (f"error {number} " + "x" * 1_000 + "\n").encode() * 100

    tracemalloc.start()
    assert log.distill(log_of()).lines_total == 100 * pieces
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_scan, "_MAX_WINDOWS", 30)
    monkeypatch.setattr(log_scan, "_MAX_CHARACTERS", 100_000)
    assert peak_of(90) < 1.2 * peak_of(30)


@pytest.mark.parametrize(
    "line",
    [
        "a/" * 13_000,
        " " * 60_000 + "x",
        "FAILED " + "a" * 1_990,
        "error: " + "a/" * 1_000,
        "thread 'a' panicked at '" + "x', " * 500,
        "● \u203a " * 500 + "error",
        "\x1b[" * 1_000,
        "x\r" * 1_000,
        "CartTest > " + "b" * 1_900 + " FAILEd failed",
        "[ERROR] " + "x " * 900 + "<<< failure",
    ],
)
def test_no_line_makes_a_pattern_backtrack(line: str) -> None:
    began = time.process_time()
    log.distill((line + "\n").encode() * 100)
    assert time.process_time() - began < 2


def test_no_pattern_has_an_unbounded_quantifier() -> None:
    for grammar in (*LINTERS, *TOOLS, *ENDS):
        source = grammar.pattern.pattern if grammar.pattern else ""
        bare = source.replace(r"\*", "").replace(r"\+", "").replace("[^", "")
        assert "*" not in bare, source
        assert "+" not in bare, source
        assert grammar.needles
        assert all(needle == needle.lower() for needle in grammar.needles)


def test_the_dictionary_fits_its_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    result = distilled(SAMPLES["gcc"][0] + "\n")
    jsonschema.validate(result.as_dict(), log.json_schema())
    assert result.as_dict()["failures"][0] == {
        "tool": "cc",
        "test": "",
        "file": "src/cart.c",
        "line": 12,
        "message": "unknown type name 'item'",
    }


def test_redaction_reaches_every_text_and_is_counted() -> None:
    def redact(text: str) -> tuple[str, int]:
        return text.replace("hunter2", "[REDACTED]"), text.count("hunter2")

    result = distilled(
        "$ run hunter2\nsrc/a.c:1:1: error: hunter2\nCommand exited with code 3\n"
    )
    clean = log.redacted(result, redact)
    assert "hunter2" not in str(clean.as_dict())
    # In the chunk; the command and the failure repeat it.
    assert clean.redactions == 2
    assert clean.exit_code == 3


ESLINT = """\
/w/src/cart.js
  3:14  error  'x' is never used  no-unused-vars

src/shop.js
  7:1   error  'y' is never used  no-unused-vars
"""
PHPCS = "FILE: /w/src/Cart.php\n---\n 12 | ERROR | [x] Line indented incorrectly\n"


def test_a_linter_names_the_file_once_above_what_it_says_of_it() -> None:
    places = [(f.file, f.line) for f in distilled(ESLINT).failures]
    assert places == [("/w/src/cart.js", 3), ("src/shop.js", 7)]
    assert distilled(PHPCS).failures[0].file == "/w/src/Cart.php"


def test_a_file_named_in_another_step_is_not_the_linters() -> None:
    text = "src/old.js\n##[group]Run npx eslint\n##[endgroup]\n  3:14  error  bad  x\n"
    assert [(f.file, f.line) for f in distilled(text).failures] == [("", 3)]


def test_what_a_tool_reports_says_more_than_that_there_was_an_error() -> None:
    chosen = [
        Chunk(1, 1, "error", 0.8, "an error"),
        Chunk(9, 9, "network", 0.3, "connection refused"),
        Chunk(19, 19, "test", 0.2, "FAIL: cart"),
    ]
    assert log_choice.category(chosen, exit_code=1, total=20) == "test"
    # That a service was away is a claim of its own, which needs the likeliest lines.
    assert log_choice.category(chosen[:2], exit_code=1, total=20) == "error"


@pytest.mark.parametrize(
    ("code", "category"), [(137, "out_of_memory"), (139, "crash"), (1, "error")]
)
def test_an_exit_code_tells_what_plain_words_do_not(code: int, category: str) -> None:
    text = f"an error\n##[error]Process completed with exit code {code}.\n"
    assert distilled(text).category == category
    chosen = [Chunk(1, 1, "test", 0.8, "FAIL: cart")]
    assert log_choice.category(chosen, exit_code=code, total=20) == "test"


def test_a_killed_command_ran_out_of_memory_beside_a_passing_log_too() -> None:
    killed = "/w/0a.sh: line 1:  2114 Killed    python train.py\n"
    end = "##[error]Process completed with exit code 137.\n"
    found = log.distill(f"start\nepoch\n{killed}{end}".encode(), passed=b"start\nepoch")
    assert found.category == "out_of_memory"


def test_a_tab_stays_and_colours_beside_it_go() -> None:
    assert distilled("FAIL\tshop.example/cart\t0.012s").failures[0].test == (
        "shop.example/cart"
    )
    (chunk,) = distilled("\x1b[31mbad\x1b[0m:\ta\tb\x07").chunks
    assert chunk.text == "bad:\ta\tb"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_log_in_utf_16_is_read(encoding: str, end: str) -> None:
    said = ["collected 1 item", "tests/test_é.py:4: AssertionError", "1 failed"]
    text = end.join([*said, ""]).encode(encoding)
    for data in (text, [b"", text]):
        found = log.distill(data)
        assert found.lines_total == 3
        assert said[1] in found.chunks[0].text


def test_pieces_may_part_a_character_of_two_bytes() -> None:
    text = ("x é\n" * 40 + "src/cart.c:1:1: error: bad\n").encode("utf-16")
    pieces = [text[at : at + 101] for at in range(0, len(text), 101)]
    assert log.distill(pieces).lines_total == 41


def test_noughts_among_bytes_are_no_wide_text() -> None:
    found = log.distill(b"a\0\0b\0\0c\0\0" * 90 + b"\nsrc/a.c:1:1: error: bad\n")
    assert found.category == "compile"


def test_the_clock_of_jenkins_is_taken_off() -> None:
    lines = [
        "src/cart.c:1:1: error: bad",
        "ERROR: script returned exit code 3",
        "[x] y",
    ]
    text = "".join(f"[{STAMP.strip()}] {line}\n" for line in lines[:2]) + lines[2]
    found = log.distill(text.encode())
    assert found.exit_code == 3
    assert found.chunks[0].text.startswith("src/cart.c")
    assert list(log_lines.lines(text.encode())) == lines
