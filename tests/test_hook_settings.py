from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import hook_settings, local_reader, plumbing, policy
from bot.errors import PolicyError
from bot.hook_settings import HookSettings
from tests import repositories
from tests.repositories import Repo

PATH = hook_settings.POLICY
BLOCKING = "[hooks]\nblocking = true\n"
KEY = "1 0 abc"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return repositories.make(tmp_path / "repo", {"app.py": "x = 1\n"})


def read(repo: Repo) -> HookSettings:
    return hook_settings.read(
        root=repo.root,
        git_dir=repo.root / ".git",
        environ=plumbing.inherited(repo.environ),
    )


def kept(repo: Repo) -> Path:
    return repo.root / ".git" / hook_settings.COMPILED


def test_defaults_are_those_of_the_shipped_policy(repo: Repo) -> None:
    assert hook_settings.of_policy(policy.default()) == HookSettings()
    assert read(repo) == HookSettings()
    assert not kept(repo).exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BLOCKING, HookSettings(blocking=True)),
        ('[hooks]\nrun = ["pre-push"]\n', HookSettings(run=("pre-push",))),
        ("enabled = false\n", HookSettings(run=())),
        ("[tasks.test]\nenabled = false\n", HookSettings(run=("pre-push",))),
        ("[tasks.review]\nenabled = false\n", HookSettings(run=("pre-commit",))),
        ('[stakes]\ncritical = ["till/**"]\n', HookSettings(critical=("till/**",))),
        ('[tasks.test]\nignore = ["gen/**"]\n', HookSettings(ignore=("gen/**",))),
    ],
)
def test_policy_says_what_holds_and_its_compiled_form_says_the_same(
    repo: Repo, text: str, expected: HookSettings
) -> None:
    repo.commit({PATH: text})

    assert read(repo) == expected
    written = kept(repo).read_bytes()
    assert hook_settings.checked(written, key=json.loads(written)["key"]) == expected
    assert read(repo) == expected


def test_compiled_form_is_what_is_read_as_long_as_the_policy_is_the_same(
    repo: Repo,
) -> None:
    repo.commit({PATH: BLOCKING})
    read(repo)
    key = json.loads(kept(repo).read_bytes())["key"]
    kept(repo).write_bytes(hook_settings.compiled(HookSettings(run=()), key=key))

    assert read(repo) == HookSettings(run=())
    repo.commit({PATH: BLOCKING + "\n"})
    assert read(repo) == HookSettings(blocking=True)


def _form(**said: object) -> bytes:
    lists = {key: [] for key in ("ignore", "critical", "standard", "routine")}
    sound = {"key": KEY, "run": [], "blocking": True, **lists}
    return json.dumps(sound | said).encode()


TAMPERED = {
    "not JSON": b"{",
    "nested": b"[" * 30_000,
    "a list": b"[]",
    "no key": b"{}",
    "another hook": _form(run=["post-commit"]),
    "a word for a switch": _form(blocking="yes"),
    "a text for a list": _form(run="pre-push"),
    "a number in a list": _form(ignore=[1]),
    "no glob": _form(ignore=["/etc/**"]),
    "a list that is missing": _form(routine=None),
    "many globs": _form(ignore=["a"] * 101),
    "not UTF-8": b"\xff",
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_what_no_policy_could_say_is_not_taken(kind: str) -> None:
    assert hook_settings.checked(TAMPERED[kind], key=KEY) is None


def test_form_without_a_fault_is_taken() -> None:
    assert hook_settings.checked(_form(), key=KEY) == HookSettings((), True)


def test_form_of_another_version_or_policy_is_not_taken() -> None:
    data = hook_settings.compiled(HookSettings(blocking=True), key=KEY)

    assert hook_settings.checked(data, key=KEY) == HookSettings(blocking=True)
    assert hook_settings.checked(data, key="1 9 abc") is None


def test_tampered_file_gives_way_to_the_policy(repo: Repo) -> None:
    repo.commit({PATH: BLOCKING})
    kept(repo).write_bytes(b'{"key": "x", "network": true, "python": "/tmp/evil"}')

    assert read(repo) == HookSettings(blocking=True)


def test_link_in_its_place_is_neither_read_nor_written_through(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit({PATH: BLOCKING})
    precious = tmp_path / "precious"
    precious.write_text("mine\n")
    kept(repo).symlink_to(precious)

    assert read(repo) == HookSettings(blocking=True)
    assert precious.read_text() == "mine\n"


def test_broken_policy_is_an_error_and_nothing_is_kept(repo: Repo) -> None:
    repo.commit({PATH: "[hooks]\nrun = 1\n"})

    with pytest.raises(PolicyError, match=r"routing\.toml:2: hooks\.run"):
        read(repo)
    assert not kept(repo).exists()


def _blob(repo: Repo) -> str:
    environ = plumbing.inherited(repo.environ)
    return hook_settings.policy_blob(root=repo.root, environ=environ)


def _theirs(repo: Repo) -> str:
    """What `bot.git` finds, hashed as git does."""
    text = local_reader.trusted_file(PATH, root=repo.root, environ=repo.environ)
    if text is None:
        return ""
    return repo.run("hash-object", "--stdin", stdin=text).stdout.strip()


def _on_main(repo: Repo) -> None:
    repo.commit({PATH: "enabled = true\n"})


def _on_a_branch(repo: Repo) -> None:
    repo.commit({PATH: "enabled = true\n"})
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit({PATH: "enabled = false\n"})


def _detached(repo: Repo) -> None:
    _on_a_branch(repo)
    repo.git("checkout", "-q", "--detach")
    repo.git("branch", "-q", "-D", "main")


def _of_a_clone(repo: Repo) -> None:
    repo.git("remote", "add", "origin", "nowhere")
    repo.git("branch", "-m", "main", "stable")
    repo.commit({PATH: "enabled = false\n"})
    repo.git("update-ref", "refs/remotes/origin/stable", "HEAD")
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/stable")
    repo.git("checkout", "-q", "-b", "main")
    repo.commit({PATH: "enabled = true\n"})


def _only_there(repo: Repo) -> None:
    _of_a_clone(repo)
    repo.git("branch", "-q", "-D", "stable")


def _remote_without_head(repo: Repo) -> None:
    repo.commit({PATH: "enabled = false\n"})
    repo.git("remote", "add", "origin", "nowhere")
    repo.git("update-ref", "refs/remotes/origin/master", "HEAD")
    repo.commit({PATH: "enabled = true\n"})


@pytest.mark.parametrize(
    "shape",
    [
        lambda repo: None,
        _on_main,
        _on_a_branch,
        _detached,
        _of_a_clone,
        _only_there,
        _remote_without_head,
    ],
    ids=lambda shape: shape.__name__,
)
def test_policy_is_found_where_the_other_commands_find_it(
    repo: Repo, shape: Callable[[Repo], None]
) -> None:
    shape(repo)

    assert _blob(repo) == _theirs(repo)


def test_before_the_first_commit_there_is_no_policy(tmp_path: Path) -> None:
    repo = repositories.make(tmp_path / "fresh")
    repo.stage({PATH: BLOCKING})

    assert read(repo) == HookSettings()
