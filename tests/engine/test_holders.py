"""Who holds a lock, how long others waited, and the check that no lock has two holders."""

from collections import defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis.holders import HolderBuilder
from engine.analysis.spans import SpanBuilder
from engine.analysis.trace import Records
from engine.protocol.records import Flag, Kind
from tests.engine.building import MS, got, record, records, released, running, split, want


def fed(*batches: Records) -> HolderBuilder:
    spans, holders = SpanBuilder(), HolderBuilder()
    for batch in batches:
        holders.feed(batch, spans.feed(batch))
    return holders


def steps_of(holders: HolderBuilder, lock: int) -> list[tuple[int, int]]:
    starts, threads = holders.locks[lock].steps.views()
    return list(zip((starts // MS).tolist(), threads.tolist(), strict=True))


def test_that_a_lock_goes_from_thread_to_thread():
    holders = fed(records(got(1, 2, 7), released(5, 2, 7), got(5, 3, 7), released(9, 3, 7)))
    assert steps_of(holders, 7) == [(1, 2), (5, 3), (9, 0)]
    assert holders.holder(7) == 0
    assert holders.clashes == 0


def test_that_a_lock_that_is_off_or_got_again_changes_no_holder():
    holders = fed(
        records(
            got(1, 2, 7),
            got(2, 2, 7, flags=Flag.REENTRANT),
            released(3, 2, 7, flags=Flag.REENTRANT),
            got(4, 3, 7, flags=Flag.OFF),
            released(5, 3, 7, flags=Flag.OFF),
        )
    )
    assert steps_of(holders, 7) == [(1, 2)]
    assert holders.holder(7) == 2


def test_that_a_lock_given_back_by_another_thread_is_free():
    holders = fed(
        records(got(1, 2, 7), released(5, 3, 7, flags=Flag.FOREIGN), record(5, 2, Kind.LOCK_TAKEN, 7), got(6, 3, 7))
    )
    assert steps_of(holders, 7) == [(1, 2), (5, 0), (6, 3)]
    assert holders.clashes == 0


def test_that_a_second_holder_is_noticed_with_its_place():
    holders = fed(records(got(1, 2, 7), got(2, 3, 7, line=9)))
    assert holders.clashes == 1
    assert holders.first_clash is not None
    assert (holders.first_clash.thread, holders.first_clash.place & 0xFFFFF) == (3, 9)


def test_that_the_time_others_waited_counts_for_the_holder():
    first = records(*running(0, 2, 3, 4), got(10, 2, 7, line=5), want(20, 3, 7), want(30, 4, 7))
    second = records(released(60, 2, 7), got(60, 3, 7), released(70, 3, 7), got(70, 4, 7), released(90, 4, 7))
    holders = fed(first, second)
    assert holders.locks[7].contended == {2: 40 * MS, 3: 10 * MS}
    assert holders.locks[7].first[2][0] & 0xFFFFF == 5
    assert holders.locks[7].waiters == 0


def test_that_a_waiter_that_gave_up_waits_no_more():
    holders = fed(records(*running(0, 2, 3), got(10, 2, 7), want(20, 3, 7), record(30, 3, Kind.LOCK_GAVE_UP, 7)))
    assert holders.locks[7].waiters == 0
    assert holders.locks[7].contended == {2: 10 * MS}


def test_that_a_holder_that_waits_for_its_own_lock_is_none_of_the_others():
    alone = fed(records(*running(0, 2), got(10, 2, 7), want(20, 2, 7, flags=Flag.TIMED)))
    assert (alone.locks[7].waiters, alone.locks[7].contended) == (0, {})
    gave_up = record(90, 2, Kind.LOCK_GAVE_UP, 7)
    for cut in ([], [3], [4]):  # of the other one that waits as well the wait is known all the same
        rows = records(*running(0, 2, 3), got(10, 2, 7), want(20, 2, 7), want(50, 3, 7), gave_up, released(95, 2, 7))
        assert fed(*split(rows, cut)).locks[7].contended == {2: 45 * MS}


@st.composite
def runs(draw: st.DrawFn) -> Records:
    """Locks got, waited for and given back in an order that real locks allow."""
    rows = list(running(0, 1, 2, 3, 4))
    holder: dict[int, int] = {}
    waiting: dict[int, int] = {}
    time = 0
    for _ in range(draw(st.integers(0, 50))):
        time += draw(st.integers(0, 3))
        thread, lock = draw(st.integers(1, 4)), draw(st.sampled_from([5, 6, 70_000]))
        if thread in waiting:
            lock = waiting[thread]
            if holder.get(lock):
                continue
            del waiting[thread]
            rows.append(got(time, thread, lock))
            holder[lock] = thread
        elif holder.get(lock) == thread:
            rows.append(released(time, thread, lock))
            holder[lock] = 0
        elif holder.get(lock):
            rows.append(want(time, thread, lock))
            waiting[thread] = lock
        else:
            rows.append(got(time, thread, lock))
            holder[lock] = thread
    return records(*rows)


def slowly(rows: Records) -> tuple[dict[int, list[list[int]]], dict[int, dict[int, int]]]:
    """Steps and time waited for each holder, one record at a time."""
    steps: dict[int, list[list[int]]] = defaultdict(list)
    waited: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    holder: dict[int, int] = defaultdict(int)
    waiters: dict[int, set[int]] = defaultdict(set)
    last: dict[int, int] = {}
    for time, _, lock, _, thread, kind, _ in rows.tolist():
        if kind not in (Kind.LOCK_GOT, Kind.LOCK_WANT, Kind.LOCK_RELEASED):
            continue
        if waiters[lock] and holder[lock]:
            waited[lock][holder[lock]] += time - last[lock]
        last[lock] = time
        if kind == Kind.LOCK_WANT:
            waiters[lock].add(thread)
            continue
        waiters[lock].discard(thread)
        holder[lock] = thread if kind == Kind.LOCK_GOT else 0
        if steps[lock] and steps[lock][-1][0] == time:
            steps[lock].pop()
        if not steps[lock] or steps[lock][-1][1] != holder[lock]:
            steps[lock].append([time, holder[lock]])
    return steps, waited


@settings(max_examples=150, deadline=None)
@given(runs(), st.lists(st.integers(0, 60), max_size=6))
def test_that_it_agrees_with_the_slow_obvious_way_however_it_is_split(rows: Records, cuts: list[int]):
    holders = fed(*split(rows, cuts))
    steps, waited = slowly(rows)
    assert holders.clashes == 0
    for lock in holders.locks:
        assert [
            list(step) for step in zip(*(view.tolist() for view in holders.locks[lock].steps.views()), strict=True)
        ] == steps[lock]
        assert {thread: ns for thread, ns in holders.locks[lock].contended.items() if ns} == {
            thread: ns for thread, ns in waited[lock].items() if ns
        }


def test_that_holders_shown_never_change():
    spans, holders = SpanBuilder(), HolderBuilder()
    first = records(got(1, 2, 7))
    holders.feed(first, spans.feed(first))
    shown = holders.locks[7].steps.views()
    copies = [view.copy() for view in shown]
    second = records(released(1, 2, 7), *(row for n in range(100) for row in (got(2 + n, 3, 7), released(2 + n, 3, 7))))
    holders.feed(second, spans.feed(second))
    assert all(np.array_equal(old, now) for old, now in zip(copies, shown, strict=True))
