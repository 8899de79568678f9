from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from bot.context import callers
from bot.context.untested import WORD, Untested

TEST = "from shop import total\n\n\ndef test_total():\n    assert total(1) == 1\n"


def naming(files: Mapping[str, str]) -> callers.Naming:
    def find(words: Sequence[str]) -> dict[str, str]:
        asked = set(words)
        return {p: t for p, t in files.items() if asked & set(WORD.findall(t))}

    return find


def reached(name: str, files: Mapping[str, str]) -> bool:
    return name in callers.reached([name], naming({"tests/test_shop.py": TEST} | files))


def chain(length: int) -> str:
    """`total` calls `f1`, which calls `f2`, and so on."""
    names = ["total", *(f"f{n}" for n in range(1, length + 1))]
    pairs = zip(names, [*names[1:], "int"], strict=True)
    return "\n".join(
        f"def {name}(a):\n    return {after}(a)\n" for name, after in pairs
    )


# What calls `weigh`, and whether a test reaches it so.
CALLS: dict[str, tuple[dict[str, str], bool]] = {
    "caller with a test": (
        {"shop/a.py": "def total(a):\n    return weigh(a)\n"},
        True,
    ),
    "caller without a test": (
        {"shop/a.py": "def other(a):\n    return weigh(a)\n"},
        False,
    ),
    "nobody": ({"shop/a.py": "def weigh(a):\n    return a\n"}, False),
    "itself": ({"shop/a.py": "def weigh(a):\n    return weigh(a - 1)\n"}, False),
    "test of its own": ({"test/test_b.py": "weigh(1)\n"}, True),
    "table": ({"shop/a.py": "RULES = {'w': weigh}\n"}, True),
    "table of a module that no test names": ({"bin/x.py": "R = {'w': weigh}\n"}, False),
    "table of a package that a test names": (
        {"shop/__init__.py": "RULES = {'w': weigh}\n"},
        True,
    ),
    "decorator": ({"shop/a.py": "@weigh\ndef other(a):\n    return a\n"}, True),
    "default of a parameter": ({"shop/a.py": "def o(a=weigh):\n    pass\n"}, True),
    "import alone": ({"shop/a.py": "from b import weigh\n"}, False),
    "import of many lines": ({"shop/a.py": "from b import (\n    weigh,\n)\n"}, False),
    "import under another name": ({"shop/a.py": "from b import weigh as w\n"}, True),
    "list of what is public": ({"shop/a.py": '__all__ = [\n    "weigh",\n]\n'}, False),
    "method": (
        {"shop/a.py": "class A:\n    def total(self):\n        weigh(1)\n"},
        True,
    ),
    "constructor of a class with a test": (
        {"shop/a.py": "class total:\n    def __init__(self):\n        weigh(1)\n"},
        True,
    ),
    "name put together": (
        {"shop/a.py": 'def total(a):\n    return getattr(a, f"weigh_{a}")\n'},
        False,
    ),
    "program's start": ({"shop/a.py": "def main():\n    weigh(1)\n"}, False),
    "go": ({"a/a.go": "package a\n\nfunc total() int {\n\treturn weigh()\n}\n"}, True),
    "script": ({"a/a.ts": "export function total() {\n  return weigh();\n}\n"}, True),
    "script that hands on": ({"shop/a.js": "module.exports = { weigh };\n"}, False),
    "script's import": ({"shop/a.ts": "import { weigh } from './b';\n"}, False),
    "syntax error": ({"shop/a.py": "def total(a):\n    return weigh(a\n"}, True),
    "other language": ({"shop/a.rb": "def total\n  weigh\nend\n"}, True),
}


@pytest.mark.parametrize("case", CALLS)
def test_follows_names_up_to_a_test(case: str) -> None:
    files, expected = CALLS[case]
    assert reached("weigh", files) is expected


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("bin/__init__.py", "bin"),
        ("cmd/bin/main.py", "bin"),
        ("bin/index.js", "bin"),
        ("bin/mod.js", "bin"),
        ("bin/lib.js", "bin"),
        ("index.js", "index"),
    ],
)
def test_file_named_as_many_are_is_named_by_its_folder(path: str, folder: str) -> None:
    words = "__init__ main index mod lib".replace(folder, "")
    files = {path: "let rules = [weigh];\n", "tests/test_b.py": f"f({words})\n"}
    assert not reached("weigh", files)
    assert reached("weigh", {**files, "tests/test_c.py": f"import {folder}\n"})


def test_name_put_together_is_reached_by_its_start() -> None:
    files = {"shop/a.py": 'def total(a):\n    return getattr(a, f"weigh_{a}")\n'}
    assert reached("weigh_one", files)
    assert not reached("weighing", files)


def test_only_so_many_callers_lie_between() -> None:
    files = {"shop/a.py": chain(9)}
    assert reached(f"f{callers.HOPS}", files)
    assert not reached(f"f{callers.HOPS + 1}", files)


def test_candidate_that_calls_another_is_followed_for_both() -> None:
    files = naming({"tests/test_shop.py": TEST, "shop/a.py": chain(3)})
    assert callers.reached(["f1", "f2", "f3"], files) == {"total", "f1", "f2", "f3"}


def test_circles_end() -> None:
    text = "def one():\n    two()\n\ndef two():\n    one()\n"
    assert callers.reached(["one"], naming({"a.py": text})) == frozenset()


def test_what_a_run_says_stays_and_branches_too() -> None:
    files = naming(
        {"shop/a.py": "def total(a):\n    return weigh(a)\n", "t_test.py": TEST}
    )
    by_name = Untested("shop/a.py", 1, "weigh", "is new", "")
    by_run = Untested("shop/a.py", 1, "weigh", "is new", "", lines=(2,))
    branches = Untested("shop/a.py", 2, "weigh", "", "", kind="branches", lines=(2,))
    assert callers.unreached([by_name, by_run, branches], files) == (by_run, branches)


def test_of_very_many_only_the_first_are_followed() -> None:
    asked: list[int] = []

    def find(words: Sequence[str]) -> dict[str, str]:
        asked.append(len(words))
        return {}

    many = [Untested("a.py", n, f"f{n}", "is new", "") for n in range(500)]
    assert callers.unreached(many, find) == tuple(many)
    assert asked == [callers.MAX_NAMES]


@pytest.mark.parametrize(
    "text",
    [
        "__all__ = [" + "weigh, " * 50_000,
        "__all__ " * 50_000 + "weigh",
        "exports." * 50_000 + "weigh",
        "weigh as " * 50_000,
        "def weigh(" * 5_000,
        "a_" * 100_000 + " weigh",
    ],
    ids=["list", "no list", "exports", "aliases", "nested", "long word"],
)
def test_hostile_text_ends(text: str) -> None:
    callers.reached(["weigh", "w_" * 200], naming({"shop/a.py": text}))
