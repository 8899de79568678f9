import json
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot import policy
from bot.errors import PolicyError
from bot.policy import CLASSES
from bot.policy import model as policy_model
from bot.policy.model import Policy


def problems(text):
    with pytest.raises(PolicyError) as caught:
        policy.load(text, file="r.toml")
    return caught.value.problems


def test_an_empty_file_is_the_default_policy():
    assert policy.load("") == policy.default() == policy.load(b"# nothing\n")


@pytest.mark.parametrize("name", policy.NAMES)
def test_a_preset_has_every_class_and_every_task(name):
    shipped = policy.load(f'preset = "{name}"')
    assert set(shipped.classes) == set(CLASSES)
    assert {"plan", "debug", "code", "test", "triage", "review", "search"} <= set(
        shipped.tasks
    )
    assert shipped.preset == name


def test_the_default_policy_is_the_published_table():
    classes = {name: c.models[0] for name, c in policy.default().classes.items()}
    assert classes == {
        "reasoning": "anthropic:claude-opus-5-5@high",
        "coding": "openai:gpt-6.1-sol@low",
        "balanced": "anthropic:claude-sonnet-5-5@medium",
        "search": "xai:grok-4.7@low",
        "fast": "anthropic:claude-haiku-5-5",
    }
    starts = {name: task.model_class for name, task in policy.default().tasks.items()}
    assert starts == {
        "plan": "reasoning",
        "debug": "reasoning",
        "code": "coding",
        "test": "balanced",
        "triage": "balanced",
        "review": "balanced",
        "search": "search",
    }


@pytest.mark.parametrize("preset", ["default", "2026-03"])
@pytest.mark.parametrize("provider", ["anthropic", "openai"])
def test_one_key_is_enough_for_every_class(preset, provider):
    classes = policy.load(f'preset = "{preset}"').classes
    without = [
        name
        for name, rules in classes.items()
        if not any(route.startswith(f"{provider}:") for route in rules.models)
    ]
    assert without == []


def test_the_preset_of_march_2026():
    classes = policy.load('preset = "2026-03"').classes
    assert classes["reasoning"].models[0].startswith("anthropic:claude-opus-4-6")
    assert classes["coding"].models[0].startswith("openai:gpt-5.4")
    assert classes["balanced"].models[0].startswith("anthropic:claude-sonnet-4-6")
    assert classes["search"].models[0].startswith("xai:grok")


def test_every_setting_has_its_default_in_the_preset():
    shown = policy.preset("default")
    assert set(shown) == set(Policy.model_fields) - {"models", "probes"}
    fields = policy_model.TaskPolicy.model_fields
    settings = {field.alias or name for name, field in fields.items()} - {"when"}
    for name, task in shown["tasks"].items():
        # Only a review comments on lines, only a triage follows failures.
        assert settings - {"inline", "tracking_issue", "labels"} <= set(task), name
    assert "inline" in shown["tasks"]["review"]
    assert shown["tasks"]["triage"]["tracking_issue"] is False
    assert shown["tasks"]["triage"]["labels"] == "suggest"


def test_only_a_triage_follows_failures_in_an_issue():
    on = "tracking_issue = true"
    mine = policy.load(f"[tasks.triage]\n{on}")
    assert policy.task(mine, "triage").tracking_issue
    with pytest.raises(PolicyError, match=r":2: tasks\.review\.tracking_issue: only"):
        policy.load(f"[tasks.review]\n{on}", file="r.toml")


def test_only_a_triage_applies_labels():
    on = 'labels = "apply"'
    assert policy.task(policy.load(f"[tasks.triage]\n{on}"), "triage").labels == "apply"
    with pytest.raises(PolicyError, match=r":2: tasks\.code\.labels: only"):
        policy.load(f"[tasks.code]\n{on}", file="r.toml")


def test_a_table_is_merged_and_a_list_replaced():
    mine = policy.load('[classes.fast]\nmodels = ["openai:gpt-6-luna"]')
    assert mine.classes["fast"].models == ("openai:gpt-6-luna",)
    assert mine.classes["fast"].above == "balanced"
    assert mine.classes["balanced"] == policy.default().classes["balanced"]


def test_clauses_replace_those_of_the_preset():
    text = '[[tasks.review.when]]\nlabel = "urgent"\nfork = true\nclass = "reasoning"'
    (clause,) = policy.load(text).tasks["review"].when
    assert clause.model_class == "reasoning"
    assert str(clause) == 'label = "urgent" and fork = true'


@pytest.mark.parametrize(
    ("text", "line", "key", "what"),
    [
        (
            "[tasks.review]\nclas = 'fast'",
            2,
            "tasks.review.clas",
            "unknown key; did you mean class?",
        ),
        (
            "\n[clases.fast]\nabove = ''",
            2,
            "clases",
            "unknown key; did you mean classes?",
        ),
        (
            "[tasks.reveiw]\nenabled = false",
            1,
            "tasks.reveiw",
            "unknown task reveiw; did you mean review?",
        ),
        (
            "[classes.fst]\nabove = ''",
            1,
            "classes.fst",
            "unknown key; did you mean fast?",
        ),
        (
            "[classes.fast]\nmodels = [\n 'antropic:x']",
            3,
            "classes.fast.models[0]",
            "unknown provider antropic; did you mean anthropic?",
        ),
        (
            "[classes.fast]\nmodels = []",
            2,
            "classes.fast.models",
            "must hold at least 1",
        ),
        (
            "[classes.fast]\nmodels = 'openai:x'",
            2,
            "classes.fast.models",
            "must be a list in brackets",
        ),
        ("enabled = 'no'", 1, "enabled", "must be true or false"),
        ("tasks = 3", 1, "tasks", "must be a table"),
        ("preset = '2026-3'", 1, "preset", "must be 'default' or '2026-03'"),
        ("preset = ['x']", 1, "preset", "must be 'default' or '2026-03'"),
        ("version = 2", 1, "version", "must be 1"),
        ("bots = ['*']", 1, "bots[0]", "an exact login, no *"),
        (
            "[labels]\nbug = 'debg'",
            2,
            "labels.bug",
            "unknown task debg; did you mean debug?",
        ),
        (
            "[models.foo]\ninput_usd = 1",
            1,
            "models.foo",
            "not a route; write provider:model@effort",
        ),
        (
            "[models.'openai:x']\ninput_usd = 1",
            1,
            'models."openai:x"',
            "set input_usd and output_usd, both or neither",
        ),
        (
            "[models.'openai:x@low']\nweb_search = true",
            1,
            'models."openai:x@low"',
            "write provider:model, without an effort",
        ),
        (
            "[[tasks.code.when]]\nclass = 'fast'",
            1,
            "tasks.code.when[0]",
            "a clause needs a condition besides its class",
        ),
        (
            "[[tasks.code.when]]\nfork = true",
            1,
            "tasks.code.when[0].class",
            "is missing",
        ),
        (
            "[classes.balanced]\nabove = 'fast'",
            2,
            "classes.balanced.above",
            "leads back to itself",
        ),
        (
            "allowed_providers = ['opnai']",
            1,
            "allowed_providers[0]",
            "unknown provider opnai; did you mean openai?",
        ),
    ],
)
def test_a_mistake_is_named_with_file_line_and_key(text, line, key, what):
    assert f"r.toml:{line}: {key}: {what}" in problems(text)


def test_what_stands_under_an_unknown_key_is_no_mistake_of_its_own():
    assert problems("[classes.resoning]\nmodels = []\nx = 1") == (
        "r.toml:1: classes.resoning: unknown key; did you mean reasoning?",
    )


def test_a_class_like_no_other_is_told_which_there_are():
    (told,) = problems("[classes.xyz]\nmodels = []")
    assert told.endswith("known: balanced, coding, fast, reasoning, search")


def test_mistakes_are_told_in_the_order_of_the_file():
    text = "x = 1\n[tasks.debug]\nclas = 'fast'\n[classes.fst]\n"
    assert [told.split(":")[1] for told in problems(text)] == ["1", "3", "4"]


def test_all_mistakes_are_told_at_once_but_not_more_than_ten():
    assert len(problems("a = 1\nb = 2\nc = 3")) == 3
    many = problems("\n".join(f"k{i} = 1" for i in range(50)))
    assert len(many) == 11
    assert many[-1] == "r.toml: and 40 more problems"


@pytest.mark.parametrize(
    "text",
    [
        "max_calls_per_event = 41",
        "max_usd_per_event = 1_000_000_000",
        "max_usd_per_event = inf",
        "max_usd_per_event = nan",
        "max_usd_per_event = -1",
        "confidence_threshold = 1.5",
        "[tasks.review]\nmax_calls = 31",
        "[tasks.plan]\nmax_calls = 5",
        "[tasks.plan]\nmax_calls = -1",
        "[tasks.plan]\nmax_calls = 99999999999999999999999999",
        "[models.'openai:x']\ncontext_window = 0",
    ],
)
def test_a_policy_can_only_go_below_the_ceilings_in_code(text):
    assert len(problems(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "max_calls_per_event = 40",
        "max_usd_per_event = 0",
        "[tasks.review]\nmax_calls = 30",
    ],
)
def test_a_ceiling_itself_is_allowed(text):
    policy.load(text)


# What the hostile configurations of other formats say, said in TOML.
@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("enabled = true".encode("utf-16"), "UTF-8"),
        (b"enabled = true\n# \xff\n", "r.toml:2: not UTF-8"),
        ("- a\n- b\n", "looks like YAML"),
        ("permissions: read\n", "looks like YAML"),
        ("[1, 2]", "r.toml:1"),
        ("enabled = true\nenabled = false\n", "not TOML"),
        ("[stakes]\n[stakes]\n", "r.toml:2: not TOML"),
        ("version = " + "1" * 5_000, "number too long"),
        ("x = " + "[" * 20_000, "nested too deep"),
        ("#" + "x" * policy.MAX_BYTES, "at most 64 KiB"),
        ("pre_run = 'curl x|sh'", "pre_run: unknown key"),
        ("[hook]\nblocking = true", "hook: unknown key"),
        ("[tasks.test]\ntest_command = 'pytest'", "test_command: unknown key"),
        ("prompt = '${ANTHROPIC_API_KEY}'", "prompt: unknown key"),
        ("[tasks.plan]\ninstructions = '../../proc/self/environ'", "inside the repo"),
        ("[tasks.plan]\ninstructions = '~/.ssh/id'", "inside the repository"),
        ("[tasks.plan]\ninstructions = '\\\\\\\\host\\\\x'", "r.toml:2: tasks.plan"),
        ("[stakes]\ncritical = ['(a+)+$']", "regular expression"),
        ("enabled = no", "r.toml:1: not TOML"),
        ("version = 012", "r.toml:1: not TOML"),
        ("version = 1e3", "version: must be 1"),
        ("since = 2026-11-23", "since: unknown key"),
        ("enabled = 'on'", "must be true or false"),
        ("\x00", "not TOML"),
    ],
)
def test_hostile_files_get_a_clear_error(text, part):
    (problem,) = problems(text)
    assert part in problem
    assert "\n" not in problem


def test_a_byte_order_mark_of_utf_8_is_no_fault():
    assert policy.load(b"\xef\xbb\xbfenabled = false").enabled is False


def test_a_value_is_never_quoted_because_it_could_be_a_secret():
    secret = "sk-proj-0123456789abcdef"
    text = f"""
    baseline = "{secret}"
    roles = "{secret}"
    bots = ["*{secret}"]
    allowed_providers = ["{secret}"]
    [classes.fast]
    models = ["{secret}"]
    [openai]
    key = "{secret}"
    """
    told = " ".join(problems(text))
    assert "openai: unknown key" in told
    assert secret not in told


def test_a_policy_is_frozen():
    with pytest.raises(ValidationError):
        policy.default().enabled = False


def test_the_fingerprint_follows_the_settings_not_the_text():
    plain = policy.fingerprint(policy.default())
    assert re.fullmatch(r"[0-9a-f]{12}", plain)
    assert policy.fingerprint(policy.load("# a comment\nenabled = true")) == plain
    assert policy.fingerprint(policy.load("enabled = false")) != plain


def test_the_ladder_ends_at_the_ceiling():
    rules = policy.default()
    assert policy.ladder(rules, "fast", ceiling="reasoning") == (
        "fast",
        "balanced",
        "reasoning",
    )
    assert policy.ladder(rules, "fast", ceiling="balanced") == ("fast", "balanced")
    assert policy.ladder(rules, "coding", ceiling="reasoning") == (
        "coding",
        "reasoning",
    )
    assert policy.ladder(rules, "coding", ceiling="balanced") == ()
    assert policy.ladder(rules, "search", ceiling="reasoning") == ()


def test_the_schema_names_every_setting_and_demands_none(tmp_path):
    from jsonschema import Draft202012Validator

    schema = policy.json_schema()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert validator.is_valid({})
    assert validator.is_valid(json.loads(json.dumps(policy.preset("2026-03"))))
    assert not validator.is_valid({"tasks": {"reveiw": {}}})
    assert not validator.is_valid({"enabled": "no"})
    assert not validator.is_valid({"tasks": {"code": {"when": [{"fork": True}]}}})


def test_the_policy_loads_without_importing_a_task():
    import subprocess
    import sys

    code = (
        "import sys; from bot import policy; policy.default();"
        "bad = [m for m in sys.modules if m.startswith('bot.tasks.') "
        "or m in ('httpx', 'github', 'git')]; sys.exit(str(bad) if bad else 0)"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_at_most_ten_comments_stand_on_lines():
    with pytest.raises(PolicyError, match="inline"):
        policy.load("[tasks.review]\ninline = 11")
    assert policy.load("[tasks.review]\ninline = 0").tasks["review"].inline == 0
