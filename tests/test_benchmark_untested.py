"""That false alarms and what is missed are told apart, on a project of our own."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from benchmarks import untested

CODE = (
    "def tested():\n    return 1\n\n\ndef alarm():\n    return 2\n\n\n"
    "def missed():\n    return 3\n\n\ndef right():\n    return 4\n"
)


@pytest.fixture
def projects(tmp_path: Path) -> Path:
    root = tmp_path / "all" / "shop"
    (root / "tests").mkdir(parents=True)
    (root / "shop.py").write_text(CODE)
    (root / "tests/test_shop.py").write_text("tested()\n# missed\n")
    data = sqlite3.connect(root / ".coverage")
    data.execute("CREATE TABLE file (id, path)")
    data.execute("CREATE TABLE line_bits (file_id, numbits)")
    data.execute("CREATE TABLE arc (file_id, fromno, tono)")
    data.execute("INSERT INTO file VALUES (1, ?)", (str(root / "shop.py"),))
    # Lines 2 and 6 ran.
    data.execute("INSERT INTO line_bits VALUES (1, ?)", (bytes([0b0100_0100]),))
    data.commit()
    data.close()
    return tmp_path / "all"


def test_counts_what_is_named_and_what_is_right(projects: Path) -> None:
    judged = untested.judge(projects / "shop")
    assert {name for _, name in judged.named} == {"alarm", "right"}
    assert {name for _, name in judged.unrun} == {"missed", "right"}
    assert len(judged.all) == 4


def test_prints_a_row_a_project_and_the_false_alarms(
    projects: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["untested.py", str(projects), "--wrong"])
    assert untested.main() == 0
    printed = capsys.readouterr().out
    assert printed.splitlines()[1].split() == ["shop", "4", "2", "2", "50%", "50%"]
    assert printed.splitlines()[-1] == "shop/shop.py  alarm"


def test_says_where_no_project_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["untested.py", str(tmp_path)])
    assert untested.main() == 2
    assert "no project with a .coverage file" in capsys.readouterr().out
