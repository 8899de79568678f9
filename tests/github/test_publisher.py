"""What we write, and whose comments are ours."""

from __future__ import annotations

import pytest

from bot import publish, secrets, sticky
from bot.errors import Forbidden, HostError
from bot.github.publisher import GitHubPublisher
from bot.ledger import Place
from bot.publish import Rules
from bot.sticky import Slot
from tests.fakes import record

BOT = "github-actions[bot]"


@pytest.fixture
def publisher(client):
    return GitHubPublisher(client, BOT)


def _slot(repository, number=1):
    return Slot("triage", "ab12", Place(repository.id, number))


def _upsert(publisher, repository, text="It broke."):
    slot = _slot(repository)
    there = publisher.own_comments(slot.place.number)
    return sticky.upsert(text, slot, record=record(), there=there, comments=publisher)


def test_two_runs_leave_one_comment(publisher, repository):
    issue = repository.issue()
    assert _upsert(publisher, repository).status == "created"
    assert _upsert(publisher, repository, "Again.").status == "updated"
    (comment,) = issue.comments
    assert comment.body.startswith("Again.")
    assert comment.user.login == BOT


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
def test_a_comment_whose_answer_was_lost_is_not_written_twice(
    publisher, repository, server, fault
):
    issue = repository.issue()
    server.fail("POST", "/repos/octo/sample/issues/1", after_effect=True, **fault)
    done = _upsert(publisher, repository)
    assert done.status == "created"
    assert [comment.id for comment in issue.comments] == [done.comment.id]


def test_a_comment_that_never_arrived_is_written_again(publisher, repository, server):
    issue = repository.issue()
    server.fail("POST", "/repos/octo/sample/issues/1", 502)
    assert _upsert(publisher, repository).status == "created"
    assert len(issue.comments) == 1


def test_a_forged_marker_of_another_author_is_left_alone(publisher, repository):
    issue = repository.issue()
    _upsert(publisher, repository)
    body = issue.comments[0].body
    publisher.delete(publisher.own_comments(1)[0])
    forged = [
        repository.comment(issue, body, author=login)
        for login in ("stranger", "github-actions", "maintainer", None)
    ]
    assert _upsert(publisher, repository, "Ours.").status == "created"
    assert [comment.body for comment in forged] == [body] * 4
    assert len(issue.comments) == 5


def test_another_bots_comment_is_not_ours(publisher, repository, server):
    server.user("other[bot]", type="Bot")
    issue = repository.issue()
    repository.comment(issue, "text", author="other[bot]")
    assert publisher.own_comments(issue.number) == []


def test_where_the_viewer_is_refused_the_input_says_who_we_are(
    publisher, repository, server
):
    server.viewer_is_refused = True
    repository.issue()
    assert _upsert(publisher, repository).status == "created"
    assert _upsert(publisher, repository, "Again.").status == "updated"
    assert publisher.own_account().login == BOT


def test_with_a_persons_token_their_comment_is_ours(connect, repository, server):
    publisher = GitHubPublisher(connect(server.user_token), BOT)
    issue = repository.issue()
    assert _upsert(publisher, repository).status == "created"
    assert _upsert(publisher, repository, "Again.").status == "updated"
    assert [comment.user.login for comment in issue.comments] == ["maintainer"]


def test_a_token_that_may_only_read_is_told_so(connect, repository, server):
    repository.issue()
    publisher = GitHubPublisher(connect(server.read_token), BOT)
    with pytest.raises(Forbidden):
        _upsert(publisher, repository)


def test_a_locked_item_takes_no_comment(publisher, repository, event_of):
    repository.issue(locked=True)
    with pytest.raises(Forbidden):
        _upsert(publisher, repository)


def test_a_deleted_comment_is_gone_and_deleting_it_twice_is_a_fault(
    publisher, repository
):
    issue = repository.issue()
    made = publisher.create(1, "text")
    publisher.delete(made)
    assert issue.comments == []
    with pytest.raises(HostError):
        publisher.delete(made)


def _pull(repository):
    files = {"orchard/pricing.py": "def price(count):\n    return count * 3\n"}
    return repository.pull(head_files=files)


def test_a_review_stands_on_its_lines_and_approves_nothing(publisher, repository):
    pull = _pull(repository)
    comment = {
        "path": "orchard/pricing.py",
        "line": 2,
        "side": "RIGHT",
        "body": "Three?",
    }
    publisher.review(1, "seal", sha=pull.head_sha, comments=[comment])
    (review,) = repository.reviews.values()
    assert (review.state, review.body) == ("COMMENTED", "seal")
    (said,) = repository.review_comments.values()
    assert (said.line, said.body) == (2, "Three?")
    assert [each.body for each in publisher.own_reviews(1)] == ["seal"]


def test_reviews_of_others_are_not_ours(publisher, repository):
    pull = _pull(repository)
    repository.review_comment(pull, "Hm.", path="orchard/pricing.py", line=2)
    assert publisher.own_reviews(1) == []


def test_a_line_outside_the_diff_refuses_the_whole_review(publisher, repository):
    pull = _pull(repository)
    comment = {"path": "orchard/pricing.py", "line": 99, "body": "x"}
    with pytest.raises(HostError) as caught:
        publisher.review(1, "seal", sha=pull.head_sha, comments=[comment])
    assert caught.value.status == 422


def test_the_head_is_the_one_that_is_there_now(publisher, repository):
    pull = _pull(repository)
    old = pull.head_sha
    assert publisher.head_sha(1) == old
    repository.push(pull, {"a.txt": "x"})
    assert publisher.head_sha(1) != old


def test_a_reaction_stands_on_the_comment_that_asked(publisher, repository, event_of):
    comment = repository.comment(repository.issue(), "/route")
    publisher.react(event_of("issue_comment", "created", comment), "-1")
    assert [reaction.content for reaction in comment.reactions] == ["-1"]


def test_a_reaction_stands_on_a_review_comment(publisher, repository, event_of):
    pull = _pull(repository)
    comment = repository.review_comment(
        pull, "/route", path="orchard/pricing.py", line=2
    )
    event = event_of("pull_request_review_comment", "created", comment)
    publisher.react(event, "-1")
    assert [reaction.content for reaction in comment.reactions] == ["-1"]


def test_without_a_comment_there_is_nothing_to_react_to(
    publisher, repository, event_of, server
):
    publisher.react(event_of("issues", "opened", repository.issue()), "-1")
    assert server.write_attempts == []


def test_github_knows_our_reaction(publisher, repository, event_of):
    comment = repository.comment(repository.issue(), "/route")
    event = event_of("issue_comment", "created", comment)
    publisher.react(event, publish.REFUSED_REACTION)
    assert len(comment.reactions) == 1


def test_the_longest_body_we_write_is_one_that_github_takes(publisher, repository):
    issue = repository.issue()
    _upsert(publisher, repository, "\U0001f600" * 70_000)
    assert len(issue.comments) == 1


def test_the_whole_way_works_on_rules_without_secrets(publisher, repository, event_of):
    from bot.draft import Draft

    pull = _pull(repository)
    draft = Draft(
        kind="answer", task="review", body="Hm.", speaks=True, sha=pull.head_sha
    )
    event = event_of("pull_request", "opened", pull)
    rules = Rules(secrets.vault(()))
    done = publish.to_thread(draft, event, publisher=publisher, rules=rules)
    assert done.status == "created"
    assert done.url.startswith("https://github.com/octo/sample/")
