"""What a finding's words say is not there: symbols, modules, files, or any use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.context.syntax import language_of

MAX_TEXT = 4_000
MOST_CLAIMS = 4

Scope = Literal["file", "anywhere", "use", "module", "path"]


def _either(text: str) -> str:
    """Alternatives separated by commas, the longest first: it says the most."""
    parts = sorted((" ".join(part.split()) for part in text.split(",")), key=len)
    return "|".join(map(re.escape, reversed(parts)))


_NAME = r"[A-Za-z_$][\w$]{0,80}(?:(?:\.|::)[A-Za-z_$][\w$]{0,80}){0,4}"
_SYMBOL = rf"(?P<open>[`'\"])?(?P<name>{_NAME})(?P<call>\(\))?[`'\"]?"
_KIND = (
    r"(?:(?:function|method|class|variable|symbol|name|identifier|import|module|"
    r"attribute|helper|constant|type|field|property|member|package|called|named):? )"
    r"{0,2}"
)
# What is said of a symbol, before or after it, and where it must then not be. Words
# that may as well be said of a value, an argument or a call left out are no claims.
_BEFORE: dict[Scope, str] = {
    "file": "undefined, undeclared, unknown name, unknown identifier, unknown symbol, "
    "unresolved, unresolved reference, unresolved reference to, unresolved name, "
    "unresolved symbol, cannot find name, cannot find symbol, "
    "cannot resolve, cannot resolve symbol, undeclared identifier, missing import, "
    "missing import of, missing import for, missing an import of, missing imports of, "
    "missing an import for, lacks an import of, lacks an import for, lacks the import, "
    "no import of, no import for, without importing, not importing, needs to import, "
    "must import, forgets to import, forgot to import, never imports, does not import, "
    "did not import",
    "anywhere": "no such, nonexistent, non-existent, does not define, never defines, "
    "no definition of, no definition for, missing definition of, "
    "missing definition for, missing function, missing method, missing class, "
    "has no attribute, has no method, has no function, has no member, has no field, "
    "has no property, does not have a method, does not have an attribute, "
    "does not have a function, does not have a field, does not have a member",
    "use": "unused",
    "module": "no module named, unresolved import, cannot find module, "
    "cannot find package, no such module, no such package",
}
_AFTER: dict[Scope, str] = {
    "file": "undefined, not defined, not declared, undeclared, never declared, "
    "unresolved, not imported, never imported, not in scope, missing an import, "
    "missing its import, must be imported, needs to be imported, "
    "used without being imported, used but never imported, used but not imported, "
    "used without an import, cannot be resolved, not been defined, not been declared, "
    "not been imported, never been imported",
    "anywhere": "not exist, not seem to exist, not appear to exist, no longer exists, "
    "not defined anywhere, never defined, never been defined, nowhere defined, "
    "defined nowhere, nonexistent, non-existent, not a member of",
    "use": "unused, never used, never referenced",
}
_VERBS = (
    r"(?:(?:is|was|are|were|does|did|do|has|have|been|be|being|which|that|it|seems?|"
    r"appears?|to|also|simply|actually) ){0,4}"
)
_PATTERNS: tuple[tuple[Scope, str], ...] = (
    *(
        (scope, rf"\b(?:{_either(said)}):? (?:the |an? |any )?{_KIND}{_SYMBOL}")
        for scope, said in _BEFORE.items()
    ),
    *(
        (scope, rf"{_SYMBOL},? {_KIND}{_VERBS}(?:{_either(said)})\b")
        for scope, said in _AFTER.items()
    ),
    ("file", rf"\bimport (?:of|for) {_SYMBOL} is missing\b"),
)
_CLAIMS = tuple(
    (scope, re.compile(pattern, re.IGNORECASE)) for scope, pattern in _PATTERNS
)
# `Order` has no method `total`: it is missing there, whatever else is called so.
_OWNER = re.compile(rf"[`'\"]?(?P<owner>{_NAME})[`'\"]? (?:object |class |module )?$")
_PATH = re.compile(
    r"[`'\"](?P<path>(?:[\w@+-][\w.@+-]{0,80}/){0,12}[\w@+-][\w.@+-]{0,80}\.[A-Za-z]{1,6})"
    r"[`'\"],? (?:which |that )?(?:file )?(?:does not exist|is not there|"
    r"is missing from the repository|is not in the repository|was never added)\b"
)
# "when `path` does not exist" speaks of a case, not of the code.
_CONDITION = re.compile(
    r"\b(?:when|whenever|if|unless|until|once|where|case|while|may|might|can|could)\b"
)
_CASE = re.compile(
    r"[,:]? {0,2}(?:yet|when|whenever|if|unless|until|before|after|otherwise|"
    r"by the time|at (?:this|that) point|"
    r"(?:on|for|with) (?:an? )?(?:empty|missing|invalid|new|old|other)\b|"
    r"(?:in|on|for|inside|along) (?:the|this|that|an?|some) "
    r"(?:[\w`'-]{1,30} ){0,3}(?:path|branch|case|block|iteration|loop|call|input|user|"
    r"request|response|platform|machine|system|version)s?)\b"
)
_NEARBY = 40
_SHORT = (
    (re.compile("[\u2018\u2019]"), "'"),
    (re.compile(r"\bcan'?t\b", re.IGNORECASE), "cannot"),
    (re.compile(r"n't\b", re.IGNORECASE), " not"),
    (re.compile(r"[ \t\n]+"), " "),
)
# Here a value may be `undefined`, so that the word says nothing of a name.
_HAS_UNDEFINED = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".vue")


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said to be missing in its file or anywhere, or to be unused."""

    name: str
    scope: Scope


def claims(text: str, path: str = "") -> tuple[Claim, ...]:
    """Read out of a finding's words what they say is missing or unused.

    `path` is the file the finding is about. What holds in some case alone, and what may
    be said of a value, is no claim.
    """
    text = text[:MAX_TEXT]
    for pattern, plain in _SHORT:
        text = pattern.sub(plain, text)
    found: dict[Claim, None] = {}
    for match in _PATH.finditer(text):
        # What a program makes at run time may be missing; code is there or is not.
        if language_of(match["path"]) and not _is_a_case(match, text):
            found.setdefault(Claim(match["path"], "path"))
    for scope, pattern in _CLAIMS:
        for match in pattern.finditer(text):
            is_claim = _is_code(match, scope) and not _is_a_case(match, text)
            if is_claim and not _is_of_a_value(match, path):
                found.setdefault(Claim(_qualified(match, text, scope), scope))
    return tuple(found)[:MOST_CLAIMS]


def _is_a_case(match: re.Match[str], text: str) -> bool:
    before = text[max(match.start() - _NEARBY, 0) : match.start()]
    # Another sentence says nothing of this one.
    before = re.split(r"[.;!?] ", before)[-1]
    return bool(_CONDITION.search(before) or _CASE.match(text, match.end()))


def _is_of_a_value(match: re.Match[str], path: str) -> bool:
    says = match[0].lower()
    is_name = says.endswith("undefined") or says.startswith("undefined")
    return is_name and path.endswith(_HAS_UNDEFINED)


def _qualified(match: re.Match[str], text: str, scope: Scope) -> str:
    name = match["name"]
    owned = match[0].lower().startswith(("has no ", "does not have "))
    owner = _OWNER.search(text[: match.start()][-_NEARBY * 3 :]) if owned else None
    # "it has no method" names nobody; `shop.stock` and Shelf do.
    if owner is None or scope != "anywhere" or owner[0].strip().islower():
        is_named = owner is not None and owner[0][0] in "`'\""
        return f"{owner['owner']}.{name}" if owner and is_named else name
    return f"{owner['owner']}.{name}"


def _is_code(match: re.Match[str], scope: Scope) -> bool:
    """Whether what was found reads as a symbol, not as an English word or a string."""
    name = match["name"]
    at = match.start("name")
    if match.string[at - 1 : at] == "/" or match.string[match.end("name") :][:1] in (
        "/",
        "-",
    ):
        return False  # a part of a path
    if match["open"] in ("'", '"'):
        return scope in ("file", "module") or match[0].startswith("has no attribute")
    return bool(
        match["open"]
        or ": " in match[0][: at - match.start()]
        or match["call"]
        or "_" in name
        or "." in name
        or "::" in name
        or name[1:] != name[1:].lower()
    )
