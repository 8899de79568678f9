"""Secrets of others in disguise: found, taken out whole, and nothing else with them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.redacting.disguises import DISGUISES
from benchmarks.redacting.vendors import TOKENS
from bot import secrets
from bot.secrets import encoded

NONE = secrets.vault([])
VENDORS = ("GitHub, classic", "GitHub, Actions", "Anthropic", "OpenAI, project", "npm")
DICE = random.Random(7)
TOKEN = TOKENS["GitHub, classic"](DICE)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("clean", [secrets.redact, secrets.scrub])
def test_no_disguise_hides_the_secret_of_another(vendor, disguise, clean):
    hidden = DISGUISES[disguise](TOKENS[vendor](random.Random(3)))
    cleaned = clean(f"before\nx: {hidden} end\nafter", NONE)
    assert hidden[len(hidden) // 2 :] not in cleaned.text
    assert "[REDACTED:" in cleaned.text
    lines = cleaned.text.split("\n")
    assert lines[0] == "before"
    assert lines[-1] == "after"
    assert len(lines) == hidden.count("\n") + 3


@pytest.mark.parametrize("disguise", DISGUISES)
def test_what_stands_around_a_disguised_secret_stays(disguise):
    hidden = DISGUISES[disguise](TOKEN)
    cleaned = secrets.redact(f"The first, {hidden}, and the last word.", NONE).text
    assert cleaned.startswith("The first, ")
    assert cleaned.endswith(" and the last word.")


@pytest.mark.parametrize(
    "text",
    [
        f"see%20{TOKEN[:20]}%{ord(TOKEN[20]):02x}{TOKEN[21:]}",
        json.dumps({"a": {"b": b64(f'{{"auth": "{TOKEN}"}}')}}),
        json.dumps(b64(b64(TOKEN))).replace("/", "\\/"),
        f"https://example.com/?q={b64(TOKEN)}&x=1",
        f"path/to/{b64('x: ' + TOKEN)}",
        f"key_{b64(TOKEN)}",
        b64(f"password = {TOKEN[4:]}"),
        b64(f"-----BEGIN PRIVATE KEY-----\n{TOKEN}\n-----END PRIVATE KEY-----"),
        b64("https://user:pa55-w0rd@db.example.com/x"),
        "\x1b[31m".join(TOKEN),
        " ".join(f"{byte:02X}" for byte in TOKEN.encode()),
        "\n".join(TOKEN),
        "a." + ".".join(TOKEN),
        b64(TOKEN).encode().hex(),
    ],
)
def test_secrets_are_found_inside_of_what_carries_them(text):
    cleaned = secrets.redact(text, NONE)
    assert sum(cleaned.counts.values()) == 1
    assert cleaned.text.count("\n") == text.count("\n")
    assert secrets.redact(cleaned.text, NONE).counts == {}


@pytest.mark.parametrize(
    "text",
    [
        b64("an ordinary sentence that somebody once encoded, for whatever reason"),
        base64.b64encode(gzip.compress(b"x" * 500, mtime=0)).decode(),
        "sha512-" + base64.b64encode(hashlib.sha512(b"a").digest()).decode(),
        hashlib.sha256(b"a").hexdigest(),
        "SHA256 (a.tgz) = " + hashlib.sha256(b"b").hexdigest(),
        "AAAAB3NzaC1yc2EAAAADAQABAAABgQC7" + "Zk9mQ2xw7LrT4vBn8sXc" * 8,
        "/usr/local/lib/python3.12/site-packages/some_package/module_of_it.py",
        "- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -",
        "+---+---+---+---+---+---+---+---+---+---+---+---+---+---+---+",
        "| a | b | c | d | e | f | g | h | i | j | k | l | m | n | o | p |",
        "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f",
        "100%25 of %41%42 \\u0041 &#65; \\x41 is plain",
        "\u200b" * 40,
        "",
    ],
)
def test_what_hides_nothing_stays(text):
    assert secrets.redact(text, NONE) == secrets.Redacted(text, {})


def test_only_the_encoded_run_goes_and_the_rest_of_its_line_stays():
    cleaned = secrets.redact(f"a = {b64(TOKEN)}; b = {b64('x' * 40)}", NONE).text
    assert cleaned == f"a = [REDACTED:github-token]; b = {b64('x' * 40)}"


def test_encoded_three_times_it_is_still_found_twice_read():
    thrice = b64(b64(b64(TOKEN)))
    assert secrets.redact(thrice, NONE).text == thrice  # what the page admits to


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_ranges_are_in_order_and_inside_of_the_text(text):
    mixed = f"{text}{b64(TOKEN)}{text[::-1]} {' '.join(TOKEN)} {text}"

    def shapes(view):
        return secrets.patterns.search(view, secrets.patterns.SHAPES)

    found = encoded.find(mixed, shapes, shapes)
    ends = [0, *(one.end for one in found)]
    starts = [*(one.start for one in found), len(mixed)]
    assert all(end <= start for end, start in zip(ends, starts, strict=True))
    assert all(one.start < one.end for one in found)
