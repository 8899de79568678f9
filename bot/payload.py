"""The fields of GitHub's webhook payloads that we read; all may be missing or null."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from bot.events import (
    Actor,
    Comment,
    Event,
    PullHead,
    Repository,
    UnreadablePayload,
    WorkflowRun,
)

# What GitHub accepts in a body; anything longer was not written there.
MAX_TEXT = 65_536

_NO_WORD = re.compile(r"[^A-Za-z0-9_.-]")

_EXPECTED = {
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing_size": "a smaller number",
    "greater_than_equal": "a positive number",
    "bool_type": "true or false",
}


def _clean(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = value[:MAX_TEXT].replace("\0", "")
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _as_word(text: str) -> str:
    return _NO_WORD.sub("?", text[:64])


def _no_way_up(full_name: str) -> str:
    if full_name.partition("/")[2] in (".", ".."):
        raise ValueError("a path, not a name")
    return full_name


_Text = Annotated[str, BeforeValidator(_clean)]
# These are printed in logs, and the sender of a repository_dispatch chooses its action.
_Word = Annotated[_Text, AfterValidator(_as_word)]
# These become part of API paths, so their form is checked and not only their type.
_Login = Annotated[_Text, Field(pattern=r"^[A-Za-z0-9_-]{1,100}(\[bot\])?$")]
_FullName = Annotated[
    _Text,
    Field(pattern=r"^[A-Za-z0-9_-]{1,100}/[A-Za-z0-9_.-]{1,100}$"),
    AfterValidator(_no_way_up),
]
_Sha = Annotated[_Text, Field(pattern=r"^[0-9a-f]{40,64}$")]
_Id = Annotated[int, Field(ge=0)]
_Number = Annotated[int, Field(ge=1)]


class _Fields(BaseModel):
    model_config = ConfigDict(strict=True, defer_build=True)


class _User(_Fields):
    login: _Login | None = None
    id: _Id | None = None
    type: _Text | None = None


class _Repo(_Fields):
    full_name: _FullName | None = None
    id: _Id | None = None
    default_branch: _Text | None = None
    private: bool | None = None
    owner: _User | None = None


class _Label(_Fields):
    name: _Text | None = None


class _HeadRepo(_Repo):
    # A number where the whole event is a push, text everywhere else.
    pushed_at: _Text | int | None = None


class _Head(_Fields):
    sha: _Sha | None = None
    ref: _Text | None = None
    repo: _HeadRepo | None = None
    user: _User | None = None


class _Base(_Fields):
    ref: _Text | None = None


class _Item(_Fields):
    number: _Number | None = None
    title: _Text | None = None
    body: _Text | None = None
    html_url: _Text | None = None
    user: _User | None = None
    labels: list[_Label | None] | None = None
    state: _Text | None = None
    locked: bool | None = None
    draft: bool | None = None
    pull_request: dict[str, object] | None = None
    head: _Head | None = None
    base: _Base | None = None


class _Comment(_Fields):
    id: _Id | None = None
    body: _Text | None = None
    user: _User | None = None
    created_at: _Text | None = None


class _Run(_Fields):
    id: _Id | None = None
    workflow_id: _Id | None = None
    name: _Text | None = None
    path: _Text | None = None
    display_title: _Text | None = None
    conclusion: _Word | None = None
    event: _Word | None = None
    run_attempt: _Id | None = None
    head_sha: _Sha | None = None
    head_branch: _Text | None = None
    head_repository: _Repo | None = None
    actor: _User | None = None
    triggering_actor: _User | None = None
    html_url: _Text | None = None


class _Inputs(_Fields):
    number: _Text | int | None = None
    task: _Text | None = None
    model_class: _Text | None = Field(default=None, alias="class")


class _Envelope(_Fields):
    action: _Word | None = None
    repository: _Repo | None = None
    sender: _User | None = None


class _Payload(_Envelope):
    issue: _Item | None = None
    pull_request: _Item | None = None
    comment: _Comment | None = None
    label: _Label | None = None
    workflow_run: _Run | None = None
    inputs: _Inputs | None = None


def event(name: str, payload: Mapping[str, object]) -> Event:
    """Build the `Event` of a payload; see `bot.events.from_action`.

    Of an event we never answer only action, repository and sender are read.
    Raises `UnreadablePayload` naming the first field that has a wrong type.
    """
    build = _BUILDERS.get(name)
    try:
        if build is not None:
            return build(name, _Payload.model_validate(payload))
        return _envelope_event(name, _Envelope.model_validate(payload))
    except ValidationError as exc:
        problem = _problem(exc)
    # Outside the handler: the cause quotes the payload.
    raise UnreadablePayload(problem)


def _problem(exc: ValidationError) -> str:
    first = exc.errors(include_url=False, include_context=False, include_input=False)[0]
    path = ".".join(str(part) for part in first["loc"]) or "payload"
    return f"{path}: expected {_EXPECTED.get(first['type'], 'a well-formed value')}"


def _envelope_event(name: str, read: _Envelope) -> Event:
    return Event(
        name=name,
        action=read.action or "",
        repository=_repository(read.repository),
        actor=_actor(read.sender),
    )


def _item_event(name: str, read: _Payload) -> Event:
    item = read.pull_request or read.issue or _Item()
    is_pull = read.pull_request is not None or item.pull_request is not None
    return replace(
        _envelope_event(name, read),
        author=_actor(item.user),
        number=item.number,
        title=item.title or "",
        body=item.body or "",
        url=item.html_url or "",
        labels=tuple(label.name for label in item.labels or () if label and label.name),
        label_added=(read.label.name if read.label else None) or "",
        is_pull_request=is_pull,
        is_open=(item.state or "open") == "open",
        is_locked=bool(item.locked),
        is_draft=bool(item.draft),
        base_ref=(item.base.ref if item.base else None) or "",
        head=_pull_head(item.head),
        comment=_comment(read.comment, is_review=name != "issue_comment"),
    )


def _run_event(name: str, read: _Payload) -> Event:
    run = read.workflow_run
    if run is None:
        return _envelope_event(name, read)
    return replace(
        _envelope_event(name, read),
        title=run.display_title or "",
        url=run.html_url or "",
        run=_workflow_run(run),
    )


def _dispatch_event(name: str, read: _Payload) -> Event:
    inputs = read.inputs or _Inputs()
    number = str(inputs.number or "").strip()
    if number and not (number.isascii() and number.isdigit() and len(number) < 10):
        raise UnreadablePayload("inputs.number: expected a whole number")
    words = {"number": number, "task": inputs.task, "class": inputs.model_class}
    return replace(
        _envelope_event(name, read),
        number=int(number) if number else None,
        dispatch={key: word.strip() for key, word in words.items() if word},
    )


_BUILDERS: dict[str, Callable[[str, _Payload], Event]] = {
    "issues": _item_event,
    "issue_comment": _item_event,
    "pull_request": _item_event,
    "pull_request_review_comment": _item_event,
    "workflow_run": _run_event,
    "workflow_dispatch": _dispatch_event,
}


def _actor(user: _User | None) -> Actor | None:
    if user is None or not user.login:
        return None
    return Actor(login=user.login, id=user.id or 0, type=user.type or "User")


def _repository(repo: _Repo | None) -> Repository | None:
    if repo is None or not repo.full_name:
        return None
    return Repository(
        full_name=repo.full_name,
        id=repo.id or 0,
        default_branch=repo.default_branch or "",
        is_private=bool(repo.private),
    )


def _comment(comment: _Comment | None, *, is_review: bool) -> Comment | None:
    if comment is None:
        return None
    return Comment(
        id=comment.id or 0,
        body=comment.body or "",
        author=_actor(comment.user),
        created_at=comment.created_at or "",
        is_review_comment=is_review,
    )


def _pull_head(head: _Head | None) -> PullHead | None:
    if head is None:
        return None
    repo = head.repo or _HeadRepo()
    owner = repo.owner or head.user
    return PullHead(
        sha=head.sha or "",
        ref=head.ref or "",
        repository_id=repo.id or 0,
        owner=(owner.login if owner else None) or "",
        pushed_at=repo.pushed_at if isinstance(repo.pushed_at, str) else "",
    )


def _workflow_run(run: _Run) -> WorkflowRun:
    return WorkflowRun(
        id=run.id or 0,
        workflow_id=run.workflow_id or 0,
        name=run.name or "",
        # GitHub appends "@ref" where the file comes from another ref.
        path=(run.path or "").partition("@")[0],
        conclusion=run.conclusion or "",
        event=run.event or "",
        attempt=run.run_attempt or 1,
        head=_run_head(run),
        actor=_actor(run.actor),
        triggering_actor=_actor(run.triggering_actor),
        url=run.html_url or "",
    )


def _run_head(run: _Run) -> PullHead:
    repo = run.head_repository or _Repo()
    owner = repo.owner.login if repo.owner else None
    return PullHead(
        sha=run.head_sha or "",
        ref=run.head_branch or "",
        repository_id=repo.id or 0,
        owner=owner or (repo.full_name or "").partition("/")[0],
    )
