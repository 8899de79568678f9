"""A shop's till, a change of it, and six tests a model might write for the change."""

from __future__ import annotations

FIRST = {
    "shop/__init__.py": "",
    "shop/till.py": (
        '"""The till."""\n\n\ndef total(prices):\n    """Add up, in cents."""\n'
        "    return sum(prices)\n"
    ),
    "tests/test_till.py": (
        "from shop.till import total\n\n\n"
        "def test_prices_add_up():\n    assert total([2, 3]) == 5\n"
    ),
}
CHANGE = '''"""The till."""


def total(prices, discount=0):
    """Add up, in cents, less a discount in per cent."""
    if not 0 <= discount <= 100:
        raise ValueError("a discount is 0 to 100 per cent")
    return sum(prices) * (100 - discount) // 100


def change(paid, due):
    """What goes back to the customer, in cents."""
    if paid < due:
        raise ValueError("that is not enough")
    return due - paid
'''
PATH = "tests/test_till.py"


def suggested(name: str, code: str, covers: str) -> dict[str, str]:
    """One test as a model sends it."""
    return {"path": PATH, "name": name, "code": code, "covers": covers}


GOOD = (
    suggested(
        "test_a_discount_is_taken_off",
        "from shop.till import total\n\n"
        "def test_a_discount_is_taken_off():\n"
        "    assert total([100, 100], discount=10) == 180\n",
        "the discount of total",
    ),
    suggested(
        "test_too_little_money_is_refused",
        "import pytest\n\nfrom shop.till import change\n\n"
        "def test_too_little_money_is_refused():\n"
        '    with pytest.raises(ValueError, match="not enough"):\n'
        "        change(100, 150)\n",
        "change where too little was paid",
    ),
)
TAUTOLOGY = suggested(
    "test_total_is_total",
    "from shop.till import total\n\n"
    "def test_total_is_total():\n    assert total([5]) == total([5])\n",
    "total",
)
HANGS = suggested(
    "test_waits_for_ever",
    "from shop.till import total\n\n"
    "def test_waits_for_ever():\n    while total([1]):\n        pass\n"
    "    assert total([1]) == 0\n",
    "total",
)
BROKEN = suggested(
    "test_does_not_parse",
    "def test_does_not_parse(:\n    assert change(2, 1) == 1\n",
    "change",
)
FINDS_A_BUG = suggested(
    "test_the_rest_goes_back",
    "from shop.till import change\n\n"
    "def test_the_rest_goes_back():\n    assert change(200, 150) == 50\n",
    "change where enough was paid",
)
SIX = [*GOOD, TAUTOLOGY, HANGS, BROKEN, FINDS_A_BUG]
