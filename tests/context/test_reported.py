"""Failures of logs, annotations and reports become one list, each told once."""

from __future__ import annotations

from bot.context import reported
from bot.context.log_shapes import Failure
from bot.reader import Annotation

SIX = Failure("pytest", "test_six", "tests/test_price.py", 0, "assert 3 == 4")


def test_what_every_failing_step_says_is_no_failure():
    said = [
        Annotation(".github", 1, "Process completed with exit code 1."),
        Annotation("src/a.ts", 3, "unused", level="warning"),
        Annotation("src/a.ts", 4, "Type 'x' is wrong\nmore"),
    ]
    (found,) = reported.from_annotations(said)
    assert (found.file, found.line, found.message) == (
        "src/a.ts",
        4,
        "Type 'x' is wrong",
    )


def test_an_annotation_of_the_whole_job_has_no_place():
    (found,) = reported.from_annotations(
        [Annotation(".github", 9, "The runner is lost")]
    )
    assert (found.file, found.line) == ("", 0)


def test_the_same_test_is_told_once_and_gets_its_place():
    more = Failure("test report", "tests.test_price.test_six", "tests/test_price.py", 3)
    assert reported.merged([SIX], [more]) == (
        Failure("pytest", "test_six", "tests/test_price.py", 3, "assert 3 == 4"),
    )


def test_the_same_line_of_the_same_file_is_told_once():
    old = Failure("gcc", "", "/build/src/a.c", 7, "expected ';'")
    new = Failure("annotation", "", "src/a.c", 7, "error: expected ';' before '}'")
    assert len(reported.merged([old], [new])) == 1


def test_another_failure_is_added():
    other = Failure("test report", "test_two", "tests/test_price.py", 3)
    assert reported.merged([SIX], [other]) == (SIX, other)


def test_no_list_grows_without_end():
    many = [Failure("x", f"test_{n}") for n in range(500)]
    assert len(reported.merged([], many)) == reported.MAX_FAILURES


def test_names_stay_while_lines_and_numbers_change():
    def names(line, text):
        return reported.names([Failure("gcc", "", "a.c", line, f"error at {text}")])

    assert names(3, "0xdeadbeef12") == names(9, "0xfeedbeef99")


def test_tests_are_named_by_file_and_name_and_leave_out_the_rest():
    noise = Failure("pytest", "", "tests/test_price.py", 3, "AssertionError")
    assert reported.names([noise, SIX]) == ("tests/test_price.py::test_six",)


def test_the_last_name_is_what_tools_agree_on():
    names = ["a/b.py::C::test_x[1]", "a.b.C.test_x[1]", "C > test_x[1]"]
    assert {reported.last_name(name) for name in names} == {"test_x[1]"}
