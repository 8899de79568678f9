"""The captured logs: what each one is of, and where it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.failing.shape import Suite
from benchmarks.failing.suites import c, go, javascript, python, ruby_php, rust
from benchmarks.failing.written import WRITTEN

FOLDER = Path(__file__).parent
SUITES: dict[str, Suite] = {
    suite.name: suite
    for module in (python, javascript, go, rust, c, ruby_php)
    for suite in module.SUITES
} | {"written": WRITTEN}
# What makes a test fail that no change breaks: two clocks apart, a service away.
TOGGLES = {"": {}, "drift": {"DRIFT": "2"}, "rates": {"RATES_PORT": "9"}}


@dataclass(frozen=True, slots=True)
class Shot:
    """A run of a suite with some changes made; `copy` tells equal runs apart.

    Of the suite `written` there is one log a name, `toggle` being that name.
    """

    suite: str
    changes: tuple[str, ...] = ()
    toggle: str = ""
    copy: int = 1

    @property
    def name(self) -> str:
        """The log's name, without its ending."""
        if self.suite == "written":
            return f"written--{self.toggle}"
        parts = [self.suite, "+".join(self.changes) or "green", self.toggle]
        copy = str(self.copy) if self.copy > 1 else ""
        return "--".join(filter(None, (*parts, copy)))

    @property
    def file(self) -> Path:
        """Where the log is kept."""
        return FOLDER / f"{self.name}.log"
