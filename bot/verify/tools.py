"""The project's own tools: its interpreter, its node modules, its Go."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# Looked for in the work tree, in this order; then VIRTUAL_ENV, then the PATH.
ENVIRONMENTS = (".venv", "venv", "env")


@dataclass(frozen=True, slots=True)
class Tools:
    """Paths of programs, "" for those that are not there; `node` a node_modules."""

    python: str = ""
    go: str = ""
    node: Path | None = None

    def script(self, name: str) -> Path | None:
        """The program of a package in node_modules."""
        found = self.node / ".bin" / name if self.node else None
        return found if found is not None and found.exists() else None


def find(root: Path, environ: Mapping[str, str]) -> Tools:
    """Look for the tools of the project at `root`."""
    path = environ.get("PATH", os.defpath)
    homes = [root / name for name in ENVIRONMENTS]
    if environ.get("VIRTUAL_ENV"):
        homes.append(Path(environ["VIRTUAL_ENV"]))
    own = [home / "bin" / "python" for home in homes]
    python = next((str(each) for each in own if each.exists()), "")
    node = root / "node_modules"
    return Tools(
        python or shutil.which("python3", path=path) or "",
        shutil.which("go", path=path) or "",
        node if node.is_dir() else None,
    )


def link_packages(node: Path, copy: Path) -> None:
    """Give a copy a node_modules of its own, with a link to every package of `node`.

    The folder can be written: vite keeps its compiled configuration in there.
    """
    own = copy / "node_modules"
    if own.is_symlink() or own.exists():
        return
    own.mkdir()
    for package in node.iterdir():
        if package.name == ".bin" or not package.name.startswith("."):
            (own / package.name).symlink_to(package)


def environment(
    tools: Tools, scratch: Path, environ: Mapping[str, str]
) -> dict[str, str]:
    """The whole environment of a test run: nothing of the user's but the PATH."""
    home = scratch / "home"
    for folder in (home, scratch / "tmp"):
        folder.mkdir(parents=True, exist_ok=True)
    tree = scratch / "tree"
    own = [str(Path(tools.python).parent)] if tools.python else []
    own += [str(tools.node / ".bin")] if tools.node else []
    return {
        "PATH": os.pathsep.join([*own, environ.get("PATH", os.defpath)]),
        "HOME": str(home),
        "TMPDIR": str(scratch / "tmp"),
        "LANG": "C.UTF-8",
        "CI": "true",
        "PYTHONPATH": os.pathsep.join([str(tree), str(tree / "src")]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "GOCACHE": str(scratch / "go-build"),
        "GOFLAGS": "-mod=mod" if not (tree / "vendor").is_dir() else "",
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
        "GOMODCACHE": environ.get("GOMODCACHE", _modules(environ)),
        # Where no namespace shuts the network off, this keeps honest programs away.
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
        # Servers of the tests' own stand here.
        "no_proxy": "localhost,127.0.0.1,::1",
    }


def _modules(environ: Mapping[str, str]) -> str:
    gopath = environ.get("GOPATH") or str(Path(environ.get("HOME", "/")) / "go")
    return str(Path(gopath.partition(os.pathsep)[0]) / "pkg" / "mod")
