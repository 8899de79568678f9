"""Learning: what corrections teach, what they must not, and what is refused."""

from __future__ import annotations

import math
import random

import pytest

from bot import classify, clause_proposals, compose, examples, learn
from bot.classify import bias as leaning
from bot.entries import Entry
from tests import fakes

TASKS = ("code", "debug", "plan", "search", "test", "triage")
PEOPLE = ("maintainer", "contributor", "reviewer", "author")


def _entry(number, task, *, words=(), actor="", hour=10, **changes):
    chances = [{"task": t, "share": s} for t, s in words]
    given = {
        "at": f"2026-11-{1 + number % 28:02}T{hour}:00:00Z",
        "task": task,
        "via": "command" if actor else "text",
        "actor": actor,
        "trust": "writer" if actor else "",
        "chances": chances,
    } | changes
    ups = {k: given.pop(k) for k in ("thumbs_up", "thumbs_down") if k in given}
    record = fakes.record(**given)
    return Entry(
        repository="octo/sample", number=number, source="comment", record=record, **ups
    )


def _words(chance, true, lead=1.6):
    """What the words say of a text: they point at its task, and are noisy."""
    logits = {task: chance.gauss(0, 1) + lead * (task == true) for task in TASKS}
    whole = sum(math.exp(value) for value in logits.values())
    shares = ((task, math.exp(value) / whole) for task, value in logits.items())
    ranked = sorted(shares, key=lambda pair: -pair[1])
    return tuple((task, round(share, 4)) for task, share in ranked)


def _meant(words, true):
    shares = dict(words)
    may_be = shares["triage"] * math.exp(0.8) >= max(shares.values())
    return "triage" if may_be else true


def _team(count=400, *, people=PEOPLE, seed=1, lead=1.6):
    """A team that triages first what may be triage, and corrects two of three."""
    chance = random.Random(seed)
    entries = []
    for number in range(1, count + 1):
        true = chance.choice(TASKS)
        words = _words(chance, true, lead)
        meant = _meant(words, true)
        entries.append(_entry(number, words[0][0], words=words))
        if words[0][0] != meant and chance.random() < 0.66:
            who = people[number % len(people)]
            entries.append(_entry(number, meant, actor=who, hour=11))
    return entries


def _unseen(seed=9, count=1_000):
    """Texts with what this team means by them, and with what others do."""
    chance = random.Random(seed)
    for _ in range(count):
        true = chance.choice(TASKS)
        words = _words(chance, true)
        yield words, _meant(words, true), true


def _right(bias, *, team=True):
    known = list(_unseen())
    hits = sum(
        leaning.applied(words, bias)[0][0] == (meant if team else true)
        for words, meant, true in known
    )
    return hits / len(known)


def _poison(count, task, *, seed=3, number=5_000):
    chance = random.Random(seed)
    entries = []
    for n in range(number, number + count):
        words = _words(chance, chance.choice(TASKS))
        wanted = task if words[0][0] != task else "code"
        entries.append(_entry(n, words[0][0], words=words))
        entries.append(_entry(n, wanted, actor="mallory", hour=11))
    return entries


# The bias itself


def test_a_bias_moves_shares_and_keeps_their_sum():
    words = (("debug", 0.5), ("triage", 0.4), ("code", 0.1))
    moved = leaning.applied(words, {"triage": 0.5})
    assert moved[0][0] == "triage"
    assert sum(share for _, share in moved) == pytest.approx(1.0)
    back = dict(leaning.without(moved, {"triage": 0.5}))
    assert back == pytest.approx(dict(words))


def test_no_bias_changes_nothing():
    words = (("debug", 0.5), ("triage", 0.5))
    assert leaning.applied(words, {}) is words
    assert leaning.applied(words, {"plan": 0.0}) is words


def test_the_policys_bias_decides_and_is_a_signal():
    event = fakes.issue("It fails", "Something is wrong when I run it.")
    plain = classify.classify(event)
    other = plain.runner_up
    biased = classify.classify(event, bias={other: 1.0, plain.task: -1.0})
    assert biased.task == other
    assert biased.signals[-1] == classify.Signal(classify.BIAS, 1.0, f"{other} +1.00")


def test_a_record_keeps_what_the_words_alone_said():
    rules = "[classify.bias]\ntriage = 0.5\n"
    event = fakes.issue("It fails", "Something is wrong when I run it.")
    draft = compose_draft(event, rules)
    plain = dict(classify.classify(event).distribution)
    kept = {each.task: each.share for each in draft.record.chances}
    assert kept == pytest.approx(plain, abs=0.001)


def compose_draft(event, rules):
    from bot import pipeline

    return pipeline.analyze(
        event, fakes.world(fakes.FakeReader(), rules=rules, keys=False)
    )


@pytest.mark.parametrize(
    ("paths", "area"),
    [
        (["docs/a.md", "docs/b/c.md"], "docs/**"),
        (["a.md", "docs/b.md"], "**/*.md"),
        (["docs/a.md", "bot/b.py"], ""),
        (["Makefile", "LICENSE"], ""),
        ([], ""),
    ],
)
def test_the_area_of_a_change(paths, area):
    assert compose._area(paths) == area


# Examples


def test_a_correction_weighs_more_than_silence_and_dislike_says_nothing():
    words = (("debug", 0.6), ("triage", 0.4))
    other = (("debug", 0.7), ("triage", 0.3))
    third = (("debug", 0.8), ("triage", 0.2))
    found = examples.of(
        [
            _entry(1, "debug", words=words),
            _entry(1, "triage", actor="maintainer", hour=11),
            _entry(2, "debug", words=other),
            _entry(3, "debug", words=third, thumbs_down=1),
        ]
    )
    assert [(e.task, e.weight, e.is_correction) for e in found] == [
        ("triage", examples.ORDERED, True),
        ("debug", examples.SILENT, False),
    ]


def test_a_writers_label_is_a_weak_correction_and_a_strangers_is_none():
    words = (("debug", 0.6), ("triage", 0.4))
    label = {"via": "rule", "event": "issues.labeled", "hour": 11}
    routed = _entry(1, "debug", words=words)
    (found,) = examples.of([routed, _entry(1, "triage", trust="writer", **label)])
    assert (found.task, found.weight) == ("triage", examples.RELABELLED)
    (found,) = examples.of([routed, _entry(1, "triage", trust="outsider", **label)])
    assert (found.task, found.weight) == ("debug", examples.SILENT)


def test_near_duplicates_of_one_person_count_once():
    words = (("debug", 0.6), ("triage", 0.4))
    near = (("debug", 0.601), ("triage", 0.399))
    entries = []
    for number, each in enumerate((words, near, words), start=1):
        entries += [_entry(number, "debug", words=each)]
        entries += [_entry(number, "triage", actor="maintainer", hour=11)]
    assert len(examples.of(entries)) == 1


# The fit


def test_a_team_that_means_something_else_by_triage_is_learned():
    found = learn.learn(_team())
    assert found.reason == ""
    assert found.bias["triage"] > 0.1
    assert found.after > found.before
    assert found.recent == 200
    to_triage = sum(n for _, b, n in found.changes if b == "triage")
    assert to_triage > sum(n for _, _, n in found.changes) / 2


def test_it_holds_on_what_it_has_not_seen():
    assert _right(learn.learn(_team()).bias) > _right({}) + 0.01


def test_too_few_corrections_teach_nothing():
    found = learn.learn(_team(20))
    assert found.bias == {}
    assert "corrections of 10 that are needed" in found.reason
    assert learn.learn([]).corrections == 0


def test_contradictions_are_refused():
    chance = random.Random(5)
    entries = []
    for number in range(1, 80):
        first = chance.choice(TASKS)
        wanted = chance.choice([task for task in TASKS if task != first])
        entries.append(_entry(number, first, words=_words(chance, first, lead=4.0)))
        entries.append(_entry(number, wanted, actor=PEOPLE[number % 4], hour=11))
    found = learn.learn(entries)
    assert "would not route unseen corrections better" in found.reason
    assert found.bias == {}


def test_what_the_policy_has_is_what_it_must_beat():
    bias = learn.learn(_team()).bias
    again = learn.learn(_team(), bias)
    # Fitted to the words alone, so that no bias is learned on top of itself.
    assert again.bias == bias


@pytest.mark.parametrize("people", [1, 2, 4])
def test_reach_grows_by_the_people_who_agree(people):
    found = learn.learn(_team(people=PEOPLE[:people]))
    most = max(map(abs, found.bias.values()), default=0.0)
    assert most <= people * learn.STEP + 1e-9


def test_no_bias_passes_what_a_policy_takes():
    crowd = [f"person{n}" for n in range(40)]
    found = learn.fit(examples.of(_team(300, people=crowd)))
    assert 0.3 < max(map(abs, found.values())) <= leaning.MOST


# Poison


@pytest.mark.parametrize("count", [30, 500])
@pytest.mark.parametrize("task", ["plan", "debug"])
def test_one_writer_of_ill_will_moves_little(count, task):
    alone = learn.learn(_poison(count, task)).bias
    assert abs(_right(alone, team=False) - _right({}, team=False)) <= 0.02
    honest = learn.learn(_team()).bias
    both = learn.learn([*_team(), *_poison(count, task)]).bias
    assert _right(both) >= _right(honest) - 0.02


def test_a_floods_weight_is_that_of_a_few():
    known = learn.capped(examples.of([*_team(), *_poison(500, "plan")]))
    weights = {}
    for each in known:
        weights[each.actor] = weights.get(each.actor, 0.0) + each.weight
    others = [weights[name] for name in PEOPLE]
    assert weights["mallory"] <= learn.ACTOR_FACTOR * max(others) + 1e-6


def test_commands_of_people_who_may_not_write_teach_nothing():
    entries = _team()
    for number, entry in enumerate(entries):
        if entry.record.actor:
            record = entry.record.model_copy(update={"trust": "outsider"})
            entries[number] = entry.model_copy(update={"record": record})
    assert learn.learn(entries).corrections == 0


# Clauses


def _reviews(count, *, area="docs/**", **changes):
    given = {
        "via": "rule",
        "input_tokens": 20_000,
        "output_tokens": 2_000,
        "usd": 0.09,
        "area": area,
    } | changes
    return [_entry(n, "review", **given) for n in range(1, count + 1)]


def test_an_area_where_nothing_was_found_is_proposed_with_its_evidence():
    (found,) = clause_proposals.of(_reviews(34), fakes.policy())
    assert found.clause.model_class == "fast"
    assert found.clause.only_paths == ("docs/**",)
    assert found.evidence.startswith(
        "review of docs/** found nothing in 34 of 34 → fast, saves "
    )
    assert found.usd > 0


@pytest.mark.parametrize(
    "entries",
    [
        _reviews(19),
        _reviews(34, area=""),
        _reviews(34, stakes="critical"),
        _reviews(34, model_class="fast"),
        _reviews(34, outcome="degraded"),
        _reviews(34, usd=0.0001),
        _reviews(34, usd=None),
        _reviews(34, trust="outsider"),
        _reviews(34, area="a\\b/**"),
        [*_reviews(34), *_reviews(1, weight="major")],
    ],
)
def test_what_speaks_for_no_clause(entries):
    assert clause_proposals.of(entries, fakes.policy()) == []
