"""Tokens without a tokenizer, and what is left out to fit a window."""

from __future__ import annotations

import pytest

from bot.context import Section, fit


def log_section(lines: int, *, priority: int = 5, must: bool = False) -> Section:
    text = "".join(f"line {number:06} of the log\n" for number in range(lines))
    return Section("log of job test", text, "log", priority, must)


@pytest.mark.parametrize(
    ("family", "kind", "characters"),
    [
        ("anthropic", "log", 1.72),
        ("anthropic", "code", 2.22),
        ("anthropic", "diff", 2.33),
        ("anthropic-old", "log", 2.32),
        ("openai", "log", 2.92),
        ("openai", "code", 3.72),
    ],
)
def test_estimates_lie_above_what_was_measured(
    family: fit.Family, kind: str, characters: float
) -> None:
    text = "x" * 10_000
    assert fit.tokens(text, kind=kind, family=family) > len(text) / characters  # type: ignore[arg-type]


def test_a_character_outside_ascii_counts_as_a_token_or_more() -> None:
    for text in ("漢字" * 50, "é" * 100, "🚀" * 100):
        assert fit.tokens(text, family="openai") >= len(text)
    assert fit.tokens("") == 0
    assert fit.tokens("\ud800") >= 1


def test_everything_stays_where_there_is_room() -> None:
    sections = (Section("a", "text"), log_section(3))
    fitted = fit.fit(sections, window=10_000)
    assert fitted.sections == sections
    assert fitted.left_out == ()


def test_the_least_important_goes_first_and_is_named() -> None:
    sections = (log_section(400, priority=9), Section("diff", "+x\n" * 100, "diff", 1))
    fitted = fit.fit(sections, window=400)
    assert [section.name for section in fitted.sections] == ["diff"]
    assert fitted.left_out == ("log of job test: all 400 lines left out",)


def test_a_cut_ends_at_a_line_and_says_how_much_is_gone() -> None:
    fitted = fit.fit(
        (Section("file a.py", "value = 1\n" * 1_000, "code"),), window=1_000
    )
    kept = fitted.sections[0].text
    assert kept.endswith("\n")
    gone = 1_000 - kept.count("\n")
    assert fitted.left_out == (f"file a.py: last {gone} of 1,000 lines left out",)
    assert fitted.tokens <= 1_000


def test_a_log_keeps_its_end() -> None:
    fitted = fit.fit((log_section(5_000),), window=2_000)
    assert fitted.sections[0].text.endswith("line 004999 of the log\n")
    assert "first" in fitted.left_out[0]


def test_what_must_be_whole_is_never_cut() -> None:
    sections = (log_section(5_000, must=True), Section("note", "small"))
    fitted = fit.fit(sections, window=1_000)
    assert fitted.sections == (sections[0],)


def test_the_reserve_is_kept_free() -> None:
    fitted = fit.fit((log_section(5_000),), window=3_000, reserve=2_000)
    assert fitted.tokens <= 1_000


@pytest.mark.parametrize(
    ("provider", "model", "family"),
    [
        ("anthropic", "claude-opus-5-5", "anthropic"),
        ("anthropic", "claude-opus-4-8", "anthropic"),
        ("anthropic", "claude-sonnet-4-6", "anthropic-old"),
        ("openai", "gpt-6-luna", "openai"),
        ("xai", "grok-4.7", "xai"),
        ("compatible", "llama", "compatible"),
    ],
)
def test_family_of_a_route(provider: str, model: str, family: str) -> None:
    assert fit.family_of(provider, model) == family
