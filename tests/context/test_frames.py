"""Frames of traces, found again as files of the repository."""

from __future__ import annotations

import pytest

from bot.context import frames
from bot.context.report import Frame

TREE = (
    "src/orchard/stock.py",
    "src/orchard/utils.py",
    "web/src/cart.ts",
    "web/src/index.ts",
    "api/src/index.ts",
    "cmd/till/main.go",
    "core/src/main/java/com/shop/Cart.java",
    "src/lib.rs",
    "decoder.py",
)


@pytest.mark.parametrize(
    ("named", "path"),
    [
        ("/venv/lib/python3.11/site-packages/orchard/stock.py", "src/orchard/stock.py"),
        ("/home/me/src/orchard/stock.py", "src/orchard/stock.py"),
        ("C:\\work\\src\\orchard\\stock.py", "src/orchard/stock.py"),
        ("/app/dist/cart.js", "web/src/cart.ts"),
        ("/go/pkg/mod/example.com/shop@v1.2.0/cmd/till/main.go", "cmd/till/main.go"),
        ("com/shop/Cart.java", "core/src/main/java/com/shop/Cart.java"),
        ("./src/lib.rs", "src/lib.rs"),
        # Somebody else's file of the same name.
        ("/venv/lib/python3.11/site-packages/requests/utils.py", ""),
        ("/usr/lib/python3.11/json/decoder.py", ""),
        ("/app/node_modules/express/lib/index.js", ""),
        # Several of ours.
        ("/app/index.ts", ""),
        ("", ""),
        ("../..", ""),
    ],
)
def test_a_frame_is_the_one_file_it_can_mean(named, path):
    assert frames.paths(TREE).find(named) == path


@pytest.mark.parametrize(
    ("line", "frame"),
    [
        ("from lib/cart.rb:12:in 'total'", Frame("lib/cart.rb", 12)),
        ("#0 /srv/cart.php(41): Cart->total()", Frame("/srv/cart.php", 41)),
        ("   at Cart.Total() in /src/Cart.cs:line 7", Frame("/src/Cart.cs", 7)),
        ("src/cart.c:9:3: error: x", Frame("src/cart.c", 9)),
        ("(cart 0.1.0) lib/cart.ex:5: Cart.total/1", Frame("lib/cart.ex", 5)),
        ("in /srv/cart.php on line 3", Frame("/srv/cart.php", 3)),
    ],
)
def test_other_languages_are_found_by_path_and_line(line, frame):
    assert frames.places(line) == (frame,)


@pytest.mark.parametrize("line", ["at 12:30", "example.com:443", "v1.2.3:4", "a:1"])
def test_a_time_or_an_address_is_seldom_a_place_of_ours(line):
    assert frames.located(frames.places(line), TREE) == ()


def test_hostile_text_is_read_in_linear_time():
    for text in ("a/" * 60_000, "a.py:" * 60_000, "/" * 100_000, "x" * 100_000):
        assert len(frames.places(text)) <= 60
