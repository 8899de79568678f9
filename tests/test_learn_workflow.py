"""The workflow that proposes what was learned: its script, with a `gh` that records."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot import policy
from tests import repositories

PAGE = Path(__file__).parents[1] / "docs" / "ledger.md"
POLICY = policy.PATH
GH = """\
#!{python}
import json, sys
with open({calls!r}, "a") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[1:3] == ["pr", "list"]:
    print({number!r})
if sys.argv[1] == "api" and "PATCH" in sys.argv and not {number!r}:
    sys.exit(1)
"""


def _script():
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (found,) = (b for b in map(yaml.safe_load, blocks) if b["name"] == "routebot learn")
    (step,) = (s for s in found["jobs"]["learn"]["steps"] if s.get("name") == "Propose")
    return step["run"]


@pytest.fixture
def proposed(tmp_path):
    def run(before, after, *, number=""):
        repo = repositories.make(tmp_path / "repo", {"a.py": "x\n", **before})
        for path, text in after.items():
            repo.write(path, text)
        calls, tools = tmp_path / "calls", tmp_path / "tools"
        tools.mkdir()
        calls.write_text("")
        text = GH.format(python=sys.executable, calls=str(calls), number=number)
        (tools / "gh").write_text(text)
        (tools / "gh").chmod(0o755)
        (tmp_path / "learned.txt").write_text("the diff\n")
        told = {
            "GH_REPO": "octo/sample",
            "RUNNER_TEMP": str(tmp_path),
            "PATH": f"{tools}:{repo.environ['PATH']}",
        }
        # As GitHub runs it.
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", _script()],
            cwd=repo.root,
            env=repo.environ | told,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return repo, [json.loads(line) for line in calls.read_text().splitlines()]

    return run


def _fields(call):
    return dict(each.split("=", 1) for each in call if re.match(r"[a-z]+=", each))


def test_a_policy_that_stayed_proposes_nothing(proposed):
    _, calls = proposed({POLICY: "a = 1\n"}, {})
    assert calls == []


def test_the_changed_policy_goes_onto_a_branch_and_into_a_pull_request(proposed):
    repo, calls = proposed({POLICY: "a = 1\n"}, {POLICY: "a = 2\n", "other": "x\n"})
    head = repo.git("rev-parse", "HEAD")
    tried, made, put, listed, opened = calls
    assert "repos/octo/sample/git/refs/heads/routebot-learn" in tried
    assert _fields(made) == {"ref": "refs/heads/routebot-learn", "sha": head}
    told = _fields(put)
    assert base64.b64decode(told["content"]) == b"a = 2\n"
    assert told["sha"] == repo.git("rev-parse", f"HEAD:{POLICY}")
    assert told["branch"] == "routebot-learn"
    assert f"repos/octo/sample/contents/{POLICY}" in put
    assert (listed[:2], opened[:2]) == (["pr", "list"], ["pr", "create"])
    body = Path(opened[opened.index("--body-file") + 1]).read_text()
    assert "the diff" in body


def test_a_first_policy_names_no_older_file(proposed):
    _, calls = proposed({}, {POLICY: "a = 2\n"})
    assert "sha" not in _fields(calls[2])


def test_an_open_proposal_is_edited(proposed):
    _, calls = proposed({POLICY: "a = 1\n"}, {POLICY: "a = 2\n"}, number="7")
    assert [call[:3] for call in calls][-1] == ["pr", "edit", "7"]
    assert not any(call[:2] == ["pr", "create"] for call in calls)
