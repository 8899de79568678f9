"""A stateful GitHub on loopback, for the tests and the demo."""

from tests.github_server.repository import Repository
from tests.github_server.server import GitHubServer

__all__ = ["GitHubServer", "Repository"]
