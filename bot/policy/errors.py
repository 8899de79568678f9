"""The words for a policy that cannot be used: file, line, key, what would be right."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from bot.policy import toml_lines
from bot.policy.toml_lines import Path

_AT_LINE = re.compile(r"\(at line (\d{1,9}), column \d{1,9}\)")
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Short and without digits: a word somebody typed, never a key pasted in its place.
_SHOWN = re.compile(r"[a-z][a-z-]{0,19}")
_WORD = re.compile(r"'([^']*)'")
_LOOKS_LIKE_YAML = re.compile(r"(?:- |[A-Za-z_]{1,64}:)")
# A file of a hundred mistakes is a wrong file; ten are enough to see that.
_MOST = 10


def explained(
    error: ValidationError,
    model: type[BaseModel],
    *,
    file: str,
    lines: Mapping[Path, int],
) -> list[str]:
    """Turn pydantic's errors into `file:line: key: what is wrong and what is right`.

    No value of the file is quoted: it could be a secret in the wrong place.
    """
    found = error.errors(include_url=False, include_input=False)
    found.sort(key=lambda item: toml_lines.line_of(lines, _key_path(item["loc"])))
    wrong_keys = {item["loc"][:-1] for item in found if _is_of_key(item["loc"])}
    problems = [
        at(_key_path(item["loc"]), _what(item, model), file=file, lines=lines)
        for item in found
        # What stands under a key that does not exist is no problem of its own.
        if _is_of_key(item["loc"]) or not _is_under(item["loc"], wrong_keys)
    ]
    unique = list(dict.fromkeys(problems))
    rest = len(unique) - _MOST
    return unique[:_MOST] + ([f"{file}: and {rest} more problems"] if rest > 0 else [])


def at(path: Path, what: str, *, file: str, lines: Mapping[Path, int]) -> str:
    """Return one problem as a line of text."""
    return f"{file}:{toml_lines.line_of(lines, path)}: {dotted(path)}: {what}"


def syntax(message: str, source: str, *, file: str) -> str:
    """Turn tomllib's message into a problem with its line first."""
    match = _AT_LINE.search(message)
    line = int(match[1]) if match else source.count("\n") + 1
    what = _printable(_AT_LINE.sub("", message).strip())
    hint = ""
    if _LOOKS_LIKE_YAML.match(source):
        hint = "; this looks like YAML, a policy is TOML: key = value"
    return f"{file}:{line}: not TOML: {what}{hint}"


def unknown(kind: str, word: str, known: Iterable[str]) -> str:
    """Say that a word is not one of a closed set, and which is nearest."""
    shown = f" {word}" if _SHOWN.fullmatch(word) else ""
    return f"unknown {kind}{shown}; {nearest(word, known)}"


def nearest(word: str, known: Iterable[str]) -> str:
    """Name the word most like this one, or all of them when none is alike."""
    words = sorted(known)
    alike = get_close_matches(word[:64], words, n=1, cutoff=0.7)
    return f"did you mean {alike[0]}?" if alike else f"known: {', '.join(words)}"


def dotted(path: Path) -> str:
    """Write a path as TOML would: `tasks.review.when[0].class`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
            continue
        key = part if _PLAIN_KEY.fullmatch(part) else f'"{_printable(part)}"'
        text += f".{key}" if text else key
    return text or "the policy"


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text[:100])


def _is_of_key(loc: tuple[int | str, ...]) -> bool:
    return loc[-1:] == ("[key]",)


def _is_under(
    loc: tuple[int | str, ...], keys: Collection[tuple[int | str, ...]]
) -> bool:
    return any(loc[: len(key)] == key for key in keys)


def _key_path(loc: tuple[int | str, ...]) -> Path:
    return tuple(part for part in loc if part != "[key]")


def _what(item: Any, model: type[BaseModel]) -> str:
    kind, loc, context = item["type"], item["loc"], item.get("ctx", {})
    if kind == "extra_forbidden":
        return f"unknown key; {nearest(str(loc[-1]), _keys(model, loc[:-1]))}"
    if loc and loc[-1] == "[key]" and kind == "literal_error":
        words = _WORD.findall(context["expected"])
        return f"unknown key; {nearest(str(loc[-2]), words)}"
    if kind == "value_error":
        return str(context["error"])
    if kind == "missing":
        return "is missing"
    return _PHRASES.get(kind, "{message}").format(
        message=item["msg"].replace("Input should", "should"), **context
    )


_PHRASES = {
    "literal_error": "must be {expected}",
    "less_than_equal": "is above the most allowed, {le:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "greater_than": "must be more than {gt:g}",
    "too_short": "must hold at least {min_length}",
    "too_long": "must hold at most {max_length}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "string_type": "must be a string in quotes",
    "tuple_type": "must be a list in brackets",
    "dict_type": "must be a table",
    "mapping_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
}


def _keys(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    for part in loc:
        inner = model.model_fields.get(str(part))
        found = _model_in(inner.annotation) if inner is not None else model
        model = found or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)
