"""Where what we run comes from: updates, bills of materials, supported Pythons."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests import sbom

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text()


def test_updates_wait_a_week():
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text())["updates"]
    assert {each["package-ecosystem"] for each in updates} == {"github-actions", "pip"}
    for each in updates:
        assert each["cooldown"]["default-days"] >= 7
    makefile = (ROOT / "Makefile").read_text()
    assert "--exclude-newer $(LOCK_UNTIL)" in makefile
    assert "7 days ago" in makefile


def test_the_bill_of_materials_is_the_lock():
    bill = sbom.bill()
    locked = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", LOCK, re.MULTILINE)
    named = [(each["name"], each["version"]) for each in bill["components"]]
    assert len(named) == len(locked) > 20
    assert [version for _, version in named] == [version for _, version in locked]
    hashes = [p["value"] for each in bill["components"] for p in each["properties"]]
    assert hashes == re.findall(r"sha256:([0-9a-f]{64})", LOCK)
    (ours,) = bill["dependencies"]
    references = {each["bom-ref"] for each in bill["components"]}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(ours["dependsOn"]) <= references
    assert len(ours["dependsOn"]) == len(project["dependencies"])


def test_the_bill_is_printed_the_same_each_time():
    call = [sys.executable, "-m", "tests.sbom"]
    printed = {
        subprocess.run(
            call, cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(printed) == 1
    bill = json.loads(printed.pop())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill["serialNumber"])


def test_an_entry_without_a_version_is_no_component():
    with pytest.raises(ValueError, match="no locked version: httpx>=1"):
        list(sbom.components("httpx>=1"))


def test_CI_runs_the_oldest_and_the_newest_python():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    tested = jobs["test"]["strategy"]["matrix"]["python"]
    assert (tested[0], tested[-1]) == (named[0], named[-1])
    assert project["requires-python"] == f">={named[0]}"


def test_known_faults_are_asked_for_and_stop_nothing():
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    (step,) = (s for s in jobs["all"]["steps"] if s.get("run") == "make audit")
    assert step["continue-on-error"] is True
