"""A review on a GitHub on loopback: posted once, whatever happens in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot import earlier, finding_identity, ledger, publish, reviewed, secrets
from bot.context import diff
from bot.draft import Draft, Inline
from bot.earlier import Earlier
from bot.errors import HostError
from bot.github.publisher import GitHubPublisher
from bot.ledger import Place
from bot.outgoing import Rules
from tests.fakes import record

BOT = "github-actions[bot]"
BASE = {
    "orchard/auth.py": "def check(user):\n    return user.is_known\n",
    "orchard/pricing.py": "def price(count):\n    return count * 2\n",
}
AUTH = {"orchard/auth.py": "def check(user):\n    return True\n"}
PRICING = {"orchard/pricing.py": "def price(count):\n    return count / 0\n"}
RULES = Rules(secrets.vault([]))


class Killed(BaseException):
    """The runner ended the process here."""


@dataclass
class Dying:
    """A publisher that is killed at its `left`-th write, before or after its effect."""

    publisher: GitHubPublisher
    left: int
    is_after: bool
    verbs: tuple[str, ...] = ("create", "edit", "delete", "review", "resolve")
    done: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.publisher, name)
        return self._counted(name, call) if name in self.verbs else call

    def _counted(self, name: str, call: Any) -> Any:
        def counted(*given: Any, **named: Any) -> Any:
            if len(self.done) == self.left and not self.is_after:
                raise Killed
            answer = call(*given, **named)
            self.done.append(name)
            if len(self.done) > self.left:
                raise Killed
            return answer

        return counted


@pytest.fixture
def publisher(client):
    return GitHubPublisher(client, BOT)


@pytest.fixture
def pull(repository):
    repository.commit(BASE)
    return repository.pull("Simplify", head_files={**AUTH, **PRICING})


def _said(path, title="Wrong", *, change):
    (file,) = (file for file in diff.parse(change) if file.path == path)
    return finding_identity.said(
        file, range(2, 3), severity="major", title=title, evidence="return"
    )


def _draft(publisher, event, *paths, fixed=()):
    """A review that finds line 2 of these files wrong."""
    change = publisher.diff(event)
    said = [_said(path, change=change) for path in paths]
    inline = [
        Inline(path=each.path, line=2, body="Wrong.", fingerprint=each.fingerprint)
        for each in said
    ]
    files = diff.parse(change)
    state = reviewed.state(files, known=Earlier().patches, shown=files, said=said)
    return Draft(
        kind="answer",
        task="review",
        title="Review",
        body="A table.",
        inline=tuple(inline),
        reviewed=state,
        fixed=tuple(fixed),
        speaks=True,
        sha=event.head_sha,
        record=record(task="review"),
    )


def _post(draft, event, publisher, rules=RULES):
    return publish.to_thread(draft, event, publisher=publisher, rules=rules)


def _summaries(publisher, repository):
    place = Place(repository.id, 1)
    ours = [*publisher.own_comments(1), *publisher.own_reviews(1)]
    found = ((each, ledger.read(each.body, place)) for each in ours)
    return [each for each, marker in found if marker and marker.task == "review"]


def _second_push(publisher, repository, pull, event_of):
    """Post a first review; then one of two is fixed and something new is found."""
    event = event_of("pull_request", "opened", pull)
    first = _draft(publisher, event, *AUTH, *PRICING)
    _post(first, event, publisher)
    repository.push(
        pull, {"orchard/auth.py": BASE["orchard/auth.py"], "orchard/new.py": "a\nb\n"}
    )
    event = event_of("pull_request", "synchronize", pull)
    fixed = [each for each in first.reviewed.said if each.path in AUTH]
    return _draft(publisher, event, "orchard/new.py", fixed=fixed), event


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
def test_a_first_review_cut_off_and_run_again_stands_once(
    publisher, repository, server, pull, event_of, is_after
):
    event = event_of("pull_request", "opened", pull)
    draft = _draft(publisher, event, *AUTH, *PRICING)
    with pytest.raises(Killed):
        _post(draft, event, Dying(publisher, 0, is_after))
    _post(draft, event, publisher)
    assert len(_summaries(publisher, repository)) == 1
    assert len(repository.review_comments) == 2
    assert len(server.notifications) == 1


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("cut", range(3))
def test_a_later_review_cut_off_anywhere_and_run_again_says_nothing_twice(
    publisher, repository, server, pull, event_of, cut, is_after
):
    draft, event = _second_push(publisher, repository, pull, event_of)
    dying = Dying(publisher, cut, is_after)
    with pytest.raises(Killed):
        _post(draft, event, dying)
    _post(draft, event, publisher)
    assert len(_summaries(publisher, repository)) == 1
    paths = [comment.path for comment in repository.review_comments.values()]
    assert sorted(paths) == sorted([*AUTH, *PRICING, "orchard/new.py"])
    assert len(server.world.resolved_threads) == 1
    assert len(server.notifications) == 2


def test_a_later_review_is_three_writes_and_one_of_them_is_told(
    publisher, repository, server, pull, event_of
):
    draft, event = _second_push(publisher, repository, pull, event_of)
    counting = Dying(publisher, 99, True)
    _post(draft, event, counting)
    assert counting.done == ["resolve", "review", "edit"]
    beside = publisher.own_reviews(1)[-1].body
    assert beside.startswith("1 new here; the whole review is in [its summary](https:")
    (summary,) = _summaries(publisher, repository)
    assert "Fixed since the last review: `orchard/auth.py:2` Wrong." in summary.body


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
@pytest.mark.parametrize("after_effect", [False, True])
def test_a_review_whose_answer_was_lost_is_not_posted_twice(
    publisher, repository, server, pull, event_of, fault, after_effect
):
    for make in (_first, _second_push):
        draft, event = make(publisher, repository, pull, event_of)
        before = len(repository.reviews)
        server.fail(
            "POST", "/repos/octo/sample/pulls", after_effect=after_effect, **fault
        )
        _post(draft, event, publisher)
        assert len(repository.reviews) == before + 1
        repository.reviews.clear()
        repository.review_comments.clear()


def _first(publisher, repository, pull, event_of):
    event = event_of("pull_request", "opened", pull)
    return _draft(publisher, event, *PRICING), event


def test_what_a_hostile_draft_calls_fixed_stays_open_while_its_code_is_there(
    publisher, repository, server, pull, event_of
):
    event = event_of("pull_request", "opened", pull)
    first = _draft(publisher, event, *AUTH, *PRICING)
    _post(first, event, publisher)
    lie = first.model_copy(update={"fixed": first.reviewed.said, "inline": ()})
    _post(lie, event, publisher)
    assert not server.world.resolved_threads
    assert "Fixed since" not in _summaries(publisher, repository)[0].body


def test_what_the_draft_does_not_call_fixed_is_left_open(
    publisher, repository, server, pull, event_of
):
    event = event_of("pull_request", "opened", pull)
    _post(_draft(publisher, event, *AUTH, *PRICING), event, publisher)
    repository.push(pull, BASE | {"orchard/new.py": "a\nb\n"})
    event = event_of("pull_request", "synchronize", pull)
    new = _draft(publisher, event, "orchard/new.py")
    (auth, _) = _believed(publisher, repository)
    _post(new.model_copy(update={"fixed": (auth,)}), event, publisher)
    assert len(server.world.resolved_threads) == 1


def _believed(publisher, repository):
    place = Place(repository.id, 1)
    return earlier.of([each.body for each in publisher.own_reviews(1)], place).said


def test_where_threads_cannot_be_read_nothing_is_said_on_lines_again(
    publisher, repository, server, pull, event_of
):
    draft, event = _second_push(publisher, repository, pull, event_of)
    server.fail("POST", "/graphql", 502, times=9)
    _post(draft, event, publisher)
    assert len(repository.review_comments) == 2
    (summary,) = _summaries(publisher, repository)
    assert "`orchard/new.py:2`" in summary.body
    assert len(server.notifications) == 1


def test_of_two_reviews_at_once_the_older_stays_and_the_younger_says_so(
    publisher, repository, pull, event_of
):
    event = event_of("pull_request", "opened", pull)
    draft = _draft(publisher, event, *PRICING)
    made = publisher.review

    def racing(*given, **named):
        publisher_review = made(*given, **named)
        return made(*given, **named) if publisher_review else publisher_review

    other = Dying(publisher, 99, True, verbs=("review",))
    other.review = racing
    _post(draft, event, other)
    assert len(repository.review_comments) == 1
    bodies = [each.body for each in publisher.own_reviews(1)]
    assert "Two runs reviewed this at once" in bodies[1]
    assert len(_summaries(publisher, repository)) == 1


def test_a_marker_key_must_have_sealed_what_is_believed(
    publisher, repository, server, pull, event_of
):
    draft, event = _second_push(publisher, repository, pull, event_of)
    _post(draft, event, publisher, Rules(RULES.vault, marker_key="a key"))
    assert not server.world.resolved_threads


def test_threads_are_read_with_who_said_what_and_what_became_of_it(
    publisher, repository, server, pull
):
    person = repository.review_comment(pull, "Why?", path="orchard/auth.py", line=2)
    repository.review_comment(
        pull, "So.", path="orchard/auth.py", line=2, author=BOT, reply_to=person
    )
    publisher.review(
        1,
        "body",
        sha=pull.head_sha,
        comments=[
            {"path": "orchard/pricing.py", "line": 2, "side": "RIGHT", "body": "No."}
        ],
    )
    theirs, ours = publisher.review_threads(1)
    assert (theirs.is_ours, theirs.is_answered, theirs.state) == (False, True, "open")
    assert [said.is_ours for said in theirs.comments] == [False, True]
    assert (ours.is_ours, ours.is_answered, ours.line) == (True, False, 2)
    assert ours.may_resolve
    publisher.resolve([ours.id])
    (_, ours) = publisher.review_threads(1)
    assert (ours.state, ours.resolved_by_us) == ("resolved", True)


def test_a_token_that_may_not_resolve_is_refused(publisher, server, repository, pull):
    comment = repository.review_comment(
        pull, "Hm.", path="orchard/auth.py", line=2, author=BOT
    )
    server.world.tokens[server.write_token].may_resolve = False
    (thread,) = publisher.review_threads(1)
    assert not thread.may_resolve
    with pytest.raises(HostError):
        publisher.resolve([comment.thread_id])
