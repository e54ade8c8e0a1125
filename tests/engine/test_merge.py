"""Records of several processes are put into the order in which they happened."""

from __future__ import annotations

import time

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from engine.analysis.merge import LAG, OWN, Merger
from engine.analysis.trace import DTYPE, Records


def records(*times: int, thread: int = 1) -> Records:
    made = np.zeros(len(times), DTYPE)
    made["time"] = times
    made["thread"] = thread
    made["value"] = range(len(times))
    return made


def times(found: Records) -> list[int]:
    return [int(one) for one in found["time"]]


def test_that_one_process_alone_goes_straight_through() -> None:
    merger, sent = Merger(), records(5, 3, 9)
    assert merger.feed(OWN, sent) is sent


def test_that_records_wait_until_no_earlier_one_can_come() -> None:
    merger = Merger()
    merger.open(1)
    assert times(merger.feed(OWN, records(10, 20, 30))) == []
    assert times(merger.feed(1, records(5, 15))) == [5, 10, 15]
    assert times(merger.feed(1, records(40))) == [20, 30]
    merger.close(1)
    assert times(merger.feed(OWN, records(50))) == [40, 50]


def test_that_the_order_of_one_process_is_kept_also_where_its_times_are_not_in_order() -> None:
    merger = Merger()
    merger.open(1)
    merger.feed(OWN, records(10, 30, 20, 40))
    assert times(merger.feed(1, records(25, 50))) == [10, 25, 30, 20, 40]


def test_that_nobody_waits_for_ever_for_a_process_that_is_silent() -> None:
    merger = Merger()
    merger.open(1)
    merger.feed(1, records(1))
    assert times(merger.feed(OWN, records(2, 3))) == [1]
    until = time.monotonic() + 2 * LAG
    found: list[int] = []
    while not found and time.monotonic() < until:
        found = times(merger.ready())
    assert found == [2, 3]
    assert times(merger.feed(1, records(2, 4))) == [2]
    assert times(merger.feed(OWN, records(5))) == [4]


def test_that_the_end_brings_what_is_left() -> None:
    merger = Merger()
    merger.open(1)
    merger.feed(OWN, records(3))
    assert times(merger.end()) == [3]


@given(
    some.lists(some.tuples(some.integers(0, 3), some.lists(some.integers(0, 100), min_size=1, max_size=8)), max_size=30)
)
def test_that_nothing_is_lost_and_each_process_stays_in_order(blocks: list[tuple[int, list[int]]]) -> None:
    merger = Merger()
    for number in range(1, 4):
        merger.open(number)
    sent: dict[int, list[int]] = {number: [] for number in range(4)}
    found = []
    for number, part in blocks:
        sent[number] += part
        found.append(merger.feed(number, records(*part, thread=number)))
    found.append(merger.end())
    whole = np.concatenate(found)
    for number, expected in sent.items():
        assert times(whole[whole["thread"] == number]) == expected


def test_that_nothing_is_held_for_long_where_processes_begin_all_the_time() -> None:
    merger, found = Merger(), list[int]()
    merger.open(1)
    merger.hold(OWN, records(10))
    for number in range(2, 30):  # each of them may have something older, for LAG
        merger.open(number)
        found += times(merger.ready(100.0 + number * LAG / 10))
    assert found == [10]


def test_that_many_blocks_held_are_handed_on_at_once_and_what_is_early_stays() -> None:
    merger = Merger()
    merger.open(1)
    for time_ in (10, 20, 30):
        merger.hold(OWN, records(time_))
    merger.hold(1, records(5, 15))
    merger.hold(1, records(25))
    assert times(merger.ready()) == [5, 10, 15, 20, 25]
    assert merger.holds
    assert times(merger.end()) == [30]
    assert not merger.holds
