"""How much a wrong answer would cost: from paths, labels, size; text only raises it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.globs import any_match

if TYPE_CHECKING:
    # The policy is built on pydantic, which a git hook must not pay for.
    from bot.policy.model import StakesLevel

LEVELS: tuple[StakesLevel, ...] = ("routine", "standard", "critical")
# Beyond these a change is hard to hold in one head (added and removed lines; files;
# top-level folders).
LARGE_LINES = 500
MANY_FILES = 20
MANY_FOLDERS = 4
# Of very long input only this much is looked at; the sizes above count all of it.
MOST_PATHS = 3_000
MOST_TEXT = 64_000
LONGEST_PATH = 1_000


class Globs(Protocol):
    """What a policy says of paths (`bot.policy.model.Stakes`)."""

    @property
    def critical(self) -> tuple[str, ...]:
        """Paths where a wrong answer costs most."""

    @property
    def standard(self) -> tuple[str, ...]:
        """Paths that the tables here overrate."""

    @property
    def routine(self) -> tuple[str, ...]:
        """Paths where it costs little."""


@dataclass(frozen=True, slots=True)
class _NoGlobs:
    critical: tuple[str, ...] = ()
    standard: tuple[str, ...] = ()
    routine: tuple[str, ...] = ()


def _sets(table: dict[str, str]) -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in table.items()}


# A changed path is critical by itself when one of its words (auth_service.py and
# AuthService.java: auth, service) is one of these.
CRITICAL_WORDS = _sets(
    {
        "auth": "acl auth authentication authenticator authorization authz authn "
        "credential credentials jwt ldap login oauth oauth2 oidc password passwords "
        "permission permissions rbac saml session sessions sso",
        "crypto": "cert certificate certificates certs cipher crypto cryptography "
        "decrypt encrypt encryption hmac keyring keystore signature signing ssl tls "
        "x509",
        "payments": "billing checkout invoice invoices invoicing payment payments "
        "payout payouts refund refunds stripe subscription subscriptions",
        "migrations": "alembic flyway migration migrations liquibase",
    }
)
CRITICAL_GLOBS: dict[str, tuple[str, ...]] = {
    "ci and release": (
        ".github/workflows/**",
        ".github/actions/**",
        ".circleci/**",
        ".ci/**",
        ".gitlab-ci.yml",
        "action.yml",
        "action.yaml",
        "azure-pipelines.yml",
        "CODEOWNERS",
        "Dockerfile",
        "Jenkinsfile",
        "release.sh",
        "release.py",
        ".goreleaser.y*ml",
    ),
    "secrets": (".env", ".env.*", "*.pem", "*.key"),
}
# One of these alone leaves a change at standard; two different ones make it critical.
NOTABLE_WORDS = _sets(
    {
        "concurrency": "async atomic concurrency concurrent coroutine deadlock "
        "executor locking mutex mutexes scheduler semaphore thread threading "
        "threadpool threads",
    }
)
NOTABLE_GLOBS: dict[str, tuple[str, ...]] = {
    "public API": (
        "**/api/**",
        "**/include/**",
        "openapi*.y*ml",
        "openapi*.json",
        "*.proto",
        "*.graphql",
        "__init__.py",
        "*.d.ts",
        "lib.rs",
    ),
}
DOCS = ("*.md", "*.rst", "*.txt", "*.adoc", "LICENSE*", "docs/**", "**/doc/**")
TESTS = (
    "test/**",
    "**/tests/**",
    "**/__tests__/**",
    "**/spec/**",
    "**/testdata/**",
    "test_*.py",
    "*_test.*",
    "*.test.*",
    "*.spec.*",
    "*Test.java",
)
CRITICAL_LABELS = (
    "breaking",
    "breaking-change",
    "critical",
    "data-loss",
    "p0",
    "security",
    "severity:critical",
    "vulnerability",
)
# Words of a title or body that raise the level by one step, whoever wrote them.
TEXT_WORDS = _sets(
    {
        "security": "cve exploit injection rce vulnerability vulnerabilities xss csrf "
        "ssrf",
        "harm": "corruption outage breach deadlock leak",
    }
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+[0-9]*")
_DASHES = str.maketrans(" _", "--")
_TEXT_WORD = re.compile(r"[a-z]{2,30}")


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was seen: a name from the tables above and where it was seen."""

    name: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Stakes:
    """The level, and every reason for it, weightiest first."""

    level: StakesLevel
    reasons: tuple[Reason, ...] = ()


def assess(
    *,
    paths: Sequence[str] = (),
    labels: Iterable[str] = (),
    added: int = 0,
    removed: int = 0,
    text: str = "",
    globs: Globs | None = None,
) -> Stakes:
    """Say how much a wrong answer would cost.

    `labels` are those a person with write access set. `added` and `removed` count
    lines. `globs` (the policy's) win over the tables for the paths they match. The
    level is standard without a change. Same input, same answer.
    """
    own = globs or _NoGlobs()
    looked_at = [path for path in paths[:MOST_PATHS] if len(path) <= LONGEST_PATH]
    counted = [path for path in looked_at if _counts(path, own)]
    critical = [
        *_by_policy(looked_at, own),
        *_seen(counted, CRITICAL_WORDS, CRITICAL_GLOBS),
        *_by_label(labels),
    ]
    notable = [
        *_seen(counted, NOTABLE_WORDS, NOTABLE_GLOBS),
        *_by_size(paths, added + removed),
    ]
    raising = _by_text(text)
    level = _level(_base(paths, looked_at, own), critical, notable)
    if raising:
        level = LEVELS[min(LEVELS.index(level) + 1, len(LEVELS) - 1)]
    return Stakes(level, tuple(critical + notable + raising + _calm(level, paths)))


def _level(
    base: StakesLevel, critical: list[Reason], notable: list[Reason]
) -> StakesLevel:
    if critical or (base != "routine" and len({r.name for r in notable}) > 1):
        return "critical"
    return base


def _base(paths: Sequence[str], looked_at: list[str], own: Globs) -> StakesLevel:
    if not paths or len(looked_at) < len(paths):
        return "standard"
    return "routine" if all(_is_calm(path, own) for path in looked_at) else "standard"


def _is_calm(path: str, own: Globs) -> bool:
    if any_match(path, (*own.critical, *own.standard)):
        return False
    return any_match(path, (*own.routine, *DOCS, *TESTS))


def _calm(level: StakesLevel, paths: Sequence[str]) -> list[Reason]:
    if level != "routine":
        return []
    return [Reason("docs, tests or routine paths only", f"{len(paths)} files")]


def _by_policy(paths: list[str], own: Globs) -> list[Reason]:
    hit = next((p for p in paths if any_match(p, own.critical)), None)
    return [Reason("policy", hit)] if hit is not None else []


def _counts(path: str, own: Globs) -> bool:
    # A workflow may be written in Markdown, so these come before the docs.
    if any_match(path, own.routine + own.standard + own.critical):
        return False
    if any_match(path, CRITICAL_GLOBS["ci and release"]):
        return True
    return not any_match(path, (*DOCS, *TESTS))


def _seen(
    paths: list[str],
    words: dict[str, frozenset[str]],
    patterns: dict[str, tuple[str, ...]],
) -> list[Reason]:
    reasons: dict[str, Reason] = {}
    for path in paths:
        own_words = _words(path)
        names = [name for name, known in words.items() if own_words & known]
        names += [name for name, some in patterns.items() if any_match(path, some)]
        for name in names:
            reasons.setdefault(name, Reason(name, path))
    return list(reasons.values())


def _words(path: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(path))


def _by_label(labels: Iterable[str]) -> list[Reason]:
    return [
        Reason("label", label)
        for label in labels
        if label.lower().replace(": ", ":").translate(_DASHES) in CRITICAL_LABELS
    ]


def _by_size(paths: Sequence[str], lines: int) -> list[Reason]:
    # Many lines usually lie in many files: two measures of one thing, so one reason.
    if lines > LARGE_LINES:
        return [Reason("large change", f"{lines:,} lines")]
    folders = {path.split("/", 1)[0] for path in paths if "/" in path}
    if len(paths) > MANY_FILES or len(folders) > MANY_FOLDERS:
        evidence = f"{len(paths):,} files in {len(folders):,} folders"
        return [Reason("wide change", evidence)]
    return []


def _by_text(text: str) -> list[Reason]:
    words = set(_TEXT_WORD.findall(text[:MOST_TEXT].lower()))
    return [
        Reason(f"text: {name}", min(words & known))
        for name, known in TEXT_WORDS.items()
        if words & known
    ]
