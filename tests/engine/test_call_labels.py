"""What a call is named: short, and without a line of the program running for it."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import functools
import pathlib
from collections import namedtuple
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from engine.stage.facade.base.call_labels import LONGEST, name_of, place_of, written_as

Pair = namedtuple("Pair", "left right")


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Job:
    number: int
    words: str


class Loud:
    """Whose every look costs something."""

    def __repr__(self) -> str:
        raise RuntimeError("nobody may ask")

    __str__ = __repr__

    def __lt__(self, other: object) -> bool:
        raise RuntimeError("nobody may sort")

    def __call__(self) -> None:
        """Does nothing."""

    def work(self) -> None:
        """Does nothing."""


class LoudList(list):  # type: ignore[type-arg]
    def __iter__(self) -> Any:
        raise RuntimeError("nobody may look")


def root(number: float) -> float:
    return number**0.5


@pytest.mark.parametrize(
    ("args", "kwargs", "wanted"),
    [
        ((10,), {}, "root(10)"),
        ((), {}, "root()"),
        ((2.5, True, None), {}, "root(2.5, True, None)"),
        (("a", b"b"), {}, "root('a', b'b')"),
        ((1,), {"base": 2}, "root(1, base=2)"),
        ((1, 2, 3, 4), {}, "root(1, 2, 3, …)"),
        (([1, 2, 3, 4, 5],), {}, "root([1, 2, 3, …])"),
        (((1,), {2}, {"a": 3}), {}, "root((1,), {2}, {'a': 3})"),
        (([[[1]]],), {}, "root([[[…]]])"),
        ((range(3),), {}, "root(range(0, 3))"),
        ((10**50,), {}, "root(int…)"),
        ((Colour.RED,), {}, "root(Colour.RED)"),
        ((Job(3, "x"),), {}, "root(Job(3, 'x'))"),
        ((Pair(1, 2),), {}, "root(Pair(1, 2))"),
        ((pathlib.Path("/far/away/data.csv"),), {}, "root('data.csv')"),
        ((datetime.date(2024, 2, 29), Decimal("1.5")), {}, "root(2024-02-29, 1.5)"),
        ((root, Loud), {}, "root(root, Loud)"),
        ((np.float64(2.5), np.int64(3)), {}, "root(2.5, 3)"),
        ((np.zeros((1000, 1000)),), {}, "root(ndarray)"),
        ((Loud(),), {}, "root(Loud)"),
        ((LoudList([1]),), {}, "root(LoudList)"),
        ((type("list", (LoudList,), {})([1]),), {}, "root(list)"),
        (({Loud(), Loud()},), {}, "root({Loud, Loud})"),
    ],
)
def test_that_arguments_are_told_in_a_few_characters(args: Any, kwargs: Any, wanted: str) -> None:
    assert name_of(root, args, kwargs) == wanted


def test_that_a_name_is_never_longer_than_it_may_be() -> None:
    def a_function_whose_name_is_a_whole_sentence_of_its_own() -> None:
        """Does nothing."""

    for function in (root, a_function_whose_name_is_a_whole_sentence_of_its_own):
        for value in ("x" * 1000, b"x" * 1000, ["word" * 9] * 9, 12.0, {"key" * 9: "value" * 9}):
            name = name_of(function, [value] * 3)
            assert len(name) <= LONGEST
            assert name.endswith(")")


@pytest.mark.parametrize(
    ("function", "wanted"),
    [
        (functools.partial(root, 3), "root(3)"),
        (functools.partial(functools.partial(root, 3), 4, key=5), "root(3, 4, key=5)"),
        (Loud(), "Loud()"),
        (Loud().work, "work()"),
        (len, "len()"),
        (dict, "dict()"),
        (lambda: 1, "<lambda>()"),
    ],
)
def test_that_whatever_can_be_called_has_a_name(function: Any, wanted: str) -> None:
    assert name_of(function) == wanted


def test_that_objects_with_tricks_harm_nobody() -> None:
    class Trick:
        def __getattribute__(self, name: str) -> Any:
            raise RuntimeError(name)

        def __call__(self) -> None:
            """Does nothing."""

    assert name_of(Trick()) == "Trick(…)"
    assert name_of(root, (Trick(), 2)) == "root(Trick, 2)"


def test_that_the_first_line_of_a_function_of_the_program_is_known() -> None:
    names: dict[str, Any] = {}
    exec(compile("\n\ndef work():\n    pass\nclass A:\n    def do(self):\n        pass\n", "p.py", "exec"), names)
    files = {"p.py": 1 << 20}
    assert place_of(names["work"], files) == 1 << 20 | 3
    assert place_of(functools.partial(names["work"]), files) == 1 << 20 | 3
    assert place_of(names["A"]().do, files) == 1 << 20 | 6
    assert place_of(root, files) == place_of(len, files) == place_of(None, files) == 0


def test_that_a_function_of_the_program_is_written_with_what_is_plain_alone():
    files = {__file__: 1}
    written = written_as
    assert written(test_that_a_function_of_the_program_is_written_with_what_is_plain_alone, files).endswith("_alone")
    assert written(_sample, files, ("a", 1)) == "_sample('a', 1)"
    assert written(functools.partial(_sample, "a"), files, (1,)) == "_sample"
    assert written(_sample, files, (object(),)) == written(_sample, files, (1,), {"b": 2}) == "_sample"
    assert written(_sample, {}, ("a",)) == written(len, files) == written(7, files) == ""


def _sample(*args: object) -> object:
    return args
