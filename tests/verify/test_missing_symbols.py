"""Symbols called missing or unused, looked for before anybody is told."""

from __future__ import annotations

import pytest

from bot.verify import absences, bindings, missing_symbols
from bot.verify.absences import Claim
from bot.verify.missing_symbols import EXISTS, IS_USED
from tests.fakes import FakeReader

FILES = {
    "shop/till.py": (
        "from shop.stock import load_stock\nfrom shop.prices import (\n    price_of,\n"
        "    Currency,\n)\n\n\ndef close(till, at=None):\n    return load_stock(till)\n"
    ),
    "shop/stock.py": (
        "def load_stock(till):\n    return []\n\n\n"
        "class Shelf:\n    def refill(self):\n        pass\n"
    ),
    "shop/prices.py": "def price_of(item):\n    return 1\n",
    "main.go": "package main\n\nfunc main() { helper_go() }\n",
    "helper.go": "package main\n\nfunc helper_go() {}\n",
}


def _refuted(text, path="shop/till.py", shown=(), files=FILES):
    return missing_symbols.refuted(
        text, path, shown=list(shown), files=FakeReader(files=files), near=[]
    )


@pytest.mark.parametrize(
    ("text", "name", "scope"),
    [
        ("`load_stock` is not defined in this module", "load_stock", "file"),
        ("NameError: name 'helper' is not defined", "helper", "file"),
        ("Missing import of `price_of`", "price_of", "file"),
        (
            "calls `shop.stock.audit`, which does not exist",
            "shop.stock.audit",
            "anywhere",
        ),
        ("The method `Shelf.refill()` does not exist", "Shelf.refill", "anywhere"),
        ("`Shelf` has no attribute `refill`", "Shelf.refill", "anywhere"),
        ("it has no attribute `refill`", "refill", "anywhere"),
        ("The variable `total` is never used", "total", "use"),
        ("Unused import `json`", "json", "use"),
    ],
)
def test_a_claim_is_read_off_its_words(text, name, scope):
    assert absences.claims(text) == ((Claim(name, scope),) if name else ())


@pytest.mark.parametrize(
    "text",
    [
        "A check for None is missing here",
        "Crashes when `config_path` does not exist",
        "There is no validation of `amount`",
        "`lock.release` is never called on the error path",
        "Missing `await` before `fetch_it()`",
        "`user` may be undefined",
        "unused import os",
        "the file 'stock.json' does not exist",
        "",
    ],
)
def test_what_is_said_of_values_and_cases_is_no_claim(text):
    assert absences.claims(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "`load_stock` is not defined",
        "`price_of` is not imported",
        "`at` is not defined",
        "`Currency` is undeclared",
        "The function `audit_stock` is never defined",
        "`Shelf.refill` does not exist",
        "`Shelf` has no method `refill`",
    ],
)
def test_a_symbol_that_is_there_refutes_the_claim(text):
    shown = ["+def audit_stock(till):\n+    pass\n"]
    assert _refuted(text, shown=shown) == EXISTS


@pytest.mark.parametrize(
    "text",
    [
        "`json` is not defined",
        "`refill` is not imported",
        "`Shelf.empty` does not exist",
        "`close_all()` does not exist",
    ],
)
def test_a_symbol_that_is_not_there_stays_missing(text):
    assert _refuted(text) == ""


# Each is said of `load_stock`, which the file imports and another one defines.
PHRASES = (
    "`load_stock` is undefined",
    "`load_stock` isn't defined",
    "`load_stock` isn\u2019t imported in this file",
    "load_stock() is not in scope",
    "Undefined variable: `load_stock`",
    "Undefined name load_stock",
    "undefined: load_stock",
    "Unknown identifier `load_stock`",
    "Unresolved reference to `load_stock`",
    "Cannot find name 'load_stock'",
    "Can't resolve symbol `load_stock`",
    "cannot find symbol: load_stock",
    "use of undeclared identifier `load_stock`",
    "`load_stock` was never declared",
    "`load_stock` hasn't been defined",
    "`load_stock` is used but never imported",
    "`load_stock` is used without being imported",
    "`load_stock` must be imported",
    "Missing import: `load_stock`",
    "Missing an import for `load_stock`",
    "The import for `load_stock` is missing",
    "This file lacks an import of `load_stock`",
    "The module needs to import `load_stock`",
    "It forgot to import `load_stock`",
    "NameError: name 'load_stock' is not defined",
    "There is no definition of `load_stock`",
    "`load_stock` doesn't exist anywhere",
    "`load_stock` no longer exists",
    "`load_stock` is nowhere defined",
    "`load_stock` does not seem to exist",
    "calls load_stock(), which does not exist",
    "calls a nonexistent function `load_stock`",
    "There is no such function `load_stock`",
    "The function `load_stock` has never been defined",
)


@pytest.mark.parametrize("text", PHRASES)
def test_however_it_is_called_missing_what_is_there_refutes_it(text):
    assert _refuted(text) == EXISTS
    assert _refuted(f"Crash\nEvery call fails, since {text}. It should not.") == EXISTS


@pytest.mark.parametrize("text", PHRASES)
def test_however_it_is_called_missing_what_is_not_there_stays_missing(text):
    other = text.replace("load_stock", "audit_stock")
    used = {"shop/till.py": "def close(till):\n    return audit_stock(till)\n"}
    assert _refuted(other) == ""
    assert _refuted(other, files=used) == ""


@pytest.mark.parametrize(
    ("text", "refutes"),
    [
        ("`Shelf` has no method `refill`", True),
        ("`Shelf` does not have a method named `refill`", True),
        ("AttributeError: 'Shelf' object has no attribute 'refill'", True),
        ("`Shelf` has no method `price_of`", False),
        ("`Shelf.price_of` does not exist", False),
        ("`shop.stock` has no function `load_stock`", True),
        ("`shop.stock` has no function `price_of`", False),
        ("No module named 'shop.prices'", True),
        ("No module named 'shop.taxes'", False),
        ("Unresolved import `shop.prices`", True),
        ("unresolved import `shop.taxes`", False),
        ("Cannot find module 'left-pad'", False),
        ("The file `shop/prices.py` does not exist", True),
        ("`shop/taxes.py` does not exist", False),
        ("`prices.py` does not exist", False),
        # What a program makes or reads at run time may be missing all the same.
        ("`shop/till.json` does not exist", False),
    ],
)
def test_what_is_missing_is_looked_for_where_it_should_be(text, refutes):
    files = {**FILES, "shop/till.json": "{}"}
    assert bool(_refuted(text, files=files)) == refutes


@pytest.mark.parametrize(
    "text",
    [
        "`load_stock` is not defined when the import fails",
        "`load_stock` is undefined if the till is empty",
        "`at` is not defined in the except branch",
        "`at` is undefined before the loop ran",
        "On Windows, when `load_stock` is not defined, it crashes",
        "Some callers may find that `load_stock` does not exist",
        "`shop/prices.py` does not exist yet on this branch's base",
        "`load_stock` is not defined for an empty till",
    ],
)
def test_what_is_missing_in_some_case_is_no_claim(text):
    assert _refuted(text) == ""


@pytest.mark.parametrize(
    ("path", "refutes"), [("a.py", True), ("a.ts", False), ("a.js", False)]
)
def test_where_a_value_can_be_undefined_the_word_is_no_claim(path, refutes):
    files = {path: "let total = read();\ntotal = 1\n"}
    assert bool(_refuted("`total` is undefined", path, files=files)) == refutes
    assert _refuted("`total` is not declared", path, files=files) == EXISTS


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", "total: int = helper(1)"),
        ("a.py", "for one in helper(total):"),
        ("a.py", "with open(helper) as file:"),
        ("a.py", "close(till, helper=1)"),
        ("a.py", "from helper import total"),
        ("a.py", "if total == helper:"),
        ("a.py", "def close(till=helper):"),
        ("a.ts", "const total = helper(1);"),
        ("a.ts", "let one: Total = helper;"),
        ("a.ts", "for (const one of helper(2)) {"),
        ("a.ts", "if (helper(1)) {"),
        ("a.ts", "return helper(1) {"),
        ("a.go", "total := helper(1)"),
        ("a.go", "var total = helper(1)"),
        ("a.rs", "let total = helper(1);"),
        ("A.java", "int total = helper(1);"),
        ("A.java", "return helper(1);"),
        ("a.py", "# def helper(): gone"),
        ("a.py", "self.helper(1)"),
    ],
)
def test_what_only_uses_a_name_does_not_define_it(path, line):
    assert not bindings.binds("helper", line)
    assert _refuted("`helper` is not defined", path, files={path: f"{line}\n"}) == ""


@pytest.mark.parametrize(
    "line",
    [
        "def helper(a):",
        "    async def helper(a): return a",
        "class helper:",
        "helper = 1",
        "helper: int = 1",
        "one, helper = pair",
        "for one, helper in pairs:",
        "with open(a) as helper:",
        "import helper",
        "import shop.stock as helper",
        "from shop import a, helper as b, c",
        "def close(till, *, helper=None):",
        "def close(till, helper: int):",
        "lambda a, helper: a",
        "while (helper := read()):",
        "const helper = 1;",
        "const { a, helper } = b;",
        "const helper = async (a) => a;",
        "export function helper(a: number) {",
        "import { a, helper } from './b';",
        "const helper = require('./helper');",
        "list.map(helper => helper.a);",
        "  async helper(a: string): Promise<void> {",
        "func helper(a int) int {",
        "func (s *Shelf) helper(a int) {",
        "func close(till Till, helper *int) {",
        "helper, err := read()",
        "var helper int",
        "type helper struct {",
        'import "encoding/helper"',
        '\t"encoding/helper"',
        "pub fn helper<T>(a: T) {",
        "use crate::prices::{a, helper};",
        "let mut helper = 1;",
        "struct helper;",
        "public static int helper(int a) throws IOException {",
        "import static shop.Prices.helper;",
        "private final Map<String, Integer> helper = Map.of();",
    ],
)
def test_what_defines_a_name_binds_it(line):
    assert bindings.binds("helper", f"+{line}\n")
    assert not bindings.binds("helper", f"-{line}\n")
    assert not bindings.binds("helper", line.replace("helper", "helpers"))


@pytest.mark.parametrize(
    "line", ["self.total = 0", "total: int", "readonly total: number;", "\ttotal int"]
)
def test_a_member_is_there_with_its_owner_alone(line):
    files = {"shop/till.py": f"class Till:\n    {line}\n"}
    assert _refuted("`Till` has no attribute `total`", files=files) == EXISTS
    assert _refuted("`Shelf` has no attribute `total`", files=files) == ""


def test_in_go_a_neighbour_needs_no_import():
    assert _refuted("`helper_go` is not defined", "main.go") == EXISTS


def test_a_removed_line_defines_nothing():
    shown = ["-def audit_stock(till):\n"]
    assert _refuted("`audit_stock` is never defined", shown=shown) == ""


def test_a_symbol_that_is_used_is_not_unused():
    assert _refuted("`load_stock` is never used") == IS_USED
    assert _refuted("Unused import `price_of`") == ""


def test_hostile_words_take_no_time_and_prove_nothing():
    text = "`a" + ".b" * 50_000 + "` is not defined " + "unused " * 10_000
    assert _refuted(text) == ""
    for line in ("def f(" + "a," * 50_000, "x " * 50_000, "a" * 99_999 + " helper"):
        assert not bindings.binds("helper", line)
