"""Messages that wait for the interpreter while another thread computes are told as that, as far as it was measured."""

import pytest

from engine.analysis.run_model import RunModel
from engine.frame.finding import Convoy
from engine.protocol.messages import Ending, HelloFact, OutcomeFact, ThingFact
from engine.protocol.records import Kind
from engine.words.findings import cure, sentence
from tests.engine.building import findings_of, named, record, records, running

PAIR = 5
MESSAGES = 60


def model(late: int, *, computes: bool = True, gil: bool = True, third: bool = False) -> RunModel:
    """Left sends, Right receives at once; in the second half so many milliseconds later. Third computes then."""
    made = RunModel()
    threads = {1: "MainThread", 2: "Left", 3: "Right", 4: "Third"}
    made.note([HelloFact("3.13.0", gil=gil, switch_interval=0.005), *named(threads)])
    made.note([ThingFact(PAIR, "connection", "connection")])
    rows, now = running(0, 1, 2, 3, 4), 1
    for number in range(2 * MESSAGES):
        if number == MESSAGES:
            rows += [record(now, 4, Kind.CPU, value=0)]
        delay = late if number >= MESSAGES else 0
        rows += [record(now, 3, Kind.NET_WANT, PAIR), record(now + 1, 2, Kind.NET_WANT, PAIR, 1)]
        rows += [record(now + 1, 2, Kind.NET_GOT, PAIR, 1), record(now + 1 + delay, 3, Kind.NET_GOT, PAIR, 1)]
        now += 2 + delay
    if third:
        rows += [record(now, 4, Kind.NET_WANT, PAIR, 1), record(now, 4, Kind.NET_GOT, PAIR, 1)]
    rows += [record(now, 4, Kind.CPU, value=now * 900_000 if computes else 0)]
    made.feed(records(*rows))
    return made


def told(made: RunModel) -> list[Convoy]:
    made.note([OutcomeFact(Ending.FINISHED)])
    return [one for one in findings_of(made) if isinstance(one, Convoy)]


def test_that_a_convoy_is_told_with_both_times_and_who_computed() -> None:
    (convoy,) = told(model(5))
    assert (convoy.who, convoy.computing, convoy.meanwhile, convoy.otherwise) == ("Left, Right", "Third", 5.0, 0.0)
    assert "GIL" in sentence(convoy)
    assert "setswitchinterval" in cure(convoy)


@pytest.mark.parametrize(
    "made",
    [model(0), model(5, computes=False), model(5, gil=False), model(5, third=True)],
    ids=["nobody waited", "nobody computed", "there is no GIL", "nobody knows whose message it was"],
)
def test_that_slow_messages_are_no_convoy_where_something_else_may_be_the_cause(made: RunModel) -> None:
    assert told(made) == []
