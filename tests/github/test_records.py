"""Records read back: whose they are, how many calls that takes, where it goes on."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest

from bot import cursor_file, ledger
from bot.errors import HostError
from bot.github.cursor import Cursor
from bot.github.records import RecordReader
from bot.ledger import History, Place
from tests import fakes

OURS = "github-actions[bot]"
WORKFLOW = ".github/workflows/routebot.yml"
SINCE = "2020-01-01T00:00:00Z"
KEY = "k"


def _body(repository, number, *kept, secret=KEY, version=1):
    told = History()
    for record in kept or (fakes.record(),):
        told = told.with_record(record)
    place = Place(repository.id, number, secret)
    marker = ledger.marker("triage", "a" * 32, history=told, place=place)
    return f"Hi\n{marker.replace('routebot:v1', f'routebot:v{version}')}"


def _reader(client, repository, cursor=None, **changes):
    given = {
        "author": OURS,
        "marker_key": KEY,
        "save": lambda cursor: None,
        "progress": lambda text: None,
        "allow_private": True,
    } | changes
    return RecordReader(client, repository.id, cursor=cursor or Cursor(), **given)


def _read(client, repository, cursor=None, since=SINCE, **changes):
    reader = _reader(client, repository, cursor, **changes)
    return reader.read(since, workflow=WORKFLOW)


def test_our_comments_tell_their_records_with_number_and_reactions(client, repository):
    issue = repository.issue("Crash")
    body = _body(repository, issue.number, fakes.record(usd=0.5), fakes.record())
    repository.comment(issue, body, author=OURS)
    found = _read(client, repository)
    assert [e.record.usd for e in found.entries] == [0.5, 0.0125]
    assert {(e.repository, e.number, e.source) for e in found.entries} == {
        ("octo/sample", issue.number, "comment")
    }


def test_forged_and_foreign_ones_do_not_count_and_newer_ones_are_left(
    client, repository
):
    issue = repository.issue("Crash")
    for author, secret, version in (
        ("stranger", KEY, 1),
        (OURS, "guessed", 1),
        (OURS, "", 1),
        (OURS, KEY, 2),
    ):
        body = _body(repository, issue.number, secret=secret, version=version)
        repository.comment(issue, body, author=author)
    repository.comment(issue, "<!-- routebot:v1 t=x k=1 d= h= -->", author=OURS)
    cut = _body(repository, issue.number)[:-30]
    repository.comment(issue, cut, author=OURS)
    found = _read(client, repository)
    assert found.entries == []
    assert found.notes == [
        "1 comments are of a newer routebot and were left alone",
        "3 markers are not sealed with the marker key and were not counted",
    ]


def test_a_hundred_comments_take_one_call(client, repository, server):
    issue = repository.issue("Crash")
    for _ in range(250):
        repository.comment(issue, "Thanks.")
    before = len(server.requests)
    _reader(client, repository, Cursor(start=SINCE, at=SINCE)).read(SINCE, workflow="")
    # And one that lists the pull requests.
    assert len(server.requests) - before == 3 + 1


def test_it_goes_on_where_it_stopped(client, repository, server):
    issue = repository.issue("Crash")
    repository.comment(issue, _body(repository, issue.number), author=OURS)
    for _ in range(150):
        repository.comment(issue, "Thanks.")
    cursor = Cursor()
    _read(client, repository, cursor)
    server.requests.clear()
    again = _body(repository, issue.number, fakes.record(usd=2.0))
    repository.comment(issue, again, author=OURS)
    found = _read(client, repository, cursor)
    assert sorted(e.record.usd for e in found.entries) == [0.0125, 2.0]
    comments = [r for r in server.requests if r.path.endswith("/issues/comments")]
    assert len(comments) == 1


def test_going_further_back_begins_anew(client, repository):
    issue = repository.issue("Crash")
    repository.comment(issue, _body(repository, issue.number), author=OURS)
    cursor = Cursor()
    assert not _read(client, repository, cursor, since="2999-01-01T00:00:00Z").entries
    assert _read(client, repository, cursor, since=SINCE).entries


class _Endless:
    """A client of a repository with so many comments, ten of a second."""

    full_name, path = "octo/sample", "/repos/octo/sample"

    def __init__(self, count, repository):
        self.comments = [
            {
                "id": n,
                "updated_at": f"2026-11-{1 + n // 50_000:02}T"
                f"{n % 50_000 // 3600:02}:{n % 3600 // 60:02}:{n % 60 // 10:02}Z",
                "user": {"login": OURS if n % 1_000 == 0 else "stranger"},
                "issue_url": f"x/issues/{n + 1}",
                "body": _body(repository, n + 1) if n % 1_000 == 0 else "Thanks.",
            }
            for n in range(count)
        ]
        self.comments.sort(key=lambda each: each["updated_at"])
        self.calls = 0

    def page(self, path, number, *, since="", **order):
        self.calls += 1
        assert number <= 60  # a list that went on for ever
        start = next(
            (i for i, c in enumerate(self.comments) if c["updated_at"] >= since),
            len(self.comments),
        )
        rest = self.comments[start:][(number - 1) * 100 :]
        return rest[:100], len(rest) > 100

    def pages(self, path, **order):
        return iter(())


def test_a_hundred_thousand_comments_take_a_call_for_each_hundred(repository):
    client = _Endless(100_000, repository)
    found = _read(client, repository)
    assert len(found.entries) == 100
    # One more each thirty pages, where a new list begins with its last second.
    assert client.calls <= 100_000 / 100 * 1.05


def test_a_run_that_is_cut_off_has_saved_how_far_it_came(repository):
    client = _Endless(5_000, repository)
    whole, saved = client.page, []

    def cut(path, number, **given):
        if client.calls >= 25:
            raise HostError("GitHub answered 502")
        return whole(path, number, **given)

    client.page = cut
    with pytest.raises(HostError):
        _read(client, repository, save=lambda cursor: saved.append(cursor.at))
    assert len(saved) == 2
    assert SINCE < saved[0] < saved[1]


def _zip(text):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(ledger.RECORD_FILE, text)
    return packed.getvalue()


def _kept(repository, record, *, path=WORKFLOW, text=None, cost="0.012500"):
    run = repository.workflow_run(conclusion="success", path=path, event="issues")
    record = record.model_copy(update={"run": f"{run.id}.1"})
    stored = text or record.model_dump_json(by_alias=True)
    repository.artifact(run, f"routebot-record-1-{cost}", _zip(stored))
    return record


def test_kept_records_count_where_no_comment_tells_them(client, repository, server):
    issue = repository.issue("Crash")
    posted = _kept(repository, fakes.record(usd=1.0))
    body = _body(repository, issue.number, posted)
    repository.comment(issue, body, author=OURS)
    quiet = _kept(repository, fakes.record(usd=2.0, number=4))
    found = _read(client, repository)
    assert [(e.source, e.record) for e in found.entries] == [
        ("comment", posted),
        ("artifact", quiet),
    ]


def test_a_kept_record_is_downloaded_once(client, repository, server):
    _kept(repository, fakes.record())
    cursor = Cursor()
    for _ in range(2):
        assert len(_read(client, repository, cursor).entries) == 1
    archives = [r for r in server.requests if r.path.endswith("/zip")]
    assert len(archives) == 1


@pytest.mark.parametrize("text", ["null", "{", '{"schema": 2}', "x" * 1_000])
def test_a_kept_record_that_is_none_is_passed_over(client, repository, text):
    _kept(repository, fakes.record(), text=text)
    assert _read(client, repository).entries == []


def _zip_of(repository, record):
    run = repository.runs[int(record.run.partition(".")[0])]
    return f"*/artifacts/{run.artifacts[0].id}/zip"


def test_a_kept_record_that_a_fault_hid_is_asked_for_again(client, repository, server):
    older = _kept(repository, fakes.record(usd=1.0))
    newer = _kept(repository, fakes.record(usd=2.0))
    server.fail("GET", _zip_of(repository, older), 500)
    cursor, saved = Cursor(), []
    found = _read(
        client, repository, cursor, save=lambda cursor: saved.append(set(cursor.kept))
    )
    assert [each.record for each in found.entries] == [newer]
    assert found.notes == [
        "some of the kept records could not be read (GitHub answered 500)"
    ]
    assert saved[-1] == {newer.run}
    assert len(_read(client, repository, cursor).entries) == 2


@pytest.mark.parametrize("status", [404, 410])
def test_a_kept_record_that_is_gone_is_not_asked_for_again(
    client, repository, server, status
):
    gone = _kept(repository, fakes.record())
    server.fail("GET", _zip_of(repository, gone), status, times=9)
    cursor = Cursor()
    for _ in range(2):
        found = _read(client, repository, cursor)
        assert (found.entries, found.notes) == ([], [])
    assert len([r for r in server.requests if r.path.endswith("/zip")]) == 1


def test_records_of_other_workflows_and_of_forks_are_not_believed(client, repository):
    _kept(repository, fakes.record(), path=".github/workflows/other.yml")
    pull = repository.pull(head_files={"a.py": "x\n"}, author="stranger", fork=True)
    run = repository.workflow_run(pull=pull, conclusion="success", path=WORKFLOW)
    stored = fakes.record(run=f"{run.id}.1").model_dump_json(by_alias=True)
    repository.artifact(run, "routebot-record-1-0.000000", _zip(stored))
    assert _read(client, repository).entries == []


def test_artifacts_that_cannot_be_listed_are_said(client, repository, server):
    server.fail("GET", "/repos/octo/sample/actions/*", 403, times=9)
    (note,) = _read(client, repository).notes
    assert note.startswith("the kept records could not be read")


def test_comments_that_cannot_be_read_raise(client, repository, server):
    server.fail("GET", "/repos/octo/sample/issues/comments", 403, times=9)
    with pytest.raises(HostError):
        _read(client, repository)


# The cursor's file


def test_a_cursor_is_written_and_read_back(tmp_path, client, repository):
    issue = repository.issue("Crash")
    repository.comment(issue, _body(repository, issue.number), author=OURS)
    path = tmp_path / "new" / "cursor.json"
    cursor = Cursor()
    save = lambda c: cursor_file.save(path, c)  # noqa: E731 - one line
    _read(client, repository, cursor, save=save)
    assert cursor_file.load(path) == cursor
    assert [file.name for file in path.parent.iterdir()] == ["cursor.json"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"start": 1}', '{"comments": {"1": [{"a": 1}]}}', '{"kept": 3}'],
)
def test_a_broken_cursor_begins_anew(tmp_path, text):
    path = tmp_path / "cursor.json"
    path.write_text(text)
    assert cursor_file.load(path) == Cursor()
    assert cursor_file.load(None) == Cursor()


def test_a_cursor_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    assert not cursor_file.save(tmp_path / "file" / "cursor.json", Cursor())
    assert not cursor_file.save(None, Cursor())


def test_each_reader_has_a_cursor_of_its_own(tmp_path):
    one = cursor_file.path_of(tmp_path, "https://api", 7, OURS, "k")
    other = cursor_file.path_of(tmp_path, "https://api", 7, OURS, "")
    assert one != other
    assert cursor_file.folder({"HOME": "/home/a"}).as_posix() == (
        "/home/a/.cache/routebot"
    )
    assert cursor_file.folder({"XDG_CACHE_HOME": "/c"}).as_posix() == "/c/routebot"
    assert cursor_file.folder({"XDG_CACHE_HOME": "c"}) is None


def test_clocks_that_disagree_lose_no_comment(client, repository, server):
    issue = repository.issue("Crash")
    skewed = fakes.record(at="2031-01-01T00:00:00Z")
    repository.comment(issue, _body(repository, issue.number, skewed), author=OURS)
    server.world.now += timedelta(days=1)
    cursor = Cursor()
    assert _read(client, repository, cursor).entries
    # GitHub's own times move the cursor, no record's.
    assert cursor.at < "2031"
