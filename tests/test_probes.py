"""Probes: what a policy says of itself, held to what a run would decide."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import policy
from bot.cli import config
from bot.errors import PolicyError
from bot.policy import probes, toml_lines
from bot.policy.probe_model import MAX_BODY, Probe

PAYLOADS = Path(__file__).with_name("payloads")
HOLDS = '[[probes]]\ntitle = "Fix typo in the README"\ntask = "code"\n'
BROKEN = '[[probes]]\ntitle = "Share the stock"\nlabels = ["rfc"]\ntask = "debug"\n'


def _checked(text, root=PAYLOADS):
    return probes.check(
        policy.load(text, file="r.toml"), text, file="r.toml", root=root
    )


def _only(text, **given):
    (result,) = _checked(text, **given)
    return result


@pytest.fixture
def check(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def invoke(text, *arguments):
        Path("r.toml").write_text(text, encoding="utf-8")
        return CliRunner().invoke(config.COMMAND, ["check", "r.toml", *arguments])

    return invoke


@pytest.mark.parametrize("preset", policy.NAMES)
def test_the_shipped_probes_hold_for_every_preset(preset):
    results = _checked(f'preset = "{preset}"\nversion = 1\n')
    assert len(results) >= 30
    assert [each.problem for each in results if not each.holds] == []


def test_the_shipped_probes_are_about_every_task_class_and_clause():
    results = _checked("")
    got = [each.got for each in results]
    assert {each["task"] for each in got} == set(policy.default().tasks)
    assert {each["class"] for each in got} == set(policy.CLASSES)
    assert {each["cause"] for each in got} >= {"rule", "text", "when"}
    assert {each.file for each in results} == {probes.SHIPPED}


def test_the_shipped_probes_are_not_those_of_a_policy_that_says_more():
    assert _checked("escalate = false") == ()


def test_a_probe_that_does_not_hold_says_line_title_expected_and_got():
    result = _only("escalate = false\n" + BROKEN)
    assert not result.holds
    assert result.problem == (
        'r.toml:2: probes[0]: "Share the stock": expected task debug; '
        "got task plan, class reasoning, cause rule"
    )


def test_only_what_a_probe_names_is_compared():
    assert _only(BROKEN.replace('task = "debug"', 'class = "reasoning"')).holds
    assert not _only(BROKEN.replace('task = "debug"', 'cause = "text"')).holds


def test_a_probe_holds_by_the_policy_it_stands_in():
    rules = '[[tasks.review.when]]\nmin_lines = 100\nclass = "coding"\n'
    change = '[[probes]]\ntitle = "Change"\npaths = ["a.py", "b.py"]\nlines = {}\n'
    small = _only(rules + change.format(99) + 'class = "balanced"')
    large = _only(rules + change.format(100) + 'class = "coding"\ncause = "when"')
    assert (small.problem, large.problem) == ("", "")


def test_a_change_without_lines_has_one_a_file():
    rules = '[[tasks.review.when]]\nmax_lines = 2\nclass = "fast"\n'
    change = '[[probes]]\ntitle = "Change"\npaths = {}\nclass = "{}"\n'
    assert _only(rules + change.format('["a.py", "b c/é.py"]', "fast")).holds
    assert _only(rules + change.format('["a.py", "b.py", "c.py"]', "balanced")).holds


def test_the_policys_own_labels_and_stakes_count():
    rules = '[labels]\nodd = "test"\n[stakes]\ncritical = ["money/**"]\n'
    labelled = '[[probes]]\ntitle = "x"\nlabels = ["Odd"]\ntask = "test"\n'
    change = '[[probes]]\ntitle = "x"\npaths = ["money/x.txt"]\nclass = "reasoning"\n'
    assert [each.holds for each in _checked(rules + labelled + change)] == [True, True]


@pytest.mark.parametrize(
    ("name", "event", "task"),
    [
        ("workflow_run", "workflow_run.completed.json", "triage"),
        ("pull_request", "pull_request.opened.json", "review"),
        ("issue_comment", "issue_comment.created.json", "debug"),
    ],
)
def test_an_event_file_is_decided_like_the_event(name, event, task):
    text = f'[[probes]]\nevent = "{event}"\nevent_name = "{name}"\ntask = "{task}"\n'
    assert _only(text).problem == ""


def test_an_event_file_takes_paths_and_labels():
    text = '[[probes]]\nevent = "{}"\nevent_name = "{}"\n{}\n'
    pull = text.format(
        "pull_request.opened.json", "pull_request", 'paths = ["x.md"]\nclass = "fast"'
    )
    issue = text.format(
        "issues.opened.json", "issues", 'labels = ["tests"]\ntask = "test"'
    )
    assert [each.problem for each in _checked(pull + issue)] == ["", ""]


@pytest.mark.parametrize(
    ("name", "event", "why"),
    [
        ("issues", "issues.closed.json", "no work (issues.closed is not an event"),
        ("issues", "missing.json", "no event (there is no such file)"),
        ("Not a name", "issues.opened.json", "no event (not the name"),
    ],
)
def test_an_event_that_asks_for_no_work_or_cannot_be_read_fails(name, event, why):
    text = f'[[probes]]\nevent = "{event}"\nevent_name = "{name}"\ntask = "triage"\n'
    result = _only(text)
    assert f"got {why}" in result.problem
    assert set(result.got) == {"why"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('title = "x"', "expects a task, a class or a cause"),
        ('task = "code"', "give a title"),
        ('title = "x"\nevent = "e.json"\nevent_name = "issues"\ntask = "code"', "give"),
        ('event = "e.json"\ntask = "code"', "goes with its event_name"),
        ('title = "x"\nevent_name = "issues"\ntask = "code"', "the path of an event"),
        ('event = "/etc/x"\nevent_name = "issues"\ntask = "code"', "inside the repo"),
        ('title = "x"\nlines = 3\ntask = "code"', "goes with the paths"),
        ('title = "x"\ntask = "cod"', "did you mean code?"),
        ('title = "x"\nclass = "quick"', "class: must be"),
        ('title = "x"\ncause = "luck"', "cause: must be"),
        ('title = "x"\ntsk = "code"', "did you mean task?"),
        ('title = 7\ntask = "code"', "title: must be a string"),
        ('title = "x"\npaths = "a.py"\ntask = "code"', "paths: must be a list"),
        ('title = "x"\npaths = ["a\\n"]\ntask = "code"', "printable"),
    ],
)
def test_what_no_probe_may_be_is_told_with_its_line(text, problem):
    with pytest.raises(PolicyError, match=r"^r\.toml:\d+: probes\[1\]") as raised:
        _checked(f"{HOLDS}[[probes]]\n{text}\n")
    assert problem in str(raised.value)


def test_the_line_of_a_wrong_key_is_its_own():
    with pytest.raises(PolicyError, match=r"r\.toml:6: probes\[1\]\.tsk"):
        _checked(f'{HOLDS}[[probes]]\ntitle = "x"\ntsk = "code"\n')


def test_a_body_as_long_as_github_takes_is_enough():
    Probe(title="x", body="y" * MAX_BODY, task="code")
    with pytest.raises(ValueError, match="at most"):
        Probe(title="x", body="y" * (MAX_BODY + 1), task="code")


def test_a_run_neither_reads_nor_counts_probes():
    plain = policy.load("escalate = false")
    wrong = policy.load("escalate = false\n[[probes]]\nnonsense = true\n")
    assert policy.fingerprint(plain) == policy.fingerprint(wrong)


def test_probes_that_are_no_list_of_tables_are_a_wrong_policy():
    with pytest.raises(PolicyError, match=r"r\.toml:1: probes"):
        policy.load("[probes]\ntask = 'code'\n", file="r.toml")
    with pytest.raises(PolicyError, match=r"r\.toml:1: probes\[0\]"):
        policy.load("probes = ['code']\n", file="r.toml")


def test_keys_and_budget_are_taken_for_granted_but_providers_are_not():
    probe = '[[probes]]\ntitle = "Change"\npaths = ["a.py"]\ncause = "{}"\n'
    assert _only("escalate = false\n" + probe.format("rule")).holds
    nobody = 'allowed_providers = ["compatible"]\n'
    assert _only(nobody + probe.format("no_route")).holds


def test_check_says_how_many_hold(check):
    done = check("escalate = false\n" + HOLDS)
    assert done.exit_code == 0
    assert done.output.endswith("; 1 probes hold\n")


def test_check_fails_on_each_that_does_not_hold(check):
    done = check(HOLDS + BROKEN + BROKEN)
    assert done.exit_code == 2
    assert [line.partition(": ")[0] for line in done.stderr.splitlines()] == [
        "r.toml:4",
        "r.toml:8",
    ]


def test_check_tells_a_wrong_probe_after_what_else_is_wrong(check):
    narrow = '[classes.reasoning]\nmodels = ["anthropic:claude-haiku-4-5"]\n'
    done = check(f'{narrow}[[probes]]\ntitle = "x"\n')
    assert done.exit_code == 2
    first, last = done.stderr.splitlines()
    assert "tasks.debug can reach class reasoning" in first
    assert last.startswith("r.toml:3: probes[0]: a probe expects")


def test_check_as_json_lists_every_probe(check):
    done = check(HOLDS + BROKEN, "--format", "json")
    assert done.exit_code == 2
    printed = json.loads(done.stdout)
    assert printed["sound"] is False
    holds, fails = printed["probes"]
    assert (holds["title"], holds["line"]) == ("Fix typo in the README", 1)
    assert [holds["holds"], fails["holds"]] == [True, False]
    assert fails["expected"] == {"task": "debug"}
    assert fails["got"] == {"task": "plan", "class": "reasoning", "cause": "rule"}
    assert len(printed["problems"]) == 1


def test_a_hundred_probes_take_no_second_of_cpu():
    text = "escalate = false\n" + HOLDS * 100
    started = time.process_time()
    assert len(_checked(text)) == 100
    assert time.process_time() - started < 1


def test_lines_are_found_in_a_long_list():
    text = "escalate = false\n" + HOLDS * 20
    assert toml_lines.index(text)["probes", 19] == 2 + 3 * 19
    assert _checked(text)[19].line == 2 + 3 * 19
