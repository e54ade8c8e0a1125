"""A picture takes in blocks, whatever they hold, and hands out parts of a frame that change only when they must."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.analysis import output
from engine.analysis.room import affordable
from engine.analysis.run_model import RunModel
from engine.analysis.trace import DTYPE, Records, load
from engine.frame import FindingKind
from engine.protocol import messages
from engine.protocol.messages import (
    ExceptionFact,
    Fact,
    FarewellFact,
    FrozenFact,
    LaneKind,
    Lost,
    LostFact,
    TextFact,
    ThreadFact,
)
from engine.protocol.records import BLOCK_FACTS, BLOCK_RECORDS, Kind
from engine.words.reasons import printed as said
from tests.engine.building import MS, PROGRAM, findings_of, got, named, record, records, released, running, split, want
from tests.engine.test_spans import runs

FACTS = named({1: "MainThread", 2: "Left", 3: "Right"}, {7: ("Lock", "lock")})


def model(*rows: tuple[int, ...], cap: int = 10_000_000) -> RunModel:
    made = RunModel(cap=cap)
    made.note(FACTS)
    made.feed(records(*rows))
    return made


def printed(time: int, thread: int, text: int) -> tuple[int, ...]:
    return record(time, thread, Kind.PRINT, value=text)


def shown_of(made: RunModel) -> tuple[object, ...]:
    told = made.recording()
    return told.holders, told.things, told.output, told.flips, findings_of(made)


def texts(*words: str) -> list[Fact]:
    return [TextFact(n, text=text, error=False) for n, text in enumerate(words, 1)]


def test_that_blocks_of_the_wire_become_lanes_locks_and_things():
    made = RunModel()
    made.feed_block(BLOCK_FACTS, messages.FACTS.pack(FACTS))
    made.feed_block(BLOCK_RECORDS, memoryview(records(*running(0, 2), got(1, 2, 7), released(2, 2, 7)).tobytes()))
    (lane,) = made.lanes()
    assert (lane.id, lane.name, lane.began, lane.ended) == (2, "Left", 0.0, None)
    assert [holders.name for holders in made.holders()] == ["lock"]
    assert made.recording().things[7].line == 3
    assert [made.run_facts.thing_name(thing) for thing in made.run_facts.switches] == ["lock"]
    assert (made.now, made.recording().records, made.dropped, made.broken) == (0.002, 3, 0, 0)


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (BLOCK_RECORDS, b"x" * 27),
        (BLOCK_RECORDS, records(record(1, 2, Kind.TICK)).tobytes()[:-1] + b"zz"),
        (BLOCK_FACTS, b"[{"),
        (BLOCK_FACTS, b"7"),
        (BLOCK_FACTS, b"\xff\xfe\x00"),
        (BLOCK_FACTS, b"[" * 200_000),
        (77, b"what"),
    ],
)
def test_that_a_broken_block_is_counted_and_nothing_is_raised(kind: int, payload: bytes):
    made = model(*running(0, 2))
    made.feed_block(kind, payload)
    assert made.broken >= 1
    assert len(made.lanes()) == 1


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=600))
def test_that_random_bytes_raise_nothing(payload: bytes):
    made = RunModel(watch="x", counted_by="lock")
    made.note(FACTS)
    made.feed_block(BLOCK_RECORDS, payload)
    made.lanes(), made.holders(), findings_of(made), made.summary()
    assert made.recording().records + made.broken >= len(payload) // 28


@example([{"fact": 0}])
@given(st.lists(st.one_of(st.none(), st.integers(), st.dictionaries(st.text(max_size=5), st.integers(), max_size=3))))
def test_that_garbage_among_facts_is_counted(garbage: list[object]):
    made = RunModel()
    made.feed_block(BLOCK_FACTS, json.dumps([*garbage, *map(vars, FACTS)]).encode())
    assert made.run_facts.garbage == len(garbage)
    assert made.run_facts.thread_name(2) == "Left"


def test_that_records_of_no_known_kind_or_time_are_left_out_and_counted():
    rows = records(*running(0, 2), record(1, 2, Kind.TICK), record(2, 2, Kind.TICK))
    rows["kind"][1] = 250
    rows["time"][2] = -5
    made = RunModel()
    made.feed(rows)
    assert (made.recording().records, made.broken) == (1, 2)


def test_that_a_lane_stays_the_same_object_until_something_changes_in_it():
    made = model(*running(0, 2, 3), want(1, 3, 7))
    left, right = made.lanes()
    assert made.lanes() is made.lanes()
    made.feed(records(got(5, 3, 7)))
    new_left, new_right = made.lanes()
    assert new_left is left
    assert new_right is not right
    made.feed(records(record(6, 0, Kind.TICK)))
    assert made.lanes()[1] is new_right
    made.note(named({2: "Left hand"}))
    assert made.lanes()[0].name == "Left hand"
    assert made.lanes()[0].spans is left.spans


def test_that_a_lane_is_made_anew_when_anything_of_it_changes():
    made = model(*running(0, 2, 3))
    seen = [made.lanes()[1]]

    def after(*rows: tuple[int, ...], facts: list[Fact] | None = None):
        made.note(facts or [])
        made.feed(records(*rows))
        seen.append(made.lanes()[1])
        assert seen[-1] is not seen[-2]
        return seen[-1]

    assert after(record(1, 3, Kind.LINE, line=7)).place == PROGRAM | 7
    task = after(facts=[ThreadFact(3, name="fetch", kind=LaneKind.TASK, process="Process-1")])
    assert (task.name, task.kind.value, task.process, task.daemon) == ("fetch", "task", "Process-1", False)
    daemon = after(facts=[ThreadFact(3, name="fetch", daemon=True)])
    assert (daemon.kind.value, daemon.daemon, daemon.process) == ("thread", True, "")
    assert daemon.badge == task.badge, "given once"
    made.note(texts("no"))
    died = after(record(5, 3, Kind.THREAD_DIED, value=1, line=9))
    assert (died.error, died.error_line, died.ended, died.joined) == ("no", 9, 0.005, False)
    assert after(record(6, 2, Kind.JOIN_GOT, 3)).joined
    made.feed(records(record(7, 0, Kind.TICK)))
    assert made.lanes()[1] is seen[-1]


def test_that_holders_things_and_output_stay_the_same_objects_too():
    made = model(*running(0, 2), got(1, 2, 7))
    made.note(texts("hello\n"))
    made.feed(records(printed(2, 2, 1)))
    before = (
        made.holders(),
        made.recording().things,
        made.recording().output,
        made.recording().flips,
        findings_of(made),
    )
    made.feed(records(record(6, 0, Kind.TICK)))
    after = (
        made.holders(),
        made.recording().things,
        made.recording().output,
        made.recording().flips,
        findings_of(made),
    )
    assert all(old is new for old, new in zip(before, after, strict=True))


def test_that_output_keeps_its_pieces_with_time_and_thread():
    made = model(*running(0, 2))
    made.note([*texts("one\n", "tw", "\n"), TextFact(4, text="no", error=True)])
    made.feed(records(printed(1, 2, 1), printed(2, 2, 2)))
    first = made.recording().output
    made.feed(records(printed(3, 2, 3), printed(4, 0, 4), printed(5, 2, 0)))
    assert [line.text for line in first] == ["one", "tw"]
    assert [(line.time, line.thread, line.text, line.error) for line in made.recording().output][1:] == [
        (0.002, 2, "tw", False),
        (0.003, 2, "", False),
        (0.004, 0, "no", True),
    ]
    assert [line.text for line in made.recording().output[-2:]] == ["", "no"]
    assert made.recording().output[-1].text == "no"
    with pytest.raises(IndexError):
        first[2]
    assert made.recording().output_left_out == 1
    assert "".join(line.text + "\n" * (not line.open) for line in made.recording().output) == "one\ntw\nno"


def test_that_of_a_text_that_is_too_long_is_said_how_much_more_there_was():
    made = model(*running(0, 2))
    made.note([TextFact(id=1, text="xx", left_out=7)])
    made.feed(records(printed(1, 2, 1)))
    assert [said(line) for line in made.recording().output] == ["xx", "... and 7 more characters"]
    assert not any(line.open for line in made.recording().output)


def test_that_output_without_end_is_kept_up_to_a_limit_and_counted():
    made = model(*running(0, 2))
    made.note(texts("again\n"))
    rows = np.repeat(records(printed(1, 2, 1)), output.MOST_LINES + 500)
    made.feed(rows)
    assert len(made.recording().output) == output.MOST_LINES
    assert made.recording().output_left_out == 500


def test_that_beyond_the_cap_only_the_lives_of_threads_are_kept_and_the_rest_is_counted():
    made = model(*running(0, 2), got(1, 2, 7), released(2, 2, 7), record(3, 2, Kind.THREAD_ENDED), cap=2)
    assert (made.recording().records, made.dropped) == (3, 1)
    made.feed(records(*(record(4, 2, Kind.TICK) for _ in range(10))))
    assert (made.recording().records, made.dropped) == (3, 11)
    assert made.lanes()[0].ended == 0.003


def test_that_what_the_stage_left_out_is_counted_once():
    made = model(*running(0, 2))
    for count in (5, 9, 9):
        made.note([LostFact(what=Lost.RECORDS, count=count)])
    assert made.dropped == 9


def test_that_the_summary_is_json():
    made = model(*running(0, 2), record(1, 2, Kind.THREAD_DIED, value=1))
    made.note([ExceptionFact(thread=2, type="ValueError", message="no", place=PROGRAM | 4)])
    again = json.loads(json.dumps(made.summary()))
    assert again["records"] == 2
    assert [(lane.name, lane.began, lane.ended) for lane in made.lanes()] == [("Left", 0.0, 0.001)]
    assert [(one.kind, one.line, one.time) for one in findings_of(made)] == [(FindingKind.EXCEPTION, 4, 0.001)]


def test_that_a_saved_run_gives_the_same_picture_again(tmp_path: Path):
    made = model(*running(0, 2, 3), got(1, 2, 7), want(2, 3, 7), released(3, 2, 7), got(3, 3, 7))
    made.trace.save(tmp_path / "a.run", made.facts)
    trace, facts, _, _ = load(tmp_path / "a.run")
    again = RunModel()
    again.note(facts)
    again.feed(np.concatenate(trace.chunks()))
    assert again.summary() == made.summary()
    for old, new in zip(made.lanes(), again.lanes(), strict=True):
        assert np.array_equal(old.spans.starts, new.spans.starts)


def test_that_a_pause_is_answered_and_a_farewell_kept():
    made = model()
    assert not made.run_facts.frozen
    made.note([FrozenFact(number=2), FarewellFact("os._exit(3)", PROGRAM | 9, 3)])
    assert made.run_facts.frozen == 2
    assert made.run_facts.farewell == FarewellFact("os._exit(3)", PROGRAM | 9, 3)


@settings(max_examples=80, deadline=None)
@given(runs(), st.lists(st.integers(0, 60), max_size=6))
def test_that_looking_in_between_changes_nothing_that_was_shown(rows: Records, cuts: list[int]):
    made = RunModel()
    shown = []
    for part in split(rows, cuts):
        made.feed(part)
        for lane in made.lanes():
            shown.append((lane.spans, lane.spans.starts.copy(), lane.spans.states.copy()))
        findings_of(made)
    for spans, starts, states in shown:
        assert np.array_equal(spans.starts, starts)
        assert np.array_equal(spans.states, states)
        assert np.all(np.diff(spans.starts) >= 0)


def test_that_a_large_batch_of_many_threads_is_taken_in_whole():
    count = 60_000
    rows = np.zeros(count, DTYPE)
    rows["time"] = np.arange(count) * MS
    rows["thread"] = 2 + np.arange(count) % 2000
    rows["kind"] = np.where(np.arange(count) // 2000 % 2, Kind.SLEPT, Kind.SLEEP)
    made = RunModel()
    made.feed(rows)
    assert len(made.lanes()) == 2000
    assert sum(len(lane.spans) for lane in made.lanes()) == count


@pytest.mark.parametrize(("gigabytes", "millions"), [(1, 10), (4, 16), (64, 30)])
def test_that_a_run_keeps_what_the_machine_s_memory_affords(gigabytes: int, millions: int) -> None:
    assert affordable(gigabytes << 30) // 1_000_000 == millions
