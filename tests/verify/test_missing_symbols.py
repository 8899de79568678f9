"""Symbols called missing or unused, looked for before anybody is told."""

from __future__ import annotations

import pytest

from bot.verify import missing_symbols
from bot.verify.missing_symbols import EXISTS, IS_USED, Claim
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
        ("calls `shop.stock.audit`, which does not exist", "", ""),
        ("The method `Shelf.refill()` does not exist", "Shelf.refill", "anywhere"),
        ("`Shelf` has no attribute `refill`", "refill", "anywhere"),
        ("The variable `total` is never used", "total", "use"),
        ("Unused import `json`", "json", "use"),
    ],
)
def test_a_claim_is_read_off_its_words(text, name, scope):
    assert missing_symbols.claims(text) == ((Claim(name, scope),) if name else ())


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
    assert missing_symbols.claims(text) == ()


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
