"""The door of GitHub Actions: inputs in, outputs, summary and one log line out."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Mapping, MutableMapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot import ledger
from bot.errors import UsageError
from bot.text import markdown, sanitize

SUMMARY_LIMIT = 900 * 1024  # bytes; GitHub refuses more than 1 MiB a step (R26)
NOTICE_LIMIT = 1_000  # characters
SHORTEST_MASK = 8  # characters of a line; hiding shorter ones hides half the log

# What each output may look like; anything else is written as nothing (contract T08).
OUTPUTS: Mapping[str, re.Pattern[str]] = {
    "task": re.compile(r"[a-z]{1,16}"),
    "class": re.compile(r"[a-z]{1,16}"),
    "provider": re.compile(r"[a-z][a-z0-9-]{0,31}"),
    "model": re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}"),
    "effort": re.compile(r"[a-z]{1,16}"),
    "stakes": re.compile(r"routine|standard|critical"),
    "confidence": re.compile(r"[01](\.[0-9]{1,4})?"),
    "cause": re.compile(r"[a-z_]{1,16}"),
    "status": re.compile(r"[a-z]{1,16}"),
    "comment-url": re.compile(r"https?://[A-Za-z0-9.:-]{1,100}/[\w./#-]{1,300}"),
    "cost-usd": re.compile(r"[0-9]{1,6}\.[0-9]{1,6}"),
}
OWN_RUNNER = (
    "this public repository runs routebot on a runner of its own; what strangers write "
    "should only meet runners that are thrown away, such as GitHub's"
)
# What each input that can be wrong looks like where it is right.
_SWITCH = "true or false"
FORMS: Mapping[str, str] = {
    "mode": "run, analyze, verify, publish or decide",
    "max_usd": "a number of USD such as 2.5",
    "verify": _SWITCH,
    "dry_run": _SWITCH,
    "run_id": "a number",
    "run_attempt": "a number",
    "allow_private": f"ROUTEBOT_ALLOW_PRIVATE_HOSTS as {_SWITCH}",
    "is_action": f"GITHUB_ACTIONS as {_SWITCH}",
}
# Where each secret stands; read once, then taken out of the environment (T04).
SECRETS = {
    "github_token": ("INPUT_GITHUB_TOKEN", "GITHUB_TOKEN"),
    "anthropic_api_key": ("INPUT_ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY"),
    "openai_api_key": ("INPUT_OPENAI_API_KEY", "OPENAI_API_KEY"),
    "xai_api_key": ("INPUT_XAI_API_KEY", "XAI_API_KEY"),
    "compatible_api_key": ("INPUT_COMPATIBLE_API_KEY", "ROUTEBOT_COMPATIBLE_API_KEY"),
    "marker_key": ("INPUT_MARKER_KEY", "ROUTEBOT_MARKER_KEY"),
}
SETTINGS = {
    "anthropic_base_url": ("INPUT_ANTHROPIC_BASE_URL", "ROUTEBOT_ANTHROPIC_BASE_URL"),
    "openai_base_url": ("INPUT_OPENAI_BASE_URL", "ROUTEBOT_OPENAI_BASE_URL"),
    "xai_base_url": ("INPUT_XAI_BASE_URL", "ROUTEBOT_XAI_BASE_URL"),
    "compatible_base_url": (
        "INPUT_COMPATIBLE_BASE_URL",
        "ROUTEBOT_COMPATIBLE_BASE_URL",
    ),
    "mode": ("INPUT_MODE",),
    "allowed_providers": ("INPUT_ALLOWED_PROVIDERS", "ROUTEBOT_ALLOWED_PROVIDERS"),
    "policy": ("INPUT_POLICY",),
    "draft": ("INPUT_DRAFT",),
    "verify": ("INPUT_VERIFY",),
    "verdicts": ("INPUT_VERDICTS",),
    "bot_login": ("INPUT_BOT_LOGIN",),
    "max_usd": ("INPUT_MAX_USD", "ROUTEBOT_MAX_USD"),
    "dry_run": ("INPUT_DRY_RUN",),
    "event_name": ("GITHUB_EVENT_NAME",),
    "event_path": ("GITHUB_EVENT_PATH",),
    "api_url": ("GITHUB_API_URL",),
    "graphql_url": ("GITHUB_GRAPHQL_URL",),
    "server_url": ("GITHUB_SERVER_URL",),
    "repository": ("GITHUB_REPOSITORY",),
    "run_id": ("GITHUB_RUN_ID",),
    "run_attempt": ("GITHUB_RUN_ATTEMPT",),
    "workflow_ref": ("GITHUB_WORKFLOW_REF",),
    "summary_path": ("GITHUB_STEP_SUMMARY",),
    "output_path": ("GITHUB_OUTPUT",),
    "temporary": ("RUNNER_TEMP",),
    "runner_environment": ("RUNNER_ENVIRONMENT",),
    "allow_private": ("ROUTEBOT_ALLOW_PRIVATE_HOSTS",),
    "is_action": ("GITHUB_ACTIONS",),
}


class Inputs(BaseModel):
    """Everything the environment says, read once; inputs go before variables."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    mode: Literal["run", "analyze", "verify", "publish", "decide"] = "run"
    github_token: str = Field(default="", repr=False)
    anthropic_api_key: str = Field(default="", repr=False)
    openai_api_key: str = Field(default="", repr=False)
    xai_api_key: str = Field(default="", repr=False)
    compatible_api_key: str = Field(default="", repr=False)
    marker_key: str = Field(default="", repr=False)
    anthropic_base_url: str = ""
    openai_base_url: str = ""
    xai_base_url: str = ""
    compatible_base_url: str = ""
    allowed_providers: str = ""
    policy: str = ""
    draft: str = "draft.json"
    verify: bool = False
    verdicts: str = ""
    bot_login: str = "github-actions[bot]"
    max_usd: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    dry_run: bool = False
    event_name: str = ""
    event_path: str = ""
    api_url: str = "https://api.github.com"
    graphql_url: str = ""
    server_url: str = "https://github.com"
    repository: str = ""
    run_id: str = Field(default="", pattern=r"^([0-9]{1,20})?$")
    run_attempt: str = Field(default="1", pattern=r"^[0-9]{1,5}$")
    workflow_ref: str = ""
    summary_path: str = ""
    output_path: str = ""
    temporary: str = ""
    runner_environment: str = ""
    allow_private: bool = False
    is_action: bool = False

    @property
    def keys(self) -> dict[str, str]:
        """The model keys that are set, by provider."""
        return self._by_provider("api_key")

    @property
    def base_urls(self) -> dict[str, str]:
        """The base URLs that are set, by provider."""
        return self._by_provider("base_url")

    @property
    def providers(self) -> frozenset[str]:
        """The providers that may be asked; empty where the input is not set."""
        return frozenset(self.allowed_providers.replace(",", " ").split())

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value that must never leave."""
        return tuple(filter(None, (getattr(self, name) for name in SECRETS)))

    @property
    def own_workflow(self) -> str:
        """The path of the workflow we run in, "" outside Actions."""
        path = self.workflow_ref.partition("@")[0].split("/", 2)
        return path[2] if len(path) == 3 else ""

    @property
    def run(self) -> str:
        """This workflow run and its attempt, as records name it, "" outside Actions."""
        return f"{self.run_id}.{self.run_attempt}" if self.run_id else ""

    @property
    def run_url(self) -> str:
        """Where this run and its summary can be seen, "" outside Actions."""
        if not (self.run_id and self.repository):
            return ""
        return f"{self.server_url}/{self.repository}/actions/runs/{self.run_id}"

    def _by_provider(self, what: str) -> dict[str, str]:
        names = ("anthropic", "openai", "xai", "compatible")
        found = {name: getattr(self, f"{name}_{what}") for name in names}
        return {name: value for name, value in found.items() if value}


def read_inputs(environment: MutableMapping[str, str] | None = None) -> Inputs:
    """Read the environment once and take the secrets out of it.

    Raises `UsageError` naming the input that cannot be used, never its value.
    """
    source = os.environ if environment is None else environment
    said: dict[str, str] = {}
    for field, names in {**SETTINGS, **SECRETS}.items():
        value = next((source[name] for name in names if source.get(name)), "").strip()
        if value:
            said[field] = value
    for names in SECRETS.values():
        for name in names:
            source.pop(name, None)
    try:
        return Inputs.model_validate(said)
    except ValidationError as exc:
        wrong = sorted({str(error["loc"][0]) for error in exc.errors()})
        said_of = ", ".join(map(_expected, wrong))
        raise UsageError(f"cannot use the input {said_of}") from None


def _expected(field: str) -> str:
    return f"{field.replace('_', '-')} (expected: {FORMS[field]})"


def masks(inputs: Inputs) -> Iterable[str]:
    """The lines that make the runner hide our secrets, wherever they appear (T35).

    A value of several lines is hidden as a whole and line by line, as the log has it.
    """
    for value in inputs.secrets:
        lines = value.splitlines() if "\n" in value or "\r" in value else []
        for piece in (value, *(line for line in lines if len(line) >= SHORTEST_MASK)):
            yield f"::add-mask::{_escaped(piece)}"


def _escaped(value: str) -> str:
    """Write a value as the runner reads the data of a command."""
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def runner_warning(inputs: Inputs, *, is_public: bool) -> str:
    """Warn of a runner that outlives what strangers make it do (T37), else ""."""
    is_own = inputs.runner_environment not in ("", "github-hosted")
    return notice(OWN_RUNNER, "warning") if is_own and is_public else ""


def notice(text: str, level: str = "notice") -> str:
    """Write one log line that the runner shows as an annotation, escaped (T09)."""
    line = " ".join(text.split())[:NOTICE_LIMIT]
    return f"::{level} title=routebot::{sanitize.log_line(line)}"


def write_outputs(path: str, values: Mapping[str, str]) -> None:
    """Append outputs to `$GITHUB_OUTPUT`, each only where it fits its pattern.

    A file that cannot be written fails no step: what was posted stays posted.
    """
    if not path:
        return
    lines = []
    for name, pattern in OUTPUTS.items():
        value = values.get(name, "")
        safe = value if pattern.fullmatch(value) else ""
        fence = secrets.token_hex(16)
        lines.append(f"{name}<<{fence}\n{safe}\n{fence}\n")
    _append(path, "".join(lines))


def write_summary(path: str, text: str) -> None:
    """Append to the job summary; a summary that fails never fails the step (R26)."""
    if not path or not text:
        return
    capped = markdown.cap(text, limit=SUMMARY_LIMIT, unit="bytes")
    _append(path, f"{capped}\n")


def _append(path: str, text: str) -> None:
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return


def write_record(folder: str, text: str) -> None:
    """Leave the record where the workflow picks it up as an artifact."""
    if not folder:
        return
    try:
        (Path(folder) / ledger.RECORD_FILE).write_text(text, encoding="utf-8")
    except OSError:
        # Losing the answer that was paid for would be worse than losing its record.
        return
