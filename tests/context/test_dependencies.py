"""Dependencies that come and move, in manifests and in lock files."""

from __future__ import annotations

import pytest

from bot.context import dependencies, diff
from tests.context.versions_of import changed


def messages(path, old, new, *, with_text=True):
    file = changed(path, old, new)
    texts = {path: new} if with_text and new is not None else {}
    found = dependencies.findings([file], texts)
    return [(f.kind, f.severity, f.message) for f in found]


PACKAGE = (
    '{{\n  "name": "x",\n  "scripts": {{"a": "1.0"}},\n  "dependencies": {{{}}}\n}}\n'
)


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("requirements.txt", "", "httpx==0.28.1\n", "httpx ==0.28.1"),
        ("requirements-dev.txt", "", "httpx[http2]==0.28\n", "httpx ==0.28"),
        (
            "pyproject.toml",
            "[project]\nversion = '1'\ndependencies = []\n",
            "[project]\nversion = '2'\ndependencies = [\n  'httpx>=0.28,<1',\n]\n",
            "httpx >=0.28,<1",
        ),
        (
            "pyproject.toml",
            "[tool.poetry.dependencies]\npython = '^3.11'\n",
            "[tool.poetry.dependencies]\npython = '^3.12'\nhttpx = '^0.28'\n",
            "httpx ^0.28",
        ),
        (
            "web/package.json",
            PACKAGE.format(""),
            PACKAGE.format('"left-pad": "^1.3.0"'),
            "left-pad ^1.3.0",
        ),
        (
            "go.mod",
            "module a\n",
            "module a\n\trequire (\n\tb.c/d v1.2.3\n",
            "b.c/d v1.2.3",
        ),
        (
            "Cargo.toml",
            "[package]\nedition = '2021'\n[dependencies]\n",
            "[package]\nedition = '2'\n[dependencies]\nserde = { version = '1.0' }\n",
            "serde 1.0",
        ),
        ("Gemfile", "", "gem 'rails', '~> 7.0'\n", "rails ~> 7.0"),
        ("composer.json", "{}", '{"require": {"a/b": "^2.0"}}', "a/b ^2.0"),
        (
            "pom.xml",
            "<project/>",
            "<dependency>\n<artifactId>guava</artifactId>\n<version>33.0</version>\n",
            "guava 33.0",
        ),
        ("build.gradle", "", '  implementation "a.b:c:1.2"\n', "a.b:c 1.2"),
        (
            ".github/workflows/ci.yml",
            "steps:\n",
            f"steps:\n  - uses: actions/cache@{'a' * 40} # v4.2.0\n",
            "actions/cache v4.2.0",
        ),
        (
            "Dockerfile",
            "FROM scratch AS x\n",
            "FROM python:3.12-slim AS x\n",
            "python 3.12-slim",
        ),
    ],
)
def test_a_new_dependency_is_named_with_its_version(path, old, new, said):
    assert messages(path, old, new) == [
        ("new-dependency", "minor", f"{said} is a new dependency")
    ]


@pytest.mark.parametrize(
    ("path", "old", "new", "note"),
    [
        ("requirements.txt", "", "httpx\n", "not pinned"),
        ("requirements.txt", "", "httpx>=0.28\n", "not pinned"),
        (
            "pyproject.toml",
            "[project]\n",
            "[project]\ndependencies = ['httpx>=0.28']\n",
            "not pinned",
        ),
        ("package.json", PACKAGE.format(""), PACKAGE.format('"a": "*"'), "not pinned"),
        (
            "package.json",
            PACKAGE.format(""),
            PACKAGE.format('"a": "github:a/b"'),
            "address",
        ),
        ("requirements.txt", "", "a @ git+https://example.com/a\n", "address"),
        ("Gemfile", "", "gem 'rails'\n", "not pinned"),
        (".github/workflows/a.yml", "", "  - uses: a/b@main\n", "not pinned"),
    ],
)
def test_an_open_version_is_said_in_the_same_finding(path, old, new, note):
    ((kind, _, message),) = messages(path, old, new)
    assert kind == "new-dependency"
    assert note in message


@pytest.mark.parametrize(
    ("old", "new", "severity", "note"),
    [
        ("==0.27.0", "==0.28.1", "minor", " (a major step)"),
        ("==1.27.0", "==1.28.1", "info", ""),
        ("==1.27.0", "==2.0.0", "minor", " (a major step)"),
        ("==1.27.0", "==1.26.9", "minor", " (a step back)"),
    ],
)
def test_a_dependency_that_moves_says_how_far(old, new, severity, note):
    found = messages("requirements.txt", f"httpx{old}\n", f"httpx{new}\n")
    message = f"httpx moves from {old} to {new}{note}"
    assert found == [("moved-dependency", severity, message)]


def test_a_line_is_named_where_the_change_has_it():
    old, new = "a==1\n", "a==1\n\nhttpx==2\n"
    file = changed("requirements.txt", old, new)
    (found,) = dependencies.findings([file], {"requirements.txt": new})
    assert found.line == 3


def test_a_dependency_that_only_moves_within_the_file_is_none():
    assert messages("requirements.txt", "a==1\nb==2\n", "b==2\na==1\n") == []


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("package.json", '{"version": "1.2.2"}', '{"version": "1.2.3"}'),
        ("pyproject.toml", "[project]\nversion='1'", "[project]\nversion='2'"),
        ("requirements.txt", "", "# httpx\n-r other.txt\n"),
        ("package.json", "{}", "{not json"),
        ("package.json", "{}", "[" * 100_000),
        ("Cargo.toml", "", "[[[[["),
        ("src/a.py", "", "httpx==1\n"),
        ("package.json", "{}", '{"dependencies": [1], "devDependencies": {"a": 3}}'),
    ],
)
def test_what_declares_nothing_says_nothing(path, old, new):
    assert messages(path, old, new) == []


def test_without_the_text_the_hunks_say_what_they_can():
    assert messages("go.mod", "\tb.c/d v1.2.3\n", "\tb.c/d v1.3.0\n", with_text=False)
    old, new = PACKAGE.format(""), PACKAGE.format('"a": "1.0"')
    assert messages("package.json", old, new, with_text=False) == []


UV = '[[package]]\nname = "{}"\nversion = "{}"\nsource = 1\n\n'
NPM = '    "node_modules/{}": {{\n      "version": "{}",\n      "x": 1\n    }},\n'
YARN = '{}@^1.0.0:\n  version "{}"\n  resolved "x"\n\n'
RUBY = "    {} ({})\n"


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("uv.lock", UV),
        ("Cargo.lock", UV),
        ("web/package-lock.json", NPM),
        ("yarn.lock", YARN),
        ("Gemfile.lock", RUBY),
    ],
)
def test_what_moves_in_a_lock_file_is_one_line(path, form):
    old = form.format("anyio", "4.0.0") + form.format("idna", "3.1")
    new = form.format("anyio", "5.0.0") + form.format("idna", "3.1")
    assert [m for _, _, m in messages(path, old, new + form.format("zzz", "1.0"))] == [
        "in the lock file 1 package moves: anyio 4.0.0 → 5.0.0 (a major step)",
        "in the lock file 1 package is new: zzz 1.0",
    ]


def test_many_moves_are_counted():
    old = "".join(UV.format(f"p{n}", "1.0") for n in range(30))
    new = "".join(UV.format(f"p{n}", "1.1") for n in range(30))
    ((_, severity, message),) = messages("uv.lock", old, new)
    assert severity == "info"
    assert message.startswith("in the lock file 30 packages move: p0 1.0 → 1.1, ")
    assert message.endswith(" and 22 more")


@pytest.mark.parametrize(
    ("old", "new", "step"),
    [
        ("1.2.3", "1.2.4", "minor"),
        ("v1.2", "v2.0", "major"),
        ("0.2.0", "0.3.0", "major"),
        ("^2", "^1", "back"),
        ("main", "v1", ""),
        ("9" * 5_000, "1", "back"),
    ],
)
def test_steps(old, new, step):
    assert dependencies.step(old, new) == step


def test_a_removed_manifest_is_no_news():
    assert messages("requirements.txt", "a==1\n", None) == []
    assert list(dependencies.findings(diff.parse(""), {})) == []
