"""The watched value, lost updates, flips with the numbers before and after, and depths of queues."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.run_model import RunModel
from engine.analysis.trace import Records
from engine.frame import SwitchPeriod
from engine.protocol.messages import ThingFact
from engine.protocol.records import UNKNOWN_VALUE, Flag, Kind
from engine.words.findings import sentence
from tests.engine.building import MS, PROGRAM, findings_of, named, record, records, released, split

LOCK, VALUE, QUEUE, OTHER = 1, 2, 3, 4
FACTS = [
    *named({1: "MainThread", 2: "Left", 3: "Right"}, {LOCK: ("Lock", "lock"), OTHER: ("Lock", "other")}),
    ThingFact(QUEUE, type="Queue", name="box", place=PROGRAM, switch=False, size=5),
]


def picture(*rows: tuple[int, ...], on: bool = True) -> RunModel:
    made = RunModel(watch="counter", counted_by="lock", start_switches={"lock": on})
    made.note(FACTS)
    made.feed(records(*rows))
    return made


def sample(time: int, value: int) -> tuple[int, ...]:
    return record(time, 0, Kind.SAMPLE, VALUE, value)


def flip(time: int, on: bool) -> tuple[int, ...]:
    return record(time, 0, Kind.SWITCHED, LOCK, int(on))


def test_that_with_every_update_kept_nothing_is_lost():
    made = picture(sample(0, 0), released(1, 2, LOCK, 1), released(2, 3, LOCK, 2))
    assert made.recording().value is not None
    assert made.recording().value.expected is not None
    assert made.recording().value.values.tolist() == [0, 1, 2]
    assert made.recording().value.expected.tolist() == [0, 1, 2]
    assert not made.recording().value.sampled
    assert len(made.recording().losses.times) == 0


def test_that_two_reads_before_two_writes_lose_one_update_of_the_second_writer():
    made = picture(
        sample(0, 0), released(1, 2, LOCK, 1, flags=Flag.OFF), released(2, 3, LOCK, 1, flags=Flag.OFF, line=9)
    )
    assert made.recording().losses.times.tolist() == [2 * MS]
    assert made.recording().losses.threads.tolist() == [3]
    assert sentence(findings_of(made)[0]) == "1 of 2 updates of counter was lost: 1 instead of 2."
    assert (findings_of(made)[0].line, findings_of(made)[0].thread) == (9, "Right")


def test_that_a_look_of_the_main_thread_before_the_last_update_does_not_move_a_loss():
    lost = [released(n, n + 1, LOCK, 1, flags=Flag.OFF) for n in (1, 2)]
    made = picture(sample(0, 0), *lost)
    made.feed(records(record(8, 1, Kind.SAMPLE, VALUE, 2), released(9, 2, LOCK, 2)))
    assert made.recording().losses.times.tolist() == [2 * MS]


def test_that_many_updates_overwritten_at_once_are_all_counted():
    kept = [released(n, 2, LOCK, n) for n in range(1, 6)]
    made = picture(sample(0, 0), *kept, released(9, 3, LOCK, 1))
    assert made.recording().losses.threads.tolist() == [3] * 5


def test_that_no_more_updates_can_be_lost_than_were_made():
    made = picture(sample(0, 0), released(1, 2, LOCK, 1), released(2, 2, LOCK, -(10**12)))
    assert len(made.recording().losses.times) == 2


def test_that_a_value_that_runs_ahead_of_its_release_is_no_gain():
    made = picture(sample(0, 0), released(1, 2, LOCK, 2), released(2, 3, LOCK, 2), released(3, 2, LOCK, 2))
    assert made.recording().losses.times.tolist() == [3 * MS]


def test_that_the_value_may_begin_anywhere():
    made = picture(sample(0, 100), released(1, 2, LOCK, 101))
    assert made.recording().value is not None
    assert made.recording().value.expected is not None
    assert made.recording().value.expected.tolist() == [100, 101]


def test_that_without_a_sample_the_first_update_counts_as_kept():
    made = picture(released(1, 2, LOCK, 8), released(2, 2, LOCK, 8))
    assert made.recording().value is not None
    assert made.recording().value.values.tolist() == [7, 8, 8]
    assert len(made.recording().losses.times) == 1


def test_that_other_locks_and_second_releases_of_an_rlock_are_no_updates():
    made = picture(
        sample(0, 0), released(1, 2, OTHER, 0), released(2, 2, LOCK, 0, flags=Flag.REENTRANT), released(3, 2, LOCK, 1)
    )
    assert len(made.recording().losses.times) == 0


def test_that_an_update_whose_value_is_no_number_is_passed_over():
    made = picture(sample(0, 0), released(1, 2, LOCK, UNKNOWN_VALUE), released(2, 2, LOCK, 2))
    assert made.recording().value is not None
    assert made.recording().value.values.tolist() == [0, 2]
    assert len(made.recording().losses.times) == 0


def test_that_a_value_that_no_lock_counts_is_shown_as_sampled():
    made = picture(sample(0, 3), sample(5, 7))
    assert made.recording().value is not None
    assert made.recording().value.sampled
    assert made.recording().value.expected is None
    assert made.recording().value.values.tolist() == [3, 7]


def test_that_nothing_watched_is_nothing_shown():
    made = RunModel()
    made.feed(records(sample(0, 3), released(1, 2, LOCK, 1)))
    assert made.recording().value is None


def test_that_a_flip_carries_the_numbers_before_it_and_the_stretches_those_between():
    made = picture(
        sample(0, 0),
        released(1, 2, LOCK, 1, flags=Flag.OFF),
        released(2, 3, LOCK, 1, flags=Flag.OFF),
        flip(10, True),
        released(11, 2, LOCK, 2),
        released(20, 3, LOCK, 3),
        on=False,
    )
    (turned,) = made.recording().flips
    assert (turned.time, turned.name, turned.on, turned.updates, turned.lost) == (0.01, "lock", True, 2, 1)
    assert made.recording().periods == (
        SwitchPeriod("lock", False, 0.0, 0.01, 2, 1),
        SwitchPeriod("lock", True, 0.01, 0.02, 2, 2),
    )


def test_that_saying_again_what_a_switch_is_makes_no_flip():
    made = picture(flip(0, False), flip(1, False), on=False)
    assert made.recording().flips == ()


def test_that_a_group_of_switches_starts_as_its_common_name():
    made = RunModel(start_switches={"locks": False})
    made.note(named({}, {1: ("Lock", "locks[0]"), 2: ("Lock", "locks[1]")}))
    made.feed(records(record(0, 0, Kind.SWITCHED, 1, 0), record(1, 0, Kind.SWITCHED, 2, 1)))
    assert [(turned.name, turned.on) for turned in made.recording().flips] == [("locks[1]", True)]


def test_that_a_queue_shows_its_depth_and_its_size():
    put, taken = Kind.QUEUE_PUT, Kind.QUEUE_GOT
    made = picture(record(1, 2, put, QUEUE, 1), record(2, 2, put, QUEUE, 2), record(3, 3, taken, QUEUE, 1))
    (depth,) = made.recording().depths
    assert (depth.name, depth.limit) == ("box", 5)
    assert depth.values.tolist() == [1, 2, 1]


def test_that_a_queue_that_does_not_say_its_depth_is_counted():
    put, taken, unknown = Kind.QUEUE_PUT, Kind.QUEUE_GOT, UNKNOWN_VALUE
    made = picture(record(1, 2, put, QUEUE, unknown), record(2, 2, put, QUEUE, unknown))
    made.feed(records(record(3, 3, taken, QUEUE, unknown)))
    assert made.recording().depths[0].values.tolist() == [1, 2, 1]


def test_that_a_semaphore_says_how_many_have_it() -> None:
    made = RunModel()
    made.note([ThingFact(9, type="Semaphore", name="gate", size=2)])
    got, back = Kind.SEMAPHORE_GOT, Kind.SEMAPHORE_RELEASED
    rows = [(1, 2, got, 1), (2, 3, got, 0), (3, 2, back, 1), (4, 3, back, 2)]
    made.feed(records(*(record(at, thread, kind, 9, value) for at, thread, kind, value in rows)))
    (series,) = made.recording().depths
    assert (series.name, series.limit, series.values.tolist()) == ("gate", 2, [1, 2, 1, 0])


@given(
    st.lists(st.tuples(st.sampled_from("rrrrsf"), st.integers(2, 3), st.integers(-3, 6)), max_size=40),
    st.lists(st.integers(0, 40), max_size=5),
)
def test_that_it_does_not_matter_how_records_are_split_into_batches(steps: list[tuple[str, int, int]], cuts: list[int]):
    rows = []
    for time, (what, thread, value) in enumerate(steps):
        if what == "r":
            rows.append(released(time, thread, LOCK, value if value > -3 else UNKNOWN_VALUE))
        else:
            rows.append(sample(time, value) if what == "s" else flip(time, value > 1))
    whole, parts = picture(), picture()
    whole.feed(records(*rows))
    for part in split(records(*rows), cuts):
        parts.feed(part)
    one, other = whole.recording(), parts.recording()
    assert one.flips == other.flips
    assert one.periods == other.periods
    assert np.array_equal(one.losses.times, other.losses.times)
    assert _plain(whole) == _plain(parts)


def _plain(made: RunModel) -> object:
    value = made.recording().value
    if value is None:
        return None
    return value.times.tolist(), value.values.tolist(), None if value.expected is None else value.expected.tolist()


def _shown(made: RunModel) -> tuple[object, ...]:
    told = made.recording()
    return told.value, told.losses, told.depths, told.flips


def test_that_series_are_the_same_objects_until_they_grow():
    made = picture(sample(0, 0), released(1, 2, LOCK, 1), record(2, 2, Kind.QUEUE_PUT, QUEUE, 1))
    before = _shown(made)
    made.feed(_ticks(5))
    assert all(
        old is new
        for old, new in zip(
            before,
            _shown(made),
            strict=True,
        )
    )
    made.feed(records(released(9, 2, LOCK, 2)))
    assert made.recording().value is not before[0]


def _ticks(time: int) -> Records:
    return records(record(time, 0, Kind.TICK))
