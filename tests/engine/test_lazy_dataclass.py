"""A lazy dataclass is used as any frozen dataclass is: here each is set beside one of the library."""

import dataclasses
import pickle
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from engine.protocol.lazy_dataclass import FEW, lazy_dataclass, values_of


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


def fresh() -> Any:
    """A class of which nobody has asked for anything yet, and one that is made of it."""

    @lazy_dataclass(frozen=True)
    class Above:
        name: str
        size: int = 3

    @lazy_dataclass(frozen=True)
    class Below(Above):
        size: int = 4
        flag: bool = False

    return Below


@pytest.mark.parametrize("count", range(FEW + 3))
def test_that_each_is_made_as_the_one_before_it(count: int) -> None:
    kind = fresh()
    for _ in range(count):
        kind("a")
    assert vars(kind("b", flag=True)) == {"name": "b", "flag": True}
    assert vars(kind("b", 5, True)) == {"name": "b", "size": 5, "flag": True}
    assert vars(kind(size=4, name="b")) == {"name": "b"}


@pytest.mark.parametrize("count", [0, FEW + 1])
@pytest.mark.parametrize("args", [(), ("a", 1, True, 0)])
@pytest.mark.parametrize("more", [{}, {"colour": 1}, {"size": 1, "name": "a", "colour": 1}])
def test_that_each_says_what_is_wrong_as_the_library_does(
    count: int, args: tuple[Any, ...], more: dict[str, Any]
) -> None:
    kind = fresh()
    for _ in range(count):
        kind("a")
    real = dataclasses.make_dataclass("Below", [("name", str), ("size", int, 4), ("flag", bool, False)], frozen=True)
    with pytest.raises(TypeError) as wanted:
        real(*args, **more)
    with pytest.raises(TypeError) as found:
        kind(*args, **more)
    assert str(found.value).rpartition(".")[2] == str(wanted.value).rpartition(".")[2]


@pytest.mark.parametrize(
    "ask",
    [
        lambda kind: [one.name for one in dataclasses.fields(kind)] == ["name", "size", "flag"],
        dataclasses.is_dataclass,
        lambda kind: kind.__match_args__ == ("name", "size", "flag"),
        lambda kind: dataclasses.replace(kind("a"), size=9).size == 9,
        lambda kind: kind("a") == kind("a", 4) and kind("a") != kind("b"),
        lambda kind: kind.size == 4,
        lambda kind: repr(kind("a")).endswith("Below(name='a', size=4, flag=False)"),
    ],
)
def test_that_whoever_asks_first_finds_all_of_it(ask: Callable[[Any], bool]) -> None:
    assert ask(fresh())


def test_that_threads_that_ask_at_once_find_the_same() -> None:
    for _ in range(50):
        kind, start = fresh(), threading.Barrier(4)

        def make(kind: Any = kind, start: threading.Barrier = start) -> tuple[Any, Any]:
            start.wait()
            return kind("a", flag=True), dataclasses.asdict(kind("a"))

        with ThreadPoolExecutor(4) as pool:
            made = [one.result() for one in [pool.submit(make) for _ in range(4)]]
        assert len({one for one, _ in made}) == 1
        assert all(table == {"name": "a", "size": 4, "flag": False} for _, table in made)


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
