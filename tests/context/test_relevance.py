"""Which files a text is about."""

from __future__ import annotations

from bot.context import relevance
from tests.fakes import FakeReader

FILES = {
    "shop/stock.py": "def load_shelves(path):\n    return path\n",
    "shop/prices.py": "def price_table():\n    return {}\n",
    "shop/till.py": "from shop.stock import load_shelves\n",
    "tests/test_stock.py": "from shop.stock import load_shelves\nload_shelves(1)\n",
    "docs/stock.md": "load_shelves reads the shelves\n",
    "poetry.lock": "load_shelves\n",
    "README.md": "A shop\n",
}


def _rank(title, body="", files=FILES, **given):
    return relevance.rank(title, body, files=FakeReader(files=dict(files)), **given)


def test_the_file_that_defines_what_is_named_comes_first():
    best = _rank("`load_shelves` fails").best(3)
    assert best[0] == "shop/stock.py"
    assert "poetry.lock" not in best


def test_code_comes_before_its_tests_and_pages():
    order = [each.path for each in _rank("load_shelves").files]
    assert order.index("shop/stock.py") < order.index("tests/test_stock.py")
    assert order.index("shop/stock.py") < order.index("docs/stock.md")


def test_words_in_a_text_find_a_file_whose_path_says_nothing():
    files = FILES | {"shop/x1.py": "def refund(coupon):\n    return coupon\n"}
    assert _rank("A coupon is not refunded", files=files).best(1) == ("shop/x1.py",)


def test_parts_and_endings_of_names_are_one_word():
    assert _rank("Tables of prices").best(1) == ("shop/prices.py",)


def test_a_path_that_the_text_names_stands_first():
    assert _rank("load_shelves", "see shop/till.py").best(1) == ("shop/till.py",)


def test_only_so_many_texts_are_read():
    assert len(_rank("load_shelves", most=2).texts) == 2


def test_kinds_can_be_asked_for():
    assert _rank("load_shelves").best(5, kinds=("docs",)) == ("docs/stock.md",)


def test_a_question_about_nothing_finds_nothing():
    assert _rank("", "").files == ()
    assert _rank("anything", files={}).files == ()


def test_hostile_text_is_read_in_linear_time():
    for text in ("`" * 100_000, "a_" * 50_000, "aB" * 50_000, "(" * 100_000):
        relevance.ask("x", text)
        relevance.code_names(text[: relevance.MAX_QUESTION])
