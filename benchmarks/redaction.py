"""How many secrets the filter finds, and what it takes for one, in figures.

Recall on made-up secrets of many vendors in logs, diffs and prose; false positives per
MB on texts that hold none (real logs, this repository, the installed packages).
"""

from __future__ import annotations

import argparse
import gzip
import random
import subprocess
import sysconfig
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from benchmarks.redacting.disguises import DISGUISES
from benchmarks.redacting.vendors import NAMED, TOKENS, Make
from bot import secrets

ROOT = Path(__file__).parents[1]
EACH = 20  # of a vendor in every place
MEGABYTE = 1_000_000
MOST = 20 * MEGABYTE
NONE = secrets.vault([])
# Where people leave them. `{name}` says what it is, as a variable would.
LOGS = (
    "2026-11-02T10:00:00.123Z + curl -H 'X-Api: {secret}' https://api.example/v1",
    "2026-11-02T10:00:00.123Z ##[debug]{name}={secret}",
    "error: request with credential {secret} was refused (401)",
    'npm ERR! {{"{name}":"{secret}"}}',
)
DIFFS = (
    '+    {name} = "{secret}"',
    "+  {name}: {secret}",
    "-export {name}={secret}",
    "+    client = Client('{secret}')  # TODO",
)
PROSE = (
    "I used {secret} and it does not work any more.",
    "My settings are `{name}={secret}`; what is wrong?",
    "> {secret}",
    "See [here](https://example.com/?token={secret}).",
)
PLACES: Mapping[str, tuple[str, ...]] = {"log": LOGS, "diff": DIFFS, "prose": PROSE}
# Known by what stands around them, which a disguise changes with them.
_OF_TEXT = frozenset({"private key", "URL"})
NAMES = ("API_KEY", "AUTH_TOKEN", "CLIENT_SECRET", "DB_PASSWORD", "access_key")


def main() -> None:
    """Measure and print both."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--logs", type=Path, help="a folder of *.gz or *.log")
    options.add_argument("--show", type=int, default=0, help="finds of each kind")
    given = options.parse_args()
    print_recall(recall())
    print_disguised(disguised())
    for name, texts in sources(given.logs).items():
        print_false_positives(name, texts, show=given.show)


def recall(each: int = EACH) -> dict[tuple[str, str], tuple[int, int]]:
    """Count (found, of) by vendor and place."""
    dice = random.Random(20261124)
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for vendors, is_named in ((TOKENS, False), (NAMED, True)):
        for vendor, make in vendors.items():
            for place, forms in PLACES.items():
                wanted = [f for f in forms if "{name}" in f or not is_named]
                hits = sum(_is_taken(make, wanted, dice) for _ in range(each))
                found[vendor, place] = (hits, each)
    return found


def _is_taken(make: Make, forms: list[str], dice: random.Random) -> bool:
    secret = make(dice)
    text = dice.choice(forms).format(secret=secret, name=dice.choice(NAMES))
    cleaned = secrets.redact(f"before\n{text}\nafter", NONE).text
    assert cleaned.count("\n") == text.count("\n") + 2, "lines lost their numbers"
    # What follows the constant part must be gone, not merely changed.
    return not any(piece in cleaned for piece in _pieces(secret))


def disguised(each: int = 2) -> dict[str, tuple[int, int]]:
    """Count (found, of) by disguise, over the vendors whose tokens are known alone."""
    dice = random.Random(20261124)
    found: dict[str, tuple[int, int]] = {}
    for name, disguise in DISGUISES.items():
        hits = 0
        for vendor, make in TOKENS.items():
            for _ in range(each if vendor not in _OF_TEXT else 0):
                hidden = disguise(make(dice))
                cleaned = secrets.redact(f"before\nx: {hidden} end\nafter", NONE)
                hits += hidden[len(hidden) // 2 :] not in cleaned.text
        found[name] = (hits, each * (len(TOKENS) - len(_OF_TEXT)))
    return found


def print_disguised(found: Mapping[str, tuple[int, int]]) -> None:
    """Print the share that is found in each disguise."""
    print(f"recall in disguise: {share(found.values()):.4f}")
    for name, (hits, of) in found.items():
        print(f"  {name:<24} {hits} of {of}")


def _pieces(secret: str) -> Iterator[str]:
    if "://" in secret and "@" in secret:
        yield secret.partition("@")[0].rpartition(":")[2]
        return
    for line in secret.splitlines():
        if not line.startswith("-----"):
            yield line[-12:]


def print_recall(found: Mapping[tuple[str, str], tuple[int, int]]) -> None:
    """Print the shares by place, and each vendor that is not always found."""
    by_place: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for (vendor, place), (hits, of) in found.items():
        by_place[place].append((hits, of))
        if hits < of:
            print(f"  {vendor} in a {place}: {hits} of {of}")
    vendors = {vendor for vendor, _ in found}
    print(f"recall on {len(vendors)} kinds of {sum(of for _, of in found.values()):,}:")
    for place, counts in by_place.items():
        print(f"  {place:<6} {share(counts):.4f}")
    print(f"  {'all':<6} {share(found.values()):.4f}")


def share(counts: Iterable[tuple[int, int]]) -> float:
    """The share that was found."""
    pairs = list(counts)
    return sum(hits for hits, _ in pairs) / sum(of for _, of in pairs)


def sources(logs: Path | None) -> dict[str, Iterator[str]]:
    """Texts that hold no secret, by what they are."""
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    ours = (ROOT / name for name in tracked if not name.startswith("tests/"))
    packages = sorted(Path(sysconfig.get_path("purelib")).rglob("*.py"))
    named: dict[str, Iterator[str]] = {
        "this repository": _read(ours),
        "installed packages": _read(packages),
    }
    if logs is not None:
        named["real logs"] = _read(sorted(p for p in logs.rglob("*") if p.is_file()))
    return named


def _read(paths: Iterable[Path]) -> Iterator[str]:
    left = MOST
    for path in paths:
        if left <= 0:
            return
        try:
            raw = path.read_bytes()
        except OSError:
            continue
        if path.suffix == ".gz":
            raw = gzip.decompress(raw)
        text = raw[:left].decode("utf-8", "replace")
        left -= len(raw)
        if "\x00" not in text:
            yield text


def print_false_positives(name: str, texts: Iterable[str], *, show: int) -> None:
    """Print what was taken for a secret in texts that hold none, by kind."""
    size, counts = 0, Counter[str]()
    shown: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        size += len(text.encode("utf-8", "replace"))
        found = secrets.redact(text, NONE)
        counts.update(found.counts)
        if show and found.counts:
            _samples(text, found.text, shown)
    per = sum(counts.values()) / max(size / MEGABYTE, 1e-9)
    kinds = ", ".join(f"{kind} {n}" for kind, n in counts.most_common())
    print(f"{name}: {per:.1f} a MB in {size / MEGABYTE:.1f} MB ({kinds})")
    for kind, lines in shown.items():
        for line in lines[:show]:
            print(f"  {kind}: {line}")


def _samples(text: str, cleaned: str, shown: dict[str, list[str]]) -> None:
    for before, after in zip(text.split("\n"), cleaned.split("\n"), strict=False):
        if before != after and "[REDACTED:" in after:
            kind = after.partition("[REDACTED:")[2].partition("]")[0]
            at = after.index("[REDACTED:")
            shown[kind].append(before[max(at - 50, 0) : at + 70].strip())


if __name__ == "__main__":
    main()
