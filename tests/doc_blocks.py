"""`make docs`: write what README and docs/ show of the code and of its output.

A block stands between `<!-- generated: NAME -->` and `<!-- end of generated -->`; what
is in between is written here and never by hand. `tests/test_docs.py` says when one is
stale.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot import policy, user_config, workflow_files
from tests import doc_lanes, doc_tables, doc_trials, repositories
from tests.repositories import Repo

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
BLOCK = re.compile(
    r"(?<=<!-- generated: )([a-z-]+)( -->\n)(.*?)(?=<!-- end of generated -->)",
    re.DOTALL,
)
EVENT = ("--event-name", "issue_comment", "--event-path", "command.json")
# The largest model of this policy's class has a window of 200,000 tokens.
NARROW = '[classes.reasoning]\nmodels = ["anthropic:claude-haiku-4-5"]\n'
LINT = "#!/bin/sh\necho lint: all clean\n"
UNTESTED: dict[str, str | bytes] = {
    "orchard/stock.py": """\
def weight(basket):
    return sum(basket.values()) * 120


def crates(basket, size=10):
    if size < 1:
        raise ValueError(size)
    return -(-sum(basket.values()) // size)
""",
    "till/till.go": """\
package till

func Change(paid, cents int) int {
\tif paid < cents {
\t\treturn 0
\t}
\treturn paid - cents
}
""",
}
CI = "name: CI\non: [push]\njobs: {}\n"


def default_policy() -> str:
    """The shipped policy, which explains every key."""
    text = (policy.PRESETS / "default.toml").read_text(encoding="utf-8")
    return f"```toml\n{text}```"


def caller_workflow() -> str:
    """The workflow that `routebot init` writes."""
    return f"```yaml\n{workflow_files.render(('CI',))}```"


def explain() -> str:
    """`routebot explain` on the payload of a `/route debug` comment."""
    with _sample() as sample:
        return _transcript(sample, "explain", *EVENT)


def decide() -> str:
    """The outputs of `mode: decide` on the same payload."""
    with _sample() as sample:
        return _transcript(sample, "run", *EVENT, INPUT_MODE="decide")


def check() -> str:
    """`routebot config check` on a policy whose debug model is too small."""
    with _sample() as sample:
        sample.write("narrow.toml", NARROW)
        return _transcript(sample, "config", "check", "narrow.toml")


def init() -> str:
    """`routebot init` in a repository with one CI workflow."""
    with _sample() as sample:
        sample.write(workflow_files.FOLDER + "/ci.yml", CI)
        return _transcript(sample, "init")


def hook() -> str:
    """What the pre-commit hook says of functions that no test reaches."""
    with _sample() as sample:
        _routebot(sample, "hooks", "install")
        _change(sample)
        sample.stage(UNTESTED)
        said = sample.run("commit", "--quiet", "-m", "Weigh").stderr.strip()
        return f'```console\n$ git commit -m "Weigh the baskets"\n{said}\n```'


def hooks_session() -> str:
    """Install beside a hook that is there, commit, look, uninstall."""
    with _sample() as sample:
        sample.write(".git/hooks/pre-commit", LINT, mode=0o755)
        sample.stage(UNTESTED)
        steps = (
            ("cat", ".git/hooks/pre-commit"),
            ("routebot", "hooks", "install"),
            ("git", "commit", "--quiet", "-m", "Weigh the baskets"),
            ("routebot", "hooks", "status"),
            ("routebot", "hooks", "uninstall"),
            ("cat", ".git/hooks/pre-commit"),
        )
        session = "\n".join(_step(sample, *step) for step in steps)
        return f"```console\n{session}\n```"


def hooks_of_another_tool() -> str:
    """What `routebot hooks install` prints where another tool owns the hooks."""
    with _sample() as sample:
        sample.git("config", "core.hooksPath", ".husky")
        return f"```console\n{_step(sample, 'routebot', 'hooks', 'install')}\n```"


def own_settings() -> str:
    """The keys of the user's own file."""
    return f"```text\n{chr(10).join(user_config.KEYS)}\n```"


def _step(sample: Repo, *words: str) -> str:
    if words[0] == "routebot":
        said = _routebot(sample, *words[1:])
    elif words[0] == "git":
        done = sample.run(*words[1:])
        said = done.stdout + done.stderr
    else:
        said = (sample.root / words[1]).read_text(encoding="utf-8")
    # Where the sample lay, and what ran it, is nobody's business.
    said = said.replace(f"{sample.root.resolve()}/", "").replace(
        sys.executable, "python"
    )
    return f"$ {shlex.join(words)}\n{said.strip()}"


def review() -> str:
    """`routebot review` of the sample change, without a model."""
    with _sample() as sample:
        _change(sample)
        sample.git("commit", "--quiet", "-m", "Discount")
        return _transcript(sample, "review", "--offline", "HEAD~1..HEAD")


BLOCKS: dict[str, Callable[[], str]] = {
    "tasks": doc_tables.all_tasks,
    "task-details": doc_tables.task_details,
    "classes": doc_tables.classes,
    "costs": doc_tables.costs,
    "classifier": doc_tables.classifier,
    "commands": doc_tables.slash_commands,
    "inputs": doc_tables.inputs,
    "outputs": doc_tables.outputs,
    "environment": doc_tables.environment,
    "policy-keys": doc_tables.policy_keys,
    "ceilings": doc_tables.ceilings,
    "default-policy": default_policy,
    "caller": caller_workflow,
    "explain": explain,
    "decide": decide,
    "check": check,
    "init": init,
    "hook": hook,
    "hooks-session": hooks_session,
    "hooks-of-another-tool": hooks_of_another_tool,
    "own-settings": own_settings,
    "review": review,
    "suggest-tests": doc_trials.suggest_tests,
    "lane-plan": doc_lanes.plan,
    "lane-plan-of-one-option": doc_lanes.plan_of_one_option,
    "lane-debug": doc_lanes.debug,
    "lane-debug-refused": doc_lanes.debug_refused,
    "lane-code": doc_lanes.code,
    "lane-search": doc_lanes.search,
    "lane-search-from-memory": doc_lanes.search_from_memory,
}


def renewed(text: str) -> str:
    """Write the blocks of one page anew."""
    return BLOCK.sub(lambda m: f"{m[1]}{m[2]}{BLOCKS[m[1]]()}\n", text)


def main() -> None:
    """Renew every page that is stale."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        if (new := renewed(text)) != text:
            page.write_text(new, encoding="utf-8")
            print(f"wrote {page.relative_to(ROOT)}")


@contextmanager
def _sample() -> Iterator[Repo]:
    """The demo's repository as a real one, with the payload of a command beside it."""
    with tempfile.TemporaryDirectory() as folder:
        sample = repositories.make(Path(folder) / "sample", _files("sample"))
        payload = ROOT / "tests/payloads/issue_comment.created.json"
        sample.write("command.json", payload.read_bytes())
        yield sample


def _change(sample: Repo) -> None:
    sample.stage(_files("sample_change"))


def _files(folder: str) -> dict[str, str | bytes]:
    source = ROOT / "tests" / folder
    return {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in sorted(source.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _transcript(sample: Repo, *arguments: str, **variables: str) -> str:
    said = _routebot(sample, *arguments, **variables).strip()
    set_first = "".join(f"{name}={value} " for name, value in variables.items())
    call = f"$ {set_first}routebot {' '.join(arguments)}"
    # Markdown inside of the output must not end the block.
    return f"````console\n{call}\n{said}\n````"


def _routebot(sample: Repo, *arguments: str, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-I", "-m", "bot", *arguments],
        cwd=sample.root,
        env=sample.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


if __name__ == "__main__":
    main()
