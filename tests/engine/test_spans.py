"""Records become spans: by hand, against a slow obvious reference, and split in any way."""

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis.record_semantics import GOES_ON, WAITS
from engine.analysis.spans import SpanBuilder
from engine.analysis.trace import Records
from engine.frame import State
from engine.protocol.records import Flag, Kind
from tests.engine.building import got, record, records, released, running, split, want

Plain = list[tuple[int, int, int, int]]  # start in ms, state, object, line


def spans_of(builder: SpanBuilder, lane: int) -> Plain:
    spans = builder.spans(lane)
    starts = (spans.starts // 1_000_000).tolist()
    return list(
        zip(starts, spans.states.tolist(), spans.objects.tolist(), (spans.places & 0xFFFFF).tolist(), strict=True)
    )


def states_of(builder: SpanBuilder, lane: int) -> list[tuple[int, State, int]]:
    return [(start, State(state), thing) for start, state, thing, _ in spans_of(builder, lane)]


def built(*rows: tuple[int, ...], daemons: frozenset[int] = frozenset()) -> SpanBuilder:
    builder = SpanBuilder(daemons.__contains__)
    builder.feed(records(*rows))
    return builder


def test_that_a_thread_runs_waits_for_a_lock_holds_it_and_runs_again():
    builder = built(*running(0, 2), want(10, 2, 7), got(20, 2, 7), released(30, 2, 7))
    assert states_of(builder, 2) == [
        (0, State.RUNNING, 0),
        (10, State.WAIT_LOCK, 7),
        (20, State.HOLDING, 7),
        (30, State.RUNNING, 0),
    ]


def test_that_a_lock_that_is_switched_off_is_not_held():
    builder = built(*running(0, 2), got(10, 2, 7, flags=Flag.OFF), released(20, 2, 7, flags=Flag.OFF))
    assert states_of(builder, 2) == [(0, State.RUNNING, 0)]


def test_that_an_rlock_got_twice_is_held_until_its_last_release():
    builder = built(
        *running(0, 2),
        got(10, 2, 7),
        got(20, 2, 7, flags=Flag.REENTRANT),
        released(30, 2, 7, flags=Flag.REENTRANT),
        released(40, 2, 7),
    )
    assert states_of(builder, 2) == [(0, State.RUNNING, 0), (10, State.HOLDING, 7), (40, State.RUNNING, 0)]


def test_that_of_nested_locks_the_one_got_last_is_shown():
    builder = built(*running(0, 2), got(10, 2, 7), got(20, 2, 8), released(30, 2, 8), released(40, 2, 7))
    assert states_of(builder, 2)[1:] == [
        (10, State.HOLDING, 7),
        (20, State.HOLDING, 8),
        (30, State.HOLDING, 7),
        (40, State.RUNNING, 0),
    ]


def test_that_locks_given_back_in_the_order_of_getting_are_followed():
    builder = built(*running(0, 2), got(10, 2, 7), got(20, 2, 8), released(30, 2, 7), released(40, 2, 8))
    assert states_of(builder, 2)[1:] == [(10, State.HOLDING, 7), (20, State.HOLDING, 8), (40, State.RUNNING, 0)]


def test_that_giving_back_the_lock_of_a_condition_does_not_end_the_wait():
    builder = built(
        *running(0, 2),
        got(5, 2, 7),
        record(10, 2, Kind.CONDITION_WAIT, 9),
        released(11, 2, 7),
        want(20, 2, 7),
        got(21, 2, 7),
        record(22, 2, Kind.CONDITION_WOKEN, 9),
    )
    assert states_of(builder, 2)[2:] == [
        (10, State.WAIT_CONDITION, 9),
        (20, State.WAIT_LOCK, 7),
        (21, State.HOLDING, 7),
    ]


def test_that_a_lock_given_back_by_another_thread_is_held_no_more():
    builder = built(
        *running(0, 2, 3),
        got(10, 2, 7),
        released(20, 3, 7, flags=Flag.FOREIGN),
        record(20, 2, Kind.LOCK_TAKEN, 7),
    )
    assert states_of(builder, 2)[-1] == (20, State.RUNNING, 0)
    assert states_of(builder, 3) == [(0, State.RUNNING, 0)]


def test_that_a_lock_kept_while_another_gives_back_a_pass_is_held_still():
    builder = built(*running(0, 2), got(10, 2, 7), record(20, 2, Kind.LOCK_TAKEN, 7, flags=Flag.OFF))
    assert states_of(builder, 2)[-1] == (10, State.HOLDING, 7)


def test_that_a_thread_is_created_runs_ends_and_is_joined():
    builder = built(
        *running(0, 1),
        record(5, 1, Kind.THREAD_CREATED, 2, line=12),
        record(6, 1, Kind.THREAD_STARTED, 2),
        *running(8, 2),
        record(9, 1, Kind.JOIN_WANT, 2),
        record(20, 2, Kind.THREAD_ENDED),
        record(25, 1, Kind.JOIN_GOT, 2),
    )
    assert states_of(builder, 2) == [
        (5, State.CREATED, 0),
        (8, State.RUNNING, 0),
        (20, State.UNJOINED, 0),
        (25, State.ENDED, 0),
    ]
    assert states_of(builder, 1) == [(0, State.RUNNING, 0), (9, State.WAIT_JOIN, 2), (25, State.RUNNING, 0)]
    life = builder.life(2)
    assert (life.began, life.ended, life.joined) == (8_000_000, 20_000_000, True)


def test_that_nobody_need_join_a_daemon_or_the_main_thread():
    builder = built(
        *running(0, 1, 2), record(5, 2, Kind.THREAD_ENDED), record(9, 1, Kind.THREAD_ENDED), daemons=frozenset({2})
    )
    assert states_of(builder, 2)[-1] == (5, State.ENDED, 0)
    assert states_of(builder, 1)[-1] == (9, State.ENDED, 0)


def test_that_main_waits_for_the_others_after_its_last_line():
    builder = built(
        *running(0, 1),
        record(1, 1, Kind.THREAD_STARTED, 2),
        *running(2, 2),
        record(5, 1, Kind.MAIN_DONE),
        record(9, 2, Kind.THREAD_ENDED),
        record(10, 1, Kind.THREAD_ENDED),
    )
    assert states_of(builder, 1) == [(0, State.RUNNING, 0), (5, State.WAIT_JOIN, 2), (10, State.ENDED, 0)]
    assert states_of(builder, 2)[-1] == (9, State.UNJOINED, 0)


def test_that_main_waits_for_nobody_when_only_daemons_are_left():
    builder = built(*running(0, 1, 2), record(5, 1, Kind.MAIN_DONE), daemons=frozenset({2}))
    assert states_of(builder, 1) == [(0, State.RUNNING, 0)]


def test_that_a_dead_thread_stays_dead_even_if_more_is_reported_of_it():
    builder = built(*running(0, 2), record(5, 2, Kind.THREAD_DIED), record(6, 2, Kind.THREAD_ENDED), got(7, 2, 7))
    assert states_of(builder, 2) == [(0, State.RUNNING, 0), (5, State.DIED, 0)]
    builder.feed(records(got(8, 2, 7)))
    assert len(builder.spans(2)) == 2


def test_that_spans_that_were_shown_never_change():
    builder = built(*running(0, 2), want(5, 2, 7))
    shown = builder.spans(2)
    before = [column.copy() for column in (shown.starts, shown.states, shown.objects)]
    builder.feed(records(got(5, 2, 7), *(want(10 + n, 2, 7) for n in range(200))))
    for old, now in zip(before, (shown.starts, shown.states, shown.objects), strict=True):
        assert np.array_equal(old, now)


def test_that_a_span_that_lasts_no_time_is_dropped_unless_the_thread_died_in_it():
    builder = built(
        *running(0, 2), want(5, 2, 7), got(5, 2, 7), record(9, 2, Kind.SLEEP), record(9, 2, Kind.THREAD_DIED)
    )
    assert states_of(builder, 2) == [(0, State.RUNNING, 0), (5, State.HOLDING, 7), (9, State.DIED, 0)]


def test_that_a_line_seen_now_and_then_moves_the_lane_but_makes_no_span():
    builder = built(*running(0, 2), record(5, 2, Kind.LINE, line=17))
    assert len(builder.spans(2)) == 1
    assert builder.places[2] & 0xFFFFF == 17


def test_that_a_wait_with_a_time_out_says_so():
    builder = built(*running(0, 2, 3), want(5, 2, 7, flags=Flag.TIMED), record(6, 3, Kind.EVENT_WAIT, 8))
    assert [(wait.lane, wait.state, wait.timed) for wait in builder.waits()] == [
        (2, State.WAIT_LOCK, True),
        (3, State.WAIT_EVENT, False),
    ]


# a reference that does it record by record


@dataclass
class Act:
    """A record in plain numbers."""

    time: int
    value: int
    thing: int
    place: int
    thread: int
    kind: int
    flags: int


class Slow:
    """The rules of lanes, one record at a time."""

    def __init__(self) -> None:
        self.lanes: dict[int, list[list[int]]] = {}
        self.mode: dict[int, tuple[int, int]] = {}
        self.held: dict[int, list[int]] = defaultdict(list)
        self.last: dict[int, int] = defaultdict(int)
        self.over: dict[int, State] = {}
        self.joined: set[int] = set()
        self.started: set[int] = set()

    def feed(self, rows: Records) -> None:
        for row in rows.tolist():
            act = Act(*row)
            if act.thread and act.thread not in self.mode:
                self.started.add(act.thread)
                self._set(act, act.thread, -1)
            self._to_others(act)
            if act.thread and act.thread not in self.over:
                self._act(act)

    def _put(self, act: Act, lane: int) -> None:
        time = self.last[lane] = max(act.time, self.last[lane])
        state, thing = self.mode[lane]
        if state < 0:
            held = self.held[lane]
            state, thing = (State.HOLDING, held[-1]) if held else (State.RUNNING, 0)
        elif state is State.SLEEPING and self.held[lane]:
            state, thing = State.HOLDING_ASLEEP, self.held[lane][-1]
        elif state is State.WAIT_UNWATCHED and self.held[lane]:
            state, thing = State.HOLDING, self.held[lane][-1]
        spans = self.lanes.setdefault(lane, [])
        if spans and spans[-1][0] == time and spans[-1][1] != State.DIED:
            spans.pop()
        if not spans or spans[-1][1:3] != [state, thing]:
            spans.append([time, state, thing, act.place])

    def _set(self, act: Act, lane: int, state: int, thing: int = 0) -> None:
        self.mode[lane] = (state, thing)
        self._put(act, lane)

    def _to_others(self, act: Act) -> None:
        if act.kind in (Kind.THREAD_CREATED, Kind.THREAD_STARTED) and act.thing:
            if act.thing not in self.mode:
                self._set(act, act.thing, State.CREATED)
            if act.kind == Kind.THREAD_STARTED:
                self.started.add(act.thing)
        if act.kind in (Kind.JOIN_GOT, Kind.THREAD_EXCUSED) and act.thing in self.mode:
            self.joined.add(act.thing)
            if self.over.get(act.thing) is State.UNJOINED:
                self.over[act.thing] = State.ENDED
                self._set(replace(act, place=0), act.thing, State.ENDED)

    def _act(self, act: Act) -> None:
        lane, kind, held = act.thread, act.kind, self.held[act.thread]
        if kind == Kind.THREAD_RUNNING:
            self.started.add(lane)
        if kind in (Kind.THREAD_ENDED, Kind.THREAD_DIED, Kind.THREAD_CUT):
            ended = State.ENDED if lane == 1 or lane in self.joined else State.UNJOINED
            self.over[lane] = {Kind.THREAD_DIED: State.DIED, Kind.THREAD_CUT: State.CUT}.get(Kind(kind), ended)
            self._set(act, lane, self.over[lane])
        elif kind == Kind.MAIN_DONE:
            others = [other for other in self.mode if other != 1 and other in self.started and other not in self.over]
            if others:
                self._set(act, lane, State.WAIT_JOIN, others[0])
        elif kind in (Kind.BLOCKED, Kind.MOVES) and self.mode[lane][0] != (
            -1 if kind == Kind.BLOCKED else State.WAIT_UNWATCHED
        ):
            pass  # the thread itself has said what it does
        elif kind in WAITS:
            state = WAITS[Kind(kind)]
            self._set(act, lane, state, 0 if state is State.SLEEPING else act.thing)
        elif kind in GOES_ON:
            if kind == Kind.LOCK_GOT and not act.flags & (Flag.OFF | Flag.REENTRANT):
                held.append(act.thing)
            self._set(act, lane, -1)
        elif (kind == Kind.LOCK_TAKEN and not act.flags & Flag.OFF) or (
            kind == Kind.LOCK_RELEASED and not act.flags & (Flag.OFF | Flag.REENTRANT | Flag.FOREIGN)
        ):
            if act.thing in held:
                del held[len(held) - 1 - held[::-1].index(act.thing)]
            self.last[lane] = max(act.time, self.last[lane])
            if self.mode[lane][0] < 0 or self.mode[lane][0] in (State.SLEEPING, State.WAIT_UNWATCHED):
                self._put(act, lane)


@st.composite
def runs(draw: st.DrawFn) -> Records:
    """Records as a program could send them, and some that it could not; threads give back only what they hold."""
    rows: list[tuple[int, ...]] = []
    held: dict[int, list[int]] = defaultdict(list)
    time = 0
    kinds = st.sampled_from([*Kind, *([Kind.LOCK_GOT, Kind.LOCK_RELEASED] * 12)])
    for _ in range(draw(st.integers(0, 60))):
        time += draw(st.sampled_from([0, 0, 1, 1, 5]))
        thread, kind = draw(st.integers(0, 4)), draw(kinds)
        thing, flags = draw(st.integers(1, 5)), draw(st.sampled_from([0, 0, 0, Flag.OFF, Flag.REENTRANT, Flag.TIMED]))
        counts = not flags & (Flag.OFF | Flag.REENTRANT) and thread
        if kind == Kind.MAIN_DONE:
            thread = 1
        taken = kind == Kind.LOCK_TAKEN and not flags & Flag.OFF
        if taken or (kind == Kind.LOCK_RELEASED and counts):
            if not held[thread]:
                continue
            thing = held[thread].pop(draw(st.integers(0, len(held[thread]) - 1)))
        elif kind == Kind.LOCK_GOT and counts:
            held[thread].append(thing)
        late = draw(st.sampled_from([0, 0, 0, 0, 2]))
        rows.append(record(max(0, time - late), thread, kind, thing, flags=flags, line=draw(st.integers(0, 9))))
    return records(*rows)


@settings(max_examples=150, deadline=None)
@given(runs())
def test_that_the_fast_builder_agrees_with_the_slow_obvious_one(rows: Records):
    fast, slow = SpanBuilder(), Slow()
    fast.feed(rows)
    slow.feed(rows)
    for lane in range(1, 6):
        expected = [
            (time // 1_000_000, state, thing, place & 0xFFFFF) for time, state, thing, place in slow.lanes.get(lane, [])
        ]
        assert spans_of(fast, lane) == expected


@settings(max_examples=120, deadline=None)
@given(runs(), st.lists(st.integers(0, 60), max_size=8))
def test_that_it_does_not_matter_how_records_are_split_into_batches(rows: Records, cuts: list[int]):
    whole, parts = SpanBuilder(), SpanBuilder()
    before = whole.feed(rows)
    befores = [parts.feed(part) for part in split(rows, cuts)]
    assert np.array_equal(before, np.concatenate(befores) if befores else np.zeros(0, np.uint8))
    for lane in range(6):
        assert spans_of(whole, lane) == spans_of(parts, lane)
        assert whole.life(lane) == parts.life(lane)
    assert whole.waits() == parts.waits()


def test_that_who_is_blocked_unwatched_keeps_its_call_when_another_thread_gives_its_lock_back():
    builder = built(*running(0, 2, 3), got(5, 2, 7), record(10, 2, Kind.BLOCKED, 9), record(20, 2, Kind.LOCK_TAKEN, 7))
    assert states_of(builder, 2)[-1] == (20, State.WAIT_UNWATCHED, 9)


def test_that_a_thread_that_is_only_made_is_not_believed_to_be_blocked():
    builder = built(*running(0, 2), record(5, 2, Kind.THREAD_CREATED, 3), record(9, 3, Kind.BLOCKED, 8))
    assert states_of(builder, 3) == [(5, State.CREATED, 0)]
