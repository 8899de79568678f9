"""An event made ready: its task, its material, its decision, or why there is none."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from bot import case
from bot.case import Case
from bot.context import diff, patch_identity
from bot.draft import Draft
from bot.earlier import Earlier
from bot.reader import IssueSummary
from tests.fakes import (
    PARSE_ERROR,
    REPOSITORY,
    STRANGER,
    FakeReader,
    comment,
    failing_run,
    issue,
    pull,
    world,
)

KEY = "sk-ant-api03-Zq8vN3xT7bLw2RmK"


def _of(event, reader=None, **given):
    return case.of(event, world(reader or FakeReader(), **given))


def test_a_pull_request_is_reviewed():
    found = _of(pull(), FakeReader(change=PARSE_ERROR))
    assert isinstance(found, Case)
    assert (found.task.name, found.classification.via) == ("review", "rule")
    assert found.decision.model_class == "balanced"


def test_a_failing_run_is_triaged():
    assert _of(failing_run()).task.name == "triage"


def test_a_command_decides_over_everything():
    found = _of(comment("/route plan"))
    assert (found.task.name, found.classification.via) == ("plan", "command")


def test_a_command_may_raise_the_class():
    found = _of(comment("/route triage reasoning"))
    assert found.decision.model_class == "reasoning"
    assert found.decision.cause == "command"


def test_a_class_that_the_task_cannot_use_is_refused_with_those_it_can():
    found = _of(comment("/route debug search"))
    assert (found.kind, "`debug` cannot" in found.body) == ("info", True)
    assert "`reasoning`" in found.body


def test_a_class_above_the_tasks_ceiling_is_refused():
    rules = '[tasks.triage]\nceiling = "balanced"'
    found = _of(comment("/route triage reasoning"), rules=rules)
    assert found.kind == "info"
    assert "`fast`, `balanced`" in found.body


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ("enabled = false", "switches routebot off"),
        ("[tasks.review]\nenabled = false", "switches review off"),
        ('[tasks.review]\nignore = ["orchard/**"]', "ignores for review"),
    ],
)
def test_what_the_policy_switches_off_is_not_done(rules, reason):
    found = _of(pull(), FakeReader(change=PARSE_ERROR), rules=rules)
    assert (found.kind, reason in found.reason) == ("nothing", True)


def test_one_file_that_is_not_ignored_is_enough():
    rules = '[tasks.review]\nignore = ["docs/**"]'
    change = PARSE_ERROR + PARSE_ERROR.replace("orchard/", "docs/")
    assert isinstance(_of(pull(), FakeReader(change=change), rules=rules), Case)


def test_an_empty_issue_says_nothing_to_route():
    assert _of(issue("", "")) == Draft(
        kind="nothing", reason=case.NO_TASK.format(kind="issues.opened")
    )


def test_a_closed_item_is_left_alone_before_any_permission():
    refused = []
    made = replace(world(), permission=refused.append)
    assert case.of(issue(is_open=False), made).kind == "nothing"
    assert refused == []


def test_a_skip_label_found_only_on_the_pull_request_counts():
    made = replace(world(), pin=lambda event: replace(event, labels=("routebot:skip",)))
    found = case.of(failing_run(), made)
    assert found == Draft(kind="nothing", reason="#7 has the label routebot:skip")


def test_a_strangers_pull_request_gets_at_most_the_ceiling():
    rules = '[[tasks.review.when]]\nmin_lines = 0\nclass = "reasoning"'
    found = _of(
        pull(author=STRANGER, actor=STRANGER),
        FakeReader(change=PARSE_ERROR),
        rules=rules,
    )
    assert (found.decision.model_class, found.decision.cause) == ("balanced", "trust")


def _of_fork(trusted):
    event = failing_run()
    fork = replace(event.run.head, repository_id=REPOSITORY.id + 1, owner="stranger")
    event = replace(
        event,
        head=fork,
        run=replace(event.run, head=fork, conclusion="success"),
    )
    return _of(event, FakeReader(change=PARSE_ERROR), trusted=trusted)


def test_a_forks_run_of_our_own_workflow_is_reviewed():
    found = _of_fork({".github/workflows/ci.yml": "on: push"})
    assert found.task.name == "review"


def test_a_forks_run_of_a_workflow_of_its_own_is_not():
    assert _of_fork({}).reason == case.FOREIGN_WORKFLOW


def test_secrets_are_taken_out_of_everything_gathered():
    reader = FakeReader(issues=(IssueSummary(9, f"It is broken {KEY}", "broken"),))
    found = _of(issue("It is broken", f"with {KEY}"), reader, values=[KEY])
    words = [section.text for section in found.material.sections]
    words += [each.message + each.quote for each in found.material.findings]
    assert not any(KEY in word for word in words)
    assert found.redactions > 0


DOCS = """\
diff --git a/README.md b/README.md
--- a/README.md
+++ b/README.md
@@ -1 +1 @@
-# Orchard
+# Orchards
"""
AUTH = PARSE_ERROR.replace("orchard/pricing.py", "orchard/auth.py")


@pytest.mark.parametrize(
    ("seen", "asked", "level"),
    [
        ("", False, "critical"),
        (AUTH, False, "routine"),
        (DOCS, False, "critical"),
        # Nothing is left to be read, so nothing is decided by it.
        (AUTH + DOCS, False, "critical"),
        (AUTH, True, "critical"),
    ],
)
def test_the_class_goes_by_what_is_read_and_the_risk_map_by_all(seen, asked, level):
    files = diff.parse(seen)
    patches = Counter(name for file in files for name in patch_identity.of_file(file))
    reader = FakeReader(change=AUTH + DOCS, before=Earlier(patches))
    event = comment("/route review", is_pull_request=True) if asked else pull()
    found = _of(event, reader)
    assert found.decision.stakes.level == level
    assert found.material.stakes == "critical"


def test_stakes_come_from_the_changed_paths():
    change = PARSE_ERROR.replace("pricing.py", "auth/session.py")
    found = _of(pull(), FakeReader(change=change))
    assert found.decision.stakes.level == "critical"
    assert found.decision.model_class == "reasoning"


def test_text_raises_stakes_and_never_lowers_them():
    plain = _of(issue("Question about the docs", "How do I start?"))
    alarming = _of(issue("Question", "There is an exploit for a vulnerability"))
    order = ("routine", "standard", "critical")
    assert order.index(alarming.decision.stakes.level) > order.index(
        plain.decision.stakes.level
    )
