"""A patch whose tests touch the copy itself, with a runner that does as they would."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.tasks.code import TASK, CodeReply
from bot.verify import patch_trial, runners
from bot.verify.patch_trial import PatchTrial
from bot.verify.sandbox import Limits, Sandbox
from bot.verify.test_run import TAMPERED, TREE, Bench, Outcome, Report, Runner
from bot.verify.tools import Tools
from tests.fakes import FakeReader, issue

PRICING = "def price(count):\n    return count * 2\n"
FILES = {
    "orchard/pricing.py": PRICING,
    **{f"tests/{n}/test_pricing.py": "def test_a():\n    pass\n" for n in range(4)},
}
EDIT = {
    "path": "orchard/pricing.py",
    "search": "    return count * 2\n",
    "replace": "    return count * 3\n",
}
REPLY = CodeReply(
    is_ready=True,
    missing=[],
    summary="Another price.",
    files=["orchard/pricing.py"],
    edits=[EDIT],
    patch="",
    wanted=[],
)


@pytest.fixture
def tried(tmp_path, monkeypatch):
    """Try the patch; `does` is what a test does when it runs with it."""
    for path, text in FILES.items():
        file = tmp_path / "scratch" / TREE / path
        file.parent.mkdir(parents=True)
        file.write_bytes(text.encode())
    bench = Bench(Sandbox("limits", tmp_path / "scratch"), Tools(), {}, Limits())
    asked: Counter[str] = Counter()

    def trying(does):
        def is_there(bench):
            asked["is there"] += 1
            return True

        def run(bench, path, names, watched):
            asked["run"] += 1
            if b"count * 3" in (bench.tree / EDIT["path"]).read_bytes():
                does(bench.tree)
            return Report({"test_a": Outcome("passed")})

        fitting = Runner("scripted", (".py",), is_there, run)
        monkeypatch.setattr(runners, "RUNNERS", (fitting,))
        reader = FakeReader(files=FILES)
        trial = PatchTrial(lambda: bench, reader)
        body = "orchard/pricing.py should return count * 3 instead of count * 2"
        material = TASK.gather(issue("Change the price", body), reader)
        return trial, trial.check(REPLY, material)

    trying.asked = asked
    trying.tree = bench.tree
    return trying


def test_a_runner_is_looked_for_once_a_suffix_and_not_once_a_file(tried):
    _, checked = tried(lambda tree: None)
    assert not checked.failed
    assert "4 files with tests were run" in checked.reply.ran
    assert tried.asked == {"is there": 1, "run": 8}


def test_bytes_are_put_back_and_not_decoded_text(tried):
    file = tried.tree / EDIT["path"]
    raw = PRICING.encode() + b"# \xff\r\n"
    file.write_bytes(raw)
    tried(lambda tree: None)
    assert file.read_bytes() == raw


def test_a_link_that_a_test_put_in_the_place_of_a_file_is_not_written_through(
    tried, tmp_path
):
    kept = tmp_path / "kept.txt"
    kept.write_text("count * 3")

    def does(tree):
        (tree / EDIT["path"]).unlink(missing_ok=True)
        (tree / EDIT["path"]).symlink_to(kept)

    tried(does)
    assert kept.read_text() == "count * 3"
    assert (tried.tree / EDIT["path"]).read_text() == PRICING
    assert not (tried.tree / EDIT["path"]).is_symlink()


def test_a_patch_whose_tests_replace_a_folder_is_not_shown(tried, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "pricing.py").write_text("kept")

    def does(tree):
        (tree / "orchard").rename(tree / "away")
        (tree / "orchard").symlink_to(outside)

    trial, checked = tried(does)
    assert checked.failed
    assert (trial.patch, trial.problem) == ("", TAMPERED)
    assert (outside / "pricing.py").read_text() == "kept"


def test_what_stands_in_the_way_only_with_the_patch_is_its_own_fault(tried):
    def does(tree):
        raise PermissionError(13, "Permission denied")

    trial, checked = tried(does)
    assert (checked.failed, trial.problem) == (True, TAMPERED)
    assert (tried.tree / EDIT["path"]).read_text() == PRICING


def test_a_copy_that_cannot_be_made_says_so_without_naming_a_folder():
    def fails():
        raise OSError(28, "No space left on device", "/somewhere")

    reader = FakeReader(files=FILES)
    trial = PatchTrial(fails, reader)
    material = TASK.gather(issue("Change the price", "orchard/pricing.py"), reader)
    checked = trial.check(REPLY, material)
    assert checked.reply.ran == patch_trial.NO_COPY.format(
        why="No space left on device"
    )
