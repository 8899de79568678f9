"""Answers of GitHub have an end, whatever a proxy in between sends."""

from __future__ import annotations

import gzip
import json

import pytest

from bot.errors import HostError
from bot.github import answers

PATH = "/repos/octo/sample"
JSON = {"Content-Type": "application/json"}


def _large(size: int) -> bytes:
    return json.dumps({"full_name": "x" * size}).encode()


def test_an_answer_up_to_the_cap_is_read(connect, server):
    client = connect(server.write_token)
    body = _large(3_000_000)
    server.fail("GET", PATH, 200, body=body, headers=JSON)
    assert len(client.get(PATH)["full_name"]) == 3_000_000


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_bomb_instead_of_an_answer_is_a_fault(
    connect, server, monkeypatch, is_packed
):
    monkeypatch.setattr(answers.cap, "__defaults__", (1_000_000,))
    client = connect(server.write_token)
    body = _large(4_000_000)
    headers = dict(JSON)
    if is_packed:
        body, headers["Content-Encoding"] = gzip.compress(body, mtime=0), "gzip"
    server.fail("GET", PATH, 200, body=body, headers=headers, times=9)
    with pytest.raises(HostError, match="TooMuch"):
        client.get(PATH)


def test_the_cap_outlives_a_connection(connect, server, monkeypatch):
    monkeypatch.setattr(answers.cap, "__defaults__", (1_000_000,))
    client = connect(server.write_token)
    assert client.get(PATH)["full_name"] == "octo/sample"
    server.fail("GET", PATH, 200, body=_large(4_000_000), headers=JSON, times=9)
    with pytest.raises(HostError, match="TooMuch"):
        client.get(PATH)
