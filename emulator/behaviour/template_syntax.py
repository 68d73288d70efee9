"""Reading a template's expressions, such as `[concat('sa', parameters('name'))]`, into trees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


class TemplateError(Exception):
    """A template that cannot be deployed; its message says what is wrong with it."""


@dataclass(frozen=True)
class Literal:
    """A string or a whole number."""

    value: Any


@dataclass(frozen=True)
class Call:
    """A function and its arguments."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Access:
    """A member of an object (`.name` or `['name']`), or the item of an array at a position."""

    target: Node
    key: Node


Node = Literal | Call | Access

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+)|(?P<name>[A-Za-z_]\w*)|(?P<sign>[().,\[\]]))")


def is_expression(text: str) -> bool:
    """Whether a string is evaluated: it is in brackets, and the first is not doubled."""
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


def parse(text: str) -> Node:
    """The tree of an expression with its brackets; raises `TemplateError` where it is not one."""
    reader = _Reader(text[1:-1], text)
    node = reader.expression()
    reader.end()
    return node


class _Reader:
    """Takes an expression apart from left to right."""

    def __init__(self, inside: str, whole: str) -> None:
        self._whole = whole
        self._tokens = list(self._split(inside))
        self._next = 0

    def expression(self) -> Node:
        node = self._first()
        while self._peek() in {".", "["}:
            if self._take() == ".":
                node = Access(node, Literal(self._name()))
            else:
                node = Access(node, self.expression())
                self._expect("]")
        return node

    def end(self) -> None:
        if self._peek():
            raise self._invalid()

    def _first(self) -> Node:
        token = self._peek()
        if token.startswith("'"):
            return Literal(self._take()[1:-1].replace("''", "'"))
        if token.lstrip("-").isdigit():
            return Literal(int(self._take()))
        name = self._name()
        self._expect("(")
        arguments: list[Node] = []
        while self._peek() != ")":
            arguments.append(self.expression())
            if self._peek() != ")":
                self._expect(",")
        self._take()
        return Call(name, tuple(arguments))

    def _name(self) -> str:
        if not re.fullmatch(r"[A-Za-z_]\w*", self._peek()):
            raise self._invalid()
        return self._take()

    def _peek(self) -> str:
        return self._tokens[self._next] if self._next < len(self._tokens) else ""

    def _take(self) -> str:
        self._next += 1
        return self._tokens[self._next - 1]

    def _expect(self, sign: str) -> None:
        if self._peek() != sign:
            raise self._invalid()
        self._next += 1

    def _split(self, inside: str) -> list[str]:
        tokens, position = [], 0
        rest = inside.rstrip()
        while position < len(rest):
            match = _TOKEN.match(rest, position)
            if match is None:
                raise self._invalid()
            tokens.append(match[0].strip())
            position = match.end()
        return tokens

    def _invalid(self) -> TemplateError:
        return TemplateError(f"The language expression '{self._whole[1:-1]}' is not valid: it cannot be parsed.")
