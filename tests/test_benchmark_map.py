"""The benchmark of mapping: a made-up repository, read both ways."""

from __future__ import annotations

from benchmarks import map as mapped


def test_a_made_up_repository_is_the_same_each_time():
    files = mapped.made_up(200)
    assert len(files) == 200
    assert files == mapped.made_up(200)
    for path, text in list(files.items())[:-1]:
        compile(text, path, "exec")


def test_it_is_read_from_a_checkout_and_over_the_api(capsys):
    assert mapped.main(["--files", "120"]) == 0
    _, local, remote = capsys.readouterr().out.strip().splitlines()
    assert local.split()[:3] == ["a", "checkout", "120"]
    assert local.split()[4] == "0"
    calls = int(remote.split()[4])
    assert 0 < calls <= 10
