"""Six pull requests as people see them: quiet, on the right lines, honest, short."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from bot import ledger
from tests import golden_files, review_scenes
from tests.review_scenes import SCENES, Shown


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Shown]:
    """Plays each scene once."""
    return cache(lambda name: review_scenes.played(name, tmp_path_factory.mktemp(name)))


@pytest.fixture
def shown(request: pytest.FixtureRequest, theatre: Callable[[str], Shown]) -> Shown:
    return theatre(request.param)


def scene(name: str) -> pytest.MarkDecorator:
    """Run a test on one scene."""
    return pytest.mark.parametrize("shown", [name], indirect=True, ids=[name])


@pytest.mark.parametrize("shown", SCENES, indirect=True)
def test_each_scene_reads_as_its_golden_file(shown: Shown) -> None:
    parts = [*shown.comments] or [shown.summary]
    parts += [f"`{one.path}:{one.line}`\n\n{one.body}" for one in shown.remarks]
    bare = map(ledger.without_marker, parts)
    golden_files.check(f"scene-{shown.name}", "\n\n----\n\n".join(bare))


@pytest.mark.parametrize("shown", SCENES, indirect=True)
def test_nobody_is_told_twice_and_there_is_one_summary(shown: Shown) -> None:
    assert shown.notifications <= 1
    assert len(shown.comments) <= 1


@scene("docs")
def test_docs_without_a_fault_get_no_comment_from_the_cheapest_class(shown) -> None:
    assert (shown.notifications, shown.comments, shown.remarks) == (0, [], [])
    assert shown.models == ["claude-haiku-5-5"]


@scene("bug-fix")
def test_a_small_fix_gets_one_comment_with_its_repair(shown) -> None:
    ((remark,), (summary,)) = shown.remarks, shown.comments
    assert (remark.path, remark.line) == ("orchard/stock.py", 9)
    assert "```suggestion\n    return sum(shelf.get(fruit, 0)" in remark.body
    assert summary.count("\n- ") <= 8
    assert "Risk map" not in summary


@scene("auth")
def test_who_gets_in_is_read_by_the_bigger_class_and_shows_its_risks(shown) -> None:
    assert shown.models == ["claude-opus-5-5", "claude-opus-5-5"]
    assert "| blocker |" in shown.comments[0]
    assert "Risk map" in shown.comments[0]


@scene("many-files")
def test_what_github_does_not_list_is_not_passed_over_in_silence(shown) -> None:
    (summary,) = shown.comments
    said = "read 3,000 of 3,000 files; GitHub lists no more than 3,000 files"
    assert said in summary
    assert len(summary) < 6_000
    assert [one.path for one in shown.remarks] == ["warehouse/hall_0000.py"]


@scene("second-push")
def test_of_two_findings_the_fixed_one_is_resolved_and_nobody_is_told(shown) -> None:
    assert {one.line: one.is_resolved for one in shown.remarks} == {9: False, 5: True}
    assert shown.notifications == 1
    assert "Fixed since the last review: `orchard/auth/login.py:5`" in shown.comments[0]


@scene("fork")
def test_a_forks_own_run_writes_nothing_and_says_what_comes(shown) -> None:
    assert (shown.notifications, shown.comments, shown.models) == (0, [], [])
    assert "the full answer comes when its CI has finished" in shown.summary
    assert "What follows" not in shown.summary


@scene("fork-after-ci")
def test_a_fork_is_reviewed_once_its_ci_has_run(shown) -> None:
    assert [one.line for one in shown.remarks] == [9]
    assert shown.notifications == 1
