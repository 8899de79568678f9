"""README and docs/: commands parse, links lead somewhere, examples hold, blocks fit."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
import yaml

from bot import policy
from bot.cli import group
from bot.cli.schema import COMMAND as SCHEMA
from tests import doc_blocks
from tests.doc_blocks import ROOT

PAGES = sorted({*doc_blocks.PAGES, *ROOT.glob("*.md")})
SCHEMAS = sorted((ROOT / "docs" / "schemas").glob("*.json"))
MAKEFILE = (ROOT / "Makefile").read_text()
FENCE = re.compile(r"^(`{3,})(\w*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`(routebot [^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PINNED = re.compile(r"[\w.-]+(?:/[\w.-]+)+@[0-9a-f]{40} # v[0-9.]+")


def _id(path):
    return path.relative_to(ROOT).as_posix()


def _fences(path, *languages):
    found = FENCE.findall(path.read_text())
    return [text for _, language, text in found if language in languages]


def _commands(path):
    """Every command line that calls routebot, without prompts and variables."""
    typed = "\n".join(_fences(path, "sh"))
    shown = "\n".join(_fences(path, "console"))
    return [
        *re.findall(r"^(?:[A-Z_]+=\S+ )*(routebot .*)", typed, re.MULTILINE),
        *re.findall(r"^\$ (?:[A-Z_]+=\S+ )*(routebot .*)", shown, re.MULTILINE),
        *SPAN.findall(path.read_text()),
    ]


def _leaf(words):
    """Follow the words through the groups; returns the command and what is left."""
    command, rest = group, words[1:]
    while isinstance(command, click.Group) and rest:
        context = click.Context(command)
        found = command.get_command(context, rest[0])
        assert found is not None, f"no command {rest[0]}"
        command, rest = found, rest[1:]
    return command, rest


ALL_COMMANDS = sorted({line for page in PAGES for line in _commands(page)})
BLOCKS = [
    (page, name)
    for page in doc_blocks.PAGES
    for name, _, _ in doc_blocks.BLOCK.findall(page.read_text())
]
YAMLS = [(page, text) for page in PAGES for text in _fences(page, "yaml", "yml")]
TOMLS = [(page, text) for page in PAGES for text in _fences(page, "toml")]


def test_there_is_something_to_check():
    assert len(ALL_COMMANDS) > 20
    assert len(YAMLS) >= 4
    assert len(TOMLS) >= 4
    assert {name for _, name in BLOCKS} == doc_blocks.BLOCKS.keys()


@pytest.mark.parametrize("line", ALL_COMMANDS)
def test_a_command_that_is_shown_exists_with_its_options(line):
    command, rest = _leaf(shlex.split(line, comments=True))
    known = {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
    options = [word for word in rest if word.startswith("--")]
    assert set(options) <= known | {"--help"}
    assert command.main(["--help"], standalone_mode=False) in (0, None)


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_a_link_inside_of_the_repository_leads_to_a_file_and_heading(page):
    for target in LINK.findall(re.sub(r"`[^`\n]+`", "", page.read_text())):
        if "://" in target:
            continue
        path, _, heading = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if heading:
            assert heading in _headings(file), target


def _headings(file):
    lines = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", line).lower().replace(" ", "-") for line in lines}


@pytest.mark.parametrize(
    ("page", "name"), BLOCKS, ids=[f"{_id(page)}:{name}" for page, name in BLOCKS]
)
def test_a_generated_block_says_what_the_code_says(page, name):
    shown = {n: text for n, _, text in doc_blocks.BLOCK.findall(page.read_text())}
    assert shown[name] == f"{doc_blocks.BLOCKS[name]()}\n", "stale: run make docs"


def test_workflows_that_are_shown_fit_githubs_schema(tmp_path):
    files = []
    for number, (page, text) in enumerate(YAMLS):
        files.append(tmp_path / f"{number}-{page.stem}.yml")
        files[-1].write_text(text)
    call = [Path(sys.executable).with_name("check-jsonschema")]
    call += ["--builtin-schema", "vendor.github-workflows", *files]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_auditor_finds_nothing_in_workflows_that_are_shown(tmp_path):
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for number, (page, text) in enumerate(YAMLS):
        (folder / f"{number}-{page.stem}.yml").write_text(text)
    call = [Path(sys.executable).with_name("zizmor"), "--offline"]
    call += ["--persona", "auditor", folder]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    # Of each workflow the two triggers, or the key, and nothing else.
    for _, text in YAMLS:
        assert len(re.findall(r"zizmor: ignore", text)) <= 3


@pytest.mark.parametrize(
    ("page", "text"), YAMLS, ids=[f"{_id(p)}-{n}" for n, (p, _) in enumerate(YAMLS)]
)
def test_a_workflow_that_is_shown_pins_permits_little_and_puts_nothing_into_scripts(
    page, text
):
    shown = yaml.safe_load(text)
    assert shown["permissions"] == {}
    for line in re.findall(r"uses: (.+)", text):
        assert PINNED.fullmatch(line), line
    for job in shown["jobs"].values():
        assert job["permissions"]
        for step in job.get("steps", ()):
            assert "${{" not in step.get("run", "")


@pytest.mark.parametrize(
    ("page", "text"), TOMLS, ids=[f"{_id(p)}-{n}" for n, (p, _) in enumerate(TOMLS)]
)
def test_a_policy_that_is_shown_can_be_used(page, text):
    tomllib.loads(text)
    policy.load(text)


@pytest.mark.parametrize("page", [*PAGES, *SCHEMAS], ids=_id)
def test_a_page_names_no_machine_and_no_registry(page):
    text = page.read_text()
    for found in ("/work/", "/root/", "/home/", "/tmp/", "pypi.org", "npmjs"):
        assert found not in text


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_a_page_has_no_long_lines_outside_of_tables_and_blocks(page):
    prose = doc_blocks.BLOCK.sub("", page.read_text())
    for line in FENCE.sub("", prose).splitlines():
        assert len(line) <= 92 or line.startswith(("|", "![")), line


@pytest.mark.parametrize("file", SCHEMAS, ids=_id)
def test_a_schema_is_the_one_that_is_printed(file, capsys):
    SCHEMA.main([file.stem], standalone_mode=False)
    assert json.loads(capsys.readouterr().out) == json.loads(file.read_text())


def test_every_schema_is_there():
    names = {"draft", "explain", "record", "policy", "distill"}
    assert {file.stem for file in SCHEMAS} == names


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    text = (ROOT / "docs/dependencies.md").read_text()
    at_run_time, for_development = text.split("## For development")
    for part, wanted in (
        (
            at_run_time,
            [
                *project["project"]["dependencies"],
                *project["project"]["optional-dependencies"]["mutants"],
            ],
        ),
        (for_development, project["dependency-groups"]["dev"]),
    ):
        names = {re.split(r"[<>=~! \[]", each)[0] for each in wanted}
        shown = re.findall(r"^\| ([A-Za-z][\w-]+) \| ", part, re.MULTILINE)
        assert names == {name for name in shown if name != "package"}


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_a_make_target_that_is_shown_exists(page):
    text = page.read_text()
    lines = "\n".join(_fences(page, "sh", "console"))
    shown = re.findall(r"^make ([a-z-]+)", lines, re.MULTILINE)
    shown += re.findall(r"`make ([a-z-]+)[^`]*`", text)
    for target in shown:
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target


def test_pictures_that_are_shown_are_pictures():
    for file in (ROOT / "docs" / "images").iterdir():
        assert file.read_bytes().startswith(b"\x89PNG"), file.name
