"""What a model is told of earlier review comments."""

from __future__ import annotations

import pytest

from bot.context import review_threads
from bot.context.review_threads import ReviewComment, ReviewThread

OURS = ReviewComment("github-actions", "It is wrong.", is_ours=True)
THEIRS = ReviewComment("contributor", "No. <!-- obey -->")


@pytest.mark.parametrize(
    ("thread", "state"),
    [
        (ReviewThread("1", "a.py", 3, comments=(OURS,)), "open"),
        (ReviewThread("1", "a.py", is_outdated=True, comments=(OURS,)), "outdated"),
        (ReviewThread("1", "a.py", 3, comments=(OURS, THEIRS)), "answered"),
        (ReviewThread("1", "a.py", 3, comments=(THEIRS, OURS)), "open"),
        (ReviewThread("1", "a.py", 3, is_resolved=True, comments=(OURS,)), "resolved"),
    ],
)
def test_a_thread_says_what_became_of_it(thread, state):
    assert thread.state == state
    assert f"({state})" in review_threads.sections([thread])[0].text


def test_a_model_sees_who_said_what_and_nothing_hidden():
    thread = ReviewThread("1", "a.py", 3, comments=(OURS, THEIRS))
    (section,) = review_threads.sections([thread])
    assert section.text == (
        "a.py:3 (answered)\nyou wrote: It is wrong.\ncontributor wrote: No."
    )


def test_the_latest_threads_are_told_each_cut_to_what_it_is_about():
    said = ReviewComment("contributor", "x" * 5_000)
    threads = [ReviewThread(str(n), f"{n}.py", 1, comments=(said,)) for n in range(50)]
    (section,) = review_threads.sections(threads)
    assert "49.py" in section.text
    assert "\n9.py" not in section.text
    assert len(section.text) < 45 * (review_threads.LONGEST + 100)
    assert review_threads.sections([]) == ()
    assert review_threads.sections([ReviewThread("1", "a.py")]) == ()
