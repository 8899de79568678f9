"""A GitHub on loopback with one repository, and a client of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from bot import events, github
from bot.events import Event
from bot.github import Client
from bot.github.pace import PATIENCE, Pace
from tests.github_server import GitHubServer, Repository

FILES = {
    "README.md": "# Orchard\n",
    "orchard/pricing.py": "def price(count):\n    return count * 2\n",
    "data.bin": b"\xff\xfe\x00",
}


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with GitHubServer() as running:
        yield running


@pytest.fixture
def repository(server: GitHubServer) -> Repository:
    found = server.repository("octo/sample", files=FILES)
    found.collaborator("contributor", "write")
    return found


Connect = Callable[..., Client]


@dataclass
class Clock:
    """Time that passes only by sleeping; `slept` are the sleeps, in seconds."""

    time: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def pace(self, patience: float = PATIENCE) -> Pace:
        return Pace(self.sleep, lambda: self.time, patience)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def connect(server: GitHubServer, repository: Repository, clock: Clock) -> Connect:
    def connected(token: str = "", full_name: str = "octo/sample") -> Client:
        return github.connect(
            full_name,
            token=token or server.write_token,
            api_url=server.base_url,
            pace=clock.pace(),
        )

    return connected


@pytest.fixture
def client(connect: Connect) -> Client:
    return connect()


@pytest.fixture
def event_of(repository: Repository) -> Callable[..., Event]:
    def made(name: str, action: str, subject: object, **extra: object) -> Event:
        payload = repository.event(name, action, subject, **extra)
        return events.from_action(name, payload)

    return made
