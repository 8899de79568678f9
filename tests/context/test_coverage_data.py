"""Coverage reports of every format that is read, and those that cannot be."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from bot.context import coverage_data, coverage_formats
from bot.context.coverage_formats import REPORTS

CODE = 'def f(x):\n    """Say."""\n    if x:\n        return 1\n    return 2\n'
GO = "package a\n\nfunc F() int {\n\treturn 1\n}\n"
COBERTURA = (
    '<coverage><packages><package><classes><class filename="{name}"><lines>'
    '<line number="1" hits="1"/><line number="4" hits="0"/>'
    "</lines></class></classes></package></packages></coverage>"
)
JACOCO = (
    '<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">'
    '<report name="x"><package name="a/b"><sourcefile name="C.java">'
    '<line nr="3" mi="0" ci="2"/><line nr="4" mi="2" ci="0"/>'
    "</sourcefile></package></report>"
)


def looked(root: Path, path: str, source: str, *reports: tuple[str, str]):
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source)
    for name, text in reports:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return coverage_data.read(root, {path: source})


def lines(found, path: str) -> tuple[list[int], list[int]]:
    return sorted(found.files[path].hit), sorted(found.files[path].missed)


def coverage_py(path: Path, name: str, *, arcs: bool = False) -> None:
    with sqlite3.connect(path) as data:
        data.execute("CREATE TABLE file (id INTEGER, path TEXT)")
        data.execute("CREATE TABLE line_bits (file_id, context_id, numbits)")
        data.execute("CREATE TABLE arc (file_id, context_id, fromno, tono)")
        data.execute("INSERT INTO file VALUES (1, ?)", (name,))
        if arcs:
            data.execute("INSERT INTO arc VALUES (1, 1, -1, 3)")
            data.execute("INSERT INTO arc VALUES (1, 1, 3, 5)")
        else:
            bits = bytes([1 << 1 | 1 << 3 | 1 << 5])
            data.execute("INSERT INTO line_bits VALUES (1, 1, ?)", (bits,))
    data.close()


def test_cobertura(tmp_path: Path) -> None:
    report = ("coverage.xml", COBERTURA.format(name="shop/cart.py"))
    found = looked(tmp_path, "src/shop/cart.py", CODE, report)
    assert lines(found, "src/shop/cart.py") == ([1], [4])
    assert found.notes == ()


def test_lcov_with_an_absolute_path(tmp_path: Path) -> None:
    report = ("coverage/lcov.info", f"SF:{tmp_path}/a.js\nDA:1,2\nDA:2,0,abc\n")
    found = looked(tmp_path, "a.js", "x\ny\n", report)
    assert lines(found, "a.js") == ([1], [2])


def test_go_profile_where_one_block_on_a_line_ran(tmp_path: Path) -> None:
    name = "example.com/m/a/a.go"
    profile = f"mode: set\n{name}:3.14,5.2 1 0\n{name}:4.2,4.9 1 1\n"
    found = looked(tmp_path, "a/a.go", GO, ("cover.out", profile))
    assert lines(found, "a/a.go") == ([4], [3, 5])


def test_jacoco_names_a_dtd(tmp_path: Path) -> None:
    path = "src/main/java/a/b/C.java"
    found = looked(
        tmp_path, path, "class C {}\n", ("target/site/jacoco/jacoco.xml", JACOCO)
    )
    assert lines(found, path) == ([3], [4])


@pytest.mark.parametrize("arcs", [False, True])
def test_coverage_py_says_what_ran_and_the_grammar_what_did_not(
    tmp_path: Path, arcs: bool
) -> None:
    (tmp_path / "a.py").write_text(CODE)
    coverage_py(tmp_path / ".coverage", str(tmp_path / "a.py"), arcs=arcs)
    before = (tmp_path / ".coverage").read_bytes()
    found = coverage_data.read(tmp_path, {"a.py": CODE})
    hit, missed = lines(found, "a.py")
    assert ({3, 5} <= set(hit), missed) == (True, [4])
    assert (tmp_path / ".coverage").read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == [".coverage", "a.py"]


def test_several_reports_are_added_up(tmp_path: Path) -> None:
    one = ("lcov.info", "SF:a.py\nDA:1,1\nDA:3,0\nDA:4,0\n")
    two = ("coverage/lcov.info", "SF:a.py\nDA:3,1\n")
    found = looked(tmp_path, "a.py", CODE, one, two)
    assert lines(found, "a.py") == ([1, 3], [4])


def test_a_report_older_than_the_source_is_said_and_not_used(tmp_path: Path) -> None:
    report = ("lcov.info", "SF:a.py\nDA:1,1\n")
    looked(tmp_path, "a.py", CODE, report)
    os.utime(tmp_path / "lcov.info", (1, 1))
    found = coverage_data.read(tmp_path, {"a.py": CODE})
    assert found.files == {}
    assert found.notes == ("lcov.info is older than a.py; it was not used there",)


def test_other_text_in_the_work_tree_moves_the_lines(tmp_path: Path) -> None:
    report = ("lcov.info", "SF:a.py\nDA:1,1\n")
    looked(tmp_path, "a.py", CODE, report)
    found = coverage_data.read(tmp_path, {"a.py": "\n" + CODE})
    assert found.files == {}
    assert "differs in the work tree" in found.notes[0]


def test_a_name_that_fits_two_files_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "lcov.info").write_text("SF:a.py\nDA:1,1\n")
    found = coverage_data.read(tmp_path, {"x/a.py": CODE, "y/a.py": CODE})
    assert (found.files, found.notes) == ({}, ())


@pytest.mark.parametrize("name", list(REPORTS))
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff\xfe nothing",
        b"<coverage",
        b'<!DOCTYPE c [<!ENTITY a "b">]><coverage>&a;</coverage>',
        b"<other/>",
        b'<?xml version="1.0" encoding="utf-99"?><coverage/>',
        b"SQLite format 3\x00" + b"\xff" * 200,
    ],
)
def test_what_cannot_be_read_is_one_line(
    tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / "a.py").write_text(CODE)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(data)
    found = coverage_data.read(tmp_path, {"a.py": CODE})
    assert found.files == {}
    assert found.notes == (coverage_data.BROKEN.format(report=name),)


def test_a_number_that_is_none_and_a_link_elsewhere(tmp_path: Path) -> None:
    bad = COBERTURA.format(name="a.py").replace('hits="0"', 'hits="many"')
    assert looked(tmp_path, "a.py", CODE, ("coverage.xml", bad)).files == {}
    (tmp_path / "lcov.info").symlink_to("/dev/zero")
    assert len(coverage_data.read(tmp_path, {"a.py": CODE}).notes) == 1


def test_few_lines_of_go_that_stand_for_millions_are_no_report(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(coverage_formats, "MAX_LINES", 50)
    profile = "mode: set\n" + "".join(f"a.go:{n}1.1,{n}9.9 1 1\n" for n in range(6))
    (tmp_path / "cover.out").write_text(profile)
    assert coverage_data.of_file(tmp_path / "cover.out", "cover.out", ["a.go"]) == {}
    (tmp_path / "cover.out").write_text(profile[: profile.rindex("a.go")])
    found = coverage_data.of_file(tmp_path / "cover.out", "cover.out", ["a.go"])
    assert len(found["a.go"].hit) == 45
    assert coverage_formats.MAX_LINE * 5 == 5_000_000


@pytest.mark.parametrize("name", list(REPORTS))
def test_a_pipe_or_a_link_in_the_place_of_a_report_is_none(
    tmp_path: Path, name: str
) -> None:
    report = tmp_path / "report"
    os.mkfifo(report)
    assert coverage_data.of_file(report, name, ["a.py"]) == {}
    report.unlink()
    report.symlink_to("/dev/zero")
    assert coverage_data.of_file(report, name, ["a.py"]) == {}


@pytest.mark.parametrize("value", ["9e999", "NULL", "'x'", "x'00'"])
def test_a_database_with_other_values_than_numbers_is_no_report(
    tmp_path: Path, value: str
) -> None:
    coverage_py(tmp_path / ".coverage", "a.py", arcs=True)
    with sqlite3.connect(tmp_path / ".coverage") as data:
        data.execute(f"INSERT INTO arc VALUES (1, 1, 1, {value})")
    data.close()
    assert coverage_data.of_file(tmp_path / ".coverage", ".coverage", ["a.py"]) == {}


def test_a_database_that_never_ends_or_holds_too_much_is_no_report(
    tmp_path: Path, monkeypatch
) -> None:
    report = tmp_path / ".coverage"
    coverage_py(report, "a.py")
    monkeypatch.setattr(coverage_formats, "MAX_LINES", 3)
    assert len(coverage_data.of_file(report, ".coverage", ["a.py"])["a.py"].hit) == 3
    monkeypatch.setattr(coverage_formats, "MAX_LINES", 2)
    assert coverage_data.of_file(report, ".coverage", ["a.py"]) == {}
    monkeypatch.setattr(coverage_formats, "MAX_LINES", 3)
    monkeypatch.setattr(coverage_formats, "MAX_TICKS", 3)
    with sqlite3.connect(report) as data:
        data.execute("DROP TABLE arc")
        data.execute(
            "CREATE VIEW arc AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n "
            "FROM c) SELECT n AS file_id, n AS fromno, n AS tono FROM c WHERE n = 2"
        )
    data.close()
    assert coverage_data.of_file(report, ".coverage", ["a.py"]) == {}
