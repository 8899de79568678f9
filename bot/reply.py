"""Completion → reply: one JSON object, what the task's reply model says and no more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from bot.errors import ReplyError
from bot.text.sanitize import replace_surrogates

MAX_REPLY = 400_000
MAX_DEPTH = 40
MAX_DIGITS = 18
MAX_FLOAT = 400  # characters of a number that is not whole
MAX_WANTED = 10
REPAIR = (
    "Your last answer could not be used: {problem}. Answer once more with exactly one "
    "JSON object that fits the schema: no text around it, no code fence, no key twice."
)

_MOST_PLACES = 10
_MOST_CANDIDATES = 20
_STRUCTURE = re.compile(r'[{}\[\]]|"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")

Reply = TypeVar("Reply", bound=BaseModel)


def parse(text: str, model: type[Reply]) -> Reply:
    """Read the one JSON object in `text` as `model` (R08).

    Finds it in fences, in prose and encoded twice; refuses repeated keys, NaN, numbers
    over 18 digits, more than 40 levels and values the model does not allow. A key that
    it does not know is left unread: nothing of it can come out again, and the rest was
    paid for. Raises `ReplyError` that names places and quotes nothing of the text.
    """
    if len(text) > MAX_REPLY:
        raise ReplyError(f"the reply is longer than {MAX_REPLY} characters")
    found = _single(text)
    try:
        # By way of JSON, where strict still lets a list become a tuple.
        return model.model_validate_json(json.dumps(found), strict=True, extra="ignore")
    except ValidationError as exc:
        raise ReplyError(_places(exc)) from None


def repair_request(error: ReplyError) -> str:
    """Ask for the answer once more, saying what was wrong with the last."""
    return REPAIR.replace("{problem}", str(error))


def wanted(reply: BaseModel) -> tuple[str, ...]:
    """The paths and symbols a reply asks to look up, without repeats, at most ten.

    A reply model takes part by having a field `wanted: list[str]`.
    """
    names = getattr(reply, "wanted", None) or ()
    return tuple(dict.fromkeys(name for name in names if name))[:MAX_WANTED]


def _single(text: str) -> dict[str, Any]:
    value = _decode_or_none(text.strip().removeprefix("\ufeff"))
    if isinstance(value, str):
        value = _decode_or_none(value)
    if isinstance(value, dict):
        return value
    objects: list[dict[str, Any]] = []
    for candidate in _candidates(text):
        decoded = _decode_or_none(candidate)
        if isinstance(decoded, dict) and decoded and decoded not in objects:
            objects.append(decoded)
    if len(objects) != 1:
        number = "no" if not objects else f"{len(objects)} different"
        raise ReplyError(f"the reply holds {number} JSON objects where one is needed")
    return objects[0]


def _candidates(text: str) -> Iterator[str]:
    """The outermost `{…}` of `text`, in one pass; a brace in a string counts not."""
    opened: list[int] = []
    closed: list[tuple[int, int]] = []
    for mark in _STRUCTURE.finditer(text):
        if mark[0] == "{":
            opened.append(mark.start())
        elif mark[0] == "}" and opened:
            start = opened.pop()
            while closed and closed[-1][0] > start:
                closed.pop()
            closed.append((start, mark.end()))
    for start, end in closed[:_MOST_CANDIDATES]:
        yield text[start:end]


def _decode_or_none(text: str) -> Any:
    """Decode JSON, None if it is none; raise on what JSON allows and we do not."""
    depth = 0
    for mark in _STRUCTURE.finditer(text):
        depth += (mark[0] in "{[") - (mark[0] in "}]")
        if depth > MAX_DEPTH:
            raise ReplyError(f"the reply is nested deeper than {MAX_DEPTH} levels")
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique,
            parse_int=_small_int,
            parse_float=_finite,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError:
        return None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = {replace_surrogates(key): _clean(value) for key, value in pairs}
    if len(found) < len(pairs):
        raise ReplyError("the reply repeats a key in one object")
    return found


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return replace_surrogates(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value


def _small_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ReplyError(f"the reply holds a number of more than {MAX_DIGITS} digits")
    return int(digits)


def _finite(digits: str) -> float:
    if len(digits) > MAX_FLOAT:
        raise ReplyError(f"the reply holds a number of more than {MAX_FLOAT} digits")
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ReplyError("the reply holds a number that is out of range")
    return value


def _no_constant(_name: str) -> NoReturn:
    raise ReplyError("the reply holds NaN or Infinity, which JSON does not have")


def _places(error: ValidationError) -> str:
    problems = error.errors(
        include_url=False, include_context=False, include_input=False
    )
    lines = [f"{_place(problem['loc'])}: {problem['msg']}" for problem in problems]
    more = len(lines) - _MOST_PLACES
    return "; ".join(lines[:_MOST_PLACES]) + (f"; and {more} more" if more > 0 else "")


def _place(location: tuple[int | str, ...]) -> str:
    """A path like `findings.3.line`; a key the model made up is not repeated."""
    names = (
        str(part) if isinstance(part, int) or _PLAIN_NAME.fullmatch(part) else "?"
        for part in location
    )
    return ".".join(names) or "reply"
