"""What a model reads is what a human reader of the page sees."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text import hidden, sanitize

HIDDEN = "do what this says"


@pytest.mark.parametrize(
    "text",
    [
        f"a <!-- {HIDDEN} --> b",
        f"a <!-- {HIDDEN}",
        f"a <!-- {HIDDEN} --!> b",
        f"a <!<!-- x -->-- {HIDDEN} --> b",
        f"<!<!<!-- a -->-- b -->-- {HIDDEN} --> b",
        f"<!--\n\n```\n{HIDDEN}\n```\n\n-->b",
        f"\\` <!-- {HIDDEN} --> `",
        f"t ` a\nb ` <!-- {HIDDEN} --> `",
        f"| `x | <!-- {HIDDEN} --> ` |\n|-|-|",
        f'<x y="`"> <!-- {HIDDEN} --> <z w="`">',
        f'<div title="\n\n<p>{HIDDEN}</p>\n">v</div>',
        f'<div title="{HIDDEN}',
        f'<b title="{HIDDEN}">b</b>',
        f"<p hidden>{HIDDEN}</p>b",
        f'<span style="display: none">{HIDDEN}</span>b',
        f"<script>{HIDDEN}</script>b",
        f"<style>{HIDDEN}",
        f'<picture><source srcset="x"><img alt="{HIDDEN}"></picture>',
        f'<img src="x" alt="{HIDDEN}">',
        f"![{HIDDEN}](https://example.com/a.png)",
        f'[t](https://example.com "{HIDDEN}")',
        f"[//]: # ({HIDDEN})",
        f'[comment]: <> "{HIDDEN}"',
        f"[//]: # (one\n{HIDDEN})\n\ntext",
        f"> [//]: # ({HIDDEN})",
        f'[d]: https://example.com "{HIDDEN}"\nsee [d]',
        f"<?{HIDDEN}?>b",
        f"<![CDATA[{HIDDEN}]]>b",
    ],
)
def test_what_the_page_hides_is_taken_out(text: str) -> None:
    assert HIDDEN not in sanitize.prose(text).text


@pytest.mark.parametrize(
    "text",
    [
        "plain text, a < b and c > d, x->y",
        "```html\n<!-- shown -->\n<img alt='shown'>\n```",
        "a `<!-- shown -->` b",
        'File "x.py", line 1, in <module>',
        "returns List<String>",
        "see [d]\n\n[d]: https://example.com",
        "[t](https://example.com)",
        "- [ ] task\n- [x] done",
        "{{ config }} ${{ secrets.X }} %(x)s {0.__class__}",
        "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 1\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "",
    ],
)
def test_what_the_page_shows_is_kept(text: str) -> None:
    assert sanitize.prose(text) == sanitize.Cleaned(text)


def test_hidden_fragments_are_counted() -> None:
    cleaned = sanitize.prose("a <!-- one two --> b <script>x</script> c")
    assert cleaned == sanitize.Cleaned("a  b  c", hidden=2)


def test_what_the_author_folded_away_is_kept_and_labelled() -> None:
    cleaned = sanitize.prose("<details open><summary>s</summary>log</details>")
    assert cleaned.text == (
        f"<details> {hidden.COLLAPSED}<summary>s</summary>log</details>"
    )


@pytest.mark.parametrize(
    "character",
    [chr(code) for code in (0, 7, 8, 0x7F, 0x85, 0xAD, 0x34F, 0x61C, 0x115F, 0x17B4)]
    + [chr(code) for code in (0x180B, 0x200B, 0x200D, 0x202E, 0x2066, 0x3164, 0xFE00)]
    + [chr(code) for code in (0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0, 0x1D173, 0xE0041)]
    + [chr(0xE0100), chr(0xE01EF), chr(0xE0FFF)],
)
def test_a_character_that_draws_nothing_is_removed_and_counted(character: str) -> None:
    assert sanitize.prose(f"a{character}b") == sanitize.Cleaned("ab", invisible=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;https://e.example\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("\x1b]0;title\x07text", "text"),
        ("\x9b31mred", "red"),
        ("\x1bPq#0\x1b\\x", "x"),
        ("\x1b]unclosed\nnext", "\nnext"),
        ("\x1b", ""),
        ("a\r\nb\rc", "a\nb\nc"),
        ("bad \ud83d end", "bad \ufffd end"),
    ],
)
def test_terminal_orders_go_whole(text: str, expected: str) -> None:
    assert sanitize.prose(text).text == expected


def test_a_payload_of_variation_selectors_after_an_emoji_goes() -> None:
    payload = "".join(chr(0xE0100 + code) for code in b"run")
    assert sanitize.prose(f"😀\ufe0f{payload}").text == "😀\ufe0f"


def test_prose_is_read_up_to_its_limit() -> None:
    assert len(sanitize.prose("a" * (sanitize.MAX_PROSE + 1)).text) == 64_000


def test_code_shows_what_cannot_be_seen() -> None:
    cleaned = sanitize.code("if a\u202e:\u200b\n\tx\u3164 = 1")
    assert cleaned.text == "if a⟨U+202E⟩:⟨U+200B⟩\n\tx⟨U+3164⟩ = 1"
    assert cleaned.invisible == 3


@pytest.mark.parametrize("text", ["", "a\tb\n", "s = '👨\u200d👩'", "é ü 漢字"])
def test_honest_code_is_left_alone(text: str) -> None:
    assert sanitize.code(text) == sanitize.Cleaned(text)


def test_a_byte_order_mark_and_carriage_returns_of_a_file_are_no_trick() -> None:
    assert sanitize.code("\ufeffa\r\nb") == sanitize.Cleaned("a\nb")


def test_a_log_keeps_the_last_state_of_each_line() -> None:
    log = "\x1b[32mok\x1b[0m\r\n 10%\r100%\nbad\u202e"
    assert sanitize.log_text(log) == "ok\n100%\nbad⟨U+202E⟩"
    assert sanitize.log_text("fetching\r\r\n 10%\r \r") == "fetching\n 10%"


@pytest.mark.parametrize(
    "text",
    ["::error::x", "##[group]x", "a\n::set-output name=x::y", ":::", "a\r::debug::"],
)
def test_a_log_line_commands_no_runner(text: str) -> None:
    line = sanitize.log_line(text)
    assert "::" not in line
    assert "##[" not in line
    assert "\n" not in line
    assert "\r" not in line


def test_a_log_line_is_escaped_and_bounded() -> None:
    assert sanitize.log_line("50%\n") == "50%25%0A"
    assert len(sanitize.log_line("%" * 5_000)) == sanitize.MAX_LOG_LINE


MARKS = st.sampled_from(
    [
        "<!--",
        "-->",
        "<b ",
        "<p hidden>",
        "</p>",
        ">",
        '"',
        "'",
        "`",
        "```",
        "\n",
        "\n\n",
        "[a]: b",
        "![",
        "](",
        ")",
        "x",
        "<",
        "\x1b[",
        "\u200b",
        "> ",
        "    ",
        "|",
        "\\",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(MARKS, max_size=20).map("".join))
def test_no_comment_outside_code_is_left_and_a_second_pass_agrees(text: str) -> None:
    once = sanitize.prose(text).text
    assert "<!--" not in once or "`" in once or "    " in once
    assert sanitize.prose(once).text == once


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<a ",
        '<a "',
        "<p hidden>",
        "[a]: ",
        "`",
        "> ",
        "![",
        "![a](",
        "\x1b]",
        "<!<!-- -->",
        "😀\u200d",
        "\u200b",
        "\\`",
        "<script>",
        "<x y='",
        "\n|-",
        "\r",
        '](x ("',
        "\n[x]:\n",
        "\n> ```",
        "<b title='x y'>",
        ":",
        "\n- ",
    ],
)
def test_a_megabyte_of_the_worst_takes_under_a_second(
    piece: str, record_property
) -> None:
    text = piece * (1_000_000 // len(piece))
    for function in (sanitize.prose, sanitize.code, sanitize.log_text):
        start = time.process_time()
        function(text)
        spent = time.process_time() - start
        record_property("slowest: sanitiser", round(spent, 2))
        assert spent < 1
