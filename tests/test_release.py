"""The release workflow: what is published, by whom, and out of what."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / ".github/workflows/release.yml").read_text()
WORKFLOW = yaml.safe_load(TEXT)
JOBS = WORKFLOW["jobs"]
MAKEFILE = (ROOT / "Makefile").read_text()
MAKE = ("make", "-s", "-C", str(ROOT), f"PYTHON={sys.executable}")
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def _uses(job):
    return [step["uses"].partition("@")[0] for step in job["steps"] if "uses" in step]


def test_the_job_that_publishes_does_nothing_else():
    publish = JOBS["publish"]
    assert publish["permissions"] == {"id-token": "write"}
    assert publish["environment"] == "release"
    assert _uses(publish) == [
        "actions/download-artifact",
        "pypa/gh-action-pypi-publish",
    ]
    assert [step["run"] for step in publish["steps"] if "run" in step] == [
        "rm dist/*.json"
    ]
    assert "id-token" not in str(JOBS["build"]["permissions"])
    assert JOBS["build"]["permissions"] == {"contents": "read"}


def test_what_is_published_is_attested():
    assert JOBS["publish"]["needs"] == "attest"
    assert JOBS["attest"]["needs"] == "build"
    assert _uses(JOBS["attest"])[-1] == "actions/attest-build-provenance"
    last = JOBS["attest"]["steps"][-1]
    assert last["with"]["subject-path"] == "dist/*"
    assert JOBS["publish"]["steps"][-1]["with"] == {"attestations": True}


def test_no_token_is_kept_for_it():
    assert "secrets." not in TEXT
    assert "password" not in TEXT
    assert WORKFLOW[True] == {"push": {"tags": ["v*"]}}


def test_nothing_is_restored_from_a_cache():
    for name, job in JOBS.items():
        for step in job["steps"]:
            assert "cache" not in str(step).lower(), name
            assert "setup-" not in step.get("uses", ""), name


def test_what_builds_is_locked_and_is_not_fetched_again():
    recipe = re.search(r"^dist:.*?\n\n", MAKEFILE, re.MULTILINE | re.DOTALL)
    assert recipe is not None
    assert (
        "--require-hashes --only-binary :all: -r requirements-build.lock" in recipe[0]
    )
    assert "--no-isolation" in recipe[0]


@pytest.mark.parametrize(
    ("tag", "is_taken"),
    [
        (f"v{VERSION}", True),
        (VERSION, False),
        (f"v{VERSION}.1", False),
        ("", False),
        ("v`touch PWNED`$(touch PWNED)", False),
    ],
)
def test_a_tag_that_is_not_the_version_is_refused(tmp_path, tag, is_taken):
    for given in ({"env": {"TAG": tag}}, {"arguments": [f"TAG={tag}"]}):
        done = subprocess.run(
            [*MAKE, "release-check", *given.get("arguments", ())],
            env={"PATH": "/usr/bin:/bin:/usr/local/bin", **given.get("env", {})},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode == 0) == is_taken, done.stderr
    assert not (ROOT / "PWNED").exists()
