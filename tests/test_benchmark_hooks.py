"""The benchmark of the hooks still runs, on a repository of a few files."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import hooks


def test_measures_without_the_framework_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "RUNS": 1,
        "SMALL": 60,
        "LARGE": 80,
        "STAGED": (1, 20),
    }.items():
        monkeypatch.setattr(hooks, name, value)
    monkeypatch.delenv("CI", raising=False)

    rows, facts = hooks.measure(tmp_path, "")

    assert [row[0] for row in rows] == ["files staged", "1", "20"]
    assert all(cell.endswith(" ms") for row in rows[1:] for cell in row[1:])
    assert facts[0].startswith("20 files staged of 80: routebot adds ")


def test_made_up_repository_has_sources_and_tests() -> None:
    made = dict(hooks.files(100))

    assert "tests/part0/test_m0.py" in made
    assert sum(path.startswith("src/") for path in made) == 60
    assert sum(path.startswith("tests/") for path in made) == 20
