"""What a reply asks to see: files whole, symbols where they are defined."""

from __future__ import annotations

from bot import wanted
from bot.context import diff
from tests.fakes import PARSE_ERROR, FakeReader

FILES = {
    "orchard/pricing.py": (
        "from orchard.stock import load\n\n\ndef price(count):\n    return 1\n"
    ),
    "orchard/stock.py": "def load(path):\n    return path\n",
    "README.md": "# Orchard\n",
}


def _asked(*names, files=FILES, change=PARSE_ERROR):
    reader = FakeReader(files=files)
    found = wanted.look_up(names, reader, change=diff.parse(change))
    return {section.name: section.text for section in found}, reader


def test_a_path_is_read_whole():
    found, _ = _asked("orchard/stock.py")
    assert found == {"file orchard/stock.py": FILES["orchard/stock.py"]}


def test_a_symbol_is_read_where_it_is_defined():
    found, _ = _asked("price", "orchard.stock.load")
    assert found == {
        "definition of price in orchard/pricing.py:4": (
            "def price(count):\n    return 1"
        ),
        "definition of orchard.stock.load in orchard/stock.py:1": (
            "def load(path):\n    return path"
        ),
    }


def test_the_changed_files_that_name_a_symbol_are_looked_at_first():
    files = {f"a{n}.py": "def price(c):\n    pass\n" for n in range(30)} | FILES
    found, reader = _asked("price", files=files)
    assert list(found) == ["definition of price in orchard/pricing.py:4"]
    assert reader.reads[0] == "orchard/pricing.py"


def test_what_is_not_there_is_nothing():
    assert _asked("gone.py", "no_such_symbol", "../../etc/passwd", "a b", "")[0] == {}
    assert _asked()[0] == {}


def test_at_most_ten_are_looked_up():
    files = {f"m{n}.py": f"VALUE_{n} = {n}\n" for n in range(30)}
    found, _ = _asked(*files, files=files)
    assert len(found) == wanted.LIMIT


def test_invisible_characters_of_a_definition_are_shown():
    files = FILES | {"orchard/stock.py": "def load(path):\n    return '\u202e'\n"}
    found, _ = _asked("orchard.stock.load", files=files)
    assert "⟨U+202E⟩" in "".join(found.values())
