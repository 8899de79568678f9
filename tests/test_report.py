"""The report: figures that add up, a page that needs nothing, seen by a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from benchmarks.learning import ledgers
from bot import cli, overrides
from bot.acceptance import Posted
from bot.entries import Entry
from bot.report import charts, figures, page, summary
from bot.report.figures import Accepted
from tests import fakes
from tests.picture import BROWSERS

SINCE = "2026-11-01T00:00:00Z"
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)


def _entry(number=7, *, up=0, down=0, source="comment", **changes):
    return Entry(
        repository="octo/sample",
        number=number,
        source=source,
        thumbs_up=up,
        thumbs_down=down,
        record=fakes.record(**changes),
    )


def _order(number=7, task="debug", at="2026-11-03T10:00:00Z", **changes):
    given = {"via": "command", "trust": "writer", "actor": "maintainer"} | changes
    return _entry(number, task=task, at=at, **given)


def _of(*entries, posted=()):
    return figures.of(entries, since=SINCE, posted=posted)


def test_money_adds_up_by_every_name():
    found = _of(
        _entry(usd=1.0, baseline_usd=2.0, largest_usd=4.0),
        _entry(usd=0.5, task="review", model_class="fast", baseline_usd=1.0),
        _entry(usd=None, baseline_usd=None, largest_usd=None, task="debug"),
    )
    assert (found.total.usd, found.total.baseline, found.total.unpriced) == (
        1.5,
        3.0,
        1,
    )
    assert found.comparable == 1.5
    assert [row.name for row in found.tasks] == ["triage", "review", "debug"]
    for rows in (found.tasks, found.classes, found.models, found.days):
        assert sum(row.usd for row in rows) == 1.5
        assert sum(row.runs for row in rows) == 3


def test_only_what_can_be_compared_is_saved():
    found = _of(_entry(usd=9.0, baseline_usd=None), _entry(usd=1.0, baseline_usd=2.0))
    assert found.comparable == 1.0


def test_runner_minutes_are_rounded_up_a_run():
    found = _of(_entry(seconds=61.0), _entry(seconds=1.0), _entry(seconds=0.0, calls=0))
    assert found.minutes == 4


def test_what_ran_on_a_persons_machine_took_no_runner():
    found = _of(_entry(seconds=600.0, source="local"), _entry(seconds=1.0))
    assert found.minutes == 1


def test_what_was_posted_is_counted_by_what_became_of_it():
    posted = [
        Posted(kind=kind, state=state)
        for kind, state in (
            ("test", "taken"),
            ("finding", "open"),
            ("finding", "taken"),
            ("finding", "left"),
            ("finding", "unknown"),
        )
    ]
    found = _of(_entry(), posted=posted)
    assert found.accepted == (
        Accepted("finding", 4, taken=1, open=1, left=1, unknown=1),
        Accepted("test", 1, taken=1, open=0, left=0, unknown=0),
    )
    text = page.render(found)
    assert "<b>1</b> of 4 findings settled" in text
    assert "1 of 1 tests kept" in summary.render(found)


def test_threads_that_were_routed_are_counted_once():
    assert _of(_entry(), _entry(), _entry(8), _order()).threads == 2


def test_latency_tells_the_middle_and_nine_of_ten():
    found = _of(*(_entry(seconds=float(n)) for n in range(1, 11)))
    (latency,) = found.latencies
    assert (latency.median, latency.most) == (6.0, 10.0)


def test_endings_are_counted():
    found = dict(
        _of(
            _entry(escalated_from="fast"),
            _entry(fallbacks=("x: 529",)),
            _entry(cause="budget"),
            _entry(outcome="degraded"),
        ).outcomes
    )
    assert found["escalated one class up"] == 1
    assert found["fell back to another model"] == 1
    assert found["stepped down for a budget"] == 1
    assert found["degraded to findings"] == 1


def test_reactions_of_one_comment_count_once():
    found = _of(_entry(up=2, down=1), _entry(up=2, down=1), _entry(8, up=1))
    assert found.reactions == (("triage", 3, 1),)


def test_ten_dearest_threads_and_no_free_ones():
    found = _of(*(_entry(n, usd=float(n)) for n in range(1, 15)), _entry(99, usd=0.0))
    assert [t.number for t in found.dearest] == list(range(14, 4, -1))


# Overrides


def test_an_order_for_another_task_is_an_override():
    (found,) = overrides.of([_entry(), _order()])
    assert (found.routed.record.task, found.task, found.actor) == (
        "triage",
        "debug",
        "maintainer",
    )
    assert _of(_entry(), _order()).confusion == (("triage", "debug", 1),)


@pytest.mark.parametrize(
    "entries",
    [
        [_entry(), _order(task="triage")],
        [_entry(), _order(trust="outsider")],
        [_entry(), _order(trust="")],
        [_order()],
        [_entry(), _order(number=8)],
        [_entry(via="rule"), _order()],
        [_entry(at="2026-11-09T00:00:00Z"), _order()],
        [_entry(0), _order(0)],
    ],
)
def test_what_is_no_override(entries):
    assert overrides.of(entries) == []


def test_of_several_orders_the_last_one_counts():
    later = _order(task="plan", at="2026-11-04T00:00:00Z")
    (found,) = overrides.of([_entry(), later, _order()])
    assert found.task == "plan"


# The page


class _Reader(HTMLParser):
    """Collects tags with their attributes."""

    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def _tags(text):
    reader = _Reader()
    reader.feed(text)
    return reader.tags


@pytest.fixture(scope="module")
def whole():
    found = ledgers.ledger(5_000)
    return page.render(
        figures.of(found.entries, since=found.since, posted=found.posted)
    )


@pytest.fixture(scope="module")
def empty():
    return page.render(figures.of((), since=SINCE))


def test_a_page_needs_nothing_from_elsewhere(whole, empty):
    for text in (whole, empty):
        names = {tag for tag, _ in _tags(text)}
        assert not names & {"script", "img", "iframe", "object", "form", "base"}
        addresses = set(re.findall(r"[a-z]+://[^\s\"'<)]+", text))
        assert addresses <= {"http://www.w3.org/2000/svg"}
        assert "@import" not in text
        assert "url(" not in text


def test_every_chart_has_a_name_and_a_table(whole):
    drawn = [attrs for tag, attrs in _tags(whole) if tag == "svg"]
    # Days are drawn for a page and for a phone; the style sheet shows one of them.
    assert [a["class"] for a in drawn] == ["wide", "narrow", *["wide narrow"] * 3]
    assert all(a["role"] == "img" and a["aria-label"] for a in drawn)
    for section in whole.split("<section")[1:]:
        if "<svg" in section:
            assert "<table>" in section


def test_tables_have_heads_and_can_be_scrolled_by_keyboard(whole):
    tags = _tags(whole)
    heads = [a.get("scope") for tag, a in tags if tag == "th"]
    assert set(heads) == {"col", "row"}
    scrolled = [a for _, a in tags if a.get("class") == "scroll"]
    assert scrolled
    assert all(a["tabindex"] == "0" and a["aria-label"] for a in scrolled)
    levels = [tag for tag, _ in tags if tag in ("h1", "h2", "h3")]
    assert levels[0] == "h1"
    assert levels.count("h1") == 1
    assert [a for tag, a in tags if tag == "html"] == [{"lang": "en"}]


def test_what_comes_from_outside_is_escaped():
    evil = "<script>alert(1)</script>"
    entries = [_entry(usd=1.0, task=evil, route=f"x:{evil}", model_class=f"'{evil}")]
    found = figures.of(entries, since=SINCE, notes=(evil,))
    text = page.render(found)
    assert "<script" not in text
    assert "<script" not in summary.render(found)


def test_no_records_is_said(empty):
    assert "No decision was recorded since 2026-11-01." in empty
    assert "No decision was recorded." in summary.render(_of())


def test_a_page_is_small(whole, empty):
    assert len(whole) < 60_000
    assert len(empty) < 6_000


def test_nothing_is_drawn_of_nothing():
    assert charts.bars("x", [("a", 0.0)]) == ""
    assert charts.bars("x", []) == ""
    assert charts.days("x", [("all", [("2026-11-01", 1.0)])]) == ""
    assert charts.days("x", []) == ""


def test_each_bar_has_its_own_amount_behind_it():
    drawn = charts.bars("x", [("dear", 20.0), ("cheap", 1.25)])
    bars = re.findall(
        r'width="([0-9.]+)" height="[^>]*/><text class="amount"[^>]*>([^<]+)', drawn
    )
    assert sorted((float(w), a) for w, a in bars)[1][1] == "$20.00"
    assert [a for _, a in bars] == ["$1.25", "$20.00"]


@pytest.mark.parametrize("count", [2, 3, 7, 30, 90, 400])
@pytest.mark.parametrize("amount", [0.0, 0.001, 1e6])
def test_any_number_of_days_is_drawn_with_few_dates(count, amount):
    start = date(2026, 1, 1)
    days = [(str(start + timedelta(n)), amount) for n in range(count)]
    drawn = charts.days("x", [("all", days), ("none", days)])
    assert drawn.count("<svg") == 2
    assert len(re.findall(r">[A-Z][a-z]{2} [0-9]{1,2}<", drawn)) <= 8 + 4


def test_summary_says_more_and_less():
    dearer = summary.render(_of(_entry(usd=3.0, baseline_usd=1.0)))
    assert "$2.00 more than the baseline class" in dearer
    cheaper = summary.render(_of(_entry(usd=1.0, baseline_usd=3.0), _order()))
    assert "$1.99" in cheaper or "$2.00 saved against the baseline class" in cheaper
    assert "triage → debug 1" in cheaper


# The command


@pytest.fixture
def stored(tmp_path):
    path = tmp_path / "ledger.json"
    path.write_text(ledgers.ledger(20).model_dump_json(by_alias=True))
    return path


def _ran(stored, *arguments):
    given = ["report", "--ledger", str(stored), "--since", "2026-10-26", *arguments]
    return cli.reported_errors(given)


def test_command_writes_the_page_and_prints_markdown(stored, tmp_path, capsys):
    target = tmp_path / "report.html"
    assert _ran(stored, "--html", str(target), "--summary") == 0
    assert target.read_text().startswith("<!doctype html>")
    assert capsys.readouterr().out.startswith("### routebot, 2026-10-26 to ")


def test_a_report_that_cannot_be_written_leaves_the_old_one(stored, tmp_path):
    (tmp_path / "report.html").mkdir()
    assert _ran(stored, "--html", str(tmp_path / "report.html")) == 2
    assert _ran(stored, "--html", str(tmp_path / "none" / "report.html")) == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ledger.json", "report.html"]


# As a browser shows it

LOOK = """
<script>
const wide = [...document.querySelectorAll('body *')].filter(
  e => !e.closest('.scroll') && e.getBoundingClientRect().right > innerWidth + 1);
const texts = [...document.querySelectorAll('svg text')].filter(
  e => e.textContent && e.getClientRects().length);
const small = texts.filter(e => e.getBoundingClientRect().height < 8);
const boxes = texts.map(e => e.getBoundingClientRect());
const over = boxes.filter((a, n) => boxes.slice(n + 1).some(b =>
  a.left < b.right - 1 && b.left < a.right - 1 &&
  a.top < b.bottom - 3 && b.top < a.bottom - 3));
const cut = texts.filter(e => {
  const a = e.getBoundingClientRect(), b = e.closest('svg').getBoundingClientRect();
  return a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 1 ||
    a.bottom > b.bottom + 1; });
document.title = [innerWidth, texts.length, wide.length, small.length, over.length,
  cut.length].join(' ');
</script>
"""


def _browsed(text, folder, width):
    """Open the page in a window of that width; returns its title and the log."""
    source = folder / "page.html"
    source.write_text(text)
    done = subprocess.run(
        [
            str(BROWSER),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--enable-logging=stderr",
            f"--user-data-dir={folder}/profile",
            f"--window-size={width},900",
            "--dump-dom",
            source.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={},
    )
    title = re.search(r"<title>(.*?)</title>", done.stdout)
    assert title, done.stderr[-500:]
    return title[1], [line for line in done.stderr.splitlines() if "CONSOLE" in line]


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here")
@pytest.mark.parametrize("width", [390, 820, 1440])
def test_a_browser_shows_it_whole_and_has_nothing_to_complain(
    whole, empty, tmp_path, width
):
    for text in (whole, empty):
        title, log = _browsed(text, tmp_path, width)
        assert (title, log) == ("What the routing earns", [])
        # The same page, measured: the page itself lets no script run.
        free = re.sub(r"<meta http-equiv[^>]*>", "", text)
        measured, _ = _browsed(
            free.replace("</body>", f"{LOOK}</body>"), tmp_path, width
        )
        shown, labels, *wrong = map(int, measured.split())
        # Wider than the page, too small, over another one, cut off by the frame.
        assert wrong == [0, 0, 0, 0]
        assert (labels > 40) is (text == whole)
        assert shown <= max(width, 500)
