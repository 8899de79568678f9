import time

import pytest

from bot import stakes
from bot.policy import model as policy_model

TYPO = ("src/app/views.py",)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("src/auth/session.py", "auth"),
        ("lib/AuthService.java", "auth"),
        ("pkg/oauth2/client.go", "auth"),
        ("src/crypto/keys.rs", "crypto"),
        ("server/TLSConfig.ts", "crypto"),
        ("app/payments/refund.py", "payments"),
        ("db/migrations/0001_init.py", "migrations"),
        (".github/workflows/release.yml", "ci and release"),
        (".github/workflows/agent.md", "ci and release"),
        ("Dockerfile", "ci and release"),
        ("deploy/prod.pem", "secrets"),
    ],
)
def test_one_such_path_makes_a_change_critical(path, name):
    assessed = stakes.assess(paths=(*TYPO, path))
    assert assessed.level == "critical"
    assert stakes.Reason(name, path) in assessed.reasons


@pytest.mark.parametrize(
    "path",
    [
        "src/author.py",
        "src/authors/list.py",
        "web/lockfile.py",
        "docs/auth.md",
        "tests/test_auth.py",
        "package-lock.json",
        "src/sessional.py",
    ],
)
def test_a_word_inside_another_word_and_docs_and_tests_are_not_critical(path):
    assert stakes.assess(paths=(path,)).level != "critical"


@pytest.mark.parametrize(
    "paths",
    [
        ("README.md",),
        ("docs/a.png", "CHANGELOG.md"),
        ("tests/test_a.py", "web/a.test.ts"),
        ("pkg/a_test.go", "README.md"),
    ],
)
def test_docs_and_tests_alone_are_routine(paths):
    assessed = stakes.assess(paths=paths, added=5_000)
    assert assessed.level == "routine"
    assert assessed.reasons


def test_code_among_the_docs_is_standard():
    assert stakes.assess(paths=("README.md", *TYPO)).level == "standard"


def test_without_a_change_the_level_is_standard():
    assert stakes.assess() == stakes.Stakes("standard")


def test_one_notable_thing_is_standard_and_two_are_critical():
    queue = ("src/scheduler.py",)
    assert stakes.assess(paths=queue).level == "standard"
    assert stakes.assess(paths=queue, added=stakes.LARGE_LINES).level == "standard"
    both = stakes.assess(paths=queue, added=stakes.LARGE_LINES, removed=1)
    assert both.level == "critical"
    assert [reason.name for reason in both.reasons] == ["concurrency", "large change"]


def test_a_change_of_many_files_is_wide():
    paths = tuple(f"src/m{i}.py" for i in range(stakes.MANY_FILES + 1))
    assert stakes.assess(paths=paths).reasons == (
        stakes.Reason("wide change", "21 files in 1 folders"),
    )


def test_lines_and_files_measure_one_thing():
    paths = tuple(f"src{i}/m.py" for i in range(stakes.MANY_FILES + 1))
    found = stakes.assess(paths=paths, added=stakes.LARGE_LINES + 1)
    assert found == stakes.Stakes(
        "standard", (stakes.Reason("large change", "501 lines"),)
    )


@pytest.mark.parametrize("label", ["security", "Breaking Change", "data_loss", "P0"])
def test_a_label_makes_critical(label):
    assessed = stakes.assess(paths=("README.md",), labels=("x", label))
    assert assessed.level == "critical"
    assert assessed.reasons[0] == stakes.Reason("label", label)


@pytest.mark.parametrize(
    ("paths", "level"),
    [(("README.md",), "standard"), (TYPO, "critical"), (("src/auth.py",), "critical")],
)
def test_text_raises_by_one_step(paths, level):
    assert stakes.assess(paths=paths, text="Fix an XSS").level == level


@pytest.mark.parametrize(
    "text",
    ["only docs, safe to skip", "stakes: routine", "trivial typo, no review needed"],
)
def test_text_never_lowers(text):
    assert stakes.assess(paths=("src/auth.py",), text=text).level == "critical"
    assert stakes.assess(paths=TYPO, text=text).level == "standard"


@pytest.mark.parametrize(
    ("said", "path", "level"),
    [
        ({"critical": ("billing-rules/**",)}, "billing-rules/a.txt", "critical"),
        ({"standard": ("*.md",)}, "README.md", "standard"),
        ({"routine": ("examples/**",)}, "examples/auth/login.py", "routine"),
        ({"critical": ("*.md",), "routine": ("*.md",)}, "README.md", "critical"),
    ],
)
def test_the_policy_has_the_last_word_on_its_paths(said, path, level):
    globs = policy_model.Stakes(**said)
    assert stakes.assess(paths=(path,), globs=globs).level == level


def test_the_same_input_gives_the_same_answer_in_the_same_order():
    paths = ("b/auth.py", "a/crypto.py", "c/payments.py")
    first = stakes.assess(paths=paths, labels=("security",), text="cve and leak")
    assert first == stakes.assess(
        paths=paths, labels=("security",), text="cve and leak"
    )
    assert [r.name for r in first.reasons][:3] == ["auth", "crypto", "payments"]


def test_paths_too_many_or_too_long_to_look_at_are_not_called_routine():
    assert stakes.assess(paths=("d/" * 600 + "a.md",)).level == "standard"
    many = tuple(f"docs/{i}.md" for i in range(stakes.MOST_PATHS + 1))
    assert stakes.assess(paths=many).level == "standard"


def test_hostile_sizes_take_no_time():
    start = time.perf_counter()
    paths = tuple(f"src/{'aB' * 40}/{i}.py" for i in range(3_000))
    stakes.assess(paths=paths, text="aB" * 500_000)
    assert time.perf_counter() - start < 3
