"""`go test`, read as the JSON it writes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from bot.context import coverage_data
from bot.verify.test_run import (
    MAX_SAID,
    UNREADABLE,
    Bench,
    Outcome,
    Report,
    Runner,
    Status,
)

_GO_TEST = re.compile(r"\s{0,20}([\w./-]{1,200}\.go):(\d{1,7}): (.{0,1000})")


def _has_go(bench: Bench) -> bool:
    return bool(bench.tools.go) and (bench.tree / "go.mod").is_file()


def _go(
    bench: Bench, path: str, names: Sequence[str], watched: Sequence[str]
) -> Report:
    bench.renew()
    profile = bench.own / "cover.out"
    package = f"./{path.rpartition('/')[0]}"
    asked = [bench.tools.go, "test", "-json", "-count=1", "-vet=off"]
    asked += ["-shuffle=on"] if len(names) != 1 else [f"-run=^{names[0]}$"]
    asked += [f"-coverprofile={profile}", package]
    ran = bench.run(asked)
    found = _go_outcomes(ran.output, package)
    fault = bench.fault(ran) or ran.output[-MAX_SAID:]
    covered = coverage_data.of_file(profile, "cover.out", watched)
    return Report(found, {name: each.hit for name, each in covered.items()}, fault)


def _go_outcomes(output: str, package: str) -> dict[str, Outcome]:
    statuses: dict[str, Status] = {
        "pass": "passed",
        "fail": "failed",
        "skip": "skipped",
    }
    said: dict[str, list[str]] = {}
    found: dict[str, Outcome] = {}
    for line in output.splitlines():
        try:
            event = json.loads(line)
            name, action = str(event["Test"]), str(event["Action"])
        except UNREADABLE:
            continue
        if action == "output":
            said.setdefault(name, []).append(str(event.get("Output", "")))
        elif action in statuses:
            found[name] = _go_outcome(
                statuses[action], "".join(said.get(name, ())), package
            )
    return found


def _go_outcome(status: Status, text: str, package: str) -> Outcome:
    place = _GO_TEST.search(text)
    if place is None or status == "passed":
        panicked = "panic:" in text
        return Outcome("error" if panicked else status, text[:200], text[-MAX_SAID:])
    name = place[1].rpartition("/")[2]
    path = f"{package.removeprefix('./')}/{name}".lstrip("/")
    return Outcome(status, place[3], text[-MAX_SAID:], path, int(place[2]))


GO_TEST = Runner("go test", (".go",), _has_go, _go)
