"""Model text goes out harmless: judged by rendering it, not by our own scanner."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.text import markdown
from tests import page
from tests.page import are_fences_closed, tokens_of

HOSTS = frozenset({"docs.python.org"})
# Pieces that mean something to Markdown, to HTML or to GitHub, glued at random.
PIECES = st.sampled_from(
    [
        *"`*_[]()<>!\\&;:|~#-+=>.\t @/$1x",
        "\n",
        "\n\n",
        "    ",
        "```",
        "~~~",
        "``",
        "@user",
        "#12",
        "GH-3",
        "o/r#4",
        "fixes #1",
        "&#64;",
        "&commat;",
        "&lt;",
        "&#96;",
        "&#32;",
        "&NotEqualTilde;",
        "\\@",
        "\\`",
        "https://evil.example/x?d=1",
        "https://docs.python.org/3/",
        "[t](https://docs.python.org/3/)",
        "[t](https://evil.example/)",
        "![i](https://docs.python.org/3/)",
        "[r]: https://evil.example",
        "<b>",
        "<!--",
        "-->",
        "<div>\n",
        "<details>",
        "/route fix",
        "::error::x",
        "> ",
        "- ",
        "1. ",
        "- [ ] ",
        "|-|-|",
        "\n|-|-|\n",
        "```suggestion\n",
        "routebot:v1",
        "\u200b",
        "\r\n",
        "😀",
    ]
)
TEXTS = st.lists(PIECES, max_size=25).map("".join)


def live_parts(text: str) -> list[str]:
    return page.live_parts(text, "docs.python.org")


@settings(max_examples=400, deadline=None)
@given(TEXTS)
@example("`x | @user `\n|-|-|")
@example("text ` a\nb ` @user `")
@example("<div>\n```\n\n@user\n```\n")
@example("- ```\n  @a\n\n@user")
@example("a\n    @user\n\n    @user")
@example("https://docs.python.org/3/GH-3")
@example("\\[[t](https://docs.python.org/3/)")
def test_no_text_comes_alive_on_the_page(text: str) -> None:
    assert live_parts(markdown.neutral(text, hosts=HOSTS)) == []


@settings(max_examples=400, deadline=None)
@given(TEXTS)
@example("#12_@user")
@example("#12.@user")
def test_a_second_pass_changes_nothing(text: str) -> None:
    once = markdown.neutral(text, hosts=HOSTS, mention="user")
    assert markdown.neutral(once, hosts=HOSTS, mention="user") == once


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_nothing_stays_open_behind_the_text(text: str) -> None:
    assert are_fences_closed(markdown.neutral(text, hosts=HOSTS))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_characters_at_all_come_out_harmless(text: str) -> None:
    once = markdown.neutral(text)
    assert live_parts(once) == []
    assert markdown.neutral(once) == once


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_plain_text_stays_text(text: str) -> None:
    written = markdown.plain(text)
    assert "\n" not in written
    assert live_parts(written) == []
    kinds = {token.type for token in tokens_of(f"{written} end")}
    assert kinds <= {
        "paragraph_open",
        "paragraph_close",
        "inline",
        "text",
        "text_special",
        "code_inline",
    }


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.integers(300, 900))
def test_a_cut_text_fits_and_leaves_nothing_open(text: str, limit: int) -> None:
    body = markdown.neutral(text * 20, hosts=HOSTS)
    cut = markdown.cap(body, limit=limit, tail="\n\nFOOTER")
    assert len(cut.encode("utf-16-le")) // 2 <= limit
    assert cut.endswith("\n\nFOOTER")
    assert page.PAGE.parse(cut)[-3].level == 0
    assert page.PAGE.parse(cut)[-2].content == "FOOTER"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cc @octocat, fixes #1", "cc `@octocat`, fixes `#1`"),
        ("closes o/r#2 and GH-7", "closes `o/r#2` and `GH-7`"),
        ("&#64;octocat and &commat;org/team", "`@octocat` and `@org/team`"),
        ("\\@octocat", "`@octocat`"),
        ("mail me@example.com", "mail `me@example.com`"),
        ("https://github.com/o/r/issues/9", "`https://github.com/o/r/issues/9`"),
        ("<script>x</script>", "&lt;script>x&lt;/script>"),
        ("![a](https://e.example/?d=1)", "!\\[a\\](`https://e.example/?d=1`)"),
        ("/route fix", "`/route` fix"),
        ("&#47;route fix", "`/route` fix"),
        ("::error::boom", "`::error`::boom"),
        ("- [ ] a task", "- [ ] a task"),
        ("**bold** and `@code`", "**bold** and `@code`"),
        ("```suggestion\nx\n```", "```text\nx\n```"),
        ("```mermaid\nx\n```", "```text\nx\n```"),
        ("`<!-- routebot:v1 -->`", "`<! -- routebot:v1 -->`"),
        ("> ```\n> x\nout", "> ```\n> x\n> ```\nout"),
        ("~~~\nopen", "```\nopen\n```"),
        ("a\\\nb", "a\\\nb"),
        ("", ""),
    ],
)
def test_model_text_is_neutralised(text: str, expected: str) -> None:
    assert markdown.neutral(text) == expected


def test_code_in_a_fence_is_kept_to_the_byte() -> None:
    code = "```python\nx = [@a]  # 12 <b> https://evil.example\n```"
    assert markdown.neutral(code) == code


def test_a_slash_command_in_a_fence_no_longer_begins_its_line() -> None:
    assert markdown.neutral("```\n/approve\n```") == "```\n /approve\n```"


@pytest.mark.parametrize(
    "url",
    [
        "https://docs.python.org/3/?q=1",
        "https://docs.python.org/3/#top",
        "https://docs.python.org:444/",
        "https://user@docs.python.org/",
        "https://docs.python.org.evil.example/",
        "https://DOCS.python.org/",
        "http://docs.python.org/",
        "https://docs.python.org/o/r/issues/1",
        "https://docs.python.org/%2e%2e",
        "//docs.python.org/",
    ],
)
def test_a_link_that_could_carry_or_mislead_is_text(url: str) -> None:
    written = markdown.neutral(f"[t]({url}) {url}", hosts=HOSTS)
    assert not [token for token in tokens_of(written) if token.type == "link_open"]


def test_a_link_to_a_named_host_stays() -> None:
    link = "[`json`](https://docs.python.org/3/library/json.html)"
    assert markdown.neutral(f"see {link}.", hosts=HOSTS) == f"see {link}."
    assert markdown.neutral(link) != link


def test_an_address_that_is_named_as_a_whole_may_lead_anywhere() -> None:
    page = "https://docs.example/releases/1"
    named = frozenset({page})
    assert markdown.neutral(f"[t]({page})", urls=named) == f"[t]({page})"
    for other in (f"{page}/x", f"{page}?q=1", f"{page}#x", "https://docs.example/"):
        written = markdown.neutral(f"[t]({other}) {other}", urls=named)
        assert not [each for each in tokens_of(written) if each.type == "link_open"]


@pytest.mark.parametrize(
    "url",
    [
        "https://docs.example/x?secret=1",
        "https://docs.example/x#y",
        "https://user@docs.example/x",
        "https://docs.example:444/x",
        "https://docs.example/o/r/issues/1",
        "https://localhost/x",
        "http://docs.example/x",
    ],
)
def test_an_address_named_as_a_whole_still_carries_nothing(url: str) -> None:
    written = markdown.neutral(f"[t]({url}) {url}", urls=frozenset({url}))
    assert not [token for token in tokens_of(written) if token.type == "link_open"]


def test_the_requesting_user_is_called_once() -> None:
    written = markdown.neutral("@Octocat and @octocat", mention="octocat")
    assert written == "@Octocat and `@octocat`"


@pytest.mark.parametrize("text", ["a`b", "``", "`", " x ", "a``b`c", "x\ny", ""])
def test_a_code_span_shows_its_text(text: str) -> None:
    [span] = [
        token
        for token in tokens_of(f"a {markdown.code_span(text)} b")
        if token.type == "code_inline"
    ]
    assert span.content.strip() == text.replace("\n", " ").strip()


@pytest.mark.parametrize("text", ["", "x", "x\n", "```\ny\n```", "`````\n", "\n\n"])
def test_a_fence_is_longer_than_what_it_holds(text: str) -> None:
    [block] = tokens_of(markdown.fence(text, "diff"))
    assert block.type == "fence"
    assert block.info == "diff"
    assert block.content.rstrip("\n") == text.rstrip("\n")


def test_a_suggestion_cannot_break_out_of_its_fence() -> None:
    inner = "x = 1\n```\n/approve\n```suggestion\nimport os"
    [block] = tokens_of(markdown.fence(inner, "suggestion"))
    assert block.content == inner + "\n"


def test_a_text_that_fits_is_left_alone() -> None:
    assert markdown.cap("a\nb", tail="\nT", limit=5) == "a\nb\nT"


def test_a_text_one_unit_too_long_is_cut() -> None:
    body = "\n".join(["line"] * 100)
    fits = len(body) + 2
    assert "Cut here" not in markdown.cap(body, tail="\nT", limit=fits)
    assert "Cut here" in markdown.cap(body, tail="\nT", limit=fits - 1)


def test_length_counts_what_github_counts() -> None:
    cut = markdown.cap("😀" * 40_000, tail="\nT")
    assert len(cut.encode("utf-16-le")) // 2 <= 65_000
    assert len(cut) > 30_000
    assert "\ufffd" not in cut


def test_a_cut_closes_fences_and_folds_and_links_to_the_whole() -> None:
    body = "<details><summary>s</summary>\n\n```\n" + "x\n" * 500
    cut = markdown.cap(body, limit=400, tail="\nT", link="https://example.com/run")
    assert cut.count("```") == 2
    assert cut.count("</details>") == 1
    assert cut.index("</details>") > cut.rindex("```")
    assert "(https://example.com/run)" in cut


def test_a_fold_inside_a_fence_is_code() -> None:
    body = "```\n<details>\n```\n" + "x\n" * 500
    assert "</details>" not in markdown.cap(body, limit=300)


def test_a_job_summary_is_cut_by_bytes() -> None:
    cut = markdown.cap("ä" * 5_000, limit=3_000, unit="bytes")
    assert len(cut.encode()) <= 3_000


@pytest.mark.parametrize(
    "piece",
    [
        *("@", "`", "``` ", "[", "![](", "<", "\\", "&#64;", "https://", "a-", "- "),
        *(
            "> ",
            "|",
            "\n|-",
            "\n```",
            "*_",
            "$",
            "#1",
            "\n- ```",
            "\n",
            "[x](https://a)",
        ),
    ],
)
def test_a_megabyte_of_the_worst_takes_under_a_second(
    piece: str, record_property
) -> None:
    text = piece * (1_000_000 // len(piece))
    for function in (markdown.neutral, markdown.plain, markdown.cap):
        start = time.process_time()
        function(text)
        spent = time.process_time() - start
        record_property("slowest: sanitiser", round(spent, 2))
        assert spent < 1


@pytest.mark.parametrize(
    ("address", "is_link"),
    [
        (f"https://github.com/o/r/blob/{'a' * 40}/src/a.py#L3", True),
        (f"https://github.com/o/r/blob/{'a' * 40}/src/a.py#L3-L12", True),
        (f"https://github.com/o/r/blob/{'a' * 40}/src/a.py#secret", False),
        (f"https://github.com/o/r/blob/{'a' * 40}/src/a.py?q=1#L3", False),
        (f"https://github.com/o/r/blob/{'a' * 40}/a.py#L3#L4", False),
        ("https://github.com/o/r/blob/main/src/a.py#L3", False),
        (f"https://evil.example/o/r/blob/{'a' * 40}/src/a.py#L3", False),
    ],
)
def test_a_link_may_name_lines_of_a_file_at_a_commit_and_nothing_else(
    address: str, is_link: bool
) -> None:
    hosts = frozenset({"github.com"})
    written = markdown.neutral(f"see [`a.py:3`]({address})", hosts=hosts)
    assert (f"]({address})" in written) is is_link
    assert markdown.neutral(written, hosts=hosts) == written
