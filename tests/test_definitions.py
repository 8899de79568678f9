"""Where a symbol is defined, found by reading few files."""

from __future__ import annotations

import pytest

from bot import definitions
from tests.fakes import FakeReader

FILES = {
    "shop/till.py": "from shop.stock import load_stock\n\n\ndef close():\n    pass\n",
    "shop/stock.py": "def load_stock(till):\n    return []\n",
    "shop/price_table.py": "class PriceTable:\n    def lookup(self):\n        pass\n",
    "web/prices.ts": "export function formatPrice(n: number) {\n  return n\n}\n",
    "web/cart.ts": "import { formatPrice } from './prices'\n",
    "notes.txt": "def load_stock(): pass\n",
}


def _find(name, *near, files=FILES):
    reader = FakeReader(files=files)
    found = definitions.find(name, reader, near=near)
    return [(each.path, each.symbol.start) for each in found], reader


@pytest.mark.parametrize(
    ("name", "near", "path"),
    [
        ("close", "shop/till.py", "shop/till.py"),
        ("load_stock", "shop/till.py", "shop/stock.py"),
        ("shop.stock.load_stock", "web/cart.ts", "shop/stock.py"),
        ("stock.load_stock", "", "shop/stock.py"),
        ("PriceTable", "", "shop/price_table.py"),
        ("PriceTable.lookup", "", "shop/price_table.py"),
        ("PriceTable::lookup", "", "shop/price_table.py"),
        ("formatPrice", "web/cart.ts", "web/prices.ts"),
        ("load_stock()", "shop/till.py", "shop/stock.py"),
    ],
)
def test_a_definition_is_found_by_import_and_by_name(name, near, path):
    found, _ = _find(name, *([near] if near else []))
    assert [where for where, _ in found] == [path]


def test_the_definition_comes_with_its_lines():
    (found,) = definitions.find("PriceTable.lookup", FakeReader(files=FILES), near=[])
    assert (found.symbol.start, found.text) == (
        2,
        "    def lookup(self):\n        pass",
    )


@pytest.mark.parametrize("name", ["nowhere", "Shelf.lookup", "stock.close", ""])
def test_what_is_not_defined_is_not_found(name):
    assert _find(name, "shop/till.py")[0] == []


def test_few_files_are_read_whatever_the_tree_holds():
    many = {f"m{n}/load_stock.py": "x = 1\n" for n in range(500)}
    _, reader = _find("load_stock", *many, files=many | FILES)
    assert len(set(reader.reads)) <= definitions.MOST_READ


def test_a_ration_reads_no_further():
    rationed = definitions.Rationed(FakeReader(files=FILES), 2)
    texts = [rationed.file(path) for path in FILES]
    assert sum(text is not None for text in texts) == 2
    assert rationed.file("shop/till.py") == FILES["shop/till.py"]
    assert rationed.tree() == tuple(FILES)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("load", True),
        ("a.b::c#d", True),
        ("src/a.py", False),
        ("a b", False),
        ("", False),
        ("a" * 10_000, False),
        ("a." * 90 + "b", False),
    ],
)
def test_a_symbol_is_a_name_or_names(name, is_one):
    assert definitions.is_symbol(name) is is_one
