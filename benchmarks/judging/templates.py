"""The cases: what was on the base branch, what the change did, what the jobs showed.

The verdict is known because we made the failure. Where a careful reader of the same
evidence could also say something else, `also` holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from benchmarks.failing.shots import Shot

CAUSED, BASE, FLAKY, INFRA, UNCLEAR = (
    "caused_by_this_change",
    "failing_on_base",
    "flaky",
    "infrastructure",
    "unclear",
)
ALL = ("pytest", "unittest", "jest", "go", "cargo", "make", "rspec", "phpunit")
DRIFTING = ("pytest", "jest", "go", "cargo", "make", "rspec", "phpunit")
GOOD, BAD = "success", "failure"


@dataclass(frozen=True, slots=True)
class Ran:
    """A job of this name elsewhere: how it ended, its log, at which attempt."""

    conclusion: str
    shot: Shot | None = None
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Made:
    """One case. `before` is what base and head share, `change` what the head adds.

    `ends` are the jobs of the event's attempt; `base` is newest first; `seen` are
    threads where we said the same of a log.
    """

    name: str
    expected: str
    suite: str
    change: tuple[str, ...]
    ends: tuple[Ran, ...]
    base: tuple[Ran, ...] = ()
    before: tuple[str, ...] = ()
    attempts: tuple[Ran, ...] = ()
    seen: tuple[tuple[int, Shot], ...] = ()
    also: tuple[str, ...] = ()


def every() -> Iterator[Made]:
    """Yield all cases, in no order that matters."""
    for suite, changes in OUR_FAULT.items():
        yield from (_caused(suite, change) for change in changes)
    for suite in (*ALL, "tsc"):
        yield _on_base(suite)
    for suite in ("pytest", "jest", "go", "rspec", "phpunit", "cargo", "make"):
        yield _another_on_base(suite)
    for suite in ("pytest", "jest", "go", "rspec"):
        yield _fixed_on_base(suite)
    yield from _flaky()
    yield from _told_by_nothing()
    yield from _infrastructure()
    yield from _hard()


OUR_FAULT: dict[str, tuple[str, ...]] = {
    "pytest": ("bug", "build", "syntax", "indirect", "slow", "memory", "test"),
    "unittest": ("bug", "build"),
    "jest": ("bug", "build", "syntax", "indirect"),
    "tsc": ("bug", "indirect"),
    "npm": ("bug", "manifest", "lock"),
    "go": ("bug", "build", "indirect", "slow", "panic"),
    "cargo": ("bug", "build", "indirect", "panic", "lock"),
    "make": ("bug", "build", "link", "indirect", "segfault"),
    "cmake": ("package", "build"),
    "rspec": ("bug", "build", "indirect"),
    "phpunit": ("bug", "build", "indirect"),
}


def _green(suite: str, count: int = 3) -> tuple[Ran, ...]:
    return (Ran(GOOD, Shot(suite)),) * count


def _caused(suite: str, change: str) -> Made:
    ends = (Ran(BAD, Shot(suite, (change,))),)
    name = f"caused-{change}-{suite}"
    return Made(name, CAUSED, suite, (change,), ends, _green(suite))


def _on_base(suite: str) -> Made:
    return Made(
        f"base-same-{suite}",
        BASE,
        suite,
        ("feature",),
        (Ran(BAD, Shot(suite, ("old", "feature"))),),
        (Ran(BAD, Shot(suite, ("old",))), Ran(BAD), *_green(suite, 2)),
        before=("old",),
    )


def _another_on_base(suite: str) -> Made:
    """The base branch is broken, and the change breaks something else."""
    return Made(
        f"base-other-{suite}",
        CAUSED,
        suite,
        ("bug",),
        (Ran(BAD, Shot(suite, ("old", "bug"))),),
        (Ran(BAD, Shot(suite, ("old",))), *_green(suite, 2)),
        before=("old",),
    )


def _fixed_on_base(suite: str) -> Made:
    """The branch was cut while the base branch was broken."""
    return Made(
        f"base-fixed-{suite}",
        BASE,
        suite,
        ("feature",),
        (Ran(BAD, Shot(suite, ("old", "feature"))),),
        (*_green(suite, 2), Ran(BAD, Shot(suite, ("old",)))),
        before=("old",),
    )


def _flaky() -> Iterator[Made]:
    for suite in DRIFTING:
        drifted = Shot(suite, ("feature",), "drift")
        retried = (Ran(BAD, drifted, 1),)
        ends = (Ran(GOOD, Shot(suite, ("feature",)), 2),)
        yield Made(
            f"flaky-retry-{suite}",
            FLAKY,
            suite,
            ("feature",),
            ends,
            _green(suite),
            attempts=retried,
        )
    for suite in ("pytest", "jest", "go", "make"):
        once = Ran(BAD, Shot(suite, (), "drift"))
        base = (*_green(suite, 2), once, *_green(suite, 1))
        yield _drifted(f"flaky-base-{suite}", suite, base)
    for suite in ("pytest", "cargo", "rspec", "phpunit"):
        seen = ((101, Shot(suite, (), "drift")), (108, Shot(suite, (), "drift")))
        yield _drifted(f"flaky-seen-{suite}", suite, _green(suite), seen=seen)
    for suite in ("jest", "go"):
        passed = (Ran(GOOD, Shot(suite, ("feature",)), 1),)
        yield _drifted(
            f"flaky-rerun-{suite}", suite, _green(suite), attempts=passed, attempt=2
        )


def _drifted(
    name: str,
    suite: str,
    base: tuple[Ran, ...],
    *,
    seen: tuple[tuple[int, Shot], ...] = (),
    attempts: tuple[Ran, ...] = (),
    attempt: int = 1,
) -> Made:
    ends = (Ran(BAD, Shot(suite, ("feature",), "drift"), attempt),)
    return Made(
        name, FLAKY, suite, ("feature",), ends, base, seen=seen, attempts=attempts
    )


def _told_by_nothing() -> Iterator[Made]:
    """A test fails for the first time that the change does not touch."""
    for suite in ("pytest", "jest", "go", "phpunit"):
        ends = (Ran(BAD, Shot(suite, ("docs",), "drift")),)
        name = f"unclear-docs-{suite}"
        yield Made(name, UNCLEAR, suite, ("docs",), ends, _green(suite), also=(FLAKY,))
    for suite in ("pytest", "cargo", "rspec"):
        ends = (Ran(BAD, Shot(suite, ("feature",), "drift")),)
        yield Made(
            f"unclear-first-{suite}",
            UNCLEAR,
            suite,
            ("feature",),
            ends,
            _green(suite),
            also=(FLAKY,),
        )
    for suite in ("go", "make"):
        ends = (Ran(BAD, Shot(suite, ("feature",), "drift")),)
        name = f"unclear-no-base-{suite}"
        yield Made(name, UNCLEAR, suite, ("feature",), ends, also=(FLAKY,))
    rates = (Ran(BAD, Shot("pytest", ("docs",), "rates")),)
    yield Made(
        "unclear-service-pytest",
        UNCLEAR,
        "pytest",
        ("docs",),
        rates,
        _green("pytest"),
        also=(FLAKY, INFRA),
    )
    yield _fault("unclear-canceled", UNCLEAR, "canceled", "cancelled")
    yield _fault("unclear-cut", UNCLEAR, "cut", also=(INFRA,))


def _fault(
    name: str,
    expected: str,
    log: str,
    conclusion: str = BAD,
    *,
    change: Iterable[str] = ("feature",),
    also: tuple[str, ...] = (),
) -> Made:
    is_docker = log.startswith(("docker", "disk-docker"))
    green = Shot("written", (), "docker-green") if is_docker else Shot("pytest")
    ends = (Ran(conclusion, Shot("written", (), log)),)
    base = (Ran(GOOD, green),) * 3
    return Made(name, expected, "written", tuple(change), ends, base, also=also)


def _infrastructure() -> Iterator[Made]:
    for log in (
        *("shutdown", "lost", "disk", "checkout-dns", "checkout-502", "pip-dns"),
        *("pip-timeout", "npm-503", "npm-reset", "apt-503", "docker-limit"),
        *("go-proxy", "cargo-net", "maven-503", "action-download", "artifact"),
    ):
        yield _fault(f"infra-{log}", INFRA, log)
    for log in ("docker-503", "docker-dns", "disk-docker"):
        yield _fault(f"infra-{log}-changed", INFRA, log, change=("docker",))
    yield _fault("infra-pip-dns-raised", INFRA, "pip-dns", change=("raise",))
    yield _fault("infra-yanked", INFRA, "pip-yanked", also=(UNCLEAR,))
    yield _fault(
        "infra-killed-docs", INFRA, "killed", change=("docs",), also=(UNCLEAR,)
    )


def _hard() -> Iterator[Made]:
    yield _fault("caused-docker-typo", CAUSED, "docker-typo", change=("docker-typo",))
    yield _fault("caused-pin", CAUSED, "pip-no-match", change=("pin",))
    yield _fault("caused-action", CAUSED, "action-missing", change=("action",))
    yield _fault("caused-disk", CAUSED, "disk-filled", change=("disk",))
    yield _fault(
        "caused-limit", CAUSED, "limit", "timed_out", change=("slow",), also=(UNCLEAR,)
    )
    yield _fault(
        "unclear-limit-docs",
        UNCLEAR,
        "limit",
        "timed_out",
        change=("docs",),
        also=(FLAKY, INFRA),
    )
    yield Made(
        "base-infra-caused-pytest",
        CAUSED,
        "pytest",
        ("bug",),
        (Ran(BAD, Shot("pytest", ("bug",))),),
        (Ran(BAD, Shot("written", (), "pip-dns")), *_green("pytest", 2)),
    )
    yield Made(
        "base-touched-pytest",
        BASE,
        "pytest",
        ("touch",),
        (Ran(BAD, Shot("pytest", ("old", "touch"))),),
        (Ran(BAD, Shot("pytest", ("old",))), *_green("pytest", 2)),
        before=("old",),
    )
    yield Made(
        "flaky-warned-pytest",
        FLAKY,
        "pytest",
        ("warn",),
        (Ran(BAD, Shot("pytest", ("warn",), "drift")),),
        (
            *_green("pytest", 1),
            Ran(BAD, Shot("pytest", (), "drift")),
            *_green("pytest", 1),
        ),
    )
    yield Made(
        "flaky-service-pytest",
        FLAKY,
        "pytest",
        ("feature",),
        (Ran(GOOD, Shot("pytest", ("feature",)), 2),),
        _green("pytest"),
        attempts=(Ran(BAD, Shot("pytest", ("feature",), "rates"), 1),),
    )
    yield Made(
        "flaky-service-base-pytest",
        FLAKY,
        "pytest",
        ("feature",),
        (Ran(BAD, Shot("pytest", ("feature",), "rates")),),
        (
            *_green("pytest", 1),
            Ran(BAD, Shot("pytest", (), "rates")),
            *_green("pytest", 1),
        ),
        also=(INFRA,),
    )
    yield Made(
        "base-unread-pytest",
        BASE,
        "pytest",
        ("docs",),
        (Ran(BAD, Shot("pytest", ("old", "docs"))),),
        (Ran(BAD), Ran(BAD, Shot("pytest", ("old",)))),
        before=("old",),
    )
    drifted_too = (
        Ran(BAD, Shot("go", ("bug",))),
        Ran(BAD, Shot("go", (), "drift")),
    )
    yield Made(
        "caused-beside-flaky-go", CAUSED, "go", ("bug",), drifted_too, _green("go")
    )
    yield Made(
        "caused-matrix-jest",
        CAUSED,
        "jest",
        ("bug",),
        (Ran(BAD, Shot("jest", ("bug",))), Ran(BAD, Shot("jest", ("bug",), "", 2))),
        _green("jest"),
    )
    yield Made(
        "caused-seen-here-rspec",
        CAUSED,
        "rspec",
        ("bug",),
        (Ran(BAD, Shot("rspec", ("bug",))),),
        _green("rspec"),
        seen=((7, Shot("rspec", ("bug",))),),
    )
