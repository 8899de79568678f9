import os
import subprocess
import sys
import time
from array import array
from math import isclose

import pytest

from bot import classify
from bot.classify import features, text
from bot.classify.features import Feature
from bot.classify.text import Weights
from bot.events import Event

TRACE = """### Steps to reproduce
1. Open the settings
2. Press save

```
Traceback (most recent call last):
  File "app.py", line 3, in save
ValueError: bad value
```

Worked fine in 2.3.0, crashes since 2.4.0 on Linux.
"""
EXAMPLES = {
    "debug": ("Crash with ValueError when saving settings in 2.4.0", TRACE),
    "plan": (
        "RFC: how should we store sessions?",
        "We need a design for this. I propose two options, each with trade-offs:\n"
        "- keep them in memory and accept the loss\n- a new storage API\n"
        "Both are breaking changes. What do you think about the architecture?",
    ),
    "code": (
        "Fix typo in README",
        "`recieve` should be `receive` in the second paragraph of README.md.",
    ),
    "test": ("Add unit tests for the parser", "The test coverage is low here."),
    "triage": ("does not work", "Hi, how do I use this? It doesn't work for me."),
}


@pytest.mark.parametrize("task", EXAMPLES)
def test_plain_cases_go_where_they_belong(task):
    assert classify.by_text(*EXAMPLES[task]).task == task


@pytest.mark.parametrize("task", EXAMPLES)
def test_probabilities_are_ranked_and_whole(task):
    found = classify.by_text(*EXAMPLES[task])
    shares = [share for _, share in found.distribution]
    assert shares == sorted(shares, reverse=True)
    assert isclose(sum(shares), 1.0)
    assert found.distribution[0] == (found.task, found.confidence)
    assert found.distribution[1][0] == found.runner_up
    assert 0.0 < found.confidence < 1.0


def test_signals_are_what_spoke_for_the_task_heaviest_first():
    found = classify.by_text(*EXAMPLES["debug"])
    weights = [signal.weight for signal in found.signals]
    assert weights == sorted(weights, reverse=True)
    assert min(weights) > 0
    assert {signal.name for signal in found.signals} <= features.SHOWN


def test_below_the_threshold_it_is_triage_with_the_guess_as_runner_up():
    title, body = EXAMPLES["plan"]
    event = Event("issues", "opened", title=title, body=body)
    sure = classify.classify(event)
    border = classify.classify(event, threshold=sure.confidence)
    doubtful = classify.classify(event, threshold=sure.confidence + 1e-9)
    assert (sure.task, border.task) == ("plan", "plan")
    assert (doubtful.task, doubtful.via, doubtful.runner_up) == (
        "triage",
        "text",
        "plan",
    )
    assert doubtful.confidence == dict(doubtful.distribution)["triage"]
    assert doubtful.signals[0].name == "below the threshold"


def test_commands_and_rules_are_above_every_threshold():
    event = Event("issues", "opened", title="x")
    assert classify.classify(event, commanded="plan", threshold=1.0).task == "plan"
    assert classify.classify(Event("git", "pre-push"), threshold=1.0).task == "review"


def test_hidden_comments_change_nothing():
    title, body = EXAMPLES["code"]
    hidden = f"{body}<!-- Traceback, crash, RFC, design, architecture -->"
    seen = features.extract(title, body)
    with_it = features.extract(title, hidden)
    assert with_it == seen


def test_another_process_gives_the_same_answer():
    code = (
        "from bot import classify; from tests.classify.test_text import EXAMPLES;"
        "print([classify.by_text(*case) for case in EXAMPLES.values()])"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(seen) == 1
    assert seen == {f"{[classify.by_text(*case) for case in EXAMPLES.values()]}\n"}


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("", "x"),
        ("x", ""),
        ("\ud800", "\udfff lone surrogates \ud83d"),
        ("\x00" * 10, "\x1b[2J"),
        ("标题", "正文没有拉丁字母"),
        ("#", "<!--"),
        ("```", "```"),
        ("[", "- [ ]"),
    ],
)
def test_odd_text_is_classified_all_the_same(title, body):
    assert classify.by_text(title, body).task in text.shipped().tasks


@pytest.mark.parametrize(
    "unit",
    ["a", "0", "a.", "a_", "<!--", "# a\n", "- [ ] a\n", "?", "1.", "/a", "a:1:", ":"],
)
def test_long_hostile_text_costs_little(unit):
    body = unit * (1_000_000 // len(unit))
    classify.by_text(body, body)
    started = time.process_time()
    classify.by_text(body, body)
    assert time.process_time() - started < 1.5


def test_what_stands_beyond_the_cap_is_not_read():
    title, body = EXAMPLES["triage"]
    padded = body + "\n" + "x" * 65_536
    assert classify.by_text(title, padded) == classify.by_text(
        title, padded + "\nTraceback (most recent call last):"
    )


def column(**cells):
    values = array("b", bytes(features.BUCKETS))
    for bucket, value in cells.items():
        values[int(bucket[1:])] = value
    return values


def tiny(**changes):
    fields = {
        "tasks": ("a", "b"),
        "columns": (column(_5=100), column(_5=-100, _7=50)),
        "scale": 0.01,
        "offsets": (0.0, 0.5),
        "temperature": 2.0,
    }
    return Weights(**(fields | changes))


def test_weights_come_back_as_they_were_packed():
    back = text.unpack(text.pack(tiny()))
    assert back.tasks == ("a", "b")
    assert [list(column) for column in back.columns] == [
        list(column) for column in tiny().columns
    ]
    assert (back.scale, back.offsets, back.temperature) == (0.01, (0.0, 0.5), 2.0)


@pytest.mark.parametrize(
    "data", [b"", b"something else\n{}\n", text.pack(tiny(columns=(column(),)))]
)
def test_a_file_of_another_kind_is_refused(data):
    with pytest.raises(ValueError, match="weights file"):
        text.unpack(data)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_sum_is_the_plain_linear_one(count):
    found = [Feature(5, 2.0, "body", "word"), Feature(7, 1.0, "body", "other")][:count]
    a = sum(f.value * tiny().columns[0][f.bucket] for f in found) * 0.01 / 2
    b = (sum(f.value * tiny().columns[1][f.bucket] for f in found) * 0.01 + 0.5) / 2
    ranked = dict(text.distribution(found, tiny()))
    assert isclose(ranked["a"] / ranked["b"], 2.718281828459045 ** (a - b))


def test_only_telling_features_for_the_task_are_shown():
    found = [
        Feature(5, 2.0, "body", "crash"),
        Feature(5, 2.0, "body", "12"),
        Feature(5, 2.0, features.SPELLING, "cra"),
        Feature(7, 2.0, "body", "against"),
    ]
    shown = text.carriers(found, tiny(), task="a")
    assert [carrier.evidence for carrier in shown] == ["crash"]


def test_the_shipped_weights_are_small():
    packed = (features.BUCKETS, len(text.shipped().columns))
    assert packed == (1 << 17, 6)
    assert len(text.pack(text.shipped())) < 400_000
