"""A reader for the GraphQL documents clients send: fields, aliases, fragments."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(
    r'\s*(?:#[^\n]*\s*)*(\.\.\.|[{}()\[\]:!$=,@]|"(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*'
    r"|[A-Za-z_]\w*)"
)
_CONSTANTS = {"true": True, "false": False, "null": None}


class SyntaxProblem(Exception):
    """The document is not GraphQL as we read it."""


@dataclass(slots=True)
class Field:
    """One selected field; a field with `on` set is an inline fragment."""

    name: str
    alias: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    selected: list[Field] = field(default_factory=list)
    on: str = ""


def read(text: str, variables: dict[str, Any]) -> tuple[str, list[Field]]:
    """Return the kind (query or mutation) and the fields of the first operation."""
    reader = _Reader(_tokens(text), variables)
    kind = "query"
    if reader.peek() != "{":
        kind = reader.take()
        while reader.peek() != "{":
            # Names and the types of variables say nothing this server checks.
            if reader.take() == "(":
                reader.skip_to(")")
    return kind, reader.selection()


def _tokens(text: str) -> list[str]:
    text, position, found = text.rstrip(), 0, []
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise SyntaxProblem(f"Unexpected character at {position}")
        found.append(match[1])
        position = match.end()
    return [token for token in found if token != ","]


class _Reader:
    def __init__(self, tokens: list[str], variables: dict[str, Any]) -> None:
        self._tokens = tokens
        self._at = 0
        self._variables = variables

    def peek(self) -> str:
        if self._at >= len(self._tokens):
            raise SyntaxProblem("Expected more, got end of file")
        return self._tokens[self._at]

    def take(self, wanted: str = "") -> str:
        token = self.peek()
        if wanted and token != wanted:
            raise SyntaxProblem(f"Expected {wanted}, got {token}")
        self._at += 1
        return token

    def skip_to(self, wanted: str) -> None:
        while self.take() != wanted:
            continue

    def selection(self) -> list[Field]:
        self.take("{")
        found = []
        while self.peek() != "}":
            found.append(self._field())
        self.take("}")
        return found

    def _field(self) -> Field:
        if self.peek() == "...":
            self.take()
            self.take("on")
            return Field("", on=self.take(), selected=self.selection())
        name = alias = self.take()
        if self.peek() == ":":
            self.take()
            name = self.take()
        made = Field(name, alias)
        if self.peek() == "(":
            made.arguments = self._pairs("(", ")")
        if self.peek() == "{":
            made.selected = self.selection()
        return made

    def _pairs(self, first: str, last: str) -> dict[str, Any]:
        self.take(first)
        found = {}
        while self.peek() != last:
            name = self.take()
            self.take(":")
            found[name] = self._value()
        self.take(last)
        return found

    def _value(self) -> Any:
        token = self.peek()
        if token == "{":
            return self._pairs("{", "}")
        self.take()
        if token == "$":
            return self._variables.get(self.take())
        if token == "[":
            found = []
            while self.peek() != "]":
                found.append(self._value())
            self.take("]")
            return found
        return self._scalar(token)

    def _scalar(self, token: str) -> Any:
        if token in _CONSTANTS:
            return _CONSTANTS[token]
        if token[0] == '"' or token[0] in "-0123456789":
            return json.loads(token)
        return token  # an enum's name
