"""A world put together: what may be asked, what may be spent, what is unknown."""

from __future__ import annotations

import pytest

from bot import assembly, nothing_reader
from bot.access import Permission
from bot.action import Inputs
from bot.errors import PolicyError
from bot.events import Event
from tests.fakes import policy

KEY = "sk-ant-api03-Zq8vN3xT7bLw2RmK"


class Files:
    """`Client.blob` over a dictionary."""

    def __init__(self, **files: bytes) -> None:
        self.files = {name.replace("_", "/"): text for name, text in files.items()}

    def blob(self, path: str, ref: str) -> tuple[bytes, str] | None:
        assert ref == ""
        found = self.files.get(path)
        return None if found is None else (found, "blobsha")


def _barred(rules="", **given):
    return assembly.means_of(Inputs(**given), policy(rules)).barred


def test_a_provider_without_a_key_names_the_variable():
    barred = _barred(anthropic_api_key=KEY)
    assert "anthropic" not in barred
    assert barred["openai"] == "no key, set OPENAI_API_KEY"


def test_a_server_of_ones_own_needs_an_address_and_no_key():
    assert "ROUTEBOT_COMPATIBLE_BASE_URL" in _barred()["compatible"]
    assert "compatible" not in _barred(compatible_base_url="https://models.example/v1")


def test_the_input_is_the_ceiling_of_what_the_policy_allows():
    barred = _barred(
        'allowed_providers = ["anthropic", "openai"]',
        anthropic_api_key=KEY,
        openai_api_key=KEY,
        xai_api_key=KEY,
        allowed_providers="openai xai",
    )
    assert set(barred) == {"anthropic", "compatible", "xai"}
    assert "input" in barred["anthropic"]
    assert "policy" in barred["xai"]


def test_assumed_keys_bar_only_what_is_not_allowed():
    rules = policy('allowed_providers = ["anthropic", "openai"]')
    means = assembly.means_of(Inputs(), rules, assume_keys=True)
    assert set(means.barred) == {"compatible", "xai"}


@pytest.mark.parametrize(("given", "usd"), [(None, 3.0), (1.0, 1.0), (9.0, 3.0)])
def test_the_lower_ceiling_holds(given, usd):
    rules = policy("max_usd_per_event = 3.0")
    assert assembly.means_of(Inputs(max_usd=given), rules).usd == usd


def test_without_github_everything_unread_is_named():
    world = assembly.offline(Inputs(), policy(), assume_keys=True)
    reader = world.open(Event("issues"))
    assert nothing_reader.ASSUMED_WRITER in reader.missing
    assert assembly.ASSUMED_KEYS in reader.missing
    assert (reader.diff(), reader.tree(), reader.file("a")) == ("", (), None)
    assert world.permission("anybody") == Permission("write")
    assert world.has_keys


def test_a_world_without_keys_says_so():
    assert not assembly.offline(Inputs(), policy()).has_keys


def test_without_a_file_the_default_policy_holds():
    assert assembly.policy_at_default_branch(Files(), "") == (policy(), "")


def test_a_policy_that_was_named_must_be_there():
    with pytest.raises(PolicyError, match=r"other\.toml"):
        assembly.policy_at_default_branch(Files(), "other.toml")


def test_a_policy_is_read_with_its_blob():
    files = Files(**{".github_routing.toml": b"enabled = false"})
    found, sha = assembly.policy_at_default_branch(files, "")
    assert (found.enabled, sha) == (False, "blobsha")


def test_links_may_lead_to_this_github():
    rules = assembly.rules_of(Inputs(server_url="https://github.example"))
    assert rules.hosts == {"github.com", "github.example"}


def test_the_time_of_a_record_is_utc():
    assert assembly.utc_now().endswith("Z")
    assert len(assembly.utc_now()) == 20
