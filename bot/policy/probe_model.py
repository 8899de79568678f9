"""What a probe of a policy may hold: what happens, and what must come of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from bot.ledger import Cause
from bot.policy.model import (
    MAX_PROBES,
    ClassName,
    Policy,
    RepositoryPath,
    TaskName,
    Text,
)

MAX_TITLE = 1_000  # characters; GitHub takes 256
MAX_BODY = 65_536  # characters, as many as GitHub takes
MAX_LINES = 100_000


class Probe(BaseModel):
    """One probe: an issue, a change or an event file, and the decision about it.

    `paths` are the files that the change touches; with a title they make it a pull
    request. `lines` is how many lines the change adds, at least one a file. `event` is
    the path of an event file in the repository. Of `task`, `class` and `cause` those
    given must hold.
    """

    model_config = Policy.model_config

    title: Annotated[str, Field(max_length=MAX_TITLE)] = ""
    body: Annotated[str, Field(max_length=MAX_BODY)] = ""
    event: RepositoryPath = ""
    event_name: Annotated[str, Field(max_length=64)] = ""
    labels: Annotated[tuple[Text, ...], Field(max_length=100)] = ()
    paths: Annotated[tuple[RepositoryPath, ...], Field(max_length=1_000)] = ()
    lines: int | None = Field(default=None, ge=1, le=MAX_LINES)
    task: TaskName | None = None
    model_class: ClassName | None = Field(default=None, alias="class")
    cause: Cause | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Probe:
        if bool(self.title) == bool(self.event):
            raise ValueError("give a title (and a body), or the path of an event file")
        if self.event and (self.body or not self.event_name):
            raise ValueError("an event file goes with its event_name and without body")
        if self.title and self.event_name:
            raise ValueError("event_name goes with the path of an event file")
        if self.lines is not None and not self.paths:
            raise ValueError("lines goes with the paths that they stand in")
        if not self.expected:
            raise ValueError("a probe expects a task, a class or a cause")
        return self

    @property
    def expected(self) -> dict[str, str]:
        """What must come of it, by the words of the policy file."""
        said = {"task": self.task, "class": self.model_class, "cause": self.cause}
        return {name: value for name, value in said.items() if value is not None}


class Probes(BaseModel):
    """All probes of one policy file."""

    model_config = Policy.model_config

    probes: Annotated[tuple[Probe, ...], Field(max_length=MAX_PROBES)] = ()
