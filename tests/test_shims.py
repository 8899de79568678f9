from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from bot import shims
from bot.errors import GitError, UsageError
from bot.shims import Done, Place
from tests import repositories
from tests.repositories import Repo

HOOKS = ("pre-commit", "pre-push")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return repositories.make(tmp_path / "repo", {"app.py": "one = 1\n"})


@pytest.fixture
def interpreter(tmp_path: Path) -> Path:
    """Stand in for Python: write down arguments and stdin, end as told."""
    path = tmp_path / "it's python"
    log = tmp_path / "calls"
    path.write_text(
        f"#!/bin/sh\necho \"$@\" >>'{log}'\ncat >>'{log}'\nexit ${{PRETEND:-0}}\n"
    )
    path.chmod(0o755)
    return path


def calls(interpreter: Path) -> str:
    log = interpreter.with_name("calls")
    return log.read_text() if log.exists() else ""


def install(
    repo: Repo, interpreter: Path, *hooks: str, place: Place | None = None
) -> tuple[Done, ...]:
    place = place or shims.repository_place(repo.root, repo.environ)
    return shims.install(
        hooks or HOOKS,
        place,
        interpreter=str(interpreter),
        root=repo.root,
        environ=repo.environ,
    )


def uninstall(repo: Repo, *hooks: str, place: Place | None = None) -> tuple[Done, ...]:
    place = place or shims.repository_place(repo.root, repo.environ)
    return shims.uninstall(hooks or HOOKS, place, root=repo.root, environ=repo.environ)


def run_hook(
    path: Path, *arguments: str, stdin: str = "", **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(path), *arguments],
        input=stdin,
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_shims_are_identical_and_executable() -> None:
    files = [shims.templates() / name for name in shims.names()]

    assert shims.names() == HOOKS
    assert len({file.read_bytes() for file in files}) == 1
    assert all(os.access(file, os.X_OK) for file in files)


def test_installed_hook_hands_over_name_arguments_and_stdin(
    repo: Repo, interpreter: Path
) -> None:
    install(repo, interpreter)

    done = run_hook(repo.root / ".git/hooks/pre-push", "origin", "a b", stdin="x\n\n")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert calls(interpreter) == "-I -m bot hook pre-push origin a b\nx\n\n"


@pytest.mark.parametrize(("ours", "git_sees"), [(0, 0), (1, 0), (2, 1), (3, 0)])
def test_only_status_two_of_ours_stops_git(
    repo: Repo, interpreter: Path, ours: int, git_sees: int
) -> None:
    install(repo, interpreter)

    done = run_hook(repo.root / ".git/hooks/pre-commit", PRETEND=str(ours))

    assert done.returncode == git_sees


def test_skip_variable_does_not_even_start_python(
    repo: Repo, interpreter: Path
) -> None:
    install(repo, interpreter)

    done = run_hook(repo.root / ".git/hooks/pre-commit", ROUTEBOT_SKIP="1")

    assert done.returncode == 0
    assert calls(interpreter) == ""


def test_missing_interpreter_is_one_line_and_success(
    repo: Repo, interpreter: Path
) -> None:
    install(repo, interpreter)
    interpreter.unlink()

    done = run_hook(repo.root / ".git/hooks/pre-commit")

    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == 1
    assert "run 'routebot hooks install' again" in done.stderr


def test_path_of_windows_with_spaces_and_brackets_is_kept_whole(
    repo: Repo, interpreter: Path
) -> None:
    # Git Bash runs C:/… as it stands; here it is a folder below the current one.
    windows = "C:/Program Files (x86)/Py & Co's $HOME/python.exe"
    program = repo.write(windows, interpreter.read_bytes(), mode=0o755)
    install(repo, Path(windows))

    done = subprocess.run(
        [".git/hooks/pre-commit"], cwd=repo.root, input="", text=True, check=False
    )

    assert done.returncode == 0
    assert "bot hook pre-commit" in calls(interpreter)
    state = shims.status(shims.repository_place(repo.root, repo.environ))[0]
    assert state.interpreter == windows
    assert program.exists()


def test_shims_have_no_carriage_return_on_any_system(
    repo: Repo, interpreter: Path
) -> None:
    install(repo, interpreter)

    assert b"\r" not in (repo.root / ".git/hooks/pre-push").read_bytes()


def test_link_that_waits_beside_the_hook_is_not_written_through(
    repo: Repo, interpreter: Path, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine\n")
    (repo.root / ".git/hooks/.pre-commit.new").symlink_to(precious)

    install(repo, interpreter)

    assert precious.read_text() == "mine\n"


def test_second_install_changes_nothing(repo: Repo, interpreter: Path) -> None:
    first = install(repo, interpreter)
    second = install(repo, interpreter)

    assert {done.status for done in first} == {"installed"}
    assert {done.status for done in second} == {"unchanged"}


def test_install_by_another_interpreter_updates(repo: Repo, interpreter: Path) -> None:
    install(repo, interpreter)
    install(repo, interpreter.with_name("other"), "pre-push")

    before, after = shims.status(shims.repository_place(repo.root, repo.environ))

    assert (before.interpreter, before.works) == (str(interpreter), True)
    assert after.interpreter == str(interpreter.with_name("other"))
    assert not after.works


def test_hook_that_was_there_is_kept_runs_first_and_decides(
    repo: Repo, interpreter: Path, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    text = f"#!/bin/sh\necho \"$@\" >'{seen}'\ncat >>'{seen}'\nexit ${{OTHER:-0}}\n"
    path = repo.write(".git/hooks/pre-push", text, mode=0o755)

    done = install(repo, interpreter)
    good = run_hook(path, "origin", stdin="refs\n")
    bad = run_hook(path, "origin", stdin="refs\n", OTHER="7")

    assert done[1].keeps == "pre-push.routebot-previous"
    assert seen.read_text() == "origin\nrefs\n"
    assert (good.returncode, bad.returncode) == (0, 7)
    assert calls(interpreter).count("-m bot hook pre-push") == 1


def test_kept_hook_runs_even_without_interpreter_and_when_skipped(
    repo: Repo, interpreter: Path
) -> None:
    path = repo.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 5\n", mode=0o755)
    install(repo, interpreter)

    assert run_hook(path, ROUTEBOT_SKIP="1").returncode == 5
    interpreter.unlink()
    assert run_hook(path).returncode == 5


def test_kept_hook_that_does_not_read_its_stdin_is_no_fault(
    repo: Repo, interpreter: Path
) -> None:
    path = repo.write(".git/hooks/pre-push", "#!/bin/sh\nexit 0\n", mode=0o755)
    install(repo, interpreter)

    done = run_hook(path, stdin="line\n" * 50_000)

    assert (done.returncode, done.stderr) == (0, "")
    assert calls(interpreter).count("line\n") == 50_000


def test_kept_hook_that_is_not_executable_stays_off(
    repo: Repo, interpreter: Path
) -> None:
    path = repo.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 5\n")
    install(repo, interpreter)

    assert run_hook(path).returncode == 0


def test_uninstall_puts_the_kept_hook_back(repo: Repo, interpreter: Path) -> None:
    path = repo.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 5\n", mode=0o755)
    install(repo, interpreter)

    done = uninstall(repo)

    assert [each.status for each in done] == ["restored", "removed"]
    assert path.read_text() == "#!/bin/sh\nexit 5\n"
    assert os.access(path, os.X_OK)
    left = {p.name for p in path.parent.iterdir() if not p.name.endswith(".sample")}
    assert left == {"pre-commit"}


def test_uninstall_leaves_the_hooks_of_others_alone(repo: Repo) -> None:
    path = repo.write(".git/hooks/pre-commit", "#!/bin/sh\n", mode=0o755)

    assert [each.status for each in uninstall(repo)] == ["not ours", "absent"]
    assert path.exists()


def test_symlinked_hook_of_another_tool_is_kept_as_a_link(
    repo: Repo, interpreter: Path
) -> None:
    target = repo.write("scripts/check", "#!/bin/sh\nexit 6\n", mode=0o755)
    link = repo.root / ".git/hooks/pre-commit"
    link.symlink_to("../../scripts/check")
    install(repo, interpreter)

    assert run_hook(link).returncode == 6
    assert target.read_text() == "#!/bin/sh\nexit 6\n"
    uninstall(repo)
    assert link.is_symlink()


def test_two_predecessors_are_not_overwritten(repo: Repo, interpreter: Path) -> None:
    path = repo.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 5\n", mode=0o755)
    install(repo, interpreter)
    path.write_text("#!/bin/sh\nexit 6\n")

    with pytest.raises(UsageError, match="remove one of them"):
        install(repo, interpreter)
    assert path.read_text() == "#!/bin/sh\nexit 6\n"


def test_hook_moved_aside_by_a_later_tool_still_finds_its_predecessor(
    repo: Repo, interpreter: Path
) -> None:
    path = repo.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 5\n", mode=0o755)
    install(repo, interpreter)
    moved = path.rename(path.with_name("pre-commit.legacy"))

    assert run_hook(moved).returncode == 5
    path.with_name("pre-commit.routebot-previous").unlink()
    run_hook(moved)
    assert "bot hook pre-commit" in calls(interpreter)


@pytest.mark.parametrize("path", [".husky", "/elsewhere/hooks"])
def test_own_hooks_path_of_a_repository_is_not_written_to(
    repo: Repo, interpreter: Path, path: str
) -> None:
    repo.git("config", "core.hooksPath", path)

    place = shims.repository_place(repo.root, repo.environ)

    assert "sets core.hooksPath" in place.refusal
    with pytest.raises(UsageError, match="nothing was written"):
        install(repo, interpreter)
    assert not (repo.root / ".husky").exists()


def test_line_to_add_elsewhere_quotes_and_never_blocks() -> None:
    line = shims.line_to_add("pre-push", "/a b/python")

    expected = "'/a b/python' -I -m bot hook pre-push \"$@\" || [ $? -ne 2 ]"
    assert line == expected


def test_hooks_folder_that_leads_into_the_work_tree_is_not_written_to(
    repo: Repo, interpreter: Path
) -> None:
    hooks = repo.root / ".git/hooks"
    hooks.rename(repo.root / "hooks")
    hooks.symlink_to("../hooks")

    with pytest.raises(UsageError, match="outside the git directory"):
        install(repo, interpreter)


def test_worktree_installs_for_the_whole_repository(
    repo: Repo, interpreter: Path, tmp_path: Path
) -> None:
    other = repo.worktree(tmp_path / "other")

    done = install(other, interpreter)

    assert done[0].path == repo.root / ".git/hooks/pre-commit"


def test_submodule_installs_into_its_own_git_folder(
    repo: Repo, interpreter: Path, tmp_path: Path
) -> None:
    outer = repositories.make(tmp_path / "outer", {"x": "x\n"})
    allowed = ("-c", "protocol.file.allow=always")
    outer.git(*allowed, "submodule", "--quiet", "add", str(repo.root), "sub")
    sub = Repo(outer.root / "sub", outer.environ)

    done = install(sub, interpreter)

    assert done[0].path == outer.root / ".git/modules/sub/hooks/pre-commit"


def test_unknown_hook_names_those_there_are(repo: Repo, interpreter: Path) -> None:
    with pytest.raises(UsageError, match="there are: pre-commit, pre-push"):
        install(repo, interpreter, "post-mortem")


def test_outside_of_a_repository_is_an_error_of_git(tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "GIT_CEILING_DIRECTORIES": str(tmp_path)}

    with pytest.raises(GitError, match="not a git repository"):
        shims.repository_place(tmp_path, environ)


def test_user_wide_install_runs_and_hides_no_hook_of_a_repository(
    repo: Repo, interpreter: Path
) -> None:
    repo.write(".git/hooks/pre-push", "#!/bin/sh\nexit 5\n", mode=0o755)
    repo.write(".git/hooks/commit-msg", "#!/bin/sh\nexit 6\n", mode=0o755)
    place = shims.user_place(repo.root, repo.environ)

    install(repo, interpreter, "pre-commit", place=place)

    found = repo.git("config", "core.hooksPath")
    assert Path(found) == place.folder
    assert "use --user" in shims.repository_place(repo.root, repo.environ).refusal
    done = repo.run("commit", "--allow-empty", "-m", "x")
    assert done.returncode == 1
    assert "bot hook pre-commit" in calls(interpreter)
    assert repo.run("hook", "run", "pre-push").returncode == 5


def test_user_wide_uninstall_leaves_nothing_behind(
    repo: Repo, interpreter: Path
) -> None:
    place = shims.user_place(repo.root, repo.environ)
    install(repo, interpreter, place=place)

    uninstall(repo, "pre-push", place=place)
    assert [state.is_installed for state in shims.status(place)] == [True, False]
    assert (place.folder / "pre-push").read_text() == shims.PASS_ON
    uninstall(repo, place=place)

    assert list(place.folder.iterdir()) == []
    assert repo.run("config", "core.hooksPath").returncode == 1


def test_user_wide_folder_of_the_users_own_is_used_as_it_is(
    repo: Repo, interpreter: Path, tmp_path: Path
) -> None:
    own = tmp_path / "my-hooks"
    repo.git("config", "--global", "core.hooksPath", str(own))
    place = shims.user_place(repo.root, repo.environ)

    install(repo, interpreter, place=place)
    assert {p.name for p in own.iterdir()} == set(HOOKS)
    uninstall(repo, place=place)

    assert list(own.iterdir()) == []
    assert repo.git("config", "core.hooksPath") == str(own)
