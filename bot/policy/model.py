"""What a routing policy may hold: strict, frozen models with the hard ceilings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot import globs, providers, tasks
from bot.catalog import Route
from bot.classify.bias import MOST as MOST_BIAS
from bot.context import Severity
from bot.errors import UsageError
from bot.policy import errors as policy_errors

ClassName = Literal["fast", "balanced", "reasoning", "coding", "search"]
StakesLevel = Literal["routine", "standard", "critical"]
PresetName = Literal["default", "2026-03"]
CLASSES: tuple[ClassName, ...] = get_args(ClassName)

# Hard ceilings: a policy can only go below them.
MAX_CALLS_PER_EVENT = 40
MAX_CALLS = {"review": 30}
MAX_CALLS_OTHERWISE = 4
MAX_USD_PER_EVENT = 50.0
MAX_INLINE = 10
MAX_PROBES = 500
# New comments of ours (contract T22).
MAX_COMMENTS_PER_THREAD_PER_HOUR = 3
MAX_COMMENTS_PER_THREAD_PER_DAY = 10
MAX_COMMENTS_PER_DAY = 100


def _glob(value: str) -> str:
    if fault := globs.problem(value):
        raise ValueError(fault)
    return value


def _repository_path(value: str) -> str:
    if value and (fault := globs.problem(value)):
        raise ValueError(fault.replace("a glob", "a path"))
    return value


def _route(value: str) -> str:
    try:
        provider = Route.parse(value).provider
    except UsageError:
        # Without the value: a key pasted into the wrong place must not be printed.
        raise ValueError("not a route; write provider:model@effort") from None
    if provider not in providers.names():
        raise ValueError(policy_errors.unknown("provider", provider, providers.names()))
    return value


def _model_key(value: str) -> str:
    if "@" in value:
        raise ValueError("write provider:model, without an effort")
    return _route(value)


def _provider(value: str) -> str:
    if value not in providers.names():
        raise ValueError(policy_errors.unknown("provider", value, providers.names()))
    return value


def _login(value: str) -> str:
    if "*" in value:
        raise ValueError("an exact login, no *")
    return value


def _task_name(value: str) -> str:
    if value not in tasks.names():
        raise ValueError(policy_errors.unknown("task", value, tasks.names()))
    return value


def _label_target(value: str) -> str:
    return value if value == "none" else _task_name(value)


Glob = Annotated[str, AfterValidator(_glob)]
Globs = Annotated[tuple[Glob, ...], Field(max_length=100)]
Text = Annotated[str, Field(min_length=1, max_length=100)]
Usd = Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)]
Calls = Annotated[int, Field(ge=0, le=100_000)]
Bias = Annotated[float, Field(ge=-MOST_BIAS, le=MOST_BIAS, allow_inf_nan=False)]
TaskName = Annotated[str, AfterValidator(_task_name)]
RepositoryPath = Annotated[str, AfterValidator(_repository_path)]


class _Strict(BaseModel):
    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", validate_by_name=True
    )


class Stakes(_Strict):
    """Globs of changed paths where a wrong answer costs more or less than usual."""

    critical: Globs = ()
    standard: Globs = ()
    routine: Globs = ()


class ModelClass(_Strict):
    """Models best first, and the class above, "" for none."""

    models: Annotated[
        tuple[Annotated[str, AfterValidator(_route)], ...],
        Field(min_length=1, max_length=10),
    ]
    above: ClassName | Literal[""] = ""

    @property
    def routes(self) -> tuple[Route, ...]:
        """The models, read."""
        return tuple(Route.parse(model) for model in self.models)


class ModelFacts(_Strict):
    """What the policy says about a model the catalogue does not know (or knows wrong).

    Window in tokens, prices in USD per million tokens (both or neither).
    """

    context_window: int | None = Field(default=None, ge=1_000, le=100_000_000)
    input_usd: Usd | None = None
    output_usd: Usd | None = None
    web_search: bool | None = None

    @model_validator(mode="after")
    def _both_prices(self) -> ModelFacts:
        if (self.input_usd is None) != (self.output_usd is None):
            raise ValueError("set input_usd and output_usd, both or neither")
        return self


class When(_Strict):
    """One clause: if every condition given holds, the task's class is this one.

    `only_paths`: every changed path matches. `min_lines`/`max_lines`: lines changed.
    """

    model_class: ClassName = Field(alias="class")
    stakes: StakesLevel | None = None
    only_paths: Globs = ()
    min_lines: int | None = Field(default=None, ge=0, le=1_000_000)
    max_lines: int | None = Field(default=None, ge=0, le=1_000_000)
    label: Text | None = None
    confidence_below: float | None = Field(default=None, gt=0, le=1)
    fork: bool | None = None

    @model_validator(mode="after")
    def _has_condition(self) -> When:
        if not self.model_fields_set - {"model_class"}:
            raise ValueError("a clause needs a condition besides its class")
        return self

    def __str__(self) -> str:
        said = self.model_dump(exclude_unset=True, exclude={"model_class"})
        return " and ".join(f"{key} = {_shown(value)}" for key, value in said.items())


class TaskPolicy(_Strict):
    """What a repository sets about one task; `ceiling` is the highest class it gets.

    `tracking_issue`: each failure of the default branch is followed in an issue.
    `labels`: whether labels that fit an issue are suggested, or applied as well.
    """

    enabled: bool = True
    model_class: ClassName = Field(default="balanced", alias="class")
    ceiling: ClassName = "reasoning"
    comment_from: Severity = "info"
    ignore: Globs = ()
    max_calls: int = Field(default=MAX_CALLS_OTHERWISE, ge=0)
    inline: int = Field(default=MAX_INLINE, ge=0, le=MAX_INLINE)
    instructions: RepositoryPath = ""
    tracking_issue: bool = False
    labels: Literal["suggest", "apply"] = "suggest"
    when: tuple[When, ...] = Field(default=(), max_length=50)


class Classify(_Strict):
    """What the team's corrections taught: added to a task's score, in logits."""

    bias: Mapping[TaskName, Bias] = Field(default_factory=dict)


class Budget(_Strict):
    """What may be spent beyond one event; None is no limit. A day is UTC's.

    Money in USD, calls to models. `outsiders_…` are for all people together who may
    not write here. `max_comments_…` count new comments of ours; an edit is none.
    """

    max_usd_per_day: Usd | None = None
    max_calls_per_day: Calls | None = None
    max_usd_per_thread: Usd | None = None
    max_calls_per_thread: Calls | None = None
    max_usd_per_actor_per_day: Usd | None = None
    max_calls_per_actor_per_day: Calls | None = None
    outsiders_usd_per_day: Usd = 2.0
    outsiders_calls_per_day: Calls | None = None
    max_comments_per_thread_per_hour: int = Field(
        default=MAX_COMMENTS_PER_THREAD_PER_HOUR,
        ge=0,
        le=MAX_COMMENTS_PER_THREAD_PER_HOUR,
    )
    max_comments_per_thread_per_day: int = Field(
        default=MAX_COMMENTS_PER_THREAD_PER_DAY,
        ge=0,
        le=MAX_COMMENTS_PER_THREAD_PER_DAY,
    )
    max_comments_per_day: int = Field(
        default=MAX_COMMENTS_PER_DAY, ge=0, le=MAX_COMMENTS_PER_DAY
    )


class HookPolicy(_Strict):
    """Which git hooks speak in this repository, and whether they may stop git."""

    run: tuple[Literal["pre-commit", "pre-push"], ...] = ("pre-commit", "pre-push")
    blocking: bool = False


class Policy(_Strict):
    """A whole, valid policy. USD are per event."""

    version: Literal[1] = 1
    preset: PresetName = "default"
    enabled: bool = True
    allowed_providers: tuple[Annotated[str, AfterValidator(_provider)], ...]
    outsiders: Literal["balanced", "findings"] = "balanced"
    max_usd_per_event: float = Field(ge=0, le=MAX_USD_PER_EVENT, allow_inf_nan=False)
    max_calls_per_event: int = Field(ge=0, le=MAX_CALLS_PER_EVENT)
    classify: Classify = Field(default_factory=Classify)
    budget: Budget = Field(default_factory=Budget)
    baseline: ClassName = "balanced"
    confidence_threshold: float = Field(ge=0, le=1)
    escalate: bool = True
    redirect: bool = True
    roles: tuple[Text, ...] = ()
    bots: tuple[Annotated[Text, AfterValidator(_login)], ...] = ()
    labels: Mapping[Text, Annotated[str, AfterValidator(_label_target)]]
    headings: Mapping[Text, TaskName] = Field(default_factory=dict)
    stakes: Stakes
    classes: Mapping[ClassName, ModelClass]
    tasks: Mapping[TaskName, TaskPolicy]
    models: Mapping[Annotated[str, AfterValidator(_model_key)], ModelFacts] = Field(
        default_factory=dict
    )
    # No part of the fingerprint: the hooks of one machine change no decision.
    hooks: HookPolicy = Field(default_factory=HookPolicy, exclude=True)
    # Read whole by `config check` alone (bot.policy.probe_model): no decision needs
    # them, so none waits for them, and they are no part of the fingerprint.
    probes: tuple[Mapping[str, Any], ...] = Field(
        default=(), max_length=MAX_PROBES, exclude=True
    )


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def call_ceiling(task_name: str) -> int:
    """Return how many model calls an answer to this task may take at most."""
    return MAX_CALLS.get(task_name, MAX_CALLS_OTHERWISE)
