from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot import plumbing, staged
from tests import repositories
from tests.repositories import Repo

PY = "def one():\n    return 1\n\n\ndef two():\n    return 2\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return repositories.make(tmp_path / "repo", {"app.py": PY})


def read(repo: Repo, **extra: str) -> tuple[staged.StagedFile, ...]:
    return staged.read(repo.root, plumbing.inherited(repo.environ | extra)).files


def test_reads_the_index_and_not_the_work_tree(repo: Repo) -> None:
    repo.stage({"app.py": PY.replace("return 2", "return 3")})
    repo.write("app.py", "nothing like it\n")

    (file,) = read(repo)

    assert not file.is_new
    assert file.text == PY.replace("return 2", "return 3")
    assert file.lines == {6}


def test_new_file_has_all_its_lines(repo: Repo) -> None:
    repo.stage({"new.py": "a = 1\nb = 2\n"})

    assert read(repo) == (
        staged.StagedFile("new.py", "a = 1\nb = 2\n", frozenset({1, 2}), is_new=True),
    )


def test_removed_lines_touch_the_line_before_them(repo: Repo) -> None:
    repo.stage({"app.py": PY.replace("    return 1\n", "")})

    assert read(repo)[0].lines == {1}


def test_renamed_file_is_not_new(repo: Repo) -> None:
    repo.git("mv", "app.py", "main.py")
    repo.stage({"main.py": PY + "x = 1\n"})

    (file,) = read(repo)

    assert (file.path, file.is_new, file.lines) == ("main.py", False, {7})


def test_pure_rename_and_mode_change_have_nothing_to_say(repo: Repo) -> None:
    repo.git("mv", "app.py", "main.py")
    repo.git("update-index", "--chmod=+x", "main.py")

    assert read(repo) == ()


def test_works_before_the_first_commit(tmp_path: Path) -> None:
    repo = repositories.make(tmp_path / "empty")
    repo.stage({"app.py": PY})

    assert read(repo)[0].lines == frozenset(range(1, 7))


def test_nothing_staged_is_nothing(repo: Repo) -> None:
    repo.write("app.py", "changed, not staged\n")

    assert read(repo) == ()


@pytest.mark.parametrize(
    "content",
    [b"\x00\x01binary", "x = 'é'\n".encode("utf-16"), b"x = 1\n" * 1_700_000],
    ids=["binary", "utf-16", "10 MB"],
)
def test_names_what_is_no_readable_text(repo: Repo, content: bytes) -> None:
    repo.stage({"blob.py": content, "good.py": "x = 1\n", "empty.py": ""})

    found = staged.read(repo.root, plumbing.inherited(repo.environ))

    assert [file.path for file in found.files] == ["good.py"]
    assert found.unread == ("blob.py",)


def test_reads_around_bytes_that_are_not_utf_8(repo: Repo) -> None:
    repo.stage({"old.py": b"def f():\r\n    return '\xe9'\r\n"})

    (file,) = read(repo)

    assert file.text == "def f():\r\n    return '\ufffd'\r\n"
    assert file.lines == {1, 2}


def test_leaves_out_symlinks_submodules_and_deleted_files(repo: Repo) -> None:
    (repo.root / "link.py").symlink_to("app.py")
    repo.git("add", "link.py")
    head = repo.git("rev-parse", "HEAD")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{head},sub")
    repo.git("rm", "-q", "--cached", "app.py")

    assert read(repo) == ()


def test_odd_paths_come_back_whole(repo: Repo) -> None:
    odd = 'with "quotes"\tand\nnewline é.py'
    repo.stage({odd: "x = 1\n", "-o.py": "y = 1\n", ":(glob)z.py": "z = 1\n"})

    assert {file.path for file in read(repo)} == {odd, "-o.py", ":(glob)z.py"}


def test_lines_that_look_like_headers_do_not_shift_files(repo: Repo) -> None:
    repo.stage({"a.txt": "diff --git a/x b/x\n@@ -1 +900 @@\n", "b.txt": "x\n"})

    assert [(file.path, file.lines) for file in read(repo)] == [
        ("a.txt", {1, 2}),
        ("b.txt", {1}),
    ]


def test_other_index_of_git_is_used_when_git_names_it(repo: Repo) -> None:
    other = str(repo.root / ".git/other-index")
    repo.write("new.py", "x = 1\n")
    done = repo.run("add", "new.py", env={"GIT_INDEX_FILE": other})
    assert done.returncode == 0

    assert [file.path for file in read(repo, GIT_INDEX_FILE=other)] == ["new.py"]
    assert read(repo) == ()


def test_index_stays_byte_for_byte(repo: Repo) -> None:
    repo.stage({"app.py": PY + "x = 1\n"})
    (repo.root / "app.py").touch()
    index = (repo.root / ".git/index").read_bytes()

    read(repo)

    assert (repo.root / ".git/index").read_bytes() == index


def test_finds_indexed_files_that_hold_a_word(repo: Repo) -> None:
    repo.stage(
        {
            "tests/test_app.py": "from app import one\n",
            "tests/test_other.py": "from app import one_and_only\n",
            "src/one.py": "one = 1\n",
        }
    )
    environ = plumbing.inherited(repo.environ)
    blobs = staged.listed([":(top,icase)*TEST*"], root=repo.root, environ=environ)
    assert set(blobs) == {"tests/test_app.py", "tests/test_other.py"}

    def held(*words: str) -> dict[str, str]:
        return staged.holding(words, blobs, root=repo.root, environ=environ)

    assert held("one", "two words") == {"tests/test_app.py": "from app import one\n"}
    assert held("absent") == {}
    assert held() == {}
    assert staged.holding(["one"], {}, root=repo.root, environ=environ) == {}
    assert staged.listed([], root=repo.root, environ=environ) == {}


def test_many_files_are_looked_through_in_pieces(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staged, "MAX_ARGUMENTS", 2)
    repo.stage({f"test_{n}.py": f"word{n}\n" for n in range(5)})
    environ = plumbing.inherited(repo.environ)
    blobs = staged.listed(["*test*"], root=repo.root, environ=environ)

    found = staged.holding(
        ["word0", "word4", "WORD2"], blobs, root=repo.root, environ=environ
    )

    assert set(found) == {"test_0.py", "test_4.py"}


def test_finds_sources_and_tests_that_mention_a_word(repo: Repo) -> None:
    repo.stage({"a b.py": "one()\n", "tests/t.py": "one\n", "c.go": "one()\n"})
    repo.stage({"é\nx.py": "one()\n", "many.py": "someone()\n"})
    environ = plumbing.inherited(repo.environ)
    found = staged.mentioning(
        ["one"],
        [":(top,icase)*.PY"],
        root=repo.root,
        environ=environ,
        wanted=lambda path: path != "app.py",
        first=lambda path: path.startswith("tests/"),
    )
    assert list(found.items()) == [("tests/t.py", "one\n"), ("a b.py", "one()\n")]
    assert not staged.mentioning([], ["*"], root=repo.root, environ=environ)
    assert not staged.mentioning(["one"], [], root=repo.root, environ=environ)


def test_counts_what_is_in_the_index(repo: Repo, tmp_path: Path) -> None:
    assert staged.count(repo.root, repo.root / ".git", repo.environ) == 1
    assert staged.count(tmp_path, tmp_path, repo.environ) == 0
    # As git names it to the hook of a plain repository.
    hooked = repo.environ | {"GIT_INDEX_FILE": ".git/index"}
    assert staged.count(repo.root, repo.root / ".git", hooked) == 1
    other = repo.environ | {"GIT_INDEX_FILE": str(tmp_path / "index")}
    (tmp_path / "index").write_bytes(b"no index of git's")
    assert staged.count(repo.root, repo.root / ".git", other) == 0


def test_hostile_repository_runs_nothing(tmp_path: Path) -> None:
    marker = tmp_path / "PWNED"
    repo = repositories.make_hostile(tmp_path / "evil", marker)
    blob = repo.run("hash-object", "-w", "--stdin", "--no-filters", stdin=PY)
    repo.run("update-index", "--cacheinfo", f"100644,{blob.stdout.strip()},app.py")
    marker.unlink(missing_ok=True)
    environ = plumbing.inherited(repo.environ)

    files = staged.read(repo.root, environ).files
    blobs = staged.listed(["*"], root=repo.root, environ=environ)
    staged.holding(["one"], blobs, root=repo.root, environ=environ)
    staged.mentioning(["one"], ["*"], root=repo.root, environ=environ)

    assert [file.path for file in files] == ["app.py"]
    assert not marker.exists()


def test_hostile_repository_would_run_programs_without_the_flags(
    tmp_path: Path,
) -> None:
    marker = tmp_path / "PWNED"
    repo = repositories.make_hostile(tmp_path / "evil", marker)
    marker.unlink(missing_ok=True)

    repo.run("diff", "HEAD")

    assert marker.exists()


def test_imports_nothing_heavy() -> None:
    code = (
        "import sys, bot.staged\n"
        "heavy = {'pydantic', 'httpx', 'git', 'github', 'click', 'unidiff'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
