"""The stack traces a text holds, in the ways five languages write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.context.prose_lines import lines

_MAX_FRAMES = 100


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a stack trace; `symbol` "" where the trace names none."""

    path: str
    line: int
    symbol: str = ""


def _jvm_path(symbol: str, name: str) -> str:
    # com.example.Outer$Inner.run(Outer.java) lies in com/example/Outer.java.
    package = [part for part in symbol.split(".")[:-2] if part and part[0].islower()]
    return "/".join([*package, name])


def _plain_path(symbol: str, name: str) -> str:
    del symbol
    return name.removeprefix("file://").removeprefix("webpack:///").removeprefix("./")


@dataclass(frozen=True, slots=True)
class _Form:
    """How one language writes a frame; `ends_inside` = the innermost stands last."""

    pattern: re.Pattern[str]
    ends_inside: bool = False
    path: Callable[[str, str], str] = _plain_path


_NUMBER = r"(?P<line>\d{1,7})"
_FORMS: tuple[_Form, ...] = (
    _Form(
        re.compile(
            r'File "(?P<path>[^"]{1,400})", line ' + _NUMBER + r"(?:, in "
            r"(?P<symbol>[^\s]{1,200}))?"
        ),
        ends_inside=True,
    ),
    _Form(
        re.compile(
            r"at (?:[\w.-]{1,80}//?)?(?P<symbol>[\w.$<>]{1,300})\("
            r"(?P<path>[\w$-]{1,200}\.(?:java|kt|scala|groovy|clj)):" + _NUMBER + r"\)"
        ),
        path=_jvm_path,
    ),
    _Form(
        re.compile(
            r"at (?:async )?(?:new )?(?P<symbol>[^\s()]{1,200}) "
            r"(?:\[as [^\]]{1,80}\] )?\((?P<path>[^()]{1,400}?):"
            + _NUMBER
            + r":\d{1,7}\)"
        )
    ),
    _Form(
        re.compile(
            r"at (?:async )?(?P<path>[^\s()]{1,400}?):"
            + _NUMBER
            + r":\d{1,7}(?P<symbol>)$"
        )
    ),
    _Form(
        re.compile(
            r"(?P<path>[^\s:]{1,400}\.go):" + _NUMBER + r"(?: \+0x[0-9a-f]{1,16})?"
            r"(?P<symbol>)$"
        )
    ),
    _Form(
        re.compile(
            r"thread '[^']{1,200}' (?:\(\d{1,9}\) )?panicked at (?:'.{0,200}', )?"
            r"(?P<path>[^\s:]{1,400}\.rs):" + _NUMBER + r"(?P<symbol>)"
        )
    ),
)
# The line before a Go or Rust frame names its function.
_GO_CALL = re.compile(r"(?P<symbol>[\w./*()-]{1,200}?)\((?:0x|\.\.\.|\{|\))")
_RUST_CALL = re.compile(
    r"\d{1,4}: (?:0x[0-9a-f]{1,16} - )?(?P<symbol>[\w:<>$ ]{1,200})$"
)


def stack_traces(text: str) -> tuple[Frame, ...]:
    """Find the frames of every stack trace (Python, JS, TS, JVM, Go, Rust).

    Innermost first within a trace, traces in the order of the text, each frame once,
    at most 100. Paths are as the trace has them.
    """
    frames: dict[Frame, None] = {}
    for trace in _traces(text):
        for frame in trace:
            if len(frames) >= _MAX_FRAMES:
                return tuple(frames)
            frames.setdefault(frame)
    return tuple(frames)


def _traces(text: str) -> Iterator[list[Frame]]:
    """Group frames of one form; other lines in between do not end a trace."""
    trace: list[Frame] = []
    current: _Form | None = None
    before = ""
    for line in lines(text):
        starts_anew = line.startswith(("Traceback (most recent", "goroutine "))
        form, frame = _frame(line, before)
        if (starts_anew or (form and form is not current)) and trace:
            yield _innermost_first(trace, current)
            trace = []
        if form is not None and frame is not None:
            current = form
            trace.append(frame)
        before = line
    if trace:
        yield _innermost_first(trace, current)


def _frame(line: str, before: str) -> tuple[_Form | None, Frame | None]:
    for form in _FORMS:
        match = form.pattern.match(line)
        if match is None:
            continue
        symbol = match["symbol"] or _symbol_before(match["path"], before)
        path = form.path(symbol, match["path"])
        return form, Frame(path, int(match["line"]), symbol)
    return None, None


def _symbol_before(path: str, before: str) -> str:
    if path.endswith(".go"):
        match = _GO_CALL.match(before)
    elif path.endswith(".rs"):
        match = _RUST_CALL.match(before)
    else:
        return ""
    return match["symbol"] if match else ""


def _innermost_first(trace: list[Frame], form: _Form | None) -> list[Frame]:
    return trace[::-1] if form is not None and form.ends_inside else trace
