from __future__ import annotations

import dataclasses
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot import hooks, pre_commit, pre_push, staged
from bot.context.untested import Untested
from bot.errors import GitError, PolicyError
from bot.events import Event
from bot.hook_call import Call
from bot.reader import Reader
from tests import repositories
from tests.repositories import Repo

PY = "def one():\n    return 1\n"
GO = "package a\n\nfunc Run() int {\n\treturn 1\n}\n"
ZEROS = "0" * 40


@dataclass
class Terminal:
    """What a person would see, and what the pipeline was asked."""

    lines: list[str] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    asked: list[tuple[Event, str]] = field(default_factory=list)
    answer: Callable[[], str] = lambda: "- minor: a finding"

    def pipeline(self, event: Event, reader: Reader) -> str:
        self.asked.append((event, reader.diff()))
        return self.answer()

    def run(self, repo: Repo, name: str, *, stdin: str = "", **env: str) -> int:
        return hooks.run(self.call(repo, name, stdin=stdin, **env))

    def call(self, repo: Repo, name: str, *, stdin: str = "", **env: str) -> Call:
        return Call(
            name=name,
            arguments=("origin", "address") if name == "pre-push" else (),
            stdin=io.StringIO(stdin),
            pipeline=self.pipeline,
            environ=repo.environ | env,
            root=repo.root,
            say=self.lines.append,
            leave=self.left.append,
        )


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    files = {"app.py": PY, "tests/test_app.py": "from app import one\n"}
    return repositories.make(tmp_path / "repo", files)


def routebot(
    repo: Repo, *arguments: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-m", "bot", *arguments],
        cwd=repo.root,
        env=repo.environ | (env or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


# pre-commit


def test_names_the_changed_symbols_that_no_test_reaches(
    repo: Repo, terminal: Terminal
) -> None:
    repo.stage({"app.py": PY + "\n\ndef two():\n    return 2\n", "a.go": GO})

    assert terminal.run(repo, "pre-commit") == 0
    assert terminal.lines == [
        "routebot: 2 changed symbols lacking a test",
        "  a.go:3  Run is new; test goes into a_test.go",
        "  app.py:5  two is new; test goes into tests/test_app.py",
        pre_commit.COMMAND,
    ]


def test_is_silent_when_a_test_names_the_symbol(repo: Repo, terminal: Terminal) -> None:
    repo.stage({"app.py": PY.replace("return 1", "return 2")})

    assert terminal.run(repo, "pre-commit") == 0
    assert terminal.lines == []


def test_a_test_staged_with_the_change_counts(repo: Repo, terminal: Terminal) -> None:
    repo.stage({"new.py": "def two():\n    pass\n", "tests/test_new.py": "two()\n"})

    terminal.run(repo, "pre-commit")

    assert terminal.lines == []


def test_a_test_that_is_not_staged_does_not_count(
    repo: Repo, terminal: Terminal
) -> None:
    repo.stage({"new.py": "def two():\n    pass\n"})
    repo.write("tests/test_new.py", "two()\n")

    terminal.run(repo, "pre-commit")

    assert "two is new" in terminal.lines[1]


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"README.md": "text\n"},
        {"picture.png": b"\0\1\2"},
        {"empty.py": ""},
    ],
    ids=["nothing", "text", "binary", "empty"],
)
def test_is_silent_without_anything_to_say(
    repo: Repo, terminal: Terminal, files: dict[str, str | bytes]
) -> None:
    if files:
        repo.stage(files)

    assert terminal.run(repo, "pre-commit") == 0
    assert terminal.lines == []


BAD_INPUT = {
    "syntax error": (
        {"bad.py": "def broken(:\n  (((\n"},
        pre_commit.UNPARSED.format(paths="bad.py"),
    ),
    "binary source": ({"bin.py": b"\0\1\2"}, pre_commit.UNREAD.format(paths="bin.py")),
    "10 MB": (
        {"big.py": b"x = 1\n" * 1_700_000},
        pre_commit.UNREAD.format(paths="big.py"),
    ),
    "utf-16": (
        {f"u{n}.py": "x = 1\n".encode("utf-16") for n in range(5)},
        pre_commit.UNREAD.format(paths="u0.py, u1.py, u2.py and 2 more"),
    ),
    "latin-1": (
        {"tests/test_x.py": "", "x.py": b"def f(a):\n    return '\xe9' or a\n"},
        "  x.py:1  f is new",
    ),
    "crlf": ({"a.go": GO.replace("\n", "\r\n")}, "  a.go:3  Run is new"),
}


CALLER = {
    "shop/a.py": "from shop.b import weigh\n\ndef total(a):\n    return weigh(a)\n",
    "shop/b.py": "def weigh(a):\n    return a\n\ndef lost(a):\n    return a\n",
    "tests/test_a.py": "from shop.a import total\n\ndef test_a():\n    total(1)\n",
}


@pytest.mark.parametrize("many", [5_000, 0], ids=["few files", "many files"])
def test_what_a_test_reaches_through_a_caller_is_not_named(
    repo: Repo, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(pre_commit, "MANY_FILES", many)
    repo.stage(CALLER)

    terminal.run(repo, "pre-commit")

    assert [line.split()[1] for line in terminal.lines[1:-1]] == ["lost"]


def test_callers_that_cannot_be_searched_cost_nothing_but_themselves(
    repo: Repo, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*words: object, **where: object) -> dict[str, str]:
        raise GitError("git grep took over 0.5 s")

    monkeypatch.setattr(staged, "mentioning", slow)
    repo.stage(CALLER)

    terminal.run(repo, "pre-commit")

    assert [line.split()[1] for line in terminal.lines[1:-1]] == ["weigh", "lost"]


@pytest.mark.parametrize("kind", BAD_INPUT)
def test_bad_input_is_a_clear_line_and_loses_nothing(
    repo: Repo, terminal: Terminal, kind: str
) -> None:
    files, line = BAD_INPUT[kind]
    repo.stage(files)
    index = (repo.root / ".git/index").read_bytes()

    assert terminal.run(repo, "pre-commit") == 0
    assert any(said.startswith(line) for said in terminal.lines), terminal.lines
    assert len(terminal.lines) <= pre_commit.MAX_LINES
    assert (repo.root / ".git/index").read_bytes() == index


def test_symlinks_submodules_and_deletions_are_passed_over(
    repo: Repo, terminal: Terminal
) -> None:
    (repo.root / "link.py").symlink_to("/etc/passwd")
    repo.git("add", "link.py")
    head = repo.git("rev-parse", "HEAD")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{head},sub")
    repo.git("rm", "-q", "app.py")

    assert terminal.run(repo, "pre-commit") == 0
    assert terminal.lines == []


@pytest.mark.parametrize(
    ("env", "is_silent"),
    [
        ({"ROUTEBOT_SKIP": "1"}, True),
        ({"CI": "true"}, True),
        ({"ROUTEBOT_SKIP": "0", "CI": "false"}, False),
        ({"ROUTEBOT_SKIP": "", "CI": ""}, False),
    ],
)
def test_skip_variable_and_ci_make_it_silent(
    repo: Repo, terminal: Terminal, env: dict[str, str], is_silent: bool
) -> None:
    repo.stage({"a.go": GO})

    assert terminal.run(repo, "pre-commit", **env) == 0
    assert (terminal.lines == []) is is_silent


@pytest.mark.parametrize("name", pre_commit.IN_PROGRESS)
def test_is_silent_while_git_is_in_the_middle_of_something(
    repo: Repo, terminal: Terminal, name: str
) -> None:
    repo.stage({"a.go": GO})
    repo.write(f".git/{name}", "")

    terminal.run(repo, "pre-commit")

    assert terminal.lines == []


def test_says_at_most_fifteen_lines(repo: Repo, terminal: Terminal) -> None:
    many = "".join(f"def f{number}():\n    pass\n\n\n" for number in range(40))
    repo.stage({"many.py": many})

    terminal.run(repo, "pre-commit")

    assert len(terminal.lines) == pre_commit.MAX_LINES
    assert terminal.lines[0].startswith("routebot: 40 changed symbols")
    assert terminal.lines[-2:] == ["  ... and 28 more", pre_commit.COMMAND]


def test_as_many_as_fit_are_not_cut() -> None:
    one = Untested("a.py", 1, "f", "is new", "tests/test_a.py")

    assert pre_commit.untested_lines([]) == []
    assert len(pre_commit.untested_lines([one] * 12)) == 14
    assert len(pre_commit.untested_lines([one] * 13)) == 15


def test_no_escape_sequence_of_a_path_reaches_the_terminal(
    repo: Repo, terminal: Terminal
) -> None:
    repo.stage({"a\x1b[31m\u202e\n.go": GO})

    terminal.run(repo, "pre-commit")

    assert "a?[31m??.go:3" in terminal.lines[1]


def test_works_before_the_first_commit(tmp_path: Path, terminal: Terminal) -> None:
    repo = repositories.make(tmp_path / "fresh")
    repo.stage({"a.go": GO})

    terminal.run(repo, "pre-commit")

    assert "Run is new" in terminal.lines[1]


def test_outside_of_a_repository_is_one_line(
    tmp_path: Path, terminal: Terminal
) -> None:
    repo = Repo(tmp_path, {"PATH": os.environ["PATH"]})

    assert terminal.run(repo, "pre-commit") == 0
    assert len(terminal.lines) == 1
    assert "not a git repository" in terminal.lines[0]


def test_hook_that_nobody_answers_says_nothing(repo: Repo, terminal: Terminal) -> None:
    assert terminal.run(repo, "post-mortem") == 0
    assert terminal.lines == []


# pre-push


def push_line(local: str, remote: str = ZEROS, ref: str = "refs/heads/main") -> str:
    return f"{ref} {local} {ref} {remote}\n"


def test_push_asks_for_the_commits_that_the_remote_has_not(
    repo: Repo, terminal: Terminal
) -> None:
    there = repo.git("rev-parse", "HEAD")
    local = repo.commit({"app.py": "one = 1\n"})

    status = terminal.run(repo, "pre-push", stdin=push_line(local, there))

    ((event, diff),) = terminal.asked
    assert (status, terminal.lines) == (0, [pre_push.PUSHED, "- minor: a finding"])
    assert (event.kind, event.arguments) == ("git.pre-push", ("origin", "address"))
    assert "+one = 1" in diff


def test_push_of_deletions_tags_and_nothing_asks_nothing(
    repo: Repo, terminal: Terminal
) -> None:
    head = repo.git("rev-parse", "HEAD")
    stdin = (
        push_line(ZEROS, head)
        + push_line(head, ZEROS, ref="refs/tags/v1")
        + push_line(head, head)
        + "not a line of git's\n"
    )

    assert terminal.run(repo, "pre-push", stdin=stdin) == 0
    assert terminal.run(repo, "pre-push") == 0
    assert (terminal.asked, terminal.lines) == ([], [])


def test_push_of_the_same_commits_to_two_branches_asks_once(
    repo: Repo, terminal: Terminal
) -> None:
    there = repo.git("rev-parse", "HEAD")
    local = repo.commit({"app.py": "one = 1\n"})
    lines = push_line(local, there) + push_line(local, there, ref="refs/heads/x")

    terminal.run(repo, "pre-push", stdin=lines)

    assert len(terminal.asked) == 1


def test_push_under_the_pre_commit_framework_takes_its_refs(
    repo: Repo, terminal: Terminal
) -> None:
    there = repo.git("rev-parse", "HEAD")
    local = repo.commit({"app.py": "one = 1\n"})

    terminal.run(repo, "pre-push", PRE_COMMIT_FROM_REF=there, PRE_COMMIT_TO_REF=local)

    assert len(terminal.asked) == 1


def test_error_of_ours_is_one_line(repo: Repo, terminal: Terminal) -> None:
    def refuse() -> str:
        raise PolicyError("routing.toml:3: clases: unknown key")

    terminal.answer = refuse
    there = repo.git("rev-parse", "HEAD")
    local = repo.commit({"app.py": "one = 1\n"})

    assert terminal.run(repo, "pre-push", stdin=push_line(local, there)) == 0
    assert terminal.lines == [
        "routebot: pre-push skipped: routing.toml:3: clases: unknown key"
    ]


def test_bug_is_one_line_with_a_log_and_stops_nothing(
    repo: Repo, terminal: Terminal
) -> None:
    def fail() -> str:
        raise ZeroDivisionError("a bug")

    terminal.answer = fail
    there = repo.git("rev-parse", "HEAD")
    local = repo.commit({"app.py": "one = 1\n"})

    assert terminal.run(repo, "pre-push", stdin=push_line(local, there)) == 0
    log = repo.root / ".git/routebot-hook.log"
    assert terminal.lines == [f"routebot: pre-push failed, git goes on; see {log}"]
    assert "ZeroDivisionError: a bug" in log.read_text()


def test_past_its_budget_it_leaves_with_one_line(
    repo: Repo, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(hooks.BUDGET, "pre-push", 0.05)
    gone = threading.Event()

    def hang() -> str:
        assert gone.wait(5)
        return ""

    terminal.answer = hang
    leave = terminal.left.append
    there = repo.git("rev-parse", "HEAD")
    local = repo.commit({"app.py": "one = 1\n"})
    call = Call(
        name="pre-push",
        arguments=(),
        stdin=io.StringIO(push_line(local, there)),
        pipeline=terminal.pipeline,
        environ=repo.environ,
        root=repo.root,
        say=terminal.lines.append,
        leave=lambda status: (leave(status), gone.set()),
    )

    hooks.run(call)

    assert terminal.left == [0]
    assert terminal.lines == [
        "routebot: pre-push took over 0.05 s and was left; git goes on"
    ]


# What the policy and the user say


POLICY = ".github/routing.toml"


def test_policy_chooses_the_hooks_that_speak(repo: Repo, terminal: Terminal) -> None:
    there = repo.commit({POLICY: '[hooks]\nrun = ["pre-push"]\n'})
    repo.stage({"a.go": GO})

    assert terminal.run(repo, "pre-commit") == 0
    assert terminal.lines == []
    local = repo.commit({"app.py": "one = 1\n"})
    terminal.run(repo, "pre-push", stdin=push_line(local, there))
    assert terminal.lines == [pre_push.PUSHED, "- minor: a finding"]


def test_policy_leaves_paths_out(repo: Repo, terminal: Terminal) -> None:
    repo.commit({POLICY: '[tasks.test]\nignore = ["gen/**"]\n'})
    repo.stage({"gen/a.go": GO, "b.go": GO})

    terminal.run(repo, "pre-commit")

    assert [line for line in terminal.lines if ".go" in line] == [
        "  b.go:3  Run is new; test goes into b_test.go"
    ]


def test_what_matters_most_stands_first(repo: Repo, terminal: Terminal) -> None:
    repo.commit({POLICY: '[stakes]\ncritical = ["till/**"]\n'})
    branch = "def pay(a):\n    if a:\n        return a\n    return pay(pay(a))\n"
    repo.stage({"a.py": "def plain():\n    pass\n", "b.py": branch, "till/c.go": GO})

    terminal.run(repo, "pre-commit")

    assert terminal.lines[1:-1] == [
        "  till/c.go:3  Run is new, critical; test goes into till/c_test.go",
        "  b.py:1  pay is new (1 branch), called 2 times here; test goes into "
        "tests/test_b.py",
        "  a.py:1  plain is new; test goes into tests/test_a.py",
    ]


def test_new_branch_of_a_tested_function_is_named(
    repo: Repo, terminal: Terminal
) -> None:
    longer = "def one(a=0):\n    if a:\n        return 2\n    return 1\n"
    repo.stage({"app.py": longer})

    terminal.run(repo, "pre-commit")

    assert terminal.lines[1].startswith("  app.py:2  one has 1 branch new or changed")


@pytest.mark.parametrize(("says", "status"), [("true", 2), ("false", 0)])
def test_blocking_policy_stops_a_commit_and_says_how_to_go_on(
    repo: Repo, terminal: Terminal, says: str, status: int
) -> None:
    repo.commit({POLICY: f"[hooks]\nblocking = {says}\n"})
    many = "".join(f"def f{number}():\n    pass\n\n\n" for number in range(40))
    repo.stage({"many.py": many})

    assert terminal.run(repo, "pre-commit") == status
    assert len(terminal.lines) == pre_commit.MAX_LINES
    assert ("ROUTEBOT_SKIP=1 git commit" in terminal.lines[-1]) is bool(status)


def test_blocking_policy_stops_a_push_with_findings_only(
    repo: Repo, terminal: Terminal
) -> None:
    there = repo.commit({POLICY: "[hooks]\nblocking = true\n"})
    local = repo.commit({"app.py": "one = 1\n"})
    line = push_line(local, there)

    assert terminal.run(repo, "pre-push", stdin=line) == hooks.STOP
    terminal.answer = lambda: ""
    assert terminal.run(repo, "pre-push", stdin=line) == 0
    terminal.answer = lambda: str(1 // 0)
    assert terminal.run(repo, "pre-push", stdin=line) == 0
    assert terminal.run(repo, "pre-push", stdin=line, ROUTEBOT_SKIP="1") == 0


def test_blocking_never_comes_from_what_could_not_be_read(
    repo: Repo, terminal: Terminal
) -> None:
    repo.commit({POLICY: "[hooks]\nblocking = true\n"})
    repo.stage({"bin.py": b"\0"})

    assert terminal.run(repo, "pre-commit") == 0
    assert terminal.lines == [pre_commit.UNREAD.format(paths="bin.py")]


def test_policy_of_the_work_tree_and_of_the_change_do_not_count(
    repo: Repo, terminal: Terminal
) -> None:
    repo.stage({POLICY: "[hooks]\nblocking = true\n", "a.go": GO})

    assert terminal.run(repo, "pre-commit") == 0
    assert "Run is new" in terminal.lines[1]


def test_broken_policy_is_one_line(repo: Repo, terminal: Terminal) -> None:
    repo.commit({POLICY: "[hooks]\nblokking = true\n"})
    repo.stage({"a.go": GO})

    assert terminal.run(repo, "pre-commit") == 0
    assert terminal.lines == [
        "routebot: pre-commit skipped: .github/routing.toml:2: hooks.blokking: "
        "unknown key; did you mean blocking?"
    ]


def test_a_model_gets_more_time(repo: Repo, terminal: Terminal) -> None:
    waits: list[float] = []
    there = repo.git("rev-parse", "HEAD")
    local = repo.commit({"app.py": "one = 1\n"})

    def look() -> str:
        timers = [t for t in threading.enumerate() if isinstance(t, threading.Timer)]
        waits.extend(t.interval for t in timers if t.function is hooks._give_up)
        return ""

    terminal.answer = look
    for asks in (False, True):
        call = terminal.call(repo, "pre-push", stdin=push_line(local, there))
        hooks.run(dataclasses.replace(call, asks_models=asks))

    assert waits == [5.0, 60.0]


def test_headlines_are_bold_where_colours_are_shown(
    repo: Repo, terminal: Terminal
) -> None:
    repo.stage({"a.go": GO})
    call = terminal.call(repo, "pre-commit")

    hooks.run(dataclasses.replace(call, has_colour=True))

    assert terminal.lines[0].startswith("\x1b[1mroutebot: ")
    assert not any("\x1b" in line for line in terminal.lines[1:])


def test_log_is_not_written_through_a_link(
    repo: Repo, terminal: Terminal, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine\n")
    (repo.root / ".git" / hooks.LOG).symlink_to(precious)
    there = repo.git("rev-parse", "HEAD")
    local = repo.commit({"app.py": "one = 1\n"})
    terminal.answer = lambda: str(1 // 0)

    terminal.run(repo, "pre-push", stdin=push_line(local, there))

    assert precious.read_text() == "mine\n"
    assert "ZeroDivisionError" in (repo.root / ".git" / hooks.LOG).read_text()


# With git itself, through the command line


@pytest.fixture
def installed(repo: Repo) -> Repo:
    done = routebot(repo, "hooks", "install")
    assert done.returncode == 0, done.stderr
    return repo


def test_commit_shows_the_suggestion_and_goes_through(installed: Repo) -> None:
    installed.stage({"a.go": GO})

    done = installed.run("commit", "-m", "Add Run")

    assert done.returncode == 0
    assert "a.go:3  Run is new; test goes into a_test.go" in done.stderr
    assert installed.git("log", "-1", "--format=%s") == "Add Run"


def test_commit_all_from_a_worktree_reads_that_worktree_and_breaks_nothing(
    installed: Repo, tmp_path: Path
) -> None:
    other = installed.worktree(tmp_path / "other")
    other.write("app.py", PY + "\n\ndef two():\n    return 2\n")
    config = (installed.root / ".git/config").read_bytes()

    done = other.run("commit", "-a", "-m", "Add two")

    assert done.returncode == 0
    assert "app.py:5  two is new" in done.stderr
    # The trap: a hook that runs git with GIT_DIR set can write core.bare = true here.
    assert (installed.root / ".git/config").read_bytes() == config
    assert installed.git("status", "--porcelain") == ""


def test_commit_of_one_path_reads_the_index_git_made_for_it(installed: Repo) -> None:
    installed.stage({"a.go": GO})
    installed.write("app.py", PY + "\n\ndef two():\n    return 2\n")

    done = installed.run("commit", "-m", "Only app", "--", "app.py")

    assert "two is new" in done.stderr
    assert "Run" not in done.stderr


def test_push_shows_findings_and_goes_through(installed: Repo, tmp_path: Path) -> None:
    target = tmp_path / "target.git"
    installed.git("init", "-q", "--bare", str(target))
    installed.git("remote", "add", "origin", str(target))
    installed.git("push", "-q", "origin", "main")
    installed.commit({"app.py": "<<<<<<< HEAD\n" + PY})

    done = installed.run("push", "origin", "main")

    assert done.returncode == 0, done.stderr
    assert "conflict marker" in done.stderr


def test_hostile_repository_runs_nothing(tmp_path: Path) -> None:
    marker = tmp_path / "PWNED"
    repo = repositories.make_hostile(tmp_path / "evil", marker)
    assert routebot(repo, "hooks", "install").returncode == 0
    there = repo.git("rev-parse", "HEAD")
    blob = repo.run("hash-object", "-w", "--stdin", "--no-filters", stdin=GO)
    bad = repo.run(
        "hash-object", "-w", "--stdin", "--no-filters", stdin="<<<<<<< HEAD\n"
    )
    for each, path in ((blob, "a.go"), (bad, "b.py")):
        staged = f"100644,{each.stdout.strip()},{path}"
        repo.git("update-index", "--add", "--cacheinfo", staged)
    marker.unlink(missing_ok=True)

    def run_shim(name: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [f".git/hooks/{name}", "origin"],
            cwd=repo.root,
            env=repo.environ,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    index = (repo.root / ".git/index").read_bytes()
    committed = run_shim("pre-commit")
    assert (repo.root / ".git/index").read_bytes() == index
    tree = repo.git("write-tree")
    local = repo.git("commit-tree", tree, "-p", there, "-m", "More")
    marker.unlink(missing_ok=True)
    pushed = run_shim("pre-push", push_line(local, there))
    status = routebot(repo, "hooks", "status")

    assert (committed.returncode, pushed.returncode, status.returncode) == (0, 0, 0)
    assert "Run is new" in committed.stderr
    assert "conflict marker" in pushed.stderr
    assert not marker.exists()


def test_index_stays_byte_for_byte(installed: Repo) -> None:
    installed.stage({"a.go": GO})
    index = (installed.root / ".git/index").read_bytes()

    routebot(installed, "hook", "pre-commit")

    assert (installed.root / ".git/index").read_bytes() == index


HEAVY = {"pydantic", "httpx", "git", "github", "bot.tasks"}


def imported(repo: Repo, *start: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-I", "-X", "importtime", *start],
        cwd=repo.root,
        env=repo.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Run is new" in done.stderr
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


def test_pre_commit_command_imports_nothing_heavy(repo: Repo) -> None:
    repo.stage({"a.go": GO})
    code = "from bot.cli.hook import COMMAND; COMMAND.main(['pre-commit'])"

    modules = imported(repo, "-c", code)

    assert "bot.context.untested" in modules
    assert not modules & HEAVY


def test_whole_pre_commit_process_imports_nothing_heavy(repo: Repo) -> None:
    repo.stage({"a.go": GO})

    assert not imported(repo, "-m", "bot", "hook", "pre-commit") & HEAVY


def test_policy_that_was_read_once_costs_no_import_either(repo: Repo) -> None:
    repo.commit({POLICY: '[hooks]\nrun = ["pre-commit"]\n'})
    repo.stage({"a.go": GO})
    start = ("-m", "bot", "hook", "pre-commit")

    assert "pydantic" in imported(repo, *start)
    assert not imported(repo, *start) & HEAVY


def test_status_and_list_as_json(installed: Repo) -> None:
    status = json.loads(
        routebot(installed, "hooks", "status", "--format", "json").stdout
    )
    listed = json.loads(routebot(installed, "hooks", "list", "--format", "json").stdout)

    assert status["schema"] == listed["schema"] == 1
    assert status["hooks"][0] == {
        "name": "pre-commit",
        "installed": True,
        "works": True,
        "interpreter": sys.executable,
        "keeps": "",
    }
    assert [hook["name"] for hook in listed["hooks"]] == ["pre-commit", "pre-push"]


def test_install_says_what_it_did_and_how_to_undo_it(repo: Repo) -> None:
    done = routebot(repo, "hooks", "install", "--hook", "pre-commit")
    path = repo.root / ".git/hooks/pre-commit"

    assert done.stdout == (
        f"pre-commit: installed, {path}\nundo: routebot hooks uninstall\n"
    )
    assert routebot(repo, "hooks", "uninstall").returncode == 0
    assert not path.exists()


def test_install_beside_another_hook_manager_prints_the_line_to_add(
    repo: Repo,
) -> None:
    repo.git("config", "core.hooksPath", ".husky")

    done = routebot(repo, "hooks", "install")

    assert done.returncode == 0
    assert "-I -m bot hook pre-push" in done.stdout
    assert not (repo.root / ".husky").exists()


def test_unknown_hook_is_a_usage_error_in_one_line(repo: Repo) -> None:
    done = routebot(repo, "hooks", "install", "--hook", "post-mortem")

    assert done.returncode == 2
    assert done.stderr == (
        "routebot: no git hook post-mortem; there are: pre-commit, pre-push\n"
    )
