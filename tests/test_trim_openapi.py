"""GitHub's description is trimmed to what is served, and stays one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from openapi_core import OpenAPI

from tests import trim_openapi
from tests.github_server.routes import ROUTES

ROOT = Path(__file__).parents[1]


def test_the_committed_description_covers_what_is_served_and_nothing_else() -> None:
    paths = trim_openapi.load()["paths"]
    described = {(m.upper(), path) for path, methods in paths.items() for m in methods}
    served = {(method, path) for method, path, _ in ROUTES}
    assert described == served | {("GET", "/rate_limit")}


def test_the_committed_file_is_small_and_valid() -> None:
    assert trim_openapi.TRIMMED.stat().st_size < 100_000
    OpenAPI.from_dict(trim_openapi.load())


def test_trimming_twice_changes_nothing() -> None:
    once = trim_openapi.load()
    everything = {"info": {"version": once["info"]["version"]}}
    assert trim_openapi.trim(once | everything) == once


def test_a_property_named_like_prose_stays() -> None:
    schema = {
        "description": "words",
        "x-note": 1,
        "properties": {"title": {"type": "string", "example": "x"}},
    }
    kept = {"properties": {"title": {"type": "string"}}}
    assert trim_openapi.without_prose(schema) == kept


def test_what_may_be_null_may_be_null_in_an_enum() -> None:
    schema = {"type": "string", "nullable": True, "enum": ["a"]}
    assert trim_openapi.without_prose(schema)["enum"] == ["a", None]
    plain = {"type": "string", "enum": ["a"]}
    assert trim_openapi.without_prose(plain)["enum"] == ["a"]


@pytest.mark.parametrize("arguments", [[], ["--check"]])
def test_without_npm_it_says_so_and_leaves_the_file(
    arguments: list[str], tmp_path: Path
) -> None:
    before = trim_openapi.TRIMMED.read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "tests.trim_openapi", *arguments],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("skipped: npm is needed")
    assert trim_openapi.TRIMMED.read_bytes() == before
