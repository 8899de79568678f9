"""`make report-pictures`: the report as a browser shows it, into a folder.

Three widths, light and dark, of 5,000 records made by chance and of none.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.learning import ledgers
from bot.report import figures, page

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--hide-scrollbars",
)
# Width and height of each window; a headless window is no narrower than 500.
WINDOWS = {"phone": (500, 1_000), "tablet": (820, 1_180), "desk": (1_280, 960)}
# What the browser is told that its user likes.
SCHEMES = {"light": "1", "dark": "0"}


def main(folder: Path) -> None:
    """Write the pictures, by number of records, window and scheme."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit("no Chromium here")
    folder.mkdir(parents=True, exist_ok=True)
    for count in (5_000, 0):
        found = ledgers.ledger(count)
        text = page.render(
            figures.of(found.entries, since=found.since, posted=found.posted)
        )
        for window, (width, height) in WINDOWS.items():
            for scheme, value in SCHEMES.items():
                target = folder / f"report-{count}-{window}-{scheme}.png"
                given = [
                    f"--window-size={width},{height}",
                    f"--blink-settings=preferredColorScheme={value}",
                    f"--screenshot={target.resolve()}",
                ]
                _shoot(browser, given, text)
                print(target)


def _shoot(browser: str, given: list[str], text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.html"
        source.write_text(text, encoding="utf-8")
        profile = f"--user-data-dir={folder}/profile"
        call = [browser, *FLAGS, profile, *given, source.as_uri()]
        subprocess.run(call, capture_output=True, check=True, timeout=60)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
