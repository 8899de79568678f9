"""What sort of file a path is."""

from __future__ import annotations

import pytest

from bot.context.kinds import kind_of


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("src/app.py", "source"),
        ("lib/contest.py", "source"),
        ("src/latest.go", "source"),
        ("tests/test_app.py", "test"),
        ("pkg/server_test.go", "test"),
        ("src/a.test.tsx", "test"),
        ("src/__tests__/a.js", "test"),
        ("app/src/test/java/FooTest.java", "test"),
        ("README.md", "docs"),
        ("docs/guide/index.html", "docs"),
        ("LICENSE", "docs"),
        ("package-lock.json", "lock"),
        ("sub/Cargo.lock", "lock"),
        ("requirements.txt", "config"),
        ("CLAUDE.md", "config"),
        ("pyproject.toml", "config"),
        ("node_modules/a/index.js", "vendored"),
        ("vendor/x/y.go", "vendored"),
        ("static/app.min.js", "minified"),
        ("api/v1_pb2.py", "generated"),
        ("logo.PNG", "binary"),
        (".github/workflows/ci.yml", "ci"),
        ("action.yml", "ci"),
        (".github/ISSUE_TEMPLATE/bug.md", "docs"),
    ],
)
def test_kind_of_a_path(path: str, kind: str) -> None:
    assert kind_of(path) == kind
