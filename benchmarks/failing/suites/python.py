"""A shop in Python, tested by pytest; and the same by unittest."""

from __future__ import annotations

from benchmarks.failing.shape import README, Change, Suite

FILES = README | {
    "shop/__init__.py": "",
    "shop/money.py": '''\
def rounded(amount):
    """Round to cents."""
    return round(amount, 2)


def shown(amount, currency="EUR"):
    return f"{rounded(amount):.2f} {currency}"
''',
    "shop/cart.py": '''\
from shop.money import rounded, shown


def total(prices, discount=0):
    """Sum prices, less a discount in percent."""
    subtotal = sum(prices)
    return rounded(subtotal - subtotal * discount / 100)


def receipt(prices):
    return "\\n".join(shown(price) for price in prices)
''',
    "shop/stock.py": """\
class Stock:
    def __init__(self):
        self.items = {}

    def put(self, name, count):
        self.items[name] = self.items.get(name, 0) + count

    def take(self, name, count):
        left = self.items[name] - count
        if left < 0:
            raise ValueError(f"only {self.items[name]} of {name} left")
        self.items[name] = left
""",
    "shop/session.py": '''\
import os
import random
import socket

LIFETIME = 30


def drift():
    """Seconds that two clocks of this machine are apart."""
    return random.Random(int(os.environ.get("DRIFT", "1"))).randrange(60)


def is_open(opened, now):
    return now - opened + drift() < LIFETIME


def rates():
    """Read exchange rates from the service beside the tests."""
    port = int(os.environ.get("RATES_PORT", "0"))
    if not port:
        return {"USD": 1.1}
    with socket.create_connection(("127.0.0.1", port), timeout=1) as sock:
        return {"USD": float(sock.recv(16))}
''',
    "shop/labels.py": """\
def slug(name):
    return name.strip().lower().replace(" ", "-")
""",
    "tests/test_cart.py": """\
from shop.cart import receipt, total


def test_total_of_nothing():
    assert total([]) == 0


def test_total_adds_prices():
    assert total([1.25, 2.5]) == 3.75


def test_discount_is_taken_off():
    assert total([10.0, 10.0], discount=15) == 17.0


def test_receipt_has_a_line_a_price():
    assert receipt([1.0, 2.0]) == "1.00 EUR\\n2.00 EUR"
""",
    "tests/test_stock.py": """\
import pytest

from shop.stock import Stock


def test_put_adds_up():
    stock = Stock()
    stock.put("pen", 2)
    stock.put("pen", 3)
    assert stock.items == {"pen": 5}


def test_take_leaves_the_rest():
    stock = Stock()
    stock.put("pen", 5)
    stock.take("pen", 2)
    assert stock.items["pen"] == 3


def test_too_much_is_refused():
    stock = Stock()
    stock.put("pen", 1)
    with pytest.raises(ValueError, match="only 1 of pen left"):
        stock.take("pen", 2)
""",
    "tests/test_session.py": """\
from shop.session import is_open, rates


def test_a_fresh_session_is_open():
    assert is_open(opened=100, now=100)


def test_an_old_session_is_closed():
    assert not is_open(opened=100, now=160)


def test_rates_have_dollars():
    assert rates()["USD"] > 1
""",
    "tests/test_labels.py": """\
from shop.labels import slug


def test_slug_has_no_spaces():
    assert slug(" Red Pen ") == "red-pen"
""",
}

CHANGES: dict[str, Change] = {
    "bug": {
        "shop/cart.py": ("subtotal * discount / 100", "subtotal * discount / 10"),
    },
    "build": {
        "shop/money.py": ("def shown(", "def formatted("),
    },
    "syntax": {
        "shop/stock.py": ("        if left < 0:\n", "        if left < 0\n"),
    },
    "indirect": {
        "shop/money.py": ("round(amount, 2)", "round(amount, 1)"),
    },
    "old": {
        "shop/labels.py": ('.replace(" ", "-")', '.replace(" ", "_")'),
    },
    "feature": {
        "shop/stock.py": (
            "    def take(",
            "    def names(self):\n        return sorted(self.items)\n\n    def take(",
        ),
    },
    "slow": {
        "shop/stock.py": (
            "        left = self.items[name] - count\n",
            "        left = self.items[name]\n"
            "        while left != self.items[name] - count:\n"
            "            left -= 3\n",
        ),
    },
    "memory": {
        "shop/labels.py": (
            'replace(" ", "-")',
            'replace(" ", "-" * 200_000_000_000_000)',
        ),
    },
    "test": {
        "tests/test_labels.py": ('"red-pen"\n', '"red-pen-1"\n'),
    },
    "touch": {
        "shop/labels.py": (
            "def slug(name):\n",
            "def slug(name):\n    # Names come from people.\n",
        ),
    },
    "warn": {
        "shop/labels.py": (
            "def slug(name):\n",
            "import warnings\n\n\ndef slug(name):\n"
            '    warnings.warn("slug is deprecated; an error in a later release", '
            "DeprecationWarning)\n",
        ),
    },
}

PYTEST = Suite(
    "pytest",
    ("python",),
    "actions/setup-python",
    ("python -m pytest -v",),
    FILES
    | {
        "pyproject.toml": """\
[tool.pytest.ini_options]
pythonpath = ["."]
faulthandler_timeout = 2
faulthandler_exit_on_timeout = true
""",
    },
    CHANGES,
)

UNITTEST = Suite(
    "unittest",
    ("python",),
    "actions/setup-python",
    ("python -m unittest discover -v -s tests -t .",),
    {path: text for path, text in FILES.items() if not path.startswith("tests/")}
    | {
        "tests/__init__.py": "",
        "tests/test_cart.py": """\
import unittest

from shop.cart import receipt, total


class CartTest(unittest.TestCase):
    def test_total_adds_prices(self):
        self.assertEqual(total([1.25, 2.5]), 3.75)

    def test_discount_is_taken_off(self):
        self.assertEqual(total([10.0, 10.0], discount=15), 17.0)

    def test_receipt_has_a_line_a_price(self):
        self.assertEqual(receipt([1.0]), "1.00 EUR")
""",
        "tests/test_labels.py": """\
import unittest

from shop.labels import slug


class LabelsTest(unittest.TestCase):
    def test_slug_has_no_spaces(self):
        self.assertEqual(slug(" Red Pen "), "red-pen")
""",
        "tests/test_session.py": """\
import unittest

from shop.session import is_open


class SessionTest(unittest.TestCase):
    def test_a_fresh_session_is_open(self):
        self.assertTrue(is_open(opened=100, now=100))
""",
    },
    {name: CHANGES[name] for name in ("bug", "build", "indirect", "old", "feature")},
)

SUITES = (PYTEST, UNITTEST)
