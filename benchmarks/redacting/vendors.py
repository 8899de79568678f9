"""One generator a vendor: what its tokens look like, by its own documentation.

Prefixes are put together from pieces, so that no scanner takes this file for a find.
"""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Callable, Mapping

ALNUM = string.ascii_letters + string.digits
UPPER = string.ascii_uppercase + string.digits
HEX = "0123456789abcdef"
URLSAFE = ALNUM + "-_"
Make = Callable[[random.Random], str]


def _of(prefix: str, size: int, letters: str = ALNUM) -> Make:
    return lambda dice: prefix + "".join(dice.choices(letters, k=size))


def _jwt(dice: random.Random) -> str:
    def part(size: int) -> str:
        return "".join(dice.choices(URLSAFE, k=size))

    head = base64.urlsafe_b64encode(b'{"alg":"RS256","typ":"JWT"}').decode().rstrip("=")
    return f"{head}.eyJ{part(60)}.{part(86)}"


def _pem(dice: random.Random) -> str:
    lines = ["".join(dice.choices(ALNUM + "+/", k=64)) for _ in range(12)]
    kind = dice.choice(("RSA ", "EC ", "OPENSSH ", ""))
    body = "\n".join(lines)
    return (
        f"-----BEGIN {kind}PRIVATE"
        + f" KEY-----\n{body}\n-----END {kind}PRIVATE KEY-----"
    )


def _telegram(dice: random.Random) -> str:
    return f"{dice.randrange(10**8, 10**10)}:AA" + "".join(dice.choices(URLSAFE, k=33))


def _url(dice: random.Random) -> str:
    scheme = dice.choice(("postgres", "mysql", "amqp", "redis", "mongodb+srv", "https"))
    password = "".join(dice.choices(ALNUM + "-_.!~*", k=dice.randint(8, 24)))
    return f"{scheme}://app:{password}@db.example.com:5432/orders"


def _discord(dice: random.Random) -> str:
    number = dice.randrange(10**17, 10**19)
    tail = "".join(dice.choices(URLSAFE, k=68))
    return f"https://discord.com/api/webhooks/{number}/{tail}"


def _slack_hook(dice: random.Random) -> str:
    parts = [
        "T" + "".join(dice.choices(UPPER, k=8)),
        "B" + "".join(dice.choices(UPPER, k=10)),
        "".join(dice.choices(ALNUM, k=24)),
    ]
    return "https://hooks.slack.com/services/" + "/".join(parts)


def _sendgrid(dice: random.Random) -> str:
    first, second = dice.choices(URLSAFE, k=22), dice.choices(URLSAFE, k=43)
    return "SG" + "." + "".join(first) + "." + "".join(second)


def _terraform(dice: random.Random) -> str:
    first, second = dice.choices(ALNUM, k=14), dice.choices(ALNUM, k=67)
    return "".join(first) + "." + "atlasv1." + "".join(second)


def _ghs(dice: random.Random) -> str:
    return "gh" + "s_" + str(dice.randrange(10**7)) + "_" + _jwt(dice)


# What is known wherever it stands.
TOKENS: Mapping[str, Make] = {
    "GitHub, classic": _of("gh" + "p_", 36),
    "GitHub, OAuth": _of("gh" + "o_", 36),
    "GitHub, Actions": _ghs,
    "GitHub, fine-grained": _of("github" + "_pat_11", 80, ALNUM + "_"),
    "GitLab": _of("glp" + "at-", 20, URLSAFE),
    "Anthropic": _of("sk-" + "ant-api03-", 95, URLSAFE),
    "OpenAI, project": _of("sk-" + "proj-", 120, URLSAFE),
    "OpenAI, old": _of("sk" + "-", 48),
    "xAI": _of("xa" + "i-", 80),
    "Groq": _of("gs" + "k_", 52),
    "OpenRouter": _of("sk-" + "or-v1-", 64, HEX),
    "Google, API": _of("AI" + "za", 35, URLSAFE),
    "Google, OAuth": _of("ya" + "29.", 120, URLSAFE),
    "Google, client": _of("GOC" + "SPX-", 28, URLSAFE),
    "AWS, id": _of("AK" + "IA", 16, string.ascii_uppercase + "234567"),
    "Slack, bot": _of("xo" + "xb-123456789012-1234567890123-", 24),
    "Slack, app": _of("xa" + "pp-1-A01234-1234567890-", 64, HEX),
    "Slack, webhook": _slack_hook,
    "Discord, webhook": _discord,
    "Telegram": _telegram,
    "Stripe": _of("sk_" + "live_", 24),
    "Stripe, restricted": _of("rk_" + "live_", 24),
    "npm": _of("np" + "m_", 36),
    "PyPI": _of("py" + "pi-AgEIcHlwaS5vcmc", 150, URLSAFE),
    "RubyGems": _of("ruby" + "gems_", 48, HEX),
    "Hugging Face": _of("h" + "f_", 34, string.ascii_letters),
    "SendGrid": _sendgrid,
    "Twilio": _of("S" + "K", 32, HEX),
    "Mailgun": _of("ke" + "y-", 32, HEX),
    "DigitalOcean": _of("do" + "p_v1_", 64, HEX),
    "Docker Hub": _of("dck" + "r_pat_", 27, URLSAFE),
    "Databricks": _of("da" + "pi", 32, HEX),
    "Shopify": _of("shp" + "at_", 32, HEX),
    "Vault": _of("hv" + "s.", 90, URLSAFE),
    "Terraform": _terraform,
    "Linear": _of("lin" + "_api_", 40),
    "Notion": _of("nt" + "n_", 46),
    "New Relic": _of("NR" + "AK-", 27, UPPER),
    "Atlassian": _of("ATA" + "TT3xFfGF0", 180, URLSAFE),
    "Figma": _of("fi" + "gd_", 40, URLSAFE),
    "Postman": _of("PM" + "AK-", 59, HEX),
    "Grafana": _of("gl" + "sa_", 41),
    "Supabase": _of("sb" + "p_", 40, HEX),
    "PlanetScale": _of("pscale" + "_tkn_", 43, URLSAFE),
    "Doppler": _of("dp" + ".pt.", 43),
    "Sentry": _of("sntr" + "ys_eyJ", 120, ALNUM + "_"),
    "age": _of("AGE-SECRET" + "-KEY-1", 58, UPPER),
    "JWT": _jwt,
    "private key": _pem,
    "URL": _url,
}
# What only a name in front of it gives away.
NAMED: Mapping[str, Make] = {
    "AWS, secret": _of("", 40, ALNUM + "+/"),
    "Azure storage": lambda dice: base64.b64encode(dice.randbytes(64)).decode(),
    "Datadog": _of("", 32, HEX),
    "Cloudflare": _of("", 40, URLSAFE),
    "a password": _of("", 14, ALNUM + "!#%*-_"),
}
