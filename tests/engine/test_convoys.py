"""Messages of which threads wait for the GIL while another one computes are told as that, as far as it was measured."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.analysis.run_model import RunModel
from engine.frame.finding import Convoy
from engine.protocol.late_message import LateMessageFact
from engine.protocol.messages import Ending, HelloFact, OutcomeFact, ThingFact
from engine.protocol.records import Kind
from engine.session.session import Session
from engine.words.findings import cure, sentence
from tests.engine.building import findings_of, named, record, records, running
from tests.pythons import pythons

Open = Callable[..., Session]
PAIR, MILLI = 5, 1_000_000
ECHO = """
import os
import socket
import threading
import time

COMPUTES = {computes}
server = socket.create_server(("127.0.0.1", 0))
over = threading.Event()


def echo():
    connection, _ = server.accept()
    with connection:
        while data := connection.recv(100):
            connection.sendall(data)


def compute():
    began = time.thread_time()
    while time.thread_time() - began < 0.3:
        sum(range(1000))
    over.set()


answering = threading.Thread(target=echo, name="echo")
computing = threading.Thread(target=compute if COMPUTES else lambda: over.wait(0.2), name="compute")
answering.start()
computing.start()
with socket.create_connection(server.getsockname()) as client:
    while computing.is_alive():
        client.sendall(b"x")
        client.recv(100)
answering.join()
computing.join()
server.close()
"""


def model(*waited: int, computes_from: int = 0, waits: bool = False, ends: int = 100) -> RunModel:
    """Left and Right have waited for the GIL, so many milliseconds each time, while Third lived until `ends`."""
    made = RunModel()
    threads = {1: "MainThread", 2: "Left", 3: "Right", 4: "Third"}
    made.note([HelloFact("3.13.0", switch_interval=0.005), *named(threads)])
    made.note([ThingFact(PAIR, "connection", "connection")])
    rows = [*running(0, 1), *running(0, 2), *running(0, 3), *running(computes_from, 4)]
    rows += [record(at, one, Kind.SLEEP, value=10**10) for at, one in ((1, 1), *(((1, 4),) if waits else ()))]
    rows += [record(ends, 4, Kind.THREAD_ENDED)]
    now = 10
    for number, one in enumerate(waited):
        now += one
        made.note([LateMessageFact(2 + number % 2, 3 - number % 2, PAIR, now * MILLI, one * MILLI)])
    made.feed(records(*rows))
    return made


def told(made: RunModel) -> list[Convoy]:
    made.note([OutcomeFact(Ending.FINISHED)])
    return [one for one in findings_of(made) if isinstance(one, Convoy)]


def test_that_a_convoy_is_told_with_how_often_and_how_long_and_who_computed() -> None:
    (convoy,) = told(model(5, 5, 8))
    assert (convoy.who, convoy.computing, convoy.count, convoy.mean) == ("Left, Right", "Third", 3, 6.0)
    assert "GIL" in sentence(convoy)
    assert "setswitchinterval" in cure(convoy)


@pytest.mark.parametrize(
    "made",
    [model(), model(5, 5, computes_from=17), model(5, 5, waits=True), model(5, ends=2000)],
    ids=["nobody waited", "it began too late", "it waited itself", "it was once in two seconds"],
)
def test_that_slow_messages_are_no_convoy_where_something_else_may_be_the_cause(made: RunModel) -> None:
    assert told(made) == []


@pytest.mark.skipif(sys.platform != "linux", reason="nobody else says what a thread waited for a processor")
@pytest.mark.parametrize(
    ("executable", "computes"), [*((one, True) for one in pythons()[-2:]), (sys.executable, False)]
)
def test_that_messages_wait_for_the_gil_where_a_thread_computes_and_only_there(
    open_program: Open, tmp_path: Path, executable: str, computes: bool
) -> None:
    program = tmp_path / "program.py"
    program.write_text(ECHO.replace("{computes}", str(computes)))
    session = open_program(program, executable=executable)
    session.run()
    found = [one for one in session.wait(120).result.findings if isinstance(one, Convoy)]
    assert [one.computing for one in found] == (["compute"] if computes else [])
    assert all(
        set(one.who.split(", ")) <= {"MainThread", "echo"} and one.mean >= 1.5 and 19 < one.line < 24 for one in found
    )
