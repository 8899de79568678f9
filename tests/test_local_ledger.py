"""Records of this machine: two hooks at once, a kill, a full disk."""

from __future__ import annotations

import multiprocessing
import os

import pytest

from bot import ledger_file, local_ledger
from tests import fakes


def _many(folder, number):
    for _ in range(50):
        local_ledger.append(folder, fakes.record(number=number))


def test_what_is_appended_is_read_back(tmp_path):
    record = fakes.record(usd=0.25)
    assert local_ledger.append(tmp_path, record, repository="octo/sample")
    (entry,), broken = local_ledger.read(tmp_path)
    assert (entry.record, entry.repository, entry.source, broken) == (
        record,
        "octo/sample",
        "local",
        0,
    )


def test_two_processes_at_once_mix_no_line(tmp_path):
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_many, args=(tmp_path, n)) for n in (1, 2)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    entries, broken = local_ledger.read(tmp_path)
    assert (len(entries), broken) == (100, 0)
    assert {entry.record.number for entry in entries} == {1, 2}


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_killed_runs_half_line_spoils_no_other(tmp_path, cut):
    local_ledger.append(tmp_path, fakes.record(usd=1.0))
    path = tmp_path / ledger_file.FILE
    path.write_bytes(path.read_bytes()[:-cut])
    local_ledger.append(tmp_path, fakes.record(usd=2.0))
    entries, broken = local_ledger.read(tmp_path)
    # Only the line end can be missing without the record being lost.
    whole = cut == 1
    assert [e.record.usd for e in entries] == ([1.0, 2.0] if whole else [2.0])
    assert broken == (0 if whole else 1)


def test_a_full_disk_is_no_error():
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    folder = local_ledger.Path("/dev")
    assert not local_ledger.append(_Full(folder), fakes.record())


class _Full:
    """A git directory whose file is on a disk without room."""

    def __init__(self, folder):
        self.folder = folder

    def __truediv__(self, name):
        return self.folder / "full"


def test_a_read_only_folder_is_no_error(tmp_path):
    (tmp_path / "routebot").write_text("a file where the folder should be")
    assert not local_ledger.append(tmp_path, fakes.record())
    assert local_ledger.read(tmp_path) == ([], 0)


def test_only_the_end_of_a_huge_file_is_read(tmp_path, monkeypatch):
    for usd in (1.0, 2.0):
        local_ledger.append(tmp_path, fakes.record(usd=usd))
    monkeypatch.setattr(local_ledger, "MAX_BYTES", 1_500)
    entries, broken = local_ledger.read(tmp_path)
    assert ([e.record.usd for e in entries], broken) == ([2.0], 1)
