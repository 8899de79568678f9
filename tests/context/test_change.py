"""A change with what stands around it, as a review reads it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from bot.context import change, hunks, related
from tests.context.versions_of import changed
from tests.fakes import FakeReader

TAX = """\
RATE = 2


def rate(country):
    table = load()
    return table[country]


def load():
    return {}
"""
CART = """\
from shop import tax


def total(items):
    return sum(items)
"""


def unified(path, old, new):
    return hunks.unified(changed(path, old, new))


def read(*versions, **files):
    text = "".join(unified(*each) for each in versions)
    now = {path: new for path, _, new in versions if new is not None}
    others = {name.replace("__", "/") + ".py": text for name, text in files.items()}
    return change.read(FakeReader(change=text, files=now | others))


def sections(found):
    return {s.name: s for s in change.sections(found, change.readable(found))}


def test_nothing_changed_reads_nothing():
    found = change.read(FakeReader())
    assert found.files == ()
    assert change.sections(found, ()) == ()
    assert change.findings(found) == ()


def test_a_hunk_comes_with_its_function_and_its_path():
    body = "".join(f"    step({n})\n" for n in range(20))
    old = f"def f():\n{body}"
    made = sections(read(("a.py", old, old.replace("step(9)", "other(9)"))))
    section = made["the diff of a.py"]
    assert (section.kind, section.path) == ("diff", "a.py")
    assert "def f():" in section.text
    assert "step(19)" in section.text


def test_what_a_change_calls_elsewhere_in_it_is_shown():
    long = "RATE = 3\n" + "\n" * 9 + TAX
    new_cart = CART.replace("sum(items)", "sum(items) * rate('de')")
    made = sections(
        read(("shop/tax.py", "\n" * 9 + TAX, long), ("shop/cart.py", CART, new_cart))
    )
    shown = made["definitions that shop/cart.py calls"]
    assert shown.text.startswith("shop/tax.py:14\ndef rate(country):")
    assert shown.path == "shop/cart.py"
    assert made["the diff of shop/cart.py"].kin == {"shop/tax.py"}


def test_a_definition_that_the_diff_shows_is_not_shown_twice():
    new_tax = TAX.replace("return table[country]", "return table.get(country)")
    new_cart = CART.replace("sum(items)", "sum(items) * rate('de')")
    made = sections(
        read(("shop/tax.py", TAX, new_tax), ("shop/cart.py", CART, new_cart))
    )
    assert list(made) == ["the diff of shop/tax.py", "the diff of shop/cart.py"]


GONE = TAX.replace("def rate(country):", "def _rate(country):")
MORE = TAX.replace("def rate(country):", "def rate(country, year):")


def messages(found):
    return [f.message for f in change.findings(found) if f.kind == "public-api"]


@pytest.mark.parametrize(
    "user",
    [
        "from shop.tax import rate\n",
        "from shop import tax\n\nx = tax.rate('de')\n",
        "import shop.tax\n\nx = shop.tax.rate('de')\n",
    ],
)
def test_a_removed_name_that_another_file_uses_is_found(user):
    found = read(("shop/tax.py", TAX, GONE), shop__user=user)
    line = user.count("\n")
    assert messages(found) == [f"rate is removed and still used in shop/user.py:{line}"]
    shown = sections(found)["uses of what shop/tax.py changes"]
    assert "rate" in shown.text


@pytest.mark.parametrize(
    "user",
    [
        "from shop import tax\n\nrate = 1\nx = other.rate('de')\n",
        "from other.tax import rate\n",
        "x = tax.rate('de')\n",
        "from shop.tax import rate_of\n",
    ],
)
def test_a_name_that_is_another_one_is_no_use(user):
    found = read(("shop/tax.py", TAX, GONE), shop__user=user)
    assert messages(found) == ["public rate is removed"]


def test_a_caller_outside_the_change_may_need_the_new_argument():
    user = "from shop import tax\n\nx = tax.rate('de')\n"
    found = read(("shop/tax.py", TAX, MORE), shop__user=user)
    assert messages(found) == [
        "the signature of rate changes; it is used in shop/user.py:3, outside this "
        "change"
    ]
    inside = read(("shop/tax.py", TAX, MORE), ("shop/user.py", "", user))
    assert messages(inside) == ["the signature of public rate changes"]


def test_what_the_default_branch_calls_generated_is_not_read():
    text = unified("api/client.py", "x = 1\n", "x = 2\n")
    marks = {".gitattributes": "api/** linguist-generated\n"}
    found = change.read(FakeReader(change=text, trusted=marks))
    assert change.readable(found) == ()
    # Its own attributes count for nothing.
    found = change.read(FakeReader(change=text, files=marks))
    assert len(change.readable(found)) == 1


@dataclass
class Named(FakeReader):
    """A reader that can search; `asked` are the words."""

    asked: list[str] = field(default_factory=list)

    def naming(self, words):
        self.asked += words
        return ("far/away.py",)


def test_where_a_search_is_cheap_it_finds_the_users():
    user = "from shop.tax import rate\n"
    reader = Named(
        change=unified("shop/tax.py", TAX, GONE),
        files={"shop/tax.py": GONE, "far/away.py": user},
    )
    found = change.read(reader)
    assert reader.asked == ["rate"]
    assert [use.path for use in found.uses] == ["far/away.py"]


def test_the_likeliest_users_are_those_near_by_and_named_alike():
    files = [changed("shop/tax.py", TAX, GONE)]
    tree = ["zoo/z.py", "shop/b.py", "tests/test_tax.py", "top.py", "shop/a.js"]
    assert related.likely(files, tree) == (
        "tests/test_tax.py",
        "shop/b.py",
        "top.py",
        "zoo/z.py",
    )
    many = [f"shop/f{n}.py" for n in range(500)]
    assert len(related.likely(files, many)) == related.MOST_READ
