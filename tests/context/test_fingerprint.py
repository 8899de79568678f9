"""The same failure has the same name in every run, and another failure another."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.context import fingerprint, log
from bot.context.log_shapes import Chunk, Distilled, Failure

# One failing run a tool; what stands in braces differs between two of its runs.
RUNS: dict[str, str] = {
    "pytest": """\
collected {n} items
{home}/cart/tests/test_cart.py:{n}: KeyError
E       KeyError: 'total'
E       assert <cart.Cart object at {at}> == {temp}
FAILED tests/test_cart.py::test_total[2] - KeyError: 'total'
FAILED tests/test_cart.py::test_kept - OSError: {temp} is gone after {took}
{n} failed, {n} passed in {took}
""",
    "gcc": """\
{home}/cart/src/cart.c: In function 'total':
{home}/cart/src/cart.c:{n}:{n}: error: unknown type name 'item'
  {n} |   item x;
{home}/cart/src/cart.c:{n}:{n}: error: 'sum' undeclared (first use)
make: *** [Makefile:{n}: cart.o] Error 1
""",
    "go": """\
--- FAIL: TestTotal ({took})
    cart_test.go:{n}: want {n}, got {n}
FAIL	example.org/cart	{took}
""",
    "cargo": """\
thread 'total' panicked at src/cart.rs:{n}:{n}:
assertion failed at {at}
test total ... FAILED
test result: FAILED. {n} passed; 1 failed; finished in {took}
""",
    "node": """\
{home}/cart/a.js:{n}
Error: Cannot find module '{home}/cart/lib/total.js'
    at Module._resolve (node:internal/loader:{n}:{n})
""",
    "no tool": """\
{when} checking commit {hash}
{when} fatal: cart {hash} does not hold {temp}
""",
    "no space": """\
writing {temp}
tar: {temp}: No space left on device
""",
}
TAIL = "##[error]Process completed with exit code 1.\n"
NUMBERS = st.integers(1, 99_999)
VALUES = st.fixed_dictionaries(
    {
        "n": NUMBERS,
        "at": st.integers(2**20, 2**48).map(hex),
        "took": st.floats(0.01, 900).map(lambda seconds: f"{seconds:.2f}s"),
        "temp": NUMBERS.map(lambda n: f"/tmp/job-{n}/tmp{n:x}/report"),
        "home": st.sampled_from(
            ["/home/runner/work/cart", "/Users/octocat", "/builds/x9/group", "/root"]
        ),
        "hash": st.integers(0, 2**32).map(lambda n: f"{n:08x}9c{n:030x}"),
        "when": st.datetimes().map(lambda at: at.isoformat(timespec="milliseconds")),
    }
)
STAMPS = st.datetimes().map(lambda at: at.strftime("20%y-%m-%dT%H:%M:%S.1234567Z "))


def of(text: str, stamp: str = "") -> str:
    lines = "".join(f"{stamp}{line}\n" for line in (text + TAIL).splitlines())
    return log.distill(lines.encode()).fingerprint


@pytest.mark.parametrize("tool", RUNS)
@settings(deadline=None, max_examples=25)
@given(one=VALUES, other=VALUES, stamp=STAMPS)
def test_two_runs_of_one_failure_share_its_name(
    tool: str, one: dict[str, object], other: dict[str, object], stamp: str
) -> None:
    name = of(RUNS[tool].format(**one))
    assert len(name) == 16
    assert name == of(RUNS[tool].format(**other), stamp)


@settings(deadline=None, max_examples=10)
@given(values=VALUES)
def test_different_failures_have_different_names(values: dict[str, object]) -> None:
    names = [of(text.format(**values)) for text in RUNS.values()]
    assert len(set(names)) == len(names)


@settings(deadline=None, max_examples=25)
@given(order=st.permutations(range(90)))
def test_the_order_of_parallel_tests_does_not_count(order: list[int]) -> None:
    # More than a budget of lines: not every one of them is shown.
    lines = [f"FAILED t/test_{n}.py::test_it - KeyError: 'k{n}'\n" for n in range(90)]
    assert of("".join(lines[n] for n in order)) == of("".join(lines))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FAILED t/a.py::test_x[1] - Bad", "FAILED t/a.py::test_x[2] - Bad"),
        ("FAILED t/a.py::test_x - KeyError: 'a'", "FAILED t/a.py::test_x - Bad"),
        ("a.c:1:1: error: no type 'x'", "a.c:1:1: error: no type 'y'"),
        ("a.c:1:1: error: no type 'x'", "b.c:1:1: error: no type 'x'"),
        ("a.ts(1,2): error TS2322: no", "a.ts(1,2): error TS2345: no"),
        ("make: *** [cart.o] Error 1", "make: *** [total.o] Error 1"),
        ("connection refused by db", "connection refused by cache"),
        ("the cart is lost", "the total is lost"),
    ],
)
def test_failures_that_differ_in_a_word_differ(one: str, other: str) -> None:
    assert of(one + "\n") != of(other + "\n")


def test_the_machine_does_not_count() -> None:
    here = "src\\a.cs(1,2): error CS0103: no\n"
    assert of(here) == of("src/a.cs(3,4): error CS0103: no\n")
    assert of("D:\\a\\p\\p\\" + here) == of("/home/runner/work/p/p/" + here)


def test_one_failing_test_more_is_another_failure() -> None:
    first = "FAILED t/a.py::test_x - Bad\n"
    assert of(first) != of(first + "FAILED t/a.py::test_y - Bad\n")


@pytest.mark.parametrize("text", [b"", b"all is well\n", b"\0\xff\n\n", b"\n" * 99])
def test_where_no_cause_was_found_there_is_no_name(text: bytes) -> None:
    assert log.distill(text).fingerprint == ""


SHOWN = Distilled(
    category="test",
    chunks=(Chunk(1, 1, "test", 9.0, "FAILED a::test_x"),),
    failures=(Failure("pytest", test="test_x", file="a", line=3),),
)


def test_what_a_tool_says_elsewhere_in_the_log_does_not_count() -> None:
    noise = Failure("jest", message="1 problem (0 errors, 1 warning)")
    wordy = Failure("pytest", file="a", line=9, message="KeyError: 'x'")
    assert fingerprint.of(replace(SHOWN, failures=(*SHOWN.failures, noise, wordy))) == (
        fingerprint.of(SHOWN)
    )


def test_a_failure_that_no_chunk_shows_is_named_after_the_chunks() -> None:
    lost = replace(SHOWN, failures=(Failure("jest", message="elsewhere"),))
    assert fingerprint.of(lost) == fingerprint.of(replace(SHOWN, failures=()))
    assert fingerprint.of(lost) != fingerprint.of(replace(lost, category="lint"))
    assert fingerprint.of(replace(SHOWN, chunks=())) == ""
