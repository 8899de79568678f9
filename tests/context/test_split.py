"""How large a change is, and where it falls apart."""

from __future__ import annotations

import pytest

from bot.context import imports, split
from tests.context.versions_of import changed


def new(path, *, lines=150, text=""):
    return changed(path, None, text + "x = 1\n" * lines)


def found(*files, graph=None):
    return [each.message for each in split.findings(files, graph or {})]


def test_a_small_change_is_not_measured():
    assert found(new("a.py"), new("b.py")) == []


def test_a_large_change_that_hangs_together_is_only_large():
    files = [new("a.py", lines=500), new("b.py", lines=500)]
    graph = {"a.py": frozenset({"b.py"})}
    assert found(*files, graph=graph) == ["1,000 changed lines in 2 files"]


def test_a_change_that_falls_apart_names_the_parts():
    files = [
        new("shop/cart.py"),
        new("shop/total.py"),
        new("mail/send.py"),
        new("docs/a.md", lines=30),
    ]
    graph = {"shop/cart.py": frozenset({"shop/total.py"})}
    assert found(*files, graph=graph) == [
        "480 changed lines in 4 files; it falls apart into 2 parts that do not import "
        "each other: shop (2 files, 300 lines); mail (1 files, 150 lines)"
    ]


@pytest.mark.parametrize(
    "files",
    [
        [new("a.py", lines=400), new("b.py", lines=split.PART_LINES - 1)],
        [new("a.py", lines=300), new("tests/test_zzz.py", lines=300)],
        [new("shop/a.go", lines=300), new("shop/b.go", lines=300)],
        [new("shop/cart.py", lines=300), new("tests/test_cart.py", lines=300)],
        [new("a.md", lines=300), new("b.md", lines=300)],
    ],
)
def test_what_is_no_part_of_its_own(files):
    assert found(*files) == []


def test_too_many_parts_are_not_listed():
    files = [new(f"d{n}/f{n}.py", lines=200) for n in range(6)]
    assert found(*files) == ["1,200 changed lines in 6 files"]


def test_kin_are_imports_and_tests():
    paths = ["app/cart.py", "app/tax.py", "tests/test_cart.py"]
    kin = split.kin(paths, {"app/cart.py": frozenset({"app/tax.py"})})
    assert kin["app/cart.py"] == {"app/tax.py", "tests/test_cart.py"}
    assert kin["tests/test_cart.py"] == frozenset()


@pytest.mark.parametrize(
    ("path", "text", "target"),
    [
        ("app/a.py", "from app.tax import rate\n", "app/tax.py"),
        ("app/a.py", "from app import tax\n", "app/tax.py"),
        ("app/a.py", "import app.tax as t, os\n", "app/tax.py"),
        ("app/a.py", "from . import tax\n", "app/tax.py"),
        ("app/sub/a.py", "    from ..tax import rate\n", "app/tax.py"),
        ("src/a.py", "from app.tax import (\n    rate,\n)\n", "src/app/tax.py"),
        ("app/a.py", "from app.pkg import x\n", "app/pkg/__init__.py"),
        ("web/a.ts", "import { x } from './tax';\n", "web/tax.ts"),
        ("web/a.ts", "export * from '../lib/tax.js';\n", "lib/tax.ts"),
        ("web/a.js", "const x = require('./tax');\n", "web/tax/index.js"),
        ("web/a.tsx", "import x from '@/lib/tax';\n", "src/lib/tax.ts"),
        ("cmd/a.go", 'import (\n\t"octo.dev/shop/tax"\n)\n', "tax/rate.go"),
        ("src/a.rs", "use crate::tax::Rate;\n", "src/tax.rs"),
        ("src/a.rs", "mod tax;\n", "src/tax/mod.rs"),
        ("A.java", "import shop.tax.Rate;\n", "src/shop/tax/Rate.java"),
    ],
)
def test_imports_lead_to_files(path, text, target):
    other = "other/thing" + target[target.rindex(".") :]
    graph = imports.graph({path: text}, [path, target, other])
    assert graph[path] == {target}


@pytest.mark.parametrize(
    "text",
    [
        "# from app.tax import rate\n",
        "x = 'import app.tax'\n",
        "from other import tax2\n",
        "import \n",
        "from " + "." * 3_000 + " import x\n",
        "import " + "a, " * 5_000 + "\n",
    ],
)
def test_what_imports_nothing_of_ours(text):
    assert imports.graph({"app/a.py": text}, ["app/a.py", "app/tax.py"]) == {
        "app/a.py": frozenset(),
        "app/tax.py": frozenset(),
    }


def test_a_name_that_leads_to_two_files_leads_nowhere():
    paths = ["a.py", "one/tax.py", "two/tax.py"]
    assert imports.graph({"a.py": "import tax\n"}, paths)["a.py"] == frozenset()
