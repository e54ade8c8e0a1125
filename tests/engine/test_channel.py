"""The channel: in order, nothing lost but what is counted, and never more than fits."""

import threading
from typing import TypeVar

import pytest

from engine.protocol.codec import Unpacked
from engine.protocol.messages import FACTS, LostFact, TextFact
from engine.protocol.records import BLOCK, MAIN_THREAD, Kind, what
from engine.stage.recording import channel as channels
from engine.stage.run_services import make_services
from tests.engine.facade_kit import Working
from tests.engine.stage_kit import Record, unpack, until

Said = TypeVar("Said")
PRINT, ENDED = what(Kind.PRINT), what(Kind.THREAD_ENDED)


class Listener:
    """What a channel wrote; it can be made to stand still."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.open = threading.Event()
        self.open.set()

    def write(self, data: bytes) -> None:
        self.open.wait()
        self.data += data

    def records(self, kind: Kind) -> list[Record]:
        return [record for record in unpack(bytes(self.data))[0] if record.kind is kind]

    def facts(self, kind: type[Said]) -> list[Said]:
        return [found for found in unpack(bytes(self.data))[1] if isinstance(found, kind)]


def test_that_records_arrive_in_the_order_in_which_they_were_appended() -> None:
    listener = Listener()
    context = make_services(listener.write)
    context.channel.start()

    together = threading.Barrier(4)  # the system gives the number of a thread that has ended to the next one

    def report() -> None:
        together.wait()
        for number in range(20_000):
            context.reporter.report(PRINT, 0, number)
        together.wait()

    threads = [Working(report) for _ in range(4)]
    for thread in threads:
        thread.result()
    context.channel.flush(last=True)
    records = listener.records(Kind.PRINT)
    assert len(records) == 80_000
    for lane in {record.thread for record in records}:
        mine = [record for record in records if record.thread == lane]
        assert [record.value for record in mine] == list(range(20_000))
        assert [record.time for record in mine] == sorted(record.time for record in mine)


def test_that_a_crowd_makes_reports_wait_and_drops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "CROWD", 1000)
    listener = Listener()
    context = make_services(listener.write)
    listener.open.clear()  # nobody reads
    for number in range(5000):
        context.reporter.report(PRINT, 0, number)
    context.channel.start()
    until(lambda: context.clock.crowded)
    late = Working(context.reporter.report, PRINT, 0, 5000)
    threading.Event().wait(0.02)
    assert late.is_alive()
    listener.open.set()
    late.result()
    until(lambda: len(listener.records(Kind.PRINT)) == 5001)
    until(lambda: any(record.value >= 10_000_000 for record in listener.records(Kind.TICK)))
    context.channel.flush(last=True)
    assert [record.value for record in listener.records(Kind.PRINT)] == list(range(5001))
    assert listener.facts(LostFact) == []


def test_that_the_limit_of_a_run_counts_what_it_leaves_out_and_keeps_threads_ends() -> None:
    listener = Listener()
    context = make_services(listener.write, record_cap=100)
    for _ in range(100):
        context.reporter.report(PRINT)
    context.channel.flush()
    for _ in range(50):
        context.reporter.report(PRINT)
    context.reporter.report(ENDED)
    context.channel.flush(last=True)
    assert len(listener.records(Kind.PRINT)) == 100
    assert len(listener.records(Kind.THREAD_ENDED)) == 1
    (lost,) = {(fact.what, fact.count) for fact in listener.facts(LostFact)}
    assert lost == ("records", 50)


def test_that_a_long_text_keeps_its_beginning_and_says_how_much_more_there_was() -> None:
    listener = Listener()
    context = make_services(listener.write)
    assert context.channel.text("x" * (channels.LONGEST_TEXT + 7)) == 1
    context.channel.flush(last=True)
    (fact,) = listener.facts(TextFact)
    assert (fact.text, fact.left_out) == ("x" * channels.LONGEST_TEXT, 7)


def test_that_texts_beyond_their_limits_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "TEXT_COUNT_CAP", 3)
    listener = Listener()
    context = make_services(listener.write)
    assert [context.channel.text("a") for _ in range(5)] == [1, 2, 3, 0, 0]
    context.channel.flush(last=True)
    assert [fact.count for fact in listener.facts(LostFact)] == [2]


def test_that_a_fact_arrives_before_the_record_that_refers_to_it() -> None:
    pieces: list[bytes] = []
    context = make_services(pieces.append)
    context.channel.start()
    for number in range(3000):
        context.reporter.report(PRINT, 0, context.channel.text(str(number)))
    context.channel.flush(last=True)
    known: set[int] = set()
    for piece in pieces:  # each write is whole blocks, facts first
        records, facts = unpack(piece)
        known |= {fact.id for fact in facts if isinstance(fact, TextFact)}
        assert {record.value for record in records if record.kind is Kind.PRINT} <= known


def test_that_a_channel_to_which_nobody_listens_goes_silent() -> None:
    def gone(_: bytes) -> None:
        raise BrokenPipeError

    context = make_services(gone)
    context.reporter.report(PRINT)
    context.channel.flush()
    context.reporter.report(PRINT)
    context.channel.flush(last=True)
    assert context.reporter.me() == MAIN_THREAD


def test_that_facts_with_halves_of_characters_or_odd_values_are_sent() -> None:
    listener = Listener()
    context = make_services(listener.write)
    context.channel.facts.append(TextFact(1, "a\udcff", object))  # type: ignore[arg-type]  # odd it is
    context.channel.facts.append(TextFact(2, "a\udcff"))
    context.channel.flush(last=True)
    assert b"<class 'object'>" in listener.data
    _, size = BLOCK.unpack_from(listener.data)
    assert FACTS.unpack(bytes(listener.data[BLOCK.size : BLOCK.size + size])) == Unpacked(
        [TextFact(2, "a?")], garbage=1
    )
