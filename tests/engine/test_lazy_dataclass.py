"""A lazy dataclass is used as any frozen dataclass is: here each is set beside one of the library."""

import dataclasses
import pickle
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from engine.protocol.lazy_dataclass import lazy_dataclass, values_of


@lazy_dataclass(frozen=True)
class Base:
    name: str
    size: int = 3
    table: Mapping[str, int] = dataclasses.field(default_factory=dict)
    since: int = dataclasses.field(default=0, compare=False)


@lazy_dataclass(frozen=True)
class Derived(Base):
    size: int = 4
    more: tuple[int, ...] = ()


@lazy_dataclass(frozen=True, kw_only=True)
class Named:
    kind: str = "usual"
    line: int


def test_that_fields_are_given_in_order_by_name_or_left_as_by_default() -> None:
    assert values_of(Base("a", since=7)) == {"name": "a", "size": 3, "table": {}, "since": 7}
    assert values_of(Derived("a", more=(1,))) == {"name": "a", "size": 4, "table": {}, "since": 0, "more": (1,)}
    assert values_of(Named(line=2)) == {"kind": "usual", "line": 2}
    assert dataclasses.asdict(Base("a")) == {"name": "a", "size": 3, "table": {}, "since": 0}


@pytest.mark.parametrize(
    "make",
    [Base, lambda: Base("a", 1, {}, 0, 5), lambda: Base("a", colour=1), lambda: Named("usual", 2)],
)
def test_that_what_is_missing_or_too_much_is_refused(make: Callable[[], Any]) -> None:
    with pytest.raises(TypeError):
        make()


def test_that_it_is_equal_to_one_of_its_class_that_has_the_same_in_what_is_compared() -> None:
    assert Base("a", since=1) == Base("a", since=2)
    assert Base("a") != Base("b")
    assert Base("a", 4) != Derived("a")
    assert hash(Named(line=2)) == hash(Named(line=2))
    assert len({Named(line=2), Named(line=2), Named(line=3)}) == 2


def test_that_nothing_of_it_can_be_changed_and_another_one_is_made_of_it() -> None:
    one = Base("a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.size = 5  # type: ignore[misc]  # that is what is tried
    with pytest.raises(dataclasses.FrozenInstanceError):
        del one.name  # type: ignore[misc]
    assert dataclasses.replace(one, size=5) == Base("a", 5)
    assert one == Base("a")


def test_that_it_is_matched_pickled_and_says_what_it_is() -> None:
    assert Derived.__match_args__ == ("name", "size", "table", "since", "more")
    assert pickle.loads(pickle.dumps(Base("a", since=3))).since == 3
    assert repr(Named(line=2)) == "Named(kind='usual', line=2)"
