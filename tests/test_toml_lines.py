import time
import tomllib

import pytest

from bot.policy import toml_lines

TEXT = (
    """# a comment with [a.table] and key = 1
version = 1
dotted.name = "x # not a comment"

[labels]
"good first issue" = "code"
'it"""
    + """'s' = 1
[classes.fast]
models = [
  "a:b",  # first
  "c:d",
]
above = "balanced"

[[tasks.review.when]]
stakes = "critical"
class = "reasoning"
[[tasks.review.when]]
only_paths = ["docs/**"]
class = "fast"

[models."compatible:foo"]
context_window = 1_000
[tail]
inline = { one = 1, two = { three = 3 } }
long = '''
[not.a.table]
key = 1'''
last = true
"""
)
TEXT = TEXT.replace("'it's' = 1", '"it\\\\u0027s" = 1').replace("\\\\", "\\")


def every_path(value, path=()):
    if path:
        yield path
    children = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, child in children:
        yield from every_path(child, (*path, key))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("version",), 2),
        (("dotted", "name"), 3),
        (("labels", "good first issue"), 6),
        (("labels", "it's"), 7),
        (("classes", "fast", "models"), 9),
        (("classes", "fast", "models", 1), 11),
        (("classes", "fast", "above"), 13),
        (("tasks", "review", "when", 0, "class"), 17),
        (("tasks", "review", "when", 1), 18),
        (("tasks", "review", "when", 1, "class"), 20),
        (("models", "compatible:foo", "context_window"), 23),
        (("tail", "inline", "two", "three"), 25),
        (("tail", "last"), 29),
    ],
)
def test_line_of_a_key(path, line):
    assert toml_lines.index(TEXT)[path] == line


def test_every_key_of_the_parsed_document_has_a_line_and_nothing_else_has():
    assert set(toml_lines.index(TEXT)) == set(every_path(tomllib.loads(TEXT)))


def test_a_missing_key_gets_the_line_of_what_is_around_it():
    lines = toml_lines.index(TEXT)
    assert toml_lines.line_of(lines, ("classes", "fast", "nothing", 3)) == 8
    assert toml_lines.line_of(lines, ("nothing",)) == 1


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_line_endings_do_not_change_the_lines(ending):
    text = ending.join(["a = 1", "[b]", "c = [", " 1,", " 2,", "]", "d = 2"])
    lines = toml_lines.index(text)
    assert lines["b", "c", 1] == 5
    assert lines["b", "d"] == 7


def test_a_table_below_the_last_element_of_an_array_of_tables():
    lines = toml_lines.index("[[a]]\nx=1\n[[a]]\n[a.b]\ny=2\n")
    assert lines["a", 1, "b", "y"] == 5


@pytest.mark.parametrize("quotes", ['"', "'"])
def test_a_long_string_may_end_in_five_quotes(quotes):
    text = f"a = {quotes * 3}x\n{quotes * 5}\nb = 1"
    assert toml_lines.index(text)["b",] == 3


@pytest.mark.parametrize(
    "text",
    ["", "=", "[", "[[", "a", "a =", "a = [", "a = {", 'a = "', "a = [}]", "]", "\x00"],
)
def test_broken_text_ends_quietly(text):
    assert isinstance(toml_lines.index(text), dict)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 50_000,
        "[" * 50_000,
        "[" + "a." * 30_000 + "b]",
        "a." * 30_000 + "b = 1",
        "a = [" + "1," * 50_000,
    ],
)
def test_hostile_text_takes_no_time(text):
    start = time.perf_counter()
    toml_lines.index(text)
    assert time.perf_counter() - start < 2
