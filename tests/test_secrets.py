"""No key leaves: by value, by disguise, by shape. Every value here is made up."""

from __future__ import annotations

import base64
import time
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import secrets
from bot.secrets import disguises, leaks, redact, scrub, vault

# Put together from pieces, so that no scanner takes this file for a find.
BODY = "Zk9mQ2xw7LrT4vBn8sXc1dFg5hJ3"
OURS = "sk-" + "ant-api03-" + BODY + "-aA_0" + BODY[::-1]
NONE = vault([])
VAULT = vault([OURS])


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


DISGUISES = {
    "raw": OURS,
    "base64": b64(OURS),
    "base64, one before": b64("x" + OURS + "yz"),
    "base64, two before": b64("xx" + OURS + "y"),
    "urlsafe base64": base64.urlsafe_b64encode(OURS.encode()).decode(),
    "base64 twice": b64(b64(OURS)),
    "base64 twice, inside": b64("key=" + b64("a" + OURS)),
    "hex": OURS.encode().hex(),
    "HEX": OURS.encode().hex().upper(),
    "reversed": OURS[::-1],
    "url": quote(OURS, safe=""),
    "url, each byte": "".join(f"%{byte:02x}" for byte in OURS.encode()),
    "spaced": " ".join(OURS),
    "dashed": "-".join(OURS[at : at + 4] for at in range(0, len(OURS), 4)),
    "one a line": "\n".join(OURS),
    "zero width": "\u200b".join(OURS),
    "shown zero width": "⟨U+200B⟩".join(OURS),
    "json escapes": "".join(f"\\u{ord(character):04x}" for character in OURS),
    "html escapes": "".join(f"&#{ord(character)};" for character in OURS),
    "full width": "".join(chr(ord(character) + 0xFEE0) for character in OURS),
    "front": OURS[:25],
    "middle": OURS[20:32],
    "end": OURS[-12:],
    "spaced middle": " ".join(OURS[15:40]),
    "hex of a part": OURS[14:40].encode().hex(),
}


@pytest.mark.parametrize("name", DISGUISES)
def test_a_value_of_ours_is_known_in_disguise(name: str) -> None:
    assert leaks(f"some text {DISGUISES[name]} more text", VAULT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "an ordinary answer about keys, tokens and base64",
        OURS[:13],
        "sk-" + "ant-api03-" + "…",
        OURS[-11:],
        "-" * 500 + "=" * 500,
        "3f786850e387550fdab836ed7e6dc881de23001b",
    ],
)
def test_an_honest_text_does_not_leak(text: str) -> None:
    assert not leaks(text, VAULT)


def test_short_values_are_ignored_and_eight_characters_count() -> None:
    assert not leaks("hunter2", vault(["hunter2", ""]))
    assert leaks("my hunter22!", vault(["hunter22"]))


def test_each_long_line_of_a_long_value_counts() -> None:
    key = "-----BEGIN X-----\n" + BODY + "\n" + BODY[::-1] + "\n-----END X-----"
    assert leaks(f"x {BODY[::-1]} y", vault([key]))
    assert not leaks("-----BEGIN X-----", vault([key]))


def test_a_vault_shows_nothing_of_what_it_holds() -> None:
    assert BODY not in repr(VAULT)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "raw",
            "base64",
            "base64, one before",
            "hex",
            "url",
            "reversed",
            "zero width",
        ),
        *("json escapes", "front", "middle"),
    ],
)
def test_a_value_of_ours_is_redacted_before_a_model_sees_it(name: str) -> None:
    redacted = redact(f"a {DISGUISES[name]} b", VAULT)
    assert not leaks(redacted.text, VAULT)
    assert redacted.counts == {"secret": 1}


TOKENS = {
    "github-token": "gh" + "p_" + BODY + "12345678",
    "github-token, long": "gh" + "s_" + f"1234567_eyJ{BODY}.eyJ{BODY}{BODY}.{BODY}",
    "github-token, fine": "github" + "_pat_" + BODY + "_" + BODY,
    "anthropic-key": "sk-" + "ant-api03-" + BODY,
    "openai-key": "sk-" + "proj-" + BODY,
    "openai-key, old": "sk-" + BODY + BODY,
    "google-key": "AI" + "za" + BODY + "1234567",
    "aws-key-id": "AK" + "IA" + "ABCDEFGHIJKLMNOP",
    "slack-token": "xo" + "xb-123456789012-" + BODY,
    "stripe-key": "sk_" + "live_" + BODY,
    "npm-token": "np" + "m_" + BODY + "12345678",
    "pypi-token": "py" + "pi-AgE" + BODY + BODY,
    "huggingface-token": "h" + "f_" + BODY + "123456",
    "jwt": f"eyJ{BODY}.eyJ{BODY}.{BODY}",
}


@pytest.mark.parametrize("name", TOKENS)
@pytest.mark.parametrize("clean", [redact, scrub])
def test_known_shapes_go_whole_under_their_kind(name: str, clean: object) -> None:
    kind = name.partition(",")[0]
    function = redact if clean is redact else scrub
    assert function(f"x `{TOKENS[name]}` y", NONE) == secrets.Redacted(
        f"x `[REDACTED:{kind}]` y", {kind: 1}
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "postgres://app:p4ss-word@db/x",
            "postgres://app:[REDACTED:url-password]@db/x",
        ),
        (
            "Authorization: Basic YWJjOmRlZg==",
            "Authorization: Basic [REDACTED:authorization]",
        ),
        ("//r/:_authToken=abcdefgh1", "//r/:_authToken=[REDACTED:npm-token]"),
    ],
)
def test_credentials_go_and_what_is_around_them_stays(text: str, expected: str) -> None:
    assert redact(text, NONE).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "password = hunter2hunter2",
        "password: correcthorse",
        '"api_key": "my secret phrase"',
        "AWS_SECRET_ACCESS_KEY=abcd/efgh+1234",
        "client_secret=>abcd1234efgh",
        "token := abcd1234efgh",
        "session_key: Zx8Kq2Lm9Pw4Rt7Yv1Bn",
    ],
)
def test_what_is_assigned_to_a_secret_name_goes(text: str) -> None:
    redacted = redact(text, NONE)
    assert sum(redacted.counts.values()) == 1
    assert redacted.text.startswith(text[:5])
    assert scrub(text, NONE).text == text


@pytest.mark.parametrize(
    "text",
    [
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "token: 3f786850e387550fdab836ed7e6dc881de23001b",
        "secret = 123e4567-e89b-12d3-a456-426614174000",
        "token = get_token()",
        "url(email: email, password: password)",
        "var publicKey = secp256k1.createPublicKey(privateKey);",
        '"keyAuthorization": "abc...def"',
        "token = previous_token",
        'api_key: os.environ["X"]',
        "token: ${{ secrets.GITHUB_TOKEN }}",
        "max_token=16000000",
        'if token == "expected_value":',
        "def f(token: SecretStr)",
        '"integrity": "sha512-AbCdEf0123456789AbCdEf0123456789AbCdEf=="',
        "http://localhost:8080/@scope/x",
        "password: ********",
        "the token was refused, see sk-ant-api03- for the form",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text, NONE) == secrets.Redacted(text, {})


def test_lines_keep_their_numbers() -> None:
    lines = "\n".join([BODY] * 6)
    key = f"-----BEGIN RSA PRIVATE KEY-----\n{lines}\n-----END RSA PRIVATE KEY-----"
    redacted = redact(f"one\n{key}\nlast", NONE)
    assert redacted.counts == {"private-key": 1}
    assert BODY not in redacted.text
    assert redacted.text.split("\n")[9] == "last"


def test_a_private_key_without_an_end_goes_too() -> None:
    cut = f"a\n-----BEGIN PRIVATE KEY-----\n{BODY}\n{BODY}"
    assert BODY not in redact(cut, NONE).text


def test_redacting_twice_changes_nothing_more() -> None:
    once = redact(f"password = hunter2hunter2 {OURS}", VAULT).text
    assert redact(once, VAULT) == secrets.Redacted(once, {})


def test_unseen_characters_stay_where_they_split_no_secret() -> None:
    assert redact("a\u202eb", VAULT).text == "a\u202eb"


@settings(max_examples=100, deadline=None)
@given(
    st.binary(min_size=12, max_size=60),
    st.binary(max_size=5),
    st.binary(max_size=5),
)
def test_base64_is_found_at_every_alignment(
    raw: bytes, before: bytes, after: bytes
) -> None:
    value = raw.hex()[:24]
    text = base64.b64encode(before + value.encode() + after).decode()
    assert any(form in text for form in disguises.forms(value))


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "a",
            "eyJ",
            "eyJaaaaaaaaaa.",
            "gh",
            "ghp_",
            "sk-",
            "://",
            "token=",
            "-eyJ",
            "secret",
        ),
        *("key", "-----BEGIN PRIVATE KEY-----\n", "%41", "&#65;", "\\u0041", "\u200b"),
        *(
            "keya",
            "Authorization: ",
            "SG.aaaaaaaaaaaaaaaaaaaa",
            "A1b2 ",
            "bearer ",
            BODY,
        ),
    ],
)
def test_a_megabyte_of_the_worst_takes_about_a_second(
    piece: str, record_property
) -> None:
    text = piece * (1_000_000 // len(piece))
    for function in (redact, scrub, leaks):
        start = time.process_time()
        function(text, VAULT)
        spent = time.process_time() - start
        record_property("slowest: secret filter", round(spent, 2))
        assert spent < 1.5


SHAPELESS = "Zq8wR2mLx7Vt4KpJ9sNdB6yHc3Fg"


@pytest.mark.parametrize(
    "written",
    [
        " ".join(SHAPELESS),
        "-".join(SHAPELESS),
        " ".join(f"{byte:02x}" for byte in SHAPELESS.encode()),
        ":".join(f"{byte:02x}" for byte in SHAPELESS.encode()),
    ],
)
def test_a_value_without_a_shape_is_redacted_where_it_is_spread_out(
    written: str,
) -> None:
    redacted = redact(f"a {written} b", vault([SHAPELESS]))
    assert not leaks(redacted.text, vault([SHAPELESS]))
    assert redacted.counts == {"secret": 1}
