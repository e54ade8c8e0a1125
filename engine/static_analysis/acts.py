"""What a function does with what others may see, as the walk through its text finds it."""

from __future__ import annotations

import ast
from enum import Enum
from typing import NamedTuple

from engine.static_analysis.scopes import Scope
from engine.static_analysis.values import FunctionValue, Made


class Location(NamedTuple):
    """Where a value is kept: a variable, an attribute of an object or class, an object itself, a file."""

    kind: str  # name, attribute, object, file
    owner: Scope | Made | None
    name: str  # of the variable, the attribute or the file


class Act(Enum):
    """What is done there."""

    WRITE = 1  # another value in the place of the old one
    CHANGE = 2  # read and written back
    PUT = 3  # an item is put in: one step
    TAKE = 4  # an item is taken out, which fails where there is none
    MUTATE = 5  # any other change of an object: one step
    LOOP = 6  # gone through, item by item


class Token(NamedTuple):
    """What `with` holds."""

    locks: frozenset[Made]  # which of them it may be
    text: str  # as it is written
    known: bool  # it is a lock of the text; else it is something that may be one
    guards: bool = True  # a semaphore for several does not

    @property
    def lock(self) -> Made | None:
        """The one lock that it is, None where there are several it may be."""
        return next(iter(self.locks)) if len(self.locks) == 1 else None


class Held(NamedTuple):
    """A lock, held from here to there."""

    token: Token
    region: int
    node: ast.AST | None = None


class Read(NamedTuple):
    """A value that was looked at."""

    locations: frozenset[Location]
    node: ast.AST
    held: tuple[Held, ...]
    segment: int  # counts the places where a coroutine lets others run


class Access(NamedTuple):
    """A value that is changed."""

    act: Act
    locations: frozenset[Location]
    node: ast.AST
    text: str  # as it is written
    scope: Scope
    held: tuple[Held, ...]
    segment: int
    read: Read | None = None  # of a change: where the old value was read
    slow: bool = False  # something is called between read and write
    constant: bool = False  # what is written is the same each time
    key: ast.expr | None = None  # of an item


class Check(NamedTuple):
    """A condition on which something hangs."""

    reads: tuple[Read, ...]
    node: ast.expr


class Edge(NamedTuple):
    """A call of a function of the text."""

    function: FunctionValue
    node: ast.AST
    held: tuple[Held, ...]
    segment: int
    checks: tuple[Check, ...]
    caught: frozenset[str]


class Acting(NamedTuple):
    """An access on which conditions were looked at before."""

    access: Access
    checks: tuple[Check, ...]
    caught: frozenset[str]  # exceptions that are caught around it


class Taken(NamedTuple):
    """A lock that is taken."""

    token: Token
    node: ast.AST
    before: tuple[Held, ...]
    tries: bool = False  # gives up after a time, or at once


class Walked:
    """All that is known of one function."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.acting: list[Acting] = []
        self.edges: list[Edge] = []
        self.taken: list[Taken] = []
        self.returned: list[Read] = []  # what it gives back depends on these
        self.calls: list[tuple[ast.Call, tuple[Held, ...]]] = []
        self.idle: list[tuple[ast.While, tuple[Read, ...]]] = []  # loops that do nothing but ask again
