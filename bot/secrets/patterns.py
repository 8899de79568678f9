"""What secrets look like: vendor prefixes, private keys, passwords, assignments."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.secrets.found import Found

# Longest stretch between the two ends of a private key.
_LONGEST_KEY = 20_000
_ENTROPY = 4.0


def _always(_match: re.Match[str]) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Pattern:
    """One shape: group `value` goes, if `is_secret` says so of the match.

    A text that holds none of `needles` need not be searched.
    """

    kind: str
    regex: re.Pattern[str]
    is_secret: Callable[[re.Match[str]], bool] = _always
    needles: tuple[str, ...] = ("",)


def _token(kind: str, prefix: str, rest: str) -> Pattern:
    # The prefix first and the look behind after it: so the search is for a literal.
    start = re.escape(prefix)
    regex = re.compile(f"(?P<value>{start}(?<![A-Za-z0-9]{start}){rest})")
    return Pattern(kind, regex, needles=(prefix,))


# Tokens are opaque: what follows a prefix may grow (T39), so only a least length.
_TOKENS = (
    ("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", r"[A-Za-z0-9._-]{36,}"),
    ("github-token", "github_pat_", r"[A-Za-z0-9_]{22,}"),
    ("github-token", "pat_", r"[A-Za-z0-9]{22}_[A-Za-z0-9]{50,}"),
    (
        "gitlab-token",
        "glpat- gldt- glrt- glcbt- glptt- glft- glsoat-",
        r"[A-Za-z0-9_.-]{20,}",
    ),
    ("anthropic-key", "sk-ant-", r"[A-Za-z0-9_-]{20,}"),
    ("anthropic-key", "api0", r"[0-9]-[A-Za-z0-9_-]{60,}"),  # without its front
    ("openrouter-key", "sk-or-", r"[A-Za-z0-9_-]{20,}"),
    ("openai-key", "sk-proj- sk-svcacct- sk-admin- sk-None-", r"[A-Za-z0-9_-]{20,}"),
    ("openai-key", "sk-", r"[A-Za-z0-9]{32,}"),
    ("xai-key", "xai-", r"[A-Za-z0-9]{32,}"),
    ("groq-key", "gsk_", r"[A-Za-z0-9]{32,}"),
    ("google-key", "AIza", r"[A-Za-z0-9_-]{35}"),
    ("google-token", "ya29.", r"[A-Za-z0-9_-]{20,}"),
    ("google-secret", "GOCSPX-", r"[A-Za-z0-9_-]{20,}"),
    ("aws-key-id", "AKIA ASIA", r"[A-Z2-7]{16}(?![A-Za-z0-9])"),
    ("slack-token", "xox", r"[abceoprs]-[A-Za-z0-9-]{10,}"),
    ("slack-token", "xapp-", r"[A-Za-z0-9-]{10,}"),
    ("slack-webhook", "hooks.slack.com/", r"[a-z]{5,12}/[A-Za-z0-9/_-]{20,}"),
    ("stripe-key", "sk_live_ sk_test_ rk_live_ rk_test_", r"[A-Za-z0-9]{16,}"),
    ("stripe-secret", "whsec_", r"[A-Za-z0-9+/=]{20,}"),
    ("npm-token", "npm_", r"[A-Za-z0-9]{36,}"),
    ("pypi-token", "pypi-AgE", r"[A-Za-z0-9_-]{50,}"),
    ("huggingface-token", "hf_", r"[A-Za-z0-9]{30,}"),
    ("sendgrid-key", "SG.", r"[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,}"),
    ("digitalocean-token", "doo_v1_ dop_v1_ dor_v1_", r"[a-f0-9]{64}"),
    ("docker-token", "dckr_pat_ dckr_oat_", r"[A-Za-z0-9_-]{20,}"),
    ("databricks-token", "dapi", r"[a-f0-9]{32}"),
    ("shopify-token", "shpat_ shpca_ shppa_ shpss_", r"[A-Fa-f0-9]{32}"),
    ("vault-token", "hvs. hvb. hvr.", r"[A-Za-z0-9_-]{24,}"),
    ("age-key", "AGE-SECRET-KEY-1", r"[0-9A-Z]{50,}"),
    ("atlassian-token", "ATATT3 ATCTT3", r"[A-Za-z0-9_=-]{60,}"),
    (
        "doppler-token",
        "dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.",
        r"[A-Za-z0-9.]{40,}",
    ),
    ("figma-token", "figd_ figo_ figu_", r"[A-Za-z0-9_-]{30,}"),
    ("grafana-token", "glsa_ glc_", r"[A-Za-z0-9_+/=]{32,}"),
    ("linear-key", "lin_api_ lin_oauth_", r"[A-Za-z0-9]{32,}"),
    ("mailgun-key", "key-", r"[0-9a-f]{32}(?![A-Za-z0-9])"),
    ("newrelic-key", "NRAK-", r"[A-Z0-9]{27}"),
    ("notion-token", "ntn_", r"[A-Za-z0-9]{40,}"),
    (
        "planetscale-token",
        "pscale_tkn_ pscale_pw_ pscale_oauth_",
        r"[A-Za-z0-9_.=-]{30,}",
    ),
    ("postman-key", "PMAK-", r"[a-f0-9-]{50,}"),
    ("rubygems-key", "rubygems_", r"[a-f0-9]{48}"),
    ("sentry-token", "sntrys_ sntryu_", r"[A-Za-z0-9_+/=-]{50,}"),
    ("supabase-key", "sbp_", r"[a-f0-9]{40}"),
    ("twilio-key", "SK", r"[0-9a-f]{32}(?![A-Za-z0-9])"),
    ("jwt", "eyJ", r"(?<![\w-]eyJ)[\w-]{10,4000}\.[\w-]{10,8000}\.[\w-]{10,}"),
)
SHAPES = (
    *(
        _token(kind, prefix, rest)
        for kind, prefixes, rest in _TOKENS
        for prefix in prefixes.split()
    ),
    # What gives these away stands in their middle.
    Pattern(
        "openai-key",
        re.compile(r"(?P<value>T3BlbkFJ(?<=[\w-]{20}T3BlbkFJ)[\w-]{20,})"),
    ),
    Pattern("pypi-token", re.compile(r"(?P<value>cHlwaS5vcmc[A-Za-z0-9_-]{40,})")),
    Pattern("jwt", re.compile(r"(?P<value>\.eyJ[\w-]{10,8000}\.[\w-]{20,})")),
    Pattern(
        "discord-webhook",
        re.compile(r"(?P<value>/api/webhooks/[0-9]{10,25}/[A-Za-z0-9_-]{20,})"),
    ),
    Pattern(
        "telegram-token",
        re.compile(r"(?P<value>AA(?<=[0-9]{8}:AA)[A-Za-z0-9_-]{32,})"),
    ),
    Pattern(
        "terraform-token", re.compile(r"(?P<value>\.atlasv1\.[A-Za-z0-9_=-]{60,})")
    ),
    Pattern(
        "url-password",
        re.compile(
            r"://[^\s:/@\"'<>\[]{0,100}:(?P<value>[^\s/@\"'<>]{1,300})@(?=[\w\[])"
        ),
        lambda match: _is_literal(match["value"]),
        ("://",),
    ),
    Pattern(
        "authorization",
        re.compile(
            r"(?<![a-z])authorization[\"']?\s{0,4}[:=]\s{0,4}[\"']?"
            r"(?:(?:bearer|basic|token|digest)\s{1,4})?(?P<value>[^\s\"',;]{8,})",
            re.IGNORECASE,
        ),
        lambda match: _is_literal(match["value"]) and not _is_name(match["value"]),
        ("authorization",),
    ),
    Pattern(
        "authorization",
        re.compile(r"\bbearer\s{1,4}(?P<value>[A-Za-z0-9._~+/=-]{20,})", re.IGNORECASE),
        needles=("bearer",),
    ),
    Pattern(
        "npm-token",
        re.compile(
            r"(?<![A-Za-z0-9])_(?:authToken|auth|password)\s{0,4}=\s{0,4}"
            r"(?P<value>[^\s\"']{8,})"
        ),
        lambda match: _is_literal(match["value"]) and not _is_name(match["value"]),
        ("_auth", "_password"),
    ),
)

# On one line: what a key of YAML holds may be keys of their own.
_GIVEN = r"[\"']?[ \t]{0,8}(?::=|=>|[:=](?!=))[ \t]{0,8}"
_SECRET_NAME = (
    # An assembly's PublicKeyToken is its name.
    r"(?:secret|(?<!publickey)token|passw(?:or)?d|passwd|passphrase|pwd|credentials?|api[_-]?key"
    r"|(?:access|private|secret|account|shared|encryption|signing)[_-]?key)"
)
_SENSITIVE = (
    *("key", "auth", "cred", "pass", "secret"),
    *("token", "salt", "cookie", "session", "webhook"),
)
_SENSITIVE_NAME = f"(?:{'|'.join(_SENSITIVE)})"
_NAMES = ("secret", "token", "pass", "pwd", "credential", "key")
ASSIGNMENTS = (
    Pattern(
        "assigned-secret",
        re.compile(
            rf"{_SECRET_NAME}{_GIVEN}[\"'](?P<value>[^\"'\n]{{8,1000}})[\"']",
            re.IGNORECASE,
        ),
        lambda match: (
            _is_literal(match["value"])
            and _NAMED_AFTER.fullmatch(match["value"]) is None
        ),
        _NAMES,
    ),
    Pattern(
        "assigned-secret",
        re.compile(
            rf"{_SECRET_NAME}{_GIVEN}(?P<value>[^\s\"'`]{{8,1000}})", re.IGNORECASE
        ),
        lambda match: _is_literal(match["value"]) and not _is_name(match["value"]),
        _NAMES,
    ),
    Pattern(
        "high-entropy",
        re.compile(
            rf"{_SENSITIVE_NAME}[A-Za-z0-9_.-]{{0,40}}{_GIVEN}[\"']?"
            r"(?P<value>[A-Za-z0-9+/_=.-]{20,500})(?![A-Za-z0-9+/_=.(\[-])",
            re.IGNORECASE,
        ),
        lambda match: _is_literal(match["value"]) and _is_random(match["value"]),
        _SENSITIVE,
    ),
)

# What stands at the front of every key of a vendor and gives nothing away.
_CONSTANT = re.compile(
    r"sk-ant-[a-z]{2,8}[0-9]{2}-|sk-(?:proj|svcacct|admin|or-v1)-|sk-|xai-|gsk_"
    r"|github_pat_|gh[pousr]_(?:[0-9]{1,12}_)?(?:eyJ[\w-]{1,200}\.)?|glpat-|AIza"
    r"|pypi-AgEIcHlwaS5vcmc|npm_|hf_|xox[a-z]-|[rs]k_(?:live|test)_|eyJ[\w-]{1,200}\."
    r"|https?://"
)
_IDENTITY = re.compile(
    r"[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"[$<{(%*&\[]|[A-Za-z_][\w.]{0,100}[(\[]|sha(?:1|256|384|512)[-:]"
    r"|(?:/[a-z][a-z0-9._-]{0,100}){2}"  # a folder, as in PWD=/home/runner
)
_NAME = re.compile(
    r"[A-Za-z]{1,60}(?:[._][A-Za-z_]{1,60}){1,8}"
    r"|[A-Z][A-Za-z]{0,60}(?:Str|String|Type|Field|Config)"
    # A type or a variable that is itself called after a secret.
    r"|[A-Z]?[a-z]{0,40}(?:[A-Z][a-z]{1,40}){0,4}"
    r"(?:Token|Secret|Key|Password|Credential|Auth)(?:[A-Z]?[a-z]{1,40}){0,4}"
)
# `"refresh_token"`, `"ANTHROPIC_API_KEY"`: the name of one.
_NAMED_AFTER: re.Pattern[str] = re.compile(
    r"[A-Za-z_-]{0,60}(?:token|key|password|secret|credentials?|passwd|auth)",
    re.IGNORECASE,
)
_OWN_NAME = re.compile(_SECRET_NAME, re.IGNORECASE)
_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_LINES = re.compile(r"(?:[\w+/=:,.> \t\\-]|\r?\n){0,20000}")


def search(text: str, table: tuple[Pattern, ...]) -> Iterator[Found]:
    """Find what `table` takes for a secret; what is redacted already is none."""
    folded = ""
    for pattern in table:
        is_folded = bool(pattern.regex.flags & re.IGNORECASE)
        folded = folded or (text.casefold() if is_folded else "")
        where = folded if is_folded else text
        if not any(needle in where for needle in pattern.needles):
            continue
        for match in pattern.regex.finditer(text):
            if not match["value"].startswith("[REDACTED:") and pattern.is_secret(match):
                yield Found(*match.span("value"), pattern.kind)


def without_prefix(value: str) -> str:
    """Cut off what a vendor puts in front of every key alike."""
    match = _CONSTANT.match(value)
    return value[match.end() :] if match else value


def private_keys(text: str) -> list[Found]:
    """Find private keys; one that is cut ends where its lines do."""
    ends = [match.end() for match in _END.finditer(text)]
    found: list[Found] = []
    for begin in _BEGIN.finditer(text):
        if found and begin.start() < found[-1].end:
            continue
        index = bisect_left(ends, begin.end())
        if index < len(ends) and ends[index] - begin.start() <= _LONGEST_KEY:
            end = ends[index]
        else:
            lines = _KEY_LINES.match(text, begin.end())
            end = lines.end() if lines else begin.end()
        found.append(Found(begin.start(), end, "private-key"))
    return found


def _is_literal(value: str) -> bool:
    """Whether `value` is written out: no variable, call, template or commit name."""
    bare = value.rstrip(".,;)]}\"'")
    return not (
        _REFERENCE.match(bare)
        or _IDENTITY.fullmatch(bare)
        or bare.startswith(("process.env", "os.environ"))
        or bare.replace("_", "").isdigit()
        or set(bare) <= set("*xX.-•…")
    )


def _is_name(value: str) -> bool:
    """Whether `value` reads as a variable or a type, `password: password` included."""
    bare = value.rstrip(".,;:)]}")
    return _NAME.fullmatch(bare) is not None or _OWN_NAME.fullmatch(bare) is not None


def _is_random(value: str) -> bool:
    """Whether the characters are spread as chance spreads them, in bits a character."""
    counts = Counter(value)
    size = len(value)
    entropy = -sum(n / size * math.log2(n / size) for n in counts.values())
    has_all = re.search("[0-9]", value) and re.search("[A-Z]", value)
    return bool(has_all) and entropy >= _ENTROPY
