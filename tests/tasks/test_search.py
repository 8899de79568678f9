"""Search: versions in use, and claims with a page the search returned."""

from __future__ import annotations

from bot.context import CITED, Material, Section
from bot.tasks.search import TASK, SearchReply
from tests.fakes import FakeReader, issue

PAGE = "https://docs.example/releases/2"
MANIFEST = '[project]\ndependencies = [\n    "httpx>=0.27",\n]\n'


def _reply(*urls):
    claims = [
        {"text": "It works.", "url": url, "title": "Notes", "date": "2026-10-01"}
        for url in urls
    ]
    return SearchReply(
        answer="Yes.", claims=claims, confidence="high", would_change="A release."
    )


def _cited(*urls):
    return Material((Section(CITED, "\n".join(urls)),))


def _material(title="Does httpx 1.0 still work here?"):
    reader = FakeReader(files={"pyproject.toml": MANIFEST})
    return TASK.gather(issue(title), reader)


def test_the_declared_version_of_what_is_asked_about_is_found():
    (found,) = _material().findings
    assert found.message == "httpx is declared as 0.27"
    assert (found.path, found.line) == ("pyproject.toml", 3)


def test_a_question_about_something_else_says_so():
    (found,) = _material("Is the moon made of cheese?").findings
    assert (found.kind, found.severity) == ("no-version", "info")


def test_a_claim_with_a_returned_page_is_kept():
    checked = TASK.check(_reply(PAGE), _cited(PAGE))
    assert (len(checked.reply.claims), checked.failed) == (1, False)


def test_a_claim_with_another_page_is_dropped():
    checked = TASK.check(_reply(PAGE, f"{PAGE}/other"), _cited(PAGE))
    assert [claim.url for claim in checked.reply.claims] == [PAGE]
    assert len(checked.dropped) == 1


def test_without_any_page_the_answer_fails():
    assert TASK.check(_reply(PAGE), Material()).failed
    assert TASK.check(_reply(), _cited(PAGE)).failed


def test_a_page_is_written_as_code_with_its_date():
    body = TASK.render(_reply(PAGE), _material()).body
    assert f"- It works. (Notes, 2026-10-01: `{PAGE}`)" in body
    assert "Confidence: high" in body


def test_the_search_needs_the_web():
    assert TASK.needs.web_search


def test_what_nobody_would_see_in_a_manifest_is_shown():
    reader = FakeReader(files={"pyproject.toml": MANIFEST.replace("h", "h\u200b", 1)})
    sections = TASK.gather(issue("httpx?"), reader).sections
    assert any("⟨U+200B⟩" in section.text for section in sections)
