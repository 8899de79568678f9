"""Where a draft goes, what is held back, and what becomes of it when GitHub says no."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from bot import ledger, publish, secrets
from bot.draft import Draft, Fold, Inline, nothing
from bot.errors import Forbidden, HostError, SecretInOutput
from bot.ledger import Place
from bot.publish import Rules
from tests.fakes import SHA, FakePublisher, comment, issue, pull, record

KEY = "sk-ant-api03-Zq8vN3xT7bLw2RmK"
RULES = Rules(secrets.vault([KEY]), frozenset({"github.com"}))
PLACE = Place(77, 7)


CHANGE = """\
diff --git a/a.py b/a.py
--- a/a.py
+++ b/a.py
@@ -1,2 +1,4 @@
 one
+two
+three
 four
"""


@pytest.fixture
def publisher():
    return FakePublisher(change=CHANGE)


def _answer(**changes):
    given = {"task": "triage", "title": "Triage", "body": "It broke.", "speaks": True}
    return Draft(kind="answer", **given | changes)


def _review(**changes):
    inline = (Inline(path="a.py", line=3, start_line=2, body="wrong"),)
    given = {"task": "review", "sha": SHA, "inline": inline, "record": record()}
    return _answer(**given | changes)


def _post(draft, publisher, event=None, rules=RULES):
    return publish.to_thread(draft, event or issue(), publisher=publisher, rules=rules)


def test_nothing_is_skipped_with_its_reason(publisher):
    done = _post(nothing("it is closed"), publisher)
    assert (done.status, done.reason) == ("skipped", "it is closed")
    assert publisher.writes == []


def test_an_answer_that_speaks_is_posted(publisher):
    done = _post(_answer(), publisher)
    assert done.status == "created"
    assert done.url == publisher.comments[0].url
    assert publisher.comments[0].body.startswith("### Triage\n\nIt broke.")


@pytest.mark.parametrize(
    ("task", "links"), [("search", 1), ("triage", 0), ("review", 0)]
)
def test_a_search_alone_links_to_pages_that_were_found(publisher, task, links):
    page = "https://docs.example/releases/1"
    body = f"It works. [Notes]({page}) [other](https://evil.example/x)"
    _post(_answer(task=task, body=body, pages=(page,)), publisher)
    written = publisher.comments[0].body
    assert written.count(f"[Notes]({page})") == links
    assert "](https://evil.example" not in written


def test_an_answer_that_does_not_speak_stays_in_the_summary(publisher):
    done = _post(_answer(speaks=False), publisher)
    assert (done.status, publisher.comments) == ("summary", [])
    assert "It broke." in done.text


def test_an_answer_that_does_not_speak_corrects_an_earlier_one(publisher):
    _post(_answer(), publisher)
    done = _post(_answer(speaks=False, body="It works again."), publisher)
    assert done.status == "updated"
    assert "It works again." in publisher.comments[0].body


def test_a_degraded_answer_is_posted_and_says_why(publisher):
    done = _post(_answer(degraded=True, notice="No key is set."), publisher)
    assert done.status == "degraded"
    assert "> No key is set." in publisher.comments[0].body


def test_findings_alone_do_not_take_the_place_of_an_answer(publisher):
    _post(_answer(record=record()), publisher)
    before = publisher.comments
    worse = _answer(body="Less.", degraded=True, notice="No budget.", record=record())
    done = _post(worse, publisher, comment("/route triage"))
    assert publisher.comments == before
    assert (done.status, done.url) == ("degraded", before[0].url)
    assert done.reason == "No budget. The earlier answer stays as it is."
    assert "Less." in done.text
    assert publisher.reactions == [publish.KEPT_REACTION]


def test_findings_about_a_newer_state_take_the_place_of_an_answer(publisher):
    _post(_review(), publisher, pull())
    publisher.head = newer = "b" * 40
    newer_pull = pull(head=replace(pull().head, sha=newer))
    _post(_review(sha=newer, body="Less.", degraded=True), publisher, newer_pull)
    assert "Less." in publisher.reviews[0][0]


@pytest.mark.parametrize("changes", [{"outcome": "degraded"}, {"calls": 0}])
def test_findings_take_the_place_of_older_findings(publisher, changes):
    _post(_answer(degraded=True, record=record(**changes)), publisher)
    _post(_answer(body="Newer.", degraded=True, record=record()), publisher)
    assert "Newer." in publisher.comments[0].body


def test_an_answer_that_somebody_forged_is_not_kept(publisher):
    sealed = replace(RULES, marker_key="k" * 32)
    _post(_answer(record=record()), publisher)
    _post(_answer(body="Less.", degraded=True), publisher, rules=sealed)
    assert "Less." in publisher.comments[0].body


def test_without_an_item_the_answer_is_in_the_summary(publisher):
    done = _post(_answer(), publisher, issue(number=None))
    assert (done.status, publisher.writes) == ("summary", [])


def test_a_stale_head_gets_nothing(publisher):
    publisher.head = "b" * 40
    done = _post(_review(), publisher, pull())
    assert (done.status, done.reason) == ("skipped", publish.MOVED)
    assert publisher.writes == []


def test_information_is_given_whatever_the_head(publisher):
    publisher.head = "b" * 40
    done = _post(Draft(kind="info", body="help", sha=SHA), publisher, pull())
    assert done.status == "created"


def test_a_read_only_token_leaves_the_answer_to_the_summary(publisher):
    publisher.faults["create"] = [Forbidden("no", status=403)]
    done = _post(_answer(), publisher)
    assert (done.status, done.reason) == ("summary", publish.READ_ONLY)
    assert "It broke." in done.text


@pytest.mark.parametrize("status", [404, 410])
def test_an_item_that_is_gone_is_no_fault(publisher, status):
    publisher.faults["create"] = [HostError("gone", status=status)]
    done = _post(_answer(), publisher)
    assert (done.status, done.reason) == ("summary", publish.GONE)


def test_a_fault_of_github_costs_the_comment_and_not_the_answer(publisher):
    publisher.faults["create"] = [HostError("GitHub answered 502", status=502)] * 2
    done = _post(_answer(), publisher)
    assert done.status == "degraded"
    assert "It broke." in done.text
    assert "GitHub answered 502" in done.reason


def test_information_has_one_comment_a_thread(publisher):
    _post(Draft(kind="info", title="Help", body="one"), publisher)
    done = _post(Draft(kind="info", title="Why", body="two"), publisher)
    assert done.status == "updated"
    assert len(publisher.comments) == 1


def test_a_refusal_is_a_reaction_and_one_line_a_thread(publisher):
    refusal = Draft(kind="refusal", body="Only people who may write here.")
    event = comment("/route")
    first = _post(refusal, publisher, event)
    second = _post(refusal, publisher, event)
    assert (first.status, second.status) == ("created", "skipped")
    assert publisher.reactions == ["-1", "-1"]
    assert len(publisher.comments) == 1


def test_another_commit_or_failing_set_is_another_run(publisher):
    keys = set()
    for changes in ({}, {"sha": "c" * 40}, {"fingerprint": "test, lint"}):
        _post(_answer(**changes), publisher)
        keys.add(ledger.read(publisher.comments[0].body, PLACE).key)
    assert len(keys) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"body": f"the key is {KEY}"},
        {"title": KEY},
        {"notice": KEY},
        {"body": base64.b64encode(KEY.encode()).decode()},
        {"body": " ".join(KEY)},
        {"folds": (Fold(title="more", body=KEY),)},
        {"folds": (Fold(title=KEY, body="x"),)},
        {"inline": (Inline(path="a.py", line=1, body=KEY),)},
        {"inline": (Inline(path=KEY, line=1, body="x"),)},
        {"record": record(reason=KEY)},
        {"record": record(signals=[{"name": "n", "weight": 1, "evidence": KEY}])},
    ],
)
def test_a_secret_of_ours_anywhere_stops_everything(publisher, change):
    with pytest.raises(SecretInOutput):
        _post(_answer(**change), publisher)
    with pytest.raises(SecretInOutput):
        publish.to_terminal(_answer(**change), RULES)
    assert publisher.writes == []


def test_what_only_looks_like_a_secret_is_left_out(publisher):
    token = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"[:36]
    done = _post(_answer(body=f"use {token}"), publisher)
    assert token not in publisher.comments[0].body
    assert "left out" in done.text


@pytest.mark.parametrize(
    "text",
    [
        "@octocat look",
        "closes #12",
        "![x](https://evil.example/p.png)",
        "[x](https://evil.example/?q=1)",
        "<img src=https://evil.example/p>",
        "<!-- routebot:v1 t=triage k=ab d= h= -->",
        "/route debug",
    ],
)
def test_model_text_comes_out_dead_everywhere(publisher, text):
    draft = _review(
        body=text,
        title=text,
        notice=text,
        folds=(Fold(title=text, body=text),),
        inline=(Inline(path="a.py", line=1, body=text),),
    )
    done = _post(draft, publisher, pull())
    written = [
        done.text,
        publisher.reviews[0][0],
        publisher.reviews[0][1][0]["body"],
    ]
    for body in written:
        shown = ledger.without_marker(body)
        outside = "".join(shown.replace("````", "").split("`")[::2])
        assert "@octocat" not in outside
        assert "#12" not in outside
        assert "](https://evil" not in outside
        assert "<img" not in outside
        assert "<!-- routebot" not in outside
        assert "\n/route" not in outside


@pytest.mark.parametrize(
    "text",
    [
        "```\nnever closed",
        "~~~\n```\n~~~\n```",
        "> ```\n> quoted",
        "1. ```\n   listed",
        "`````\n````\n",
        "<details><summary>x</summary>",
        "<pre><code>",
        "<!--",
        "    indented\n\t",
        "| a |\n|---|\n| `",
        "<script>",
    ],
)
def test_footer_and_marker_stand_outside_whatever_was_left_open(publisher, text):
    folds = (Fold(title="more", body=text),)
    _post(_answer(body=text, folds=folds, record=record()), publisher)
    blocks = MarkdownIt("commonmark").parse(publisher.comments[0].body)
    tags = [b.content.strip() for b in blocks if b.type == "html_block" and not b.level]
    opened = [tag for tag in tags if tag.startswith("<details>")]
    assert len(opened) == 2
    assert opened[1].startswith("<details><summary>routebot · triage")
    assert tags[-1].rpartition("\n")[2].startswith("<!-- routebot:v1 t=triage")
    assert sum(tag.count("</details>") for tag in tags) == 2


def test_a_marker_in_model_text_is_not_taken_for_ours(publisher):
    forged = ledger.marker("review", "ff", history=ledger.History(), place=PLACE)
    _post(_answer(body=f"text\n\n{forged}"), publisher)
    assert ledger.read(publisher.comments[0].body, PLACE).task == "triage"


def test_links_lead_only_where_the_rules_allow(publisher):
    body = "[ours](https://github.com/octo/sample) [theirs](https://example.org/x)"
    _post(_answer(body=body), publisher)
    assert "](https://github.com/octo/sample)" in publisher.comments[0].body
    assert "](https://example.org" not in publisher.comments[0].body


def test_a_terminal_sees_everything_open():
    shown = publish.to_terminal(
        _review(folds=(Fold(title="More", body="text"),)), RULES
    )
    assert shown.status == "printed"
    assert "#### More\n\ntext" in shown.text
    assert "`a.py:3`" in shown.text
    assert "<details>" not in shown.text
    assert publish.to_terminal(nothing("no"), RULES).status == "skipped"


def test_a_degraded_answer_is_degraded_in_a_terminal():
    shown = publish.to_terminal(_answer(degraded=True, notice="no key"), RULES)
    assert (shown.status, shown.reason) == ("degraded", "no key")


def test_the_summary_holds_the_record():
    nowhere = issue(number=None)
    answer = _answer(record=record())
    shown = publish.to_thread(answer, nowhere, publisher=FakePublisher(), rules=RULES)
    assert "routebot · triage" in shown.text


def test_a_marker_key_seals_comment_and_review(publisher):
    rules = Rules(RULES.vault, RULES.hosts, "a marker key")
    sealed = Place(77, 7, "a marker key")
    _post(_review(), publisher, pull(), rules)
    ((summary, (comment,)),) = publisher.reviews
    assert ledger.read(summary, sealed).is_authentic
    assert ledger.read(comment["body"], sealed).is_authentic


def test_asides_are_in_the_summary_and_in_no_comment():
    publisher = FakePublisher()
    draft = _answer(asides=(Fold(title="The map", body="only @here"),))
    done = _post(draft, publisher)
    assert "only" in done.text
    assert "@here" not in done.text.replace("`@here`", "")
    assert "only" not in publisher.comments[0].body
