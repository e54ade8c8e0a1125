"""What happened in an interval: times in each state, waits and losses of each lane."""

import numpy as np
import pytest

from engine.analysis.interval import interval, spans_within
from engine.frame import Lane, Losses, Recording, Spans, State

RUN, WAIT, SLEEP, HOLD, ENDED = State.RUNNING, State.WAIT_LOCK, State.SLEEPING, State.HOLDING, State.ENDED


def lane(number: int, *steps: tuple[int, State]) -> Lane:
    starts = np.array([time for time, _ in steps], np.int64)
    states = np.array([state for _, state in steps], np.uint8)
    nothing = np.zeros(len(steps), np.uint32)
    spans = Spans(starts, states, nothing, nothing)
    return Lane(number, f"T{number}", False, spans, 0.0, None, None, None, False, 0)


def recording(*lanes: Lane, losses: tuple[tuple[int, int], ...] = ()) -> Recording:
    times = np.array([time for time, _ in losses], np.int64)
    return Recording(lanes=lanes, losses=Losses(times, np.array([thread for _, thread in losses], np.uint16)))


ONE = lane(1, (0, RUN), (100, WAIT), (250, HOLD), (300, WAIT), (400, ENDED))


def test_that_spans_are_cut_at_both_ends() -> None:
    (found,) = interval(recording(ONE), 200, 350, 1000).lanes
    assert found.times == {WAIT: 50 + 50, HOLD: 50}
    assert found.waits == 2


def test_that_the_times_add_up_to_the_interval_while_a_thread_is_there() -> None:
    for start, end in ((0, 400), (99, 101), (100, 250), (260, 261)):
        (found,) = interval(recording(ONE), start, end, 1000).lanes
        assert sum(found.times.values()) == end - start


def test_that_the_last_span_lasts_to_the_present_moment() -> None:
    (found,) = interval(recording(lane(1, (0, RUN), (100, SLEEP))), 50, 900, 300).lanes
    assert found.times == {RUN: 50, SLEEP: 200}


def test_that_lanes_that_were_not_there_are_left_out() -> None:
    late = lane(2, (700, RUN))
    assert [one.lane for one in interval(recording(ONE, late), 0, 300, 1000).lanes] == [0]
    assert [one.lane for one in interval(recording(ONE, late), 500, 800, 1000).lanes] == [1]
    assert interval(recording(ONE, late, lane(3)), 500, 600, 1000).lanes == ()


def test_that_a_wait_that_only_touches_the_interval_is_none_of_it() -> None:
    (found,) = interval(recording(ONE), 250, 300, 1000).lanes
    assert found.waits == 0


def test_that_losses_are_counted_for_each_lane_from_the_begin_and_before_the_end() -> None:
    told = recording(ONE, lane(2, (0, RUN)), losses=((99, 1), (100, 2), (150, 1), (199, 1), (200, 2)))
    assert [one.losses for one in interval(told, 100, 200, 1000).lanes] == [2, 1]


def test_that_the_spans_to_be_looked_at_can_be_counted_before() -> None:
    assert spans_within(recording(ONE, lane(2, (120, RUN)), lane(3)), 50, 260) == 2 + 1


def test_that_states_are_told_with_the_gravest_first() -> None:
    assert interval(recording(ONE), 0, 400, 1000).states == (HOLD, WAIT, RUN)


@pytest.mark.parametrize(("start", "end"), [(500, 400), (2000, 3000), (300, 300)])
def test_that_an_interval_without_length_has_nothing_in_it(start: int, end: int) -> None:
    assert interval(recording(ONE), start, end, 1000).lanes == ()


def test_that_it_is_what_a_plain_count_says_of_random_spans() -> None:
    chance = np.random.default_rng(8)
    for _ in range(100):
        times = np.cumsum(chance.integers(1, 50, 40))
        states = [State(int(one)) for one in chance.choice([RUN, WAIT, SLEEP, HOLD, ENDED], 40)]
        start, end = sorted(chance.integers(0, int(times[-1]) + 80, 2).tolist())
        plain: dict[State, int] = {}
        for moment in range(start, end):
            at = int(np.searchsorted(times, moment, "right")) - 1
            if at >= 0 and states[at] is not ENDED:
                plain[states[at]] = plain.get(states[at], 0) + 1
        made = lane(1, *zip(times.tolist(), states, strict=True))
        found = interval(recording(made), start, end, 10_000).lanes
        assert (dict(found[0].times) if found else {}) == plain
