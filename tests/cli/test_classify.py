import json

import pytest
from click.testing import CliRunner

from bot.cli import classify
from bot.errors import UsageError


@pytest.fixture
def run():
    def invoke(*arguments, stdin=b""):
        result = CliRunner().invoke(
            classify.COMMAND, arguments, input=stdin, standalone_mode=False
        )
        if result.exception:
            raise result.exception
        return result

    return invoke


def lines(*items):
    return b"".join(json.dumps(item).encode() + b"\n" for item in items)


def test_one_text_is_one_line(run):
    result = run("--title", "Fix typo in README", "--body", "`teh` should be `the`.")
    assert result.return_value == 0
    assert result.stdout.startswith("code  0.")
    assert result.stdout.count("\n") == 1


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_one_text_as_json(run, form):
    found = json.loads(run("--title", "Fix typo", "--format", form).stdout)
    assert found["schema"] == 1
    assert found["id"] is None
    assert set(found["signals"][0]) == {"name", "weight", "evidence"}


def test_many_come_out_in_order_with_their_ids(run):
    stdin = lines(
        {"id": "a", "title": "Fix typo", "body": None},
        {"id": 7, "title": "Crash", "labels": []},
        {"body": "how do I use this?"},
    )
    result = run("--input", "-", "--format", "jsonl", stdin=stdin)
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["id"] for one in found] == ["a", 7, None]
    assert result.return_value == 0
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"nope", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"id": ' + b"9" * 5_000 + b"}", "not JSON"),
        (b"[1]", "not an object"),
        (b"null", "not an object"),
        (b"{}", "neither title nor body"),
        (b'{"title": " "}', "neither title nor body"),
        (b'{"title": 3}', "title: not a text"),
        (b'{"title": "x", "body": ["y"]}', "body: not a text"),
        (b'{"title": "x", "id": true}', "id: not a text or a whole number"),
        (b'{"title": "x", "id": NaN}', "id: not a text or a whole number"),
        (b'{"title": "x", "labels": "bug"}', "labels: not a list of texts"),
        (b'{"title": "x", "labels": [1]}', "labels: not a list of texts"),
        (b'{"title": "' + b"x" * classify.MAX_LINE + b'"}', "longer than 8 MiB"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_goes_on(run, line, problem):
    good = lines({"id": 1, "title": "Fix typo"})
    result = run("--input", "-", stdin=good + line + b"\n\n" + good)
    assert result.return_value == 1
    assert result.stdout.count("\n") == 2
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("line 2: ")
    assert problem in result.stderr


def test_a_line_separator_inside_a_text_does_not_end_the_line(run):
    stdin = '{"id": 1, "title": "a\u2028b"}'.encode()
    assert run("--input", "-", stdin=stdin).return_value == 0


def test_labels_count_only_when_trusted(run):
    stdin = lines({"title": "Fix typo", "labels": ["RFC", "other"]})
    plain = json.loads(run("--input", "-", "--format", "jsonl", stdin=stdin).stdout)
    trusted = run("--input", "-", "--format", "jsonl", "--trust-labels", stdin=stdin)
    assert plain["via"] == "text"
    found = json.loads(trusted.stdout)
    assert (found["task"], found["via"]) == ("plan", "rule")


def test_text_output_cannot_act_on_a_terminal(run):
    stdin = lines({"id": "\x1b[2J\u202e", "title": "\x1b]0;x\x07 crash \x9b2J"})
    out = run("--input", "-", stdin=stdin).stdout
    assert out.strip().isascii()
    assert out.strip().isprintable()


def test_each_line_is_answered_before_the_next_is_read():
    answered = []

    class Slow:
        def readline(self, size):
            answered.append(len(printed))
            return b'{"title": "x"}\n' if len(answered) < 4 else b""

    printed = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classify.click, "echo", lambda *_, **__: printed.append(1))
        classify._classify_lines(Slow(), {}, "jsonl")
    assert answered == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "arguments", [(), ("--title", " "), ("--input", "-", "--title", "x")]
)
def test_no_input_or_two_is_a_usage_error(run, arguments):
    with pytest.raises(UsageError, match="--input"):
        run(*arguments)
