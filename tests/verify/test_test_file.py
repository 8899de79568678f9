"""A generated test in its file: imports merged, nothing overwritten."""

from __future__ import annotations

import pytest

from bot.verify import test_file
from bot.verify.test_file import TAKEN, UNREADABLE, Unusable


def merged(path: str, existing: str, code: str, **more: str) -> str:
    return test_file.merged(path, existing, test_file.take_apart(path, code), **more)


def test_python_imports_go_to_the_others_and_the_test_to_the_end() -> None:
    old = (
        '"""Say."""\n\nimport os\n\nfrom a import b\n\n\ndef test_b():\n    assert b\n'
    )
    code = "from __future__ import annotations\nimport os\nfrom a import c\n\n"
    code += "def test_c(): assert c\n"
    assert merged("t/test_a.py", old, code) == (
        '"""Say."""\n\nimport os\n\nfrom a import b\nfrom a import c\n\n\n'
        "def test_b():\n    assert b\n\n\ndef test_c(): assert c\n"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "import os\n\n\ndef test_c(): ...\n"),
        ('"""Say."""\n', '"""Say."""\nimport os\n\n\ndef test_c(): ...\n'),
        (
            "import os\r\nx = 1\r\n",
            "import os\r\nx = 1\r\n\r\n\r\ndef test_c(): ...\r\n",
        ),
        ("x = 1", "import os\nx = 1\n\n\ndef test_c(): ...\n"),
    ],
)
def test_new_files_docstrings_line_ends_and_no_end(old: str, new: str) -> None:
    assert merged("t/test_a.py", old, "import os\n\ndef test_c(): ...\n") == new


def test_a_name_that_is_taken_or_a_file_that_does_not_parse_is_refused() -> None:
    with pytest.raises(Unusable, match=TAKEN):
        merged("test_a.py", "def test_c():\n    pass\n", "def test_c(): ...")
    with pytest.raises(Unusable, match=UNREADABLE):
        merged("test_a.py", "def f(:\n", "def test_c(): ...")


def test_an_indented_test_is_moved_to_the_left() -> None:
    assert merged("test_a.py", "", "    def test_c():\n        x\n").startswith("def ")


def test_go_imports_stand_below_the_package() -> None:
    old = 'package shop\n\nimport "testing"\n\nfunc TestA(t *testing.T) {}\n'
    code = 'package shop\n\nimport (\n\t"errors"\n\t"testing"\n)\n\n'
    code += "func TestB(t *testing.T) {}\n"
    assert merged("shop/a_test.go", old, code) == (
        'package shop\n\nimport "errors"\n\nimport "testing"\n\n'
        "func TestA(t *testing.T) {}\n\nfunc TestB(t *testing.T) {}\n"
    )
    new = merged("shop/a_test.go", "", code, package="shop")
    assert new.startswith('package shop\n\nimport "errors"\nimport "testing"\n\nfunc')


def test_script_imports_are_merged_by_their_text() -> None:
    old = "import { a } from './a'\n\ntest('a', () => {})\n"
    code = "import { a } from './a'\nimport { b } from './b'\n\ntest('b', () => {})\n"
    assert merged("a.test.ts", old, code) == (
        "import { a } from './a'\nimport { b } from './b'\n\ntest('a', () => {})\n\n"
        "test('b', () => {})\n"
    )
    required = "const { c } = require('./c');\nit('c', () => {})"
    assert test_file.take_apart("a.test.js", required).imports == (
        "const { c } = require('./c');",
    )


def test_the_package_of_a_new_go_file() -> None:
    assert test_file.package_of("x/a_test.go", "// Hi\npackage shop\n") == "shop"
    assert test_file.package_of("cmd/my-tool/a_test.go", "") == "mytool"
