"""Decision records: written into, and read back from, the thread they belong to."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.record_parts import Chance, Drops, ShareRecord, Short, SignalRecord
from bot.reviewed import Reviewed

VERSION = 1
# The one file of the artifact that keeps a run's record.
RECORD_FILE = "routebot-record.json"
KEPT_RECORDS = 20
# A marker longer than this is not ours: 20 records take about 12 kB.
MARKER_LIMIT = 40_000
_DATA_LIMIT = MARKER_LIMIT - 1_000

_MARKER = re.compile(
    r"<!-- routebot:v([0-9]{1,4}) t=([a-z]{1,16}) k=([0-9a-f]{1,64})"
    r" d=([A-Za-z0-9_-]*) h=([0-9a-f]{0,64}) -->"
)

Cause = Literal[
    "command", "rule", "text", "model", "when", "trust", "budget", "no_route"
]
Outcome = Literal["answered", "findings", "degraded"]


# What only the newest record of a thread keeps.
_SHORTENED: dict[str, object] = {"signals": (), "shares": (), "dropped_for": ()}


class Record(BaseModel):
    """One decision, as stored: tokens are counts, money is USD, time is UTC.

    `usd` is None where the price is unknown. `baseline_usd` and `largest_usd` are what
    the same tokens would have cost on the policy's baseline class and on its largest
    model; both are approximate, since tokenizers differ. `run` is the workflow run and
    its attempt, `number` the thread (0: none), `actor` who set it off, `trust` whether
    they may write here. `area` is a glob that all changed paths match ("" for none),
    `weight` the heaviest of what was said ("" for nothing). `is_estimate` says that a
    server did not report its tokens, so that they and `usd` are estimates.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    schema_version: Literal[1] = Field(default=1, alias="schema")
    at: Short
    event: Short
    task: Short
    via: Literal["command", "rule", "text", "model"]
    confidence: Annotated[float, Field(ge=0, le=1)]
    runner_up: Short = ""
    cause: Cause
    stakes: Literal["routine", "standard", "critical"]
    model_class: Short
    outcome: Outcome
    reason: Annotated[str, Field(max_length=400)] = ""
    route: Short = ""
    calls: Annotated[int, Field(ge=0)] = 0
    input_tokens: Annotated[int, Field(ge=0)] = 0
    output_tokens: Annotated[int, Field(ge=0)] = 0
    cached_tokens: Annotated[int, Field(ge=0)] = 0
    is_estimate: bool = False
    usd: Annotated[float, Field(ge=0)] | None = 0.0
    baseline_usd: Annotated[float, Field(ge=0)] | None = None
    largest_model: Short = ""
    largest_usd: Annotated[float, Field(ge=0)] | None = None
    fallbacks: Annotated[tuple[Short, ...], Field(max_length=20)] = ()
    escalated_from: Short = ""
    redirected_from: Short = ""
    dropped: Annotated[int, Field(ge=0)] = 0
    dropped_for: Annotated[tuple[Drops, ...], Field(max_length=20)] = ()
    shares: Annotated[tuple[ShareRecord, ...], Field(max_length=5)] = ()
    redactions: Annotated[int, Field(ge=0)] = 0
    seconds: Annotated[float, Field(ge=0)] = 0.0
    sha: Short = ""
    run: Annotated[str, Field(pattern=r"^([0-9]{1,20}\.[0-9]{1,5})?$")] = ""
    number: Annotated[int, Field(ge=0)] = 0
    actor: Short = ""
    trust: Literal["", "writer", "outsider", "bot"] = ""
    policy: Short = ""
    catalogue: Short = ""
    failures: Annotated[tuple[Short, ...], Field(max_length=10)] = ()
    signals: Annotated[tuple[SignalRecord, ...], Field(max_length=20)] = ()
    area: Short = ""
    weight: Short = ""
    chances: Annotated[tuple[Chance, ...], Field(max_length=20)] = ()


class History(BaseModel):
    """All that a thread's marker remembers of one task: totals and the last records.

    `reviewed` is what the last review by a model has seen and said.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    runs: Annotated[int, Field(ge=0)] = 0
    calls: Annotated[int, Field(ge=0)] = 0
    usd: Annotated[float, Field(ge=0)] = 0.0
    records: tuple[Record, ...] = ()
    reviewed: Reviewed | None = None

    def with_record(self, record: Record) -> History:
        """Append one record; only the newest keeps its signals, the last 20 stay."""
        older = tuple(old.model_copy(update=_SHORTENED) for old in self.records)
        return History(
            runs=self.runs + 1,
            calls=self.calls + record.calls,
            usd=self.usd + (record.usd or 0.0),
            records=(*older, record)[-KEPT_RECORDS:],
            reviewed=self.reviewed,
        )

    def with_reviewed(self, reviewed: Reviewed | None) -> History:
        """Remember the state of a newer review; None keeps what is known."""
        if reviewed is None:
            return self
        return self.model_copy(update={"reviewed": reviewed})


@dataclass(frozen=True, slots=True)
class Place:
    """What a marker is bound to, so that it proves nothing elsewhere."""

    repository_id: int
    number: int
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker as found. `history` is None when its version or content is unknown."""

    version: int
    task: str
    key: str
    history: History | None
    is_authentic: bool


def key_of(*parts: str | int) -> str:
    """Hash what makes two runs the same run: no attempt, no time (contract R13)."""
    joined = "\0".join(str(part) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()[:32]


def marker(task: str, key: str, *, history: History, place: Place) -> str:
    """Write the HTML comment that makes a comment ours.

    Of a history too long for one marker the oldest records go, then what the last
    review has seen, then the newest record; the totals stay.
    """
    data = _pack(history)
    while len(data) > _DATA_LIMIT and len(history.records) > 1:
        history = history.model_copy(update={"records": history.records[1:]})
        data = _pack(history)
    if len(data) > _DATA_LIMIT:
        history = history.model_copy(update={"reviewed": None})
        data = _pack(history)
    if len(data) > _DATA_LIMIT:
        data = _pack(history.model_copy(update={"records": ()}))
    seal = _seal(task, key, data=data, place=place)
    return f"<!-- routebot:v{VERSION} t={task} k={key} d={data} h={seal} -->"


def read(body: str, place: Place) -> Marker | None:
    """Find the marker in the last line of a comment's body; None when there is none.

    Without a secret no marker is authentic: its content is a hint (contract T21).
    """
    last = body.rstrip().rsplit("\n", 1)[-1].strip()
    if len(last) > MARKER_LIMIT:
        return None
    match = _MARKER.fullmatch(last)
    if match is None:
        return None
    version, task, key, data, seal = match.groups()
    expected = _seal(task, key, data=data, place=place)
    is_authentic = bool(seal) and hmac.compare_digest(seal, expected)
    history = _unpack(data) if int(version) == VERSION else None
    return Marker(int(version), task, key, history, is_authentic)


def without_marker(body: str) -> str:
    """Return the body less its marker line, for comparing what people see."""
    head, _, last = body.rstrip().rpartition("\n")
    return head.rstrip() if _MARKER.fullmatch(last.strip()) else body.rstrip()


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a record."""
    return Record.model_json_schema(by_alias=True)


def _seal(task: str, key: str, *, data: str, place: Place) -> str:
    if not place.secret:
        return ""
    bound = f"{place.repository_id}\0{place.number}\0{task}\0{key}\0{data}"
    return hmac.new(place.secret.encode(), bound.encode(), "sha256").hexdigest()


def _pack(history: History) -> str:
    stored = history.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    for record in stored.get("records", []):
        record["schema"] = VERSION
    packed = json.dumps(stored, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _unpack(data: str) -> History | None:
    try:
        packed = base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))
        return History.model_validate_json(packed)
    except (binascii.Error, ValidationError, ValueError):
        return None
