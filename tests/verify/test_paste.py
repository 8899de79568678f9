"""Where a click can take a test in: below something that ends in the diff."""

from __future__ import annotations

import pytest

from bot.context import diff
from bot.draft import Candidate
from bot.generated import SuggestedTest
from bot.verify import paste

PATH = "tests/test_a.py"
SOURCE = "import pytest\n\n\ndef test_old():\n    assert f() == 1\n\n\nX = 1\n"
PATCH = """\
diff --git a/tests/test_a.py b/tests/test_a.py
--- a/tests/test_a.py
+++ b/tests/test_a.py
@@ -1,3 +1,5 @@
 import pytest
 
 
+def test_old():
+    assert f() == 1
"""
SCRIPT = "test('old', () => {\n  expect(f()).toBe(1);\n});\n"
SCRIPT_PATCH = """\
diff --git a/a.test.js b/a.test.js
--- a/a.test.js
+++ b/a.test.js
@@ -1,3 +1,3 @@
 test('old', () => {
-  expect(f()).toBe(2);
+  expect(f()).toBe(1);
 });
"""


def placed(code: str, *, path=PATH, source: str | None = SOURCE, patch=PATCH):
    test = SuggestedTest(path=path, name="test_new", code=code, covers="f")
    files = diff.parse(patch)
    (candidate,) = paste.candidates([test], files, read=lambda path: source)
    assert candidate.test == test
    return candidate


NEW = "def test_new():\n    assert f() == 2\n"


def test_a_test_goes_below_what_ends_in_the_diff():
    found = placed(f"import pytest\n\n{NEW}")
    assert (found.line, found.current) == (5, "    assert f() == 1")
    assert found.below == f"\n\n\n{NEW.rstrip()}"


def test_in_a_script_it_goes_below_the_last_call():
    code = "test('new', () => {\n  expect(f()).toBe(2);\n});\n"
    found = placed(code, path="a.test.js", source=SCRIPT, patch=SCRIPT_PATCH)
    assert (found.line, found.current) == (3, "});")
    assert found.below.startswith("\n\ntest('new'")


@pytest.mark.parametrize(
    ("code", "given"),
    [
        (f"import json\n\n{NEW}", {}),
        (NEW.replace("test_new", "test_old"), {}),
        ("def test_new(:\n", {}),
        (NEW, {"path": "tests/test_b.py"}),
        (NEW, {"source": None}),
        (NEW, {"source": "X = 1\n"}),
        (NEW, {"source": ""}),
        (NEW, {"source": SOURCE.replace("f() == 1", f"f() == {'1' * 2_000}")}),
        (NEW, {"source": "def test_old(:\n"}),
    ],
)
def test_what_needs_an_import_or_has_no_place_is_pasted_by_hand(code, given):
    found = placed(code, **given)
    assert found == Candidate(test=found.test)
