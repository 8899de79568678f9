"""What test reports in XML say of the tests that failed: JUnit, xUnit.net and NUnit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.context import traces
from bot.context.log_shapes import Failure

TOOL = "test report"
# Bytes of one report, failures taken from it, characters of a message and of a trace.
MAX_XML = 8 * 1024 * 1024
MAX_FAILURES = 200
MAX_MESSAGE = 400
MAX_NAME = 400
_MAX_TRACE = 20_000
_MAX_LINE = 10_000_000

_CASES = frozenset({"testcase", "test", "test-case"})
# JUnit writes an <error> where the test could not even be run to its end. A test that
# passed when it was run again (<flakyFailure>, <rerunFailure>) did not fail.
_FAILURES = frozenset({"failure", "error"})
_OF_THE_CASE = ("classname", "name")
# How pytest ends a part of its trace: the innermost one stands last.
_PYTEST_PLACE = re.compile(r"^([^\s:]{1,400}):(\d{1,7}): ", re.MULTILINE)


def failures(xml: bytes) -> tuple[Failure, ...]:
    """Read the failed tests of one report, in its order, 200 at most.

    A document with a DTD (and so any entity of its own), one that is cut or too large,
    and anything that is no report answers with none. Never raises for what `xml` holds.
    """
    if len(xml) > MAX_XML:
        return ()
    try:
        root = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        # LookupError and ValueError: an encoding that is unknown or has many bytes.
        return ()
    found: list[Failure] = []
    for case, failed in _failed(root):
        found.append(_failure(case, failed))
        if len(found) == MAX_FAILURES:
            break
    return tuple(found)


def _failed(root: Element) -> Iterator[tuple[Element, Element]]:
    for case in root.iter():
        if _tag(case) in _CASES:
            said = (child for child in case if _tag(child) in _FAILURES)
            first = next(said, None)
            if first is not None:
                yield case, first


def _failure(case: Element, failed: Element) -> Failure:
    trace = _text(failed, "stack-trace") or (failed.text or "")
    message = failed.get("message") or _text(failed, "message") or trace
    file, line = _place(case, trace[:_MAX_TRACE])
    return Failure(
        TOOL,
        test=_name(case),
        file=file,
        line=line,
        message=_first_line(message) or (failed.get("type") or "")[:MAX_MESSAGE],
    )


def _name(case: Element) -> str:
    parts = [case.get(key) or "" for key in _OF_THE_CASE]
    owner, name = (part.strip() for part in parts)
    # NUnit and xUnit.net write the owner into the name, too.
    whole = name if not owner or name.startswith(owner) else f"{owner}.{name}"
    return (case.get("fullname") or whole)[:MAX_NAME]


def _place(case: Element, trace: str) -> tuple[str, int]:
    file, line = case.get("file") or "", case.get("line") or ""
    if file:
        return file[:MAX_NAME], _number(line)
    if places := _PYTEST_PLACE.findall(trace):
        return places[-1][0], int(places[-1][1])
    frames = traces.stack_traces(trace)
    return (frames[0].path, frames[0].line) if frames else ("", 0)


def _number(text: str) -> int:
    is_line = text.isascii() and text.isdigit() and len(text) < 9
    return min(int(text), _MAX_LINE) if is_line else 0


def _text(element: Element, tag: str) -> str:
    return next((each.text or "" for each in element if _tag(each) == tag), "")


def _tag(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _first_line(text: str) -> str:
    return text.strip()[:_MAX_TRACE].partition("\n")[0].strip()[:MAX_MESSAGE]
