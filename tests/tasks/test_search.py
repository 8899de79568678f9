"""Search: versions in use, and claims with a page the search returned."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.context import CITED, Material, Section, horizon, locks
from bot.tasks.search import TASK, SearchReply
from bot.text import markdown
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


def test_a_page_is_a_link_with_its_host_and_date():
    answer = TASK.render(_reply(PAGE), _material())
    assert f"- It works. [Notes]({PAGE}) (docs.example, 2026-10-01)" in answer.body
    assert "Confidence: high" in answer.body
    assert answer.pages == (PAGE,)


@pytest.mark.parametrize(
    "url",
    [
        f"{PAGE}?page=2",
        "https://github.com/octo/sample/issues/1",
        "https://docs.example:8443/x",
        "https://localhost/x",
        f"https://docs.example/{'x' * 300}",
        "https://docs.example/a%20b",
        "https://docs.example/`x",
    ],
)
def test_a_page_that_no_comment_may_lead_to_is_written_out(url):
    answer = TASK.render(_reply(url), _material())
    assert "](" not in answer.body
    assert answer.pages == ()
    assert url.replace("`", "") in answer.body.replace("`", "")


@pytest.mark.parametrize(
    "title", ["[a](https://evil.example/x)", "a\\", "`b", "", "@x"]
)
def test_a_title_stays_the_words_of_its_own_link(title):
    reply = _reply(PAGE)
    reply.claims[0].title = title
    body = TASK.render(reply, _material()).body
    shown = markdown.neutral(body, urls=frozenset({PAGE}))
    assert shown.count("](") == 1
    assert f"]({PAGE})" in shown


def test_the_search_needs_the_web():
    assert TASK.needs.web_search


def test_what_nobody_would_see_in_a_manifest_is_shown():
    reader = FakeReader(files={"pyproject.toml": MANIFEST.replace("h", "h\u200b", 1)})
    sections = TASK.gather(issue("httpx?"), reader).sections
    assert any("⟨U+200B⟩" in section.text for section in sections)


def test_a_lock_file_says_what_is_really_installed():
    lock = '[[package]]\nname = "httpx"\nversion = "0.27.2"\nsource = "x"\n'
    files = {"pyproject.toml": MANIFEST, "uv.lock": lock}
    material = TASK.gather(issue("Does httpx work?"), FakeReader(files=files))
    said = [(f.message, f.path, f.line) for f in material.findings]
    assert ("httpx is locked at 0.27.2", "uv.lock", 3) in said
    (used,) = [s for s in material.sections if s.name.startswith("versions")]
    assert used.text == "httpx 0.27 (pyproject.toml:3)\nhttpx 0.27.2 (uv.lock:3)"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Cargo.lock", '[[package]]\nname = "left"\nversion = "1.2.3"\n'),
        ("poetry.lock", '[[package]]\nname = "left"\nversion = "1.2.3"\n'),
        (
            "package-lock.json",
            '    "node_modules/left": {\n      "version": "1.2.3",\n',
        ),
        ("composer.lock", '  "name": "acme/left",\n  "version": "1.2.3",\n'),
        ("Pipfile.lock", '        "left": {\n  "hashes": [],\n "version": "==1.2.3"\n'),
        ("yarn.lock", 'left@^1.0.0:\n  version "1.2.3"\n'),
        ("yarn.lock", '"left@npm:^1.0.0":\n  version: 1.2.3\n'),
        ("pnpm-lock.yaml", "  left@1.2.3:\n    resolution: x\n"),
        ("pnpm-lock.yaml", "  /left@1.2.3(peer@2.0.0):\n"),
        ("Gemfile.lock", "    left (1.2.3)\n      right (>= 1)\n"),
        ("requirements.lock", "left==1.2.3 \\\n    --hash=x\n"),
        ("go.sum", "example.com/left 1.2.3 h1:x=\n"),
    ],
)
def test_every_lock_files_form_is_read(path, text):
    found = list(locks.pinned(path, f"other\n{text}right==9.9.9\n", {"left"}))
    assert [each.version for each in found] == ["1.2.3"]


def test_a_page_counts_however_its_address_was_followed():
    cited = _cited(f"{PAGE}/?utm_source=openai\tRelease 2")
    checked = TASK.check(_reply(PAGE), cited)
    (claim,) = checked.reply.claims
    assert (claim.url, claim.title) == (f"{PAGE}/", "Release 2")


@pytest.mark.parametrize(
    "url", ["http://docs.example/x", "ftp://a/x", "javascript:x", ""]
)
def test_a_page_without_https_counts_for_nothing(url):
    assert TASK.check(_reply(url), _cited(url)).failed


def test_an_address_in_the_answer_that_no_search_returned_is_left_out():
    reply = _reply(PAGE)
    said = f"See {PAGE}. Or https://evil.example/x, too."
    checked = TASK.check(reply.model_copy(update={"answer": said}), _cited(PAGE))
    assert checked.reply.answer == f"See {PAGE}. Or (address left out) too."
    assert len(checked.dropped) == 1


def test_what_lost_a_claim_says_so_and_what_lost_all_is_asked_again():
    checked = TASK.check(_reply(PAGE, f"{PAGE}/other"), _cited(PAGE))
    assert "1 claim rested on no page" in checked.reply.answer
    assert checked.repair == ""
    assert "search the web" in TASK.check(_reply(PAGE), Material()).repair


def _rendered(date, question="Does httpx work?"):
    reply = _reply(PAGE)
    reply.claims[0].date = date
    material = replace(_material(question), today="2026-11-24")
    return TASK.render(reply, material).body


def test_a_source_older_than_the_question_asks_for_is_marked():
    assert "2023-01-01, **older than the question asks for**" in _rendered("2023-01-01")
    assert "older" not in _rendered("2026-01-01")
    assert "older" in _rendered("2026-10-01", "Is the registry down right now?")
    assert "no date" in _rendered("")


@pytest.mark.parametrize(
    ("question", "since"),
    [
        ("Does it work since 2021?", "2021-01-01"),
        ("Is there an outage?", "2026-11-10"),
        ("The latest release?", "2025-11-24"),
        ("Does it work?", "2024-11-24"),
    ],
)
def test_a_question_says_how_old_a_source_may_be(question, since):
    assert horizon.since(question, "2026-11-24") == since


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-40", "x" * 10_000])
def test_what_is_no_day_is_none(text):
    assert horizon.day(text) is None
    assert horizon.since("x", text) == ""


def test_without_a_model_it_says_that_nothing_was_searched():
    body = TASK.render(None, _material()).body
    assert body.startswith(
        "_Nothing was searched, and no model answers this from memory._"
    )
    assert "httpx is declared as 0.27" in body
