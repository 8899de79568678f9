"""`make pictures`: our comments as GitHub shows them, as PNG files for the docs.

Runs the demo's events, and the six reviews of `tests/review_scenes.py`, through the
real command line on the tests' GitHub, renders the comments that stand there
afterwards and lets a headless Chromium take the pictures.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

from tests import demo, review_scenes
from tests.action_run import run
from tests.github_server import GitHubServer
from tests.review_scenes import Shown

IMAGES = Path(__file__).parents[1] / "docs" / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTH = 860  # CSS pixels, about what a comment has on GitHub
SCALE = 2
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    f"--force-device-scale-factor={SCALE}",
)
PAGE = """\
<!doctype html>
<meta charset="utf-8">
<style>
body {{ margin: 0; padding: 16px; background: #fff; color: #1f2328;
  font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }}
.comment {{ border: 1px solid #d1d9e0; border-radius: 6px; }}
.head {{ padding: 8px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0;
  border-radius: 6px 6px 0 0; color: #59636e; }}
.head b {{ color: #1f2328; }}
.head span {{ border: 1px solid #d1d9e0; border-radius: 2em; padding: 0 7px;
  font-size: 12px; margin: 0 4px; }}
.body {{ padding: 16px; }}
.body > :first-child {{ margin-top: 0; }}
.body > :last-child {{ margin-bottom: 0; }}
h1, h2, h3, h4 {{ margin: 24px 0 16px; font-weight: 600; line-height: 1.25; }}
h3 {{ font-size: 1.25em; }}
p, ul, ol, pre, table, blockquote, details {{ margin: 0 0 16px; }}
ul, ol {{ padding-left: 2em; }}
li + li {{ margin-top: 4px; }}
li > p {{ margin-top: 16px; }}
blockquote {{ padding: 0 1em; color: #59636e; border-left: .25em solid #d1d9e0; }}
code, pre {{ font-family: ui-monospace, "DejaVu Sans Mono", monospace; }}
code {{ font-size: 85%; padding: .2em .4em; background: #818b981f;
  border-radius: 6px; }}
pre {{ padding: 16px; background: #f6f8fa; border-radius: 6px; overflow: hidden;
  font-size: 85%; line-height: 1.45; }}
pre code {{ padding: 0; background: none; font-size: 100%; }}
table {{ border-collapse: collapse; display: block; }}
th, td {{ border: 1px solid #d1d9e0; padding: 6px 13px; text-align: left; }}
tr:nth-child(2n) {{ background: #f6f8fa; }}
summary {{ cursor: pointer; }}
.line {{ margin: 16px 0 0 32px; }}
.line .hunk {{ margin: 0; border-radius: 0; border-bottom: 1px solid #d1d9e0; }}
.added {{ background: #dafbe1; }}
.gone {{ background: #ffebe9; }}
</style>
{boxes}
<script>document.title = document.documentElement.scrollHeight</script>
"""
BOX = """\
<div class="comment">
<div class="head"><b>github-actions</b><span>bot</span> commented on {where}</div>
<div class="body">
{body}
</div>
</div>
"""
REMARK = """\
<div class="comment line">
<div class="head"><code>{place}</code>{resolved}</div>
<pre class="hunk">{hunk}</pre>
<div class="body">
{body}
</div>
</div>
"""
RESOLVED = " <span>Resolved</span>"
NO_COMMENT = """\
<div class="comment">
<div class="head">No comment on {where}. The job summary:</div>
<div class="body">
{body}
</div>
</div>
"""
SUGGESTION = '<pre><code class="language-suggestion">'
SUGGESTED = f'<p class="head">Suggested change</p>{SUGGESTION}'
HUNK_SHOWN = 6  # lines of a hunk above a comment


@dataclass(frozen=True)
class Comment:
    """One comment as it stands on the tests' GitHub; `where` is number and title."""

    task: str
    where: str
    body: str


def comments() -> Iterator[Comment]:
    """Run the demo's events without a model and yield the comments they leave."""
    with tempfile.TemporaryDirectory() as folder, GitHubServer() as server:
        repository = demo.sample_repository(server)
        for sent in demo.sample_events(repository, Path(folder)):
            ran = run(server, sent.name, sent.payload, folder=Path(folder))
            if ran.status:
                sys.exit(f"{sent.title}: {ran.log}{ran.errors}")
        for number, issue in sorted(repository.issues.items()):
            for comment in issue.comments:
                task = re.search(r"<!-- routebot:v1 t=(\w+)", comment.body)
                if task is not None:
                    yield Comment(task[1], f"#{number} {issue.title}", comment.body)


def page(comment: Comment, *, is_open: bool = False) -> str:
    """Write the page of one comment, its folds closed unless `is_open`."""
    body = _rendered(comment.body)
    if is_open:
        body = body.replace("<details>", "<details open>")
    return PAGE.format(boxes=BOX.format(where=html.escape(comment.where), body=body))


def scene(shown: Shown) -> str:
    """Write the page of one review: its summary and the comments on lines."""
    where = html.escape(f"#{shown.number} {shown.title}")
    boxes = [BOX.format(where=where, body=_rendered(body)) for body in shown.comments]
    if not boxes:
        summary = _rendered(shown.summary)
        boxes = [NO_COMMENT.format(where=where, body=summary)]
    boxes += [
        REMARK.format(
            place=html.escape(f"{one.path}:{one.line}"),
            resolved=RESOLVED if one.is_resolved else "",
            hunk=_hunk(one.hunk),
            body=_rendered(one.body),
        )
        for one in shown.remarks
    ]
    return PAGE.format(boxes="\n".join(boxes))


def _rendered(body: str) -> str:
    github = MarkdownIt("commonmark", {"html": True}).enable("table")
    return github.render(body).replace(SUGGESTION, SUGGESTED)


def _hunk(text: str) -> str:
    """The lines of a hunk just above a comment, coloured as a diff is."""
    classes = {"+": "added", "-": "gone"}
    lines = [
        f'<span class="{classes.get(line[:1], "")}">{html.escape(line)}</span>'
        for line in text.split("\n")[-HUNK_SHOWN:]
    ]
    return "\n".join(lines)


def shoot(text: str, file: Path, *, browser: str) -> None:
    """Take the picture of a page, as high as the page is."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.html"
        source.write_text(text, encoding="utf-8")
        call = [browser, *FLAGS, f"--user-data-dir={folder}/profile"]
        seen = _run([*call, f"--window-size={WIDTH},100", "--dump-dom", str(source)])
        height = re.search(r"<title>(\d+)</title>", seen)
        if height is None:
            sys.exit(f"{browser} did not say how high the page is")
        size = f"--window-size={WIDTH},{height[1]}"
        _run([*call, size, f"--screenshot={file}", source.as_uri()])


def main() -> None:
    """Write one picture a comment, one with its fold open, and one a review."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit("no Chromium here; on Debian: apt-get install chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    for comment in comments():
        shoot(page(comment), IMAGES / f"{comment.task}.png", browser=browser)
        if comment.task == "triage":
            opened = IMAGES / "triage-open.png"
            shoot(page(comment, is_open=True), opened, browser=browser)
    with tempfile.TemporaryDirectory() as folder:
        # The review of a fork looks like any other: its own run is worth a picture.
        for name in [each for each in review_scenes.SCENES if each != "fork-after-ci"]:
            shown = review_scenes.played(name, Path(folder))
            target = IMAGES / f"review-{name}.png"
            shoot(scene(shown), target, browser=browser)
    for file in sorted(IMAGES.glob("*.png")):
        print(f"{file.stat().st_size:>8} {file.relative_to(IMAGES.parents[1])}")


def _run(call: list[str]) -> str:
    done = subprocess.run(
        call, capture_output=True, text=True, timeout=60, check=False, env={}
    )
    if done.returncode:
        sys.exit(f"{call[0]} failed: {done.stderr[-500:]}")
    return done.stdout


if __name__ == "__main__":
    main()
