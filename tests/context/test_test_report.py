"""Test reports in XML: which tests failed, and no entity that grows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.context import test_report
from bot.context.log_shapes import Failure

PYTEST = b"""<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" tests="3" failures="1">
<testcase classname="tests.test_price" name="test_six[a]" time="0.01">
<failure message="AssertionError: assert 3 == 4&#10;  more">def test_six():
&gt;   check(3)

tests/test_price.py:9:
_ _ _
&gt;   assert got == 4
E   AssertionError: assert 3 == 4

orchard/price.py:21: AssertionError</failure></testcase>
<testcase classname="tests.test_price" name="test_one"/>
<testcase classname="tests.test_price" name="test_two"><skipped/></testcase>
</testsuite></testsuites>"""


def _suite(inside):
    return f"<testsuite>{inside}</testsuite>".encode()


def _one(inside):
    (found,) = test_report.failures(_suite(inside))
    return found


def test_a_failed_test_has_name_place_and_the_first_line_of_its_message():
    assert test_report.failures(PYTEST) == (
        Failure(
            "test report",
            test="tests.test_price.test_six[a]",
            file="orchard/price.py",
            line=21,
            message="AssertionError: assert 3 == 4",
        ),
    )


def test_an_error_counts_and_a_test_that_passed_on_retry_does_not():
    found = test_report.failures(
        _suite(
            '<testcase name="a"><error type="OSError"/></testcase>'
            '<testcase name="b"><flakyFailure>x</flakyFailure></testcase>'
            '<testcase name="c"><rerunFailure/><system-out>y</system-out></testcase>'
        )
    )
    assert [(each.test, each.message) for each in found] == [("a", "OSError")]


def test_the_place_the_report_names_goes_before_the_trace():
    found = _one(
        '<testcase name="a" file="t/a.py" line="7">'
        "<failure>b.py:3: Error</failure></testcase>"
    )
    assert (found.file, found.line) == ("t/a.py", 7)


def test_a_stack_trace_names_the_place_where_nothing_else_does():
    found = _one(
        '<testcase name="a"><failure>java.lang.AssertionError: no\n'
        "\tat org.shop.Cart.total(Cart.java:42)\n</failure></testcase>"
    )
    assert (found.file, found.line) == ("org/shop/Cart.java", 42)
    assert found.message == "java.lang.AssertionError: no"


@pytest.mark.parametrize("line", ["", "-1", "x", "9" * 30, "٣"])
def test_a_line_that_is_no_number_is_none(line):
    found = _one(f'<testcase name="a" file="f" line="{line}"><failure/></testcase>')
    assert (found.file, found.line) == ("f", 0)


def test_xunit_net_and_nunit_are_read_too():
    found = test_report.failures(
        b'<assemblies><assembly><collection><test name="N.C.Adds" result="Fail">'
        b"<failure><message><![CDATA[Assert.Equal() Failure]]></message>"
        b"<stack-trace>at N.C.Adds()</stack-trace></failure></test>"
        b"</collection></assembly></assemblies>"
    )
    assert [(e.test, e.message) for e in found] == [
        ("N.C.Adds", "Assert.Equal() Failure")
    ]
    nunit = (
        '<test-case name="B" fullname="N.A.B"><failure><message>no</message></failure>'
    )
    assert _one(f"{nunit}</test-case>").test == "N.A.B"


def test_a_namespace_changes_nothing():
    found = test_report.failures(
        b'<r:testsuite xmlns:r="urn:r"><r:testcase name="a"><r:failure/></r:testcase>'
        b"</r:testsuite>"
    )
    assert [each.test for each in found] == ["a"]


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE t [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE t SYSTEM "http://localhost/x.dtd">',
        "<!DOCTYPE testsuite>",
    ],
)
def test_a_document_with_a_dtd_is_not_read(head):
    body = '<testsuite><testcase name="t"><failure/></testcase></testsuite>'
    assert test_report.failures(f"{head}{body}".encode()) == ()
    assert len(test_report.failures(body.encode())) == 1


@pytest.mark.parametrize(
    "xml",
    [b"", b"\xff\xfe", b"<a", b"<html></html>", b"{}", b"<a>" * 50_000, PYTEST[:300]],
)
def test_what_is_no_whole_report_has_no_failures(xml):
    assert test_report.failures(xml) == ()


@pytest.mark.parametrize(
    "encoding", ["utf-7", "idna", "ebcdic", "rot13", "base64", "undefined", "shift_jis"]
)
def test_an_encoding_that_cannot_be_read_has_no_failures(encoding):
    head = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
    assert test_report.failures(head + _suite("")) == ()


def test_a_report_that_is_too_large_is_not_read(monkeypatch):
    monkeypatch.setattr(test_report, "MAX_XML", len(PYTEST))
    assert test_report.failures(PYTEST)
    assert test_report.failures(PYTEST + b"\n") == ()


def test_of_many_failures_and_long_words_there_is_an_end():
    case = f'<testcase name="{"n" * 999}"><failure message="{"m" * 999}"/></testcase>'
    found = test_report.failures(_suite(case * 201))
    assert len(found) == 200
    assert len(found[0].test) == len(found[0].message) == 400


@given(st.integers(0, len(PYTEST)), st.binary(max_size=6))
def test_noise_never_raises(at, noise):
    test_report.failures(PYTEST[:at] + noise + PYTEST[at + len(noise) :])
