"""`make sbom`: a CycloneDX bill of materials, from the lock and nothing else."""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SPECIFICATION = "1.6"
_ENTRY = re.compile(r"([A-Za-z0-9._-]+)==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def main() -> None:
    """Print the bill."""
    json.dump(bill(), sys.stdout, indent=2)
    print()


def bill() -> dict[str, Any]:
    """Write what runs as the Action: the package and every locked dependency.

    A locked version has one hash for each of its wheels, so they stand as properties;
    CycloneDX's own `hashes` are of one file. The serial number follows the content.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lock = (ROOT / "requirements.lock").read_text()
    name, version = project["name"], project["version"]
    reference = f"pkg:pypi/{name}@{version}"
    found = list(components(lock))
    direct = {
        _canonical(re.split(r"[<>=~! \[]", d)[0]) for d in project["dependencies"]
    }
    known = {each["name"]: each["bom-ref"] for each in found}
    serial = uuid.uuid5(uuid.NAMESPACE_URL, f"{reference}\n{lock}")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": reference,
                "name": name,
                "version": version,
                "purl": reference,
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": found,
        "dependencies": [
            {"ref": reference, "dependsOn": sorted(known[each] for each in direct)}
        ],
    }


def components(lock: str) -> Iterator[dict[str, Any]]:
    """Read a lock: one component an entry, in its order."""
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        match = _ENTRY.match(entry)
        if match is None:
            raise ValueError(f"no locked version: {entry[:60]}")
        name, version = _canonical(match[1]), match[2]
        reference = f"pkg:pypi/{name}@{version}"
        yield {
            "type": "library",
            "bom-ref": reference,
            "name": name,
            "version": version,
            "purl": reference,
            "properties": [
                {"name": "routebot:wheel-sha256", "value": digest}
                for digest in _HASH.findall(entry)
            ],
        }


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main()
