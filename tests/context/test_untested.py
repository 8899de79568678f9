"""Changed symbols that no test names, and where their tests belong."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.context import diff, test_places, untested
from bot.context.untested import Change

CART = """\
def total(items):
    if items:
        return sum(items)
    return 0


def discount(price):
    return price


def _hidden():
    return 1


class Cart:
    def __init__(self):
        self.items = []

    def add(self, item):
        self.items.append(item)
"""
ALL = frozenset(range(1, 30))


def names(changes: list[Change], tests: dict[str, str]) -> list[str]:
    return [each.symbol for each in untested.untested(changes, tests)]


def change(path: str, source: str, *lines: int, is_new: bool = False) -> Change:
    return Change(path, source, frozenset(lines) or ALL, is_new)


def test_only_changed_public_symbols_that_no_test_names_are_listed() -> None:
    tests = {"tests/test_cart.py": "from cart import total\n", "tests/test_x.py": "add"}
    assert names([change("src/cart.py", CART)], tests) == ["discount"]
    assert names([change("src/cart.py", CART, 3)], {}) == ["total"]
    assert names([change("src/cart.py", CART, 5, 6)], {}) == []


def test_a_name_inside_another_word_is_not_named() -> None:
    tests = {"tests/test_cart.py": "subtotal total_price"}
    assert "total" in names([change("src/cart.py", CART, 2)], tests)


def test_each_says_where_and_why() -> None:
    found = untested.untested([change("src/cart.py", CART, 2)], {"tests/test_a.py": ""})
    assert found == (
        untested.Untested(
            "src/cart.py",
            1,
            "total",
            "changed (1 branch)",
            "tests/test_cart.py",
            complexity=1,
        ),
    )
    new = untested.untested([change("src/cart.py", CART, 7, is_new=True)], {})
    assert new[0].why == "is new"
    whole = untested.untested([change("src/cart.py", CART, 7, 8)], {})
    assert whole[0].why == "is new"


def test_a_test_in_the_same_change_counts() -> None:
    changes = [
        change("src/cart.py", CART, 2),
        change("tests/test_cart.py", "def test_total(): total([])\n"),
    ]
    assert names(changes, {}) == []


def test_tests_of_another_language_do_not_count() -> None:
    tests = {"web/total.test.ts": "total"}
    assert names([change("src/cart.py", CART, 2)], tests) == ["total"]


@pytest.mark.parametrize(
    "path", ["docs/cart.md", "cart.rb", "tests/test_cart.py", "vendor/a.go"]
)
def test_files_without_symbols_to_test_are_passed_over(path: str) -> None:
    assert names([change(path, CART)], {}) == []


def test_go_names_the_function_inside_the_test() -> None:
    source = "package s\nfunc Parse() {}\nfunc helper() {}\nfunc main() {}\n"
    tests = {"s/s_test.go": "func TestParse(t *testing.T) {}"}
    assert names([change("s/s.go", source)], tests) == ["helper"]


def test_rust_tests_stand_in_the_file_itself() -> None:
    source = (
        "pub fn one() {}\npub fn two() {}\n"
        "#[cfg(test)]\nmod tests {\n  #[test]\n  fn t() { one(); }\n}\n"
    )
    assert names([change("src/lib.rs", source)], {}) == ["two"]


def test_java_and_typescript() -> None:
    java = "public class Cart {\n  public int total() { return 1; }\n}\n"
    script = "export function total() {}\nfunction local() {}\n"
    changes = [
        change("app/src/main/java/a/Cart.java", java, 2),
        change("web/cart.ts", script),
    ]
    found = untested.untested(changes, {"web/__tests__/other.test.ts": ""})
    assert [(each.symbol, each.test_file) for each in found] == [
        ("Cart.total", "app/src/test/java/a/CartTest.java"),
        ("total", "web/__tests__/cart.test.ts"),
    ]


def test_texts_are_read_only_when_asked_for() -> None:
    asked: list[str] = []

    def read(path: str) -> str | None:
        asked.append(path)
        return {"tests/test_cart.py": "total discount add Cart"}.get(path)

    paths = ["tests/test_other.py", "tests/test_cart.py"]
    assert untested.untested([change("src/cart.py", CART)], paths, read=read) == ()
    assert asked == ["tests/test_cart.py"]
    assert untested.untested([], paths, read=read) == ()


def test_a_pure_removal_changes_the_function_around_it() -> None:
    file = diff.parse(
        "--- a/src/cart.py\n+++ b/src/cart.py\n@@ -1,4 +1,3 @@\n def total(items):\n"
        "-    check(items)\n     if items:\n         return sum(items)\n"
    )
    found = untested.of_diff(file, read=lambda path: CART)
    assert names(list(found), {}) == ["total"]


def test_removed_and_unreadable_files_are_passed_over() -> None:
    files = diff.parse(
        "diff --git a/a.py b/a.py\ndeleted file mode 100644\n"
        "--- a/a.py\n+++ /dev/null\n"
        "@@ -1 +0,0 @@\n-def f(): ...\n"
        "--- a/b.py\n+++ b/b.py\n@@ -0,0 +1 @@\n+def g(): ...\n"
    )
    assert untested.of_diff(files, read=lambda path: None) == ()


def test_new_branches_count_until_a_test_that_names_the_symbol_changes() -> None:
    old = {"tests/test_cart.py": "def test_total(): total([])\n"}
    (found,) = untested.untested([change("src/cart.py", CART, 2)], old)
    assert (found.kind, found.line, found.lines) == ("branches", 2, (2,))
    assert found.why == "has 1 branch new or changed, and no test of it changed"
    # A plain line inside is no branch, and a test that changed was thought about.
    assert names([change("src/cart.py", CART, 3)], old) == []
    changed = change("tests/test_cart.py", old["tests/test_cart.py"])
    assert names([change("src/cart.py", CART, 2), changed], old) == []


def test_coverage_has_the_last_word_on_what_it_measured() -> None:
    ran = untested.Covered(frozenset({1, 2, 3, 7, 11}), frozenset({4, 8, 12}))
    cart = change("src/cart.py", CART, 2, 3, 4, 7, 8, 12)
    found = untested.untested([cart], {}, coverage={"src/cart.py": ran})
    assert [(each.symbol, each.kind, each.lines, each.why) for each in found] == [
        ("total", "lines", (4,), "changed; line 4 did not run"),
        ("discount", "symbol", (8,), "is new, and none of it ran"),
        ("_hidden", "symbol", (12,), "changed, and none of it ran"),
    ]


def test_lines_are_written_as_ranges() -> None:
    assert untested.ranges((4,)) == "line 4"
    assert untested.ranges((4, 5, 6, 9)) == "lines 4-6, 9"


def test_words_are_what_a_test_would_say() -> None:
    words = untested.words_of([change("src/cart.py", CART, 2)])
    assert {"total", "test_total", "TestTotal"} <= words
    assert "discount" not in words


@pytest.mark.parametrize(
    ("path", "tests", "place"),
    [
        ("pkg/a.py", ["pkg/tests/test_x.py"], "pkg/tests/test_a.py"),
        ("pkg/a.py", ["tests/unit/test_a.py"], "tests/unit/test_a.py"),
        ("a.py", [], "tests/test_a.py"),
        ("pkg/a.go", [], "pkg/a_test.go"),
        ("src/a.tsx", [], "src/a.test.tsx"),
        ("src/a.js", ["src/a.spec.js"], "src/a.spec.js"),
        ("src/a.rs", [], "src/a.rs"),
        ("Makefile", [], ""),
    ],
)
def test_where_a_test_belongs(path: str, tests: list[str], place: str) -> None:
    assert test_places.Places(tests).place_for(path) == place


def test_the_fast_path_imports_nothing_heavy() -> None:
    program = (
        "import sys, bot.context.untested;"
        "heavy = ('click', 'pydantic', 'httpx', 'git', 'github');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("decorator", "is_named"),
    [
        ('@app.route("/cart")', False),
        ("@group.command('cart')", False),
        ('@app.get(\n    "/cart",\n)', False),
        ("@functools.lru_cache(maxsize=1)", True),
        ("@trace", True),
    ],
)
def test_what_is_registered_under_a_text_is_not_judged_by_its_name(decorator, is_named):
    source = f"{decorator}\ndef show():\n    return 1\n"
    change = untested.Change("shop/web.py", source, frozenset(range(1, 9)), is_new=True)

    found = untested.untested([change], {})

    assert bool(found) == is_named


def test_coverage_judges_what_is_registered_under_a_text():
    source = '@app.route("/cart")\ndef show():\n    return 1\n'
    change = untested.Change("shop/web.py", source, frozenset({1, 2, 3}), is_new=True)
    measured = untested.Covered(hit=frozenset({1, 2}), missed=frozenset({3}))

    found = untested.untested([change], {}, coverage={"shop/web.py": measured})

    assert [each.symbol for each in found] == ["show"]
