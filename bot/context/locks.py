"""What lock files pin: the versions that are really installed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bot.context.versions import Version

MAX_TEXT = 4_000_000
_MAX_LINE = 300
# A version stands at most so many lines below its name.
_NEAR = 5
_NAME = r"@?[A-Za-z][\w./-]{0,120}"
_VERSION = r"v?\d[\w.+-]{0,40}"
_ON_ONE_LINE = (
    # go.sum, Gemfile.lock, pip's own, pnpm-lock.yaml
    re.compile(rf"(?P<name>{_NAME}) (?P<version>{_VERSION}) h1:"),
    re.compile(rf" {{4}}(?P<name>{_NAME}) \((?P<version>{_VERSION})\)$"),
    re.compile(rf"(?P<name>{_NAME})==(?P<version>{_VERSION})"),
    re.compile(
        rf" {{2}}'?/?(?P<name>{_NAME})[@/](?P<version>{_VERSION})"
        r"(?:\([^)]{0,200}\))?'?:"
    ),
)
_NAMED = re.compile(
    rf"\s{{0,8}}(?:name = \"(?P<toml>{_NAME})\"|\"name\": \"(?P<json>{_NAME})\""
    rf"|\"node_modules/(?P<npm>{_NAME})\": \{{|\"(?P<pip>{_NAME})\": \{{"
    rf"|\"?(?P<yarn>{_NAME})@(?:npm:)?[^\":]{{1,100}}\"?.{{0,100}}:$)"
)
_VERSIONED = re.compile(
    rf"\s{{0,12}}\"?version\"?(?: = |: | )\"?(?:==)?(?P<version>{_VERSION})"
)


def pinned(path: str, text: str, names: Collection[str]) -> Iterator[Version]:
    """Find what a lock file pins of these names (lower case), each line once."""
    wanted, at = "", 0
    for number, line in enumerate(text[:MAX_TEXT].split("\n"), 1):
        line = line[:_MAX_LINE].rstrip()
        whole = next((m for p in _ON_ONE_LINE if (m := p.match(line))), None)
        if whole is not None:
            if _is_asked(whole["name"], names):
                yield Version(whole["name"], whole["version"], path, number)
            continue
        named = _NAMED.match(line)
        if named is not None:
            name = next(filter(None, named.groups()), "")
            wanted, at = (name if _is_asked(name, names) else ""), number
            continue
        versioned = _VERSIONED.match(line) if wanted else None
        if versioned is not None and number - at <= _NEAR:
            yield Version(wanted, versioned["version"], path, number)
            wanted = ""


def _is_asked(name: str, names: Collection[str]) -> bool:
    lowered = name.lower()
    return lowered in names or lowered.rpartition("/")[2] in names
