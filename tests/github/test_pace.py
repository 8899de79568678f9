"""What GitHub's limits do to a run: R10, R11 and R12 of the contract, on a clock."""

from __future__ import annotations

import pytest

from bot.errors import HostError
from bot.github import pace
from bot.github.publisher import GitHubPublisher

PATH = "/repos/octo/sample"
WHERE = f"{PATH}/issues/1/comments"
BODY = {"body": "x"}


@pytest.fixture
def issue(repository):
    return repository.issue()


def _left(server, requests):
    server.rate_used = server.rate_limit - requests


def test_R10_the_last_requests_are_left_to_other_workflows(client, server, clock):
    _left(server, pace.FLOOR + 3)
    for _ in range(3):
        client.get(PATH)
    with pytest.raises(HostError, match="left to other workflows"):
        client.get(PATH)
    assert clock.slept == []


def test_R10_a_reset_that_is_near_is_waited_for(client, server, clock):
    server.exhaust_rate_limit(reset_in=30)
    server.fail("GET", PATH, 403, times=1)
    _left(server, pace.FLOOR)
    with pytest.raises(HostError):
        client.get(PATH)
    server.rate_used = 0
    client.get(PATH)
    (slept,) = clock.slept
    assert 25 <= slept <= 31


def test_R10_writing_what_is_ready_may_use_the_floor(client, server, issue):
    _left(server, 3)
    client.get(PATH)
    client.write("POST", WHERE, body=BODY)
    assert len(issue.comments) == 1


def test_R10_a_reset_beyond_the_run_is_not_waited_for(client, server, clock):
    server.exhaust_rate_limit(reset_in=3600)
    with pytest.raises(HostError, match="rate limit"):
        client.get(PATH)
    assert clock.slept == []


def test_R11_a_write_waits_as_long_as_it_is_told(client, server, issue, clock):
    server.secondary_limit("POST", WHERE, retry_after=70)
    client.write("POST", WHERE, body=BODY)
    assert clock.slept == [70]
    assert len(issue.comments) == 1


@pytest.mark.parametrize("status", [403, 429])
def test_R11_without_a_time_it_waits_a_minute_then_two(
    client, server, issue, clock, status
):
    server.secondary_limit("POST", WHERE, retry_after=None, status=status, times=9)
    with pytest.raises(HostError, match="rate limit"):
        client.write("POST", WHERE, body=BODY)
    assert clock.slept == [60, 120]
    assert len(server.write_attempts) == pace.TRIES
    assert issue.comments == []


def test_R11_a_wait_longer_than_the_patience_is_not_begun(
    connect, server, issue, clock
):
    server.secondary_limit("GET", PATH, retry_after=100_000, times=9)
    with pytest.raises(HostError, match="rate limit"):
        connect().get(PATH)
    assert clock.slept == []


def test_R11_writes_keep_a_second_apart_and_three_before_people_are_told(
    client, issue, clock
):
    publisher = GitHubPublisher(client, "github-actions[bot]")
    comment = publisher.create(1, "one")
    assert clock.slept == []
    publisher.edit(comment, "two")
    assert clock.slept == [pace.WRITE_GAP]
    publisher.create(1, "three")
    assert clock.slept == [pace.WRITE_GAP, pace.NOTIFY_GAP]


def test_R12_a_block_stops_all_writes_of_the_run(client, server, issue, clock):
    said = "You have been temporarily blocked from content creation."
    server.fail("POST", WHERE, 403, times=1, body={"message": said})
    with pytest.raises(HostError):
        client.write("POST", WHERE, body=BODY)
    with pytest.raises(HostError, match="blocks writing"):
        client.write("POST", WHERE, body=BODY)
    assert len(server.write_attempts) == 1
    assert clock.slept == []
    assert client.get(PATH)["full_name"] == "octo/sample"


@pytest.mark.parametrize("reset", ["soon", "-1", "9" * 40, ""])
def test_a_limit_that_makes_no_sense_is_no_limit(clock, reset):
    paced = clock.pace()
    paced.heard({"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset})
    paced.before_read()
    assert clock.slept == []


def test_the_servers_clock_says_how_long(clock):
    paced = clock.pace()
    date = "Thu, 01 Jan 1970 00:16:40 GMT"
    left = {"x-ratelimit-remaining": "0", "x-ratelimit-limit": "1000"}
    paced.heard({**left, "x-ratelimit-reset": "1020", "date": date})
    paced.before_read()
    assert clock.slept == [20]
