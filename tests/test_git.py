from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot import git, local_reader
from bot.errors import GitError
from bot.git import Checkout, Range
from bot.local_reader import LocalReader
from bot.policy import PATH
from tests import repositories
from tests.repositories import Repo

ZEROS = "0" * 40


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return repositories.make(tmp_path / "repo", {"app.py": "one = 1\n"})


@pytest.fixture
def cloned(repo: Repo, tmp_path: Path) -> Repo:
    return repositories.clone(repo, tmp_path / "clone")


def opened(repo: Repo) -> Checkout:
    return git.open_repository(repo.root, environ=repo.environ)


def reader(repo: Repo, base: str, head: str) -> LocalReader:
    return LocalReader(opened(repo), Range(base, head))


def test_opens_from_a_folder_below_the_top(repo: Repo) -> None:
    repo.write("deep/er/file", "")

    checkout = git.open_repository(repo.root / "deep/er", environ=repo.environ)

    assert checkout.root == repo.root


def test_says_what_to_do_outside_of_a_repository(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="in no git repository: go into one"):
        git.open_repository(tmp_path, environ={"PATH": os.environ["PATH"]})
    with pytest.raises(GitError, match="in no git repository"):
        git.open_repository(tmp_path / "gone", environ={})


def test_says_what_to_do_before_the_first_commit(tmp_path: Path) -> None:
    repo = repositories.make(tmp_path / "empty")

    with pytest.raises(GitError, match="no commit yet: make a first one"):
        opened(repo)


def test_broken_git_folder_is_one_line(repo: Repo) -> None:
    (repo.root / ".git/HEAD").write_bytes(b"\xff\x00nonsense")

    with pytest.raises(GitError):
        opened(repo)


def test_reads_the_range_and_not_the_work_tree(repo: Repo) -> None:
    base = repo.git("rev-parse", "HEAD")
    head = repo.commit({"app.py": "two = 2\n", "doc/é x.md": "hi\n"})
    repo.commit({"app.py": "three = 3\n"})
    repo.write("app.py", "four = 4\n")
    repo.write("untracked.py", "five = 5\n")

    local = reader(repo, base, head)

    assert "-one = 1\n+two = 2\n" in local.diff()
    assert "three" not in local.diff()
    assert local.file("app.py") == "two = 2\n"
    assert local.tree() == ("app.py", "doc/é x.md")
    assert local.file("untracked.py") is None
    assert local.missing == []
    assert local.head_sha == head


def test_file_is_none_for_links_binaries_and_folders(repo: Repo) -> None:
    (repo.root / "link").symlink_to("/etc/hosts")
    repo.git("add", "link")
    head = repo.commit({"bin.dat": b"\0\1", "sub/x.py": "x\n"})

    local = reader(repo, head, head)

    for path in ("link", "bin.dat", "sub", "../../etc/hosts", "--help", ""):
        assert local.file(path) is None, path
    assert "link" in local.tree()


def test_large_file_is_named_and_not_read(repo: Repo) -> None:
    head = repo.commit({"big.txt": "x" * 2_000_001, "fits.txt": "x" * 2_000_000})

    local = reader(repo, head, head)

    assert local.file("big.txt") is None
    assert local.file("big.txt") is None
    assert local.missing == ["big.txt is larger than 2 MB and was not read"]
    assert len(local.file("fits.txt") or "") == 2_000_000


def test_text_that_is_not_utf8_is_read_with_replacements(repo: Repo) -> None:
    head = repo.commit({"latin.txt": "caf\xe9\n".encode("latin-1")})

    assert reader(repo, head, head).file("latin.txt") == "caf\ufffd\n"


def test_diff_is_cut_at_a_line(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    base = repo.git("rev-parse", "HEAD")
    head = repo.commit({"many.txt": "line\n" * 500})
    monkeypatch.setattr(local_reader, "MAX_DIFF", 1_000)

    local = reader(repo, base, head)

    assert len(local.diff()) <= 1_000
    assert local.diff().endswith("+line\n")
    assert local.missing == ["the diff is larger than 8 MB; its end was not read"]


def test_what_a_range_does_not_have_is_missing_once(repo: Repo) -> None:
    head = repo.git("rev-parse", "HEAD")
    local = reader(repo, head, head)

    assert (
        local.comments()
        == local.runs.failed_jobs()
        == local.tracker.open_issues()
        == ()
    )
    assert local.runs.job_log(1) == b""
    assert len(local.missing) == 3


def test_submodules_are_not_in_the_tree(repo: Repo) -> None:
    head = repo.git("rev-parse", "HEAD")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{head},sub")
    head = repo.commit({})

    assert reader(repo, head, head).tree() == ("app.py",)


def test_resolves_the_forms_a_person_types(repo: Repo) -> None:
    first = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-q", "-b", "topic")
    topic = repo.commit({"topic.py": "x\n"})
    repo.git("checkout", "-q", "main")
    main = repo.commit({"main.py": "x\n"})
    repo.git("checkout", "-q", "topic")
    checkout = opened(repo)

    assert git.resolve(checkout, "main..topic") == Range(main, topic)
    assert git.resolve(checkout, "main...topic") == Range(first, topic)
    assert git.resolve(checkout, "main") == Range(first, topic)
    assert git.resolve(checkout, "main..") == Range(main, topic)
    assert git.resolve(checkout, "..main") == Range(topic, main)
    assert git.resolve(checkout, topic[:8] + "~1..HEAD") == Range(first, topic)


@pytest.mark.parametrize(
    "text",
    [
        "absent..HEAD",
        "HEAD..absent",
        "--output=PWNED",
        "--output=PWNED..HEAD",
        "HEAD..-oProxyCommand=x",
        "feat/$(touch PWNED)",
        ";id",
        "a\0b",
        "x" * 5_000,
        "HEAD:app.py",
    ],
)
def test_bad_range_is_one_short_line(repo: Repo, text: str) -> None:
    with pytest.raises(GitError, match="names no commits here: try") as caught:
        git.resolve(opened(repo), text)

    assert len(str(caught.value)) < 600
    assert not (repo.root / "PWNED").exists()


def test_default_range_is_what_the_upstream_has_not(cloned: Repo) -> None:
    base = cloned.git("rev-parse", "HEAD")
    head = cloned.commit({"new.py": "x\n"})

    assert git.default_range(opened(cloned)) == Range(base, head)
    assert git.resolve(opened(cloned), "") == Range(base, head)


def test_default_range_without_upstream_starts_at_the_default_branch(
    repo: Repo,
) -> None:
    base = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-q", "-b", "topic")
    head = repo.commit({"new.py": "x\n"})

    assert git.default_range(opened(repo)) == Range(base, head)


def test_default_range_with_nothing_to_compare_says_to_name_one(repo: Repo) -> None:
    repo.git("branch", "-m", "odd")

    with pytest.raises(GitError, match="name a range, such as"):
        git.default_range(opened(repo))


def test_push_of_new_commits_starts_where_the_remote_is(cloned: Repo) -> None:
    there = cloned.git("rev-parse", "HEAD")
    local = cloned.commit({"new.py": "x\n"})
    checkout = opened(cloned)

    assert git.pushed(checkout, "origin", local=local, there=there) == Range(
        there, local
    )
    assert git.pushed(checkout, "origin", local=local, there=local) is None


def test_push_of_a_new_branch_starts_at_the_default_branch(cloned: Repo) -> None:
    base = cloned.git("rev-parse", "HEAD")
    cloned.git("checkout", "-q", "-b", "topic")
    cloned.commit({"a.py": "x\n"})
    local = cloned.commit({"b.py": "x\n"})

    found = git.pushed(opened(cloned), "origin", local=local, there=ZEROS)

    assert found == Range(base, local)


def test_push_of_a_rebased_branch_leaves_out_what_came_from_the_default_branch(
    cloned: Repo,
) -> None:
    cloned.git("checkout", "-q", "-b", "topic")
    there = cloned.commit({"topic.py": "x\n"})
    cloned.git("checkout", "-q", "main")
    main = cloned.commit({"main.py": "x\n"})
    cloned.git("update-ref", "refs/remotes/origin/main", main)
    cloned.git("checkout", "-q", "topic")
    cloned.git("rebase", "-q", "main")
    local = cloned.git("rev-parse", "HEAD")

    found = git.pushed(opened(cloned), "origin", local=local, there=there)

    assert found == Range(main, local)


def test_push_with_nothing_to_compare_has_no_range(repo: Repo) -> None:
    checkout, local = opened(repo), repo.git("rev-parse", "HEAD")

    assert git.pushed(checkout, "origin", local=local, there=ZEROS) is None
    assert git.pushed(checkout, "origin", local=ZEROS, there=local) is None
    address = "https://example.com/x.git"
    assert git.pushed(checkout, address, local=local, there="ab" * 20) is None
    assert git.pushed(checkout, "", local=local, there=ZEROS) is None


def test_policy_comes_from_the_default_branch_and_not_from_the_topic(
    cloned: Repo,
) -> None:
    cloned.commit({PATH: "trusted = true\n"})
    cloned.git("checkout", "-q", "-b", "topic")
    cloned.commit({PATH: "trusted = false\n"})
    cloned.write(PATH, "work tree\n")

    found = local_reader.trusted_file(PATH, root=cloned.root, environ=cloned.environ)

    assert found == "trusted = true\n"


def test_policy_comes_from_head_where_no_default_branch_is_known(repo: Repo) -> None:
    repo.git("branch", "-m", "odd")
    assert local_reader.trusted_file(PATH, root=repo.root, environ=repo.environ) is None

    repo.commit({PATH: "mine\n"})

    assert (
        local_reader.trusted_file(PATH, root=repo.root, environ=repo.environ)
        == "mine\n"
    )


def test_worktree_is_read_for_itself(repo: Repo, tmp_path: Path) -> None:
    other = repo.worktree(tmp_path / "other")
    head = other.commit({"other.py": "x\n"})

    checkout = opened(other)

    assert checkout.root == other.root
    assert git.default_range(checkout).head == head


def test_variables_that_git_set_for_a_hook_do_not_lead_elsewhere(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repositories.make(tmp_path / "elsewhere", {"wrong.py": "x\n"})
    for name in ("GIT_DIR", "GIT_COMMON_DIR"):
        monkeypatch.setenv(name, str(other.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git/index"))
    environ = repo.environ | {"GIT_DIR": str(other.root / ".git")}

    checkout = git.open_repository(repo.root, environ=environ)
    found = git.resolve(checkout, "HEAD..HEAD")

    assert LocalReader(checkout, found).tree() == ("app.py",)


def test_hostile_repository_runs_nothing(tmp_path: Path) -> None:
    marker = tmp_path / "PWNED"
    repo = repositories.make_hostile(tmp_path / "evil", marker)
    base = repo.git("rev-parse", "HEAD")
    blob = repo.git("rev-parse", "HEAD:app.py")
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{blob},copy.py")
    repo.git("commit", "-q", "--no-verify", "-m", "More")
    marker.unlink(missing_ok=True)

    checkout = opened(repo)
    local = LocalReader(checkout, git.resolve(checkout, f"{base}..HEAD"))

    assert "copy.py" in local.diff()
    assert local.file("copy.py") == "def one():\n    return 1\n"
    assert local.tree() == ("app.py", "copy.py")
    assert local_reader.trusted_file(PATH, root=repo.root, environ=repo.environ) is None
    assert not marker.exists()


def test_what_is_staged_is_a_range_and_the_index_stays_as_it_was(repo: Repo) -> None:
    repo.stage({"a.py": "def a():\n    return 1\n"})
    index = repo.root / ".git" / "index"
    before = index.read_bytes()

    staged = LocalReader(opened(repo), git.staged_range(opened(repo)))

    assert "+def a():" in staged.diff()
    assert index.read_bytes() == before


def test_what_stands_around_a_range_is_read_at_its_ends(repo: Repo) -> None:
    repo.commit({".gitattributes": "old\n"})
    base = repo.git("rev-parse", "HEAD")
    repo.commit({".gitattributes": "new\n", "b.py": "x = one\n"}, "First\n\nwhy")
    head = repo.commit({"c.py": "phone = 1\n", "d é.py": "one()\n"}, "Second")

    local = reader(repo, base, head)

    assert local.trusted_file(".gitattributes") == "old\n"
    assert local.commit_messages() == ("First\n\nwhy", "Second")
    assert local.texts(["b.py", "gone.py"]) == {"b.py": "x = one\n"}
    assert local.naming(["one"]) == ("app.py", "b.py", "d é.py")
    assert local.naming(["-one", "two"]) == ()
    assert local.tracker.issue(1) is None


def test_what_is_staged_has_no_messages_and_can_be_searched(repo: Repo) -> None:
    repo.stage({"a.py": "def a():\n    return 1\n"})

    staged = LocalReader(opened(repo), git.staged_range(opened(repo)))

    assert staged.commit_messages() == ()
    assert staged.naming(["return"]) == ("a.py",)
