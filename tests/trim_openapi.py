"""Cut GitHub's OpenAPI description down to what the loopback GitHub serves.

`python -m tests.trim_openapi` fetches the npm package @octokit/openapi and writes
tests/github_openapi.json.gz; `--check` only says whether that file is current;
`--from FILE` reads a description that is already there.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.github_server.routes import ROUTES

PACKAGE = "@octokit/openapi@23.0.2"
MEMBER = "package/generated/api.github.com.json"
TRIMMED = Path(__file__).with_name("github_openapi.json.gz")
# The server answers this one outside its table of routes.
EXTRA = (("GET", "/rate_limit"),)
# The payloads `Repository.event` makes.
EVENTS = (
    "issues-opened",
    "issues-labeled",
    "issues-reopened",
    "issue-comment-created",
    "pull-request-opened",
    "pull-request-synchronize",
    "pull-request-reopened",
    "pull-request-ready-for-review",
    "pull-request-review-comment-created",
    "workflow-run-completed",
    "workflow-dispatch",
)
# A discriminator is a hint for code generators; on a list of files it misleads.
_PROSE = frozenset(
    (
        "description",
        "discriminator",
        "example",
        "examples",
        "externalDocs",
        "summary",
        "tags",
        "title",
    )
)

Json = dict[str, Any]


def trim(full: Json) -> Json:
    """Keep the operations we serve and the components they reach, without prose."""
    wanted = [(method, path) for method, path, _ in ROUTES] + list(EXTRA)
    paths: Json = {}
    for method, path in sorted(wanted):
        operation = full["paths"][path][method.lower()]
        kept = {"operationId", "parameters", "requestBody", "responses"}
        slim = {key: value for key, value in operation.items() if key in kept}
        paths.setdefault(path, {})[method.lower()] = without_prose(slim)
    return {
        "openapi": full["openapi"],
        "info": {"title": "GitHub", "version": full["info"]["version"]},
        "servers": [{"url": "http://localhost"}],
        "paths": paths,
        "components": _reached(paths, full["components"]),
    }


def without_prose(node: Any, *, named: bool = False) -> Any:
    """Drop what only people read; below `named`, keys are names and all stay."""
    if isinstance(node, list):
        return [without_prose(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("nullable") is True and None not in node.get("enum", [None]):
        # What may be null may be so in an enum too, which JSON Schema wants said.
        node = node | {"enum": [*node["enum"], None]}
    return {
        key: _response(value)
        if key == "responses"
        else without_prose(value, named=key in ("properties", "headers"))
        for key, value in node.items()
        if named or not (key in _PROSE or key.startswith("x-"))
    }


def _response(group: Json) -> Json:
    # OpenAPI wants a description of every response, be it an empty one.
    return {
        name: without_prose(part) | ({} if "$ref" in part else {"description": ""})
        for name, part in group.items()
    }


def _reached(paths: Json, components: Json) -> Json:
    found: Json = {}
    events = [f"#/components/schemas/webhook-{name}" for name in EVENTS]
    errors = ["#/components/schemas/basic-error"]
    waiting = [*_references(paths), *events, *errors]
    while waiting:
        _, _, group, name = waiting.pop().split("/")
        if name in found.get(group, {}):
            continue
        part = without_prose({group: {name: components[group][name]}})[group][name]
        found.setdefault(group, {})[name] = part
        waiting += _references(part)
    return {group: dict(sorted(found[group].items())) for group in sorted(found)}


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)


def fetch() -> Json:
    """Download the description through npm into a temporary directory."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder, PACKAGE]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        archive = next(Path(folder).glob("*.tgz"))
        with tarfile.open(archive) as tar:
            member = tar.extractfile(MEMBER)
            assert member is not None, f"{PACKAGE} has no {MEMBER}"
            found: Json = json.load(member)
            return found


def packed(trimmed: Json) -> bytes:
    """Return the file's content: the same bytes for the same description."""
    text = json.dumps(trimmed, separators=(",", ":"), sort_keys=True)
    return gzip.compress(text.encode(), mtime=0)


def load() -> Json:
    """Read the trimmed description."""
    found: Json = json.loads(gzip.decompress(TRIMMED.read_bytes()))
    return found


def main() -> int:
    """Write the file, or with --check compare it; 1 when it is not current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--from", dest="source", type=Path)
    options = parser.parse_args()
    if options.source is None and shutil.which("npm") is None:
        print("skipped: npm is needed to fetch GitHub's OpenAPI description")
        return 0
    full = json.loads(options.source.read_bytes()) if options.source else fetch()
    trimmed = trim(full)
    if not options.check:
        TRIMMED.write_bytes(packed(trimmed))
        print(f"wrote {TRIMMED.name}: {TRIMMED.stat().st_size // 1000} kB")
    elif load() != trimmed:
        print(f"{TRIMMED.name} is not current: run make openapi")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
