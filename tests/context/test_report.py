"""What a written report holds, and what it leaves out."""

from __future__ import annotations

import time

import pytest

from bot.context import report
from bot.context.report import Frame, Version

PYTHON = """\
It fails:
> Traceback (most recent call last):
>   File "app/main.py", line 3, in <module>
>     run()
>   File "app/run.py", line 9, in run
>     boom()
ValueError: x
"""


def test_python_frames_come_innermost_first() -> None:
    assert report.stack_traces(PYTHON) == (
        Frame("app/run.py", 9, "run"),
        Frame("app/main.py", 3, "<module>"),
    )


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        (
            "    at total (/srv/src/cart.ts:12:5)",
            Frame("/srv/src/cart.ts", 12, "total"),
        ),
        ("    at async file:///srv/a.mjs:3:1", Frame("/srv/a.mjs", 3)),
        (
            "\tat com.example.Cart$Item.total(Cart.java:41)",
            Frame("com/example/Cart.java", 41, "com.example.Cart$Item.total"),
        ),
        (
            "main.(*Cart).Total(0xc000010000)\n\t/w/cart.go:55 +0x1d",
            Frame("/w/cart.go", 55, "main.(*Cart).Total"),
        ),
        ("thread 'main' panicked at src/lib.rs:7:5:", Frame("src/lib.rs", 7)),
        (
            "   4: cart::total\n             at ./src/cart.rs:20:9",
            Frame("src/cart.rs", 20, "cart::total"),
        ),
    ],
)
def test_frames_of_other_languages(text: str, frame: Frame) -> None:
    assert report.stack_traces(text) == (frame,)


def test_two_traces_keep_their_order_and_repeats_stand_once() -> None:
    other = PYTHON.replace("app/", "lib/")
    frames = report.stack_traces(PYTHON + other + PYTHON)
    assert [f.path for f in frames] == [
        "app/run.py",
        "app/main.py",
        "lib/run.py",
        "lib/main.py",
    ]


@pytest.mark.parametrize(
    "text", ["", "at noon (we met: 12:30)", 'File "x", line y', "a:b"]
)
def test_prose_has_no_frames(text: str) -> None:
    assert report.stack_traces(text) == ()


def test_declared_versions_of_what_a_text_names() -> None:
    manifests = {
        "pyproject.toml": 'dependencies = [\n    "httpx>=0.28",\n    "click>=8",\n]',
        "package.json": '{\n  "dependencies": {\n    "react": "^18.2.0"\n  }\n}',
        "Cargo.toml": 'serde = { version = "1.0" }\n',
        "go.mod": "require github.com/x/cobra v1.2.3\n",
    }
    said = "Does HTTPX work with React? And serde, cobra?"
    assert report.declared_versions(said, manifests) == (
        Version("httpx", "0.28", "pyproject.toml", 2),
        Version("react", "18.2.0", "package.json", 3),
        Version("serde", "1.0", "Cargo.toml", 1),
        Version("github.com/x/cobra", "1.2.3", "go.mod", 1),
    )
    assert report.declared_versions("nothing named", manifests) == ()


def test_a_list_on_one_line_declares_each_of_its_items_and_a_project_not_itself() -> (
    None
):
    text = 'version = "0.3.0"\ndependencies = ["httpx==0.27.0", "rich[a]>=13"]\n'
    said = "Which httpx version is current, and which rich?"
    assert report.declared_versions(said, {"pyproject.toml": text}) == (
        Version("httpx", "0.27.0", "pyproject.toml", 2),
        Version("rich", "13", "pyproject.toml", 2),
    )


def kinds(title: str, body: str) -> list[str]:
    return [each.kind for each in report.missing_fields(title, body)]


def test_a_bare_bug_report_misses_everything() -> None:
    assert kinds("Crash", "it crashes") == [
        "missing-steps",
        "missing-version",
        "missing-expected",
    ]


def test_a_whole_bug_report_misses_nothing() -> None:
    body = "Version 1.2\n\nSteps to reproduce:\n1. run\n\nExpected: no crash"
    assert kinds("Crash on start", body) == []


def test_a_feature_request_needs_a_reason() -> None:
    assert kinds("Feature request: dark mode", "Please add it.") == [
        "missing-motivation"
    ]
    assert kinds("Feature request: dark mode", "Please add it because of glare.") == []


def test_other_text_is_not_judged() -> None:
    assert kinds("Weekly notes", "we met and talked") == []
    assert kinds("", "") == []


def test_empty_sections_of_a_template_are_named() -> None:
    body = (
        "### Steps\n\n### Version\n_No response_\n### Log\n<!-- paste\nhere -->\n"
        "### Parent\n#### Child\ntext\n### Last\nfilled"
    )
    found = [
        f.message for f in report.missing_fields("x", body) if f.kind == "empty-section"
    ]
    assert [message.split("'")[1] for message in found] == ["Steps", "Version", "Log"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("- [ ] the flag is read", True),
        ("It should return 404 then.", True),
        ("Acceptance criteria: green", True),
        ("Thoughts on the parser", False),
        ("", False),
    ],
)
def test_whether_a_text_says_when_it_is_done(body: str, says: bool) -> None:
    assert report.says_when_done(body) is says


@pytest.mark.parametrize(
    "text",
    [
        "at " + "a" * 60_000,
        'File "' * 10_000,
        "a/" * 30_000,
        " " * 60_000 + "x",
        "# \n" * 20_000,
    ],
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    began = time.monotonic()
    report.stack_traces(text)
    report.missing_fields("bug", text)
    report.declared_versions(text, {"a": text})
    assert time.monotonic() - began < 1
