"""A stage in a process of its own and one inside this process: one protocol, the same records."""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from engine.hosting import work_folder
from engine.hosting.host import ChildProcess, Exit, Host, InProcess
from engine.hosting.pipe_reader import Block, BlockReader, PipeReader
from engine.protocol.messages import (
    FACTS,
    Ending,
    Fact,
    FreezeOrder,
    FrozenFact,
    HelloFact,
    Lost,
    LostFact,
    OutcomeFact,
    RunOrder,
    SpeedOrder,
    SwitchOrder,
    ThawOrder,
    ThingFact,
)
from engine.protocol.records import BLOCK, BLOCK_FACTS, BLOCK_RECORDS, RECORD, Kind
from tests.engine.facade_kit import Working
from tests.engine.stage_kit import PATIENCE, until

PROGRAM = """\
import queue, threading, time
lock, ready, items = threading.Lock(), threading.Event(), queue.Queue(1)
def work():
    for _ in range(3):
        with lock:
            time.sleep(0.001)
    ready.set()
    items.put("x")
thread = threading.Thread(target=work)
thread.start()
ready.wait()
print(items.get())
with open("given.txt", "w") as file:
    file.write("text")
thread.join()
"""
Said = TypeVar("Said")
HOSTS = [ChildProcess, InProcess]
CHANCE = {  # whether these happen is a matter of who comes first
    *(
        Kind.TICK,
        Kind.LINE,
        Kind.SAMPLE,
        Kind.CPU,
        Kind.EVENT_WAIT,
        Kind.JOIN_WANT,
        Kind.QUEUE_WANT_GET,
        Kind.LOCK_WANT,
    ),
}


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Host]]:
    """Starts a host and closes it; afterwards no process, no thread and no folder is left."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    threads, processes = set(threading.enumerate()), set(psutil.Process().children())
    hosts: list[Host] = []

    def start_(make: Callable[[], Host]) -> Host:
        hosts.append(make())
        return hosts[-1]

    yield start_
    for host in hosts:
        host.close()
    until(lambda: not any(thread.name == "stage reaper" for thread in threading.enumerate()))
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("thread-theatre-")] == []
    assert [thread for thread in set(threading.enumerate()) - threads if thread.is_alive()] == []
    assert set(psutil.Process().children()) <= processes  # other tests' pools keep theirs for a while


def order(text: str = PROGRAM) -> RunOrder:
    return RunOrder(text, os.path.abspath("given.py"))


class Heard:
    """What a host has sent so far."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.kinds: list[Kind] = []
        self.facts: list[Fact] = []
        self.exit: Exit | None = None

    def listen(self) -> None:
        for kind, payload in self.host.read(1000):
            if kind == BLOCK_FACTS:
                self.facts += FACTS.unpack(payload).messages
            else:
                assert kind == BLOCK_RECORDS
                self.kinds += [Kind(fields[4] >> 16 & 0xFF) for fields in RECORD.iter_unpack(payload)]

    def until(self, reached: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not reached():
            assert time.monotonic() < end, (self.kinds[-5:], self.facts[-3:])
            self.listen()
            time.sleep(0.001)

    def to_the_end(self) -> Exit:
        def ended() -> bool:
            self.exit = self.host.exit()
            return self.exit is not None

        self.until(ended)
        assert self.exit is not None
        return self.exit

    def fact(self, kind: type[Said]) -> Said:
        return next(fact for fact in self.facts if isinstance(fact, kind))


def test_that_both_send_the_same_kinds_of_records_and_facts(start: Callable[..., Host]) -> None:
    told = []
    for make in HOSTS:
        host = start(make)
        heard = Heard(host)
        host.send(order())
        assert heard.to_the_end().code == 0
        assert heard.fact(HelloFact).python == sys.version.split()[0]
        assert heard.fact(OutcomeFact) == OutcomeFact(Ending.FINISHED)
        things = [(fact.type, fact.name) for fact in heard.facts if isinstance(fact, ThingFact)]
        told.append((sorted(kind for kind in heard.kinds if kind not in CHANCE), things))
    assert told[0] == told[1]
    assert Kind.FILE_WRITE_DONE in told[0][0]


@pytest.mark.parametrize("make", HOSTS)
def test_that_a_program_that_waits_for_ever_is_ended(start: Callable[..., Host], make: Callable[[], Host]) -> None:
    host = start(make)
    heard = Heard(host)
    host.send(order("import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()\n"))
    heard.until(lambda: Kind.LOCK_WANT in heard.kinds)
    assert host.alive
    assert host.exit() is None
    host.kill()
    heard.to_the_end()


@pytest.mark.parametrize("make", HOSTS)
def test_that_a_busy_loop_is_ended(start: Callable[..., Host], make: Callable[[], Host]) -> None:
    host = start(make)
    heard = Heard(host)
    host.send(order("print('busy')\nwhile True:\n    pass\n"))
    heard.until(lambda: Kind.PRINT in heard.kinds)
    host.kill()
    heard.to_the_end()


@pytest.mark.parametrize("make", HOSTS)
def test_that_a_stage_that_was_never_used_is_closed(start: Callable[..., Host], make: Callable[[], Host]) -> None:
    host = start(make)
    heard = Heard(host)
    heard.until(lambda: heard.facts)
    assert isinstance(heard.facts[0], HelloFact)
    host.kill()
    host.close()
    host.send(SpeedOrder(2.0))  # to one that is gone it does nothing


@pytest.mark.parametrize("make", HOSTS)
def test_that_orders_are_carried_out_and_nonsense_harms_nothing(
    start: Callable[..., Host], make: Callable[[], Host]
) -> None:
    host = start(make)
    heard = Heard(host)
    host.send(order("import threading\ngo = threading.Event()\nprint('here')\ngo.wait()\nprint('gone')\n"))
    heard.until(lambda: Kind.PRINT in heard.kinds)
    if make is ChildProcess:
        assert isinstance(host, ChildProcess)
        for line in (b'{"do": "switch"}\n', b'{"do": "no such order"}\n', b"[1]\n", b"\xff\n"):
            host._write(line)
    host.send(SpeedOrder(2.0))
    host.send(FreezeOrder(4))
    heard.until(lambda: any(isinstance(fact, FrozenFact) for fact in heard.facts))
    assert heard.fact(FrozenFact).number == 4
    host.send(ThawOrder())
    host.send(SwitchOrder("go", False))
    assert heard.to_the_end().code == 0
    lost = [fact.count for fact in heard.facts if isinstance(fact, LostFact) and fact.what is Lost.ORDERS]
    assert lost == ([1, 2, 3, 4] if make is ChildProcess else [])
    assert {Kind.SPEED, Kind.PAUSED, Kind.RESUMED, Kind.SWITCHED, Kind.EVENT_PASSED} <= set(heard.kinds)


def test_that_a_suspended_stage_gets_its_orders_in_their_order_afterwards(start: Callable[..., Host]) -> None:
    host = start(ChildProcess)
    heard = Heard(host)
    host.send(order("import threading\ngo = threading.Event()\nprint('here')\ngo.wait()\n"))
    heard.until(lambda: Kind.PRINT in heard.kinds)
    host.suspend()
    for speed in (2.0, 3.0):
        host.send(SpeedOrder(speed))
    host.send(SwitchOrder("go", False))
    heard.listen()
    assert Kind.SPEED not in heard.kinds
    host.resume()
    assert heard.to_the_end().code == 0
    assert [kind for kind in heard.kinds if kind in {Kind.SPEED, Kind.SWITCHED}] == [
        *(Kind.SPEED, Kind.SPEED, Kind.SWITCHED)
    ]


def test_that_a_stage_that_sends_much_at_its_end_loses_nothing_to_a_slow_reader(start: Callable[..., Host]) -> None:
    host = start(ChildProcess)
    heard = Heard(host)
    host.send(
        order("import threading\nlock = threading.Lock()\nfor _ in range(200_000):\n    with lock:\n        pass\n")
    )
    until(lambda: host.backlog > 2_000_000)  # nothing is read; more than the inbox holds is on its way

    def ended() -> bool:
        heard.listen()
        time.sleep(0.02)
        return host.exit() is not None

    until(ended)
    assert heard.kinds.count(Kind.LOCK_GOT) == heard.kinds.count(Kind.LOCK_RELEASED) == 200_000
    assert isinstance(heard.facts[-1], OutcomeFact)


def test_that_what_c_code_prints_is_heard_apart(start: Callable[..., Host]) -> None:
    host = start(ChildProcess)
    heard = Heard(host)
    host.send(order("import os\nos.write(1, 'caf\u00e9\\n'.encode())\nos.write(2, b'two\\n')\n"))
    exit_ = heard.to_the_end()
    assert exit_.stderr == host.stray() == "caf\u00e9\ntwo\n"
    assert host.stray() == ""


def test_that_a_stage_that_takes_its_time_to_go_leaves_nothing_behind_either(
    start: Callable[..., Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    host, remove, kept = start(ChildProcess), work_folder.remove, []
    assert isinstance(host, ChildProcess)

    def as_on_windows(folder: str) -> None:
        """A folder stays as long as a process is in it, and for a moment after that."""
        if len(kept) > 2:
            remove(folder)
        kept.append(folder)

    monkeypatch.setattr("engine.hosting.host.LAST_WAIT", 0.0)  # nobody is gone that soon
    monkeypatch.setattr(work_folder, "remove", as_on_windows)
    host.close()
    until(lambda: not psutil.pid_exists(host.pid))
    until(lambda: not any(thread.name == "stage reaper" for thread in threading.enumerate()))
    assert not Path(kept[0]).exists()


def test_that_an_interpreter_that_is_not_there_leaves_no_folder(start: Callable[..., Host], tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere" if os.name == "posix" else None):
        ChildProcess(str(tmp_path / "nowhere"))


def test_that_an_inbox_puts_blocks_together_from_any_pieces() -> None:
    blocks: list[Block] = [(BLOCK_FACTS, b"[]"), (BLOCK_RECORDS, b"r" * 28), (BLOCK_RECORDS, b"s" * 56)]
    data = b"".join(BLOCK.pack(kind, len(payload)) + payload for kind, payload in blocks)
    inbox = BlockReader()
    found = []
    for at in range(len(data)):
        inbox.put(data[at : at + 1])
        found += inbox.take(1)
    assert found == blocks
    assert inbox.size == 0


def test_that_a_full_inbox_makes_the_reader_wait_until_it_is_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.hosting import pipe_reader as module

    monkeypatch.setattr(module, "INBOX_LIMIT", 100)
    inbox = BlockReader()
    inbox.put(BLOCK.pack(BLOCK_RECORDS, 280) + b"r" * 280)
    late = Working(inbox.put, b"more")
    until(lambda: late.is_alive() and inbox.size == 285)
    assert len(inbox.take(10)) == 1
    late.result()
    assert inbox.size == 4


@pytest.mark.skipif(os.name != "posix", reason="where a pipe cannot be waited for, what was just read is not seen")
def test_that_a_pipe_is_dry_only_when_all_that_was_written_has_been_handed_over() -> None:
    reading, writing = os.pipe()
    taken, may_go = threading.Event(), threading.Event()

    def take(_data: bytes) -> None:
        taken.set()
        may_go.wait()

    reader = PipeReader("test", os.fdopen(reading, "rb", buffering=0), 4, take)
    assert reader.dry
    os.write(writing, b"12345678")
    assert taken.wait(10)
    os.read(reading, 4)  # the pipe is empty now, and one piece is in the reader's hands
    assert not reader.dry
    may_go.set()
    until(lambda: reader.dry)
    assert not reader.ended, "its writer has it open"
    os.close(writing)
    until(lambda: reader.ended)
    assert reader.dry


TORN = """\
#!{python}
import os, sys
sys.path.insert(0, {root!r})
from engine.protocol.records import BLOCK, BLOCK_RECORDS, RECORD
whole = bytes(10 * RECORD.size)
os.write(1, BLOCK.pack(BLOCK_RECORDS, len(whole)) + whole[: 3 * RECORD.size + 5])
"""


@pytest.mark.skipif(os.name != "posix", reason="a script that is started by its first line")
def test_that_a_stage_that_dies_while_it_writes_is_seen_to_end_and_its_whole_records_are_kept(
    start: Callable[..., Host], tmp_path: Path
) -> None:
    script = tmp_path / "dies.py"
    script.write_text(TORN.format(python=sys.executable, root=str(Path(__file__).parents[2])))
    script.chmod(0o755)
    host = start(lambda: ChildProcess(str(script)))
    blocks: list[Block] = []

    def ended() -> bool:
        blocks.extend(host.read(1000))
        return host.exit() is not None

    until(ended)
    assert [(kind, len(payload) // RECORD.size) for kind, payload in blocks] == [(BLOCK_RECORDS, 3)]
    assert host.backlog == 0
