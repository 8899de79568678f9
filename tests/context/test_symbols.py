"""Definitions of a source file, in six languages."""

from __future__ import annotations

import time

import pytest

from bot.context.symbols import symbols
from bot.context.syntax import MAX_SOURCE, has_errors, language_of

PYTHON = """\
@cached
def total(items):
    if items:
        return [x for x in items if x]
    def inner(): ...

class Cart:
    @property
    def size(self):
        return 1
    def _hidden(self): ...

class _Private:
    def run(self): ...
"""
TYPESCRIPT = """\
export abstract class Cart {
  private hidden(): void {}
  total(): number { return this.a ? 1 : 2; }
}
export const add = async <T>(x: T): Promise<T> => x;
function local() {}
namespace Shop { export function open() {} }
"""
JAVASCRIPT = """\
function total() {}
function local() {}
class Cart { #secret() {} add() {} }
module.exports = {
  total,
  Cart,
};
"""
GO = """\
package cart
type Cart[T any] struct{}
func (c *Cart[T]) Total() int { if x { return 1 }; return 2 }
func helper() {}
"""
RUST = """\
pub struct Cart;
impl<T> Shop<T> for Cart { pub fn total(&self) { match x { 1 => {}, _ => {} } } }
fn helper() {}
#[cfg(test)]
mod tests { #[test] fn works() {} }
"""
JAVA = """\
package a;
public class Cart {
  @Override
  public int total() { return a ? 1 : 2; }
  private void hidden() {}
  Cart() {}
}
"""


def found(path: str, source: str) -> dict[str, tuple[str, int, int, bool, int]]:
    return {
        s.qualified: (s.kind, s.start, s.end, s.is_public, s.complexity)
        for s in symbols(path, source.encode())
    }


def test_python() -> None:
    assert found("cart.py", PYTHON) == {
        "total": ("function", 1, 5, True, 3),
        "total.inner": ("function", 5, 5, False, 0),
        "Cart": ("class", 7, 11, True, 0),
        "Cart.size": ("method", 8, 10, True, 0),
        "Cart._hidden": ("method", 11, 11, False, 0),
        "_Private": ("class", 13, 14, False, 0),
        "_Private.run": ("method", 14, 14, False, 0),
    }


@pytest.mark.parametrize("path", ["cart.ts", "cart.tsx"])
def test_typescript(path: str) -> None:
    source = TYPESCRIPT.replace("<T>", "<T,>")
    result = found(path, source)
    assert result["Cart"][0] == "class"
    assert result["Cart.hidden"][3] is False
    assert result["Cart.total"] == ("method", 3, 3, True, 1)
    assert result["add"] == ("function", 5, 5, True, 0)
    assert result["local"][3] is False
    assert result["Shop.open"][0] == "function"


def test_javascript_exports_by_assignment() -> None:
    result = found("cart.js", JAVASCRIPT)
    assert result["total"][3] is True
    assert result["Cart"][3] is True
    assert result["local"][3] is False
    assert result["Cart.#secret"][3] is False
    assert result["Cart.add"][:1] == ("method",)


def test_go() -> None:
    assert found("cart.go", GO) == {
        "Cart": ("class", 2, 2, True, 0),
        "Cart.Total": ("method", 3, 3, True, 1),
        "helper": ("function", 4, 4, False, 0),
    }
    assert {s.name for s in symbols("cart.go", GO.encode())} == {
        "Cart",
        "Total",
        "helper",
    }


def test_rust() -> None:
    result = found("cart.rs", RUST)
    assert result["Cart.total"] == ("method", 2, 2, True, 2)
    assert result["helper"] == ("function", 3, 3, False, 0)
    assert result["tests.works"][0] == "function"
    assert "Shop" not in result


def test_java() -> None:
    result = found("Cart.java", JAVA)
    assert result["Cart.total"] == ("method", 3, 4, True, 1)
    assert result["Cart.hidden"][3] is False
    assert result["Cart.Cart"][0] == "method"


def test_a_syntax_error_costs_only_what_is_around_it() -> None:
    result = found("a.py", "def broken(:\n    pass\n\ndef whole():\n    pass\n")
    assert "whole" in result
    assert has_errors("a.py", b"def broken(:\n") is True
    assert has_errors("a.py", b"def whole(): ...\n") is False
    assert has_errors("a.txt", b"?") is None


@pytest.mark.parametrize("path", ["a.txt", "py", "Makefile", "dir.py/x", ".py"])
def test_other_files_have_no_symbols(path: str) -> None:
    assert language_of("src/a.py") == "python"
    if path != ".py":
        assert language_of(path) == ""
    assert symbols(path, b"no code") == ()


def test_what_is_too_large_is_not_parsed() -> None:
    assert symbols("a.py", b"def f(): ...\n" + b"#" * MAX_SOURCE) == ()


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("a.py", b"(" * 50_000),
        ("a.js", b"a={" * 50_000),
        ("a.ts", b"function f(){" * 20_000),
        ("a.py", b"\xff\xfe\x00def f(): ...\n"),
        ("a.rs", b"mod a { " * 5_000),
    ],
)
def test_hostile_source_ends_quickly_and_without_an_error(
    path: str, source: bytes
) -> None:
    began = time.monotonic()
    symbols(path, source)
    assert time.monotonic() - began < 3
