"""Where records go: an append in the reporting thread, and a sender thread that packs and writes batches."""

from __future__ import annotations

import _thread
import time
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from engine.protocol.lazy_dataclass import shortened
from engine.protocol.messages import FACTS, Fact, Lost, LostFact, TextFact
from engine.protocol.records import BLOCK, BLOCK_FACTS, BLOCK_RECORDS, MOST_FACTS, RECORD, Kind, what
from engine.stage import cpython
from engine.stage.own_pipe import write_all
from engine.stage.own_signals import without_signals
from engine.stage.untraced import untraced

BATCH = 8192  # records in one block: 229 KB
FACTS_AT_ONCE = 1 << 18  # bytes of facts in one block, unless a single one is longer
PERIOD = 0.004  # seconds between two looks of the sender
FORGET_PERIOD = 0.25  # seconds between two looks in a forked child, where nothing is sent
TICK_PERIOD = 15_000_000  # nanoseconds between two heartbeats
BUSY_TICK_PERIOD = 100_000_000  # the same while other records say what time it is
RECORD_CAP = 30_000_000  # records of one run that are sent; a window with little memory keeps fewer
CROWD = 100_000  # records that wait here: from here on reporting threads wait too
PENDING_CAP = 2_000_000  # records that may wait here, should that not help, before the rest is counted and left out
TEXT_CAP = 8_000_000  # characters of one run's texts that are kept
LONGEST_TEXT = 200_000  # characters of one text that are kept
TEXT_COUNT_CAP = 200_000  # texts of one run that are kept

RELAYED_CAP = 4 << 20  # bytes of other processes that wait here before their connections are read no further
TEXT_BITS = 32  # ids of a process's texts begin at its number << TEXT_BITS

Item = TypeVar("Item")
_sleep = time.sleep  # the program may replace the one of the module

KIND_AT = 26  # where a packed record has its kind
_TICK = what(Kind.TICK)
_LIVES = ("THREAD_", "PART_", "MAIN_DONE", "SWITCHED", "INPUT_")  # how the kinds begin that are always sent
_ALWAYS = frozenset(int(kind) for kind in Kind if kind.name.startswith(_LIVES))


def pack_records(records: list[bytes]) -> bytes:
    """One block of packed records behind a header."""
    return BLOCK.pack(BLOCK_RECORDS, len(records) * RECORD.size) + b"".join(records)


def _can_be_packed(fact: Fact) -> bool:
    try:
        FACTS.pack([fact])
    except Exception:
        return False
    return True


def pack_facts(facts: list[Fact]) -> bytes:
    """Facts in blocks, each behind a header and no longer than its reader allows.

    One that cannot be written is left out: the others still come.
    """
    try:
        payload = FACTS.pack(facts)
    except Exception:
        facts = [fact for fact in facts if _can_be_packed(fact)]
        payload = FACTS.pack(facts)
    if len(payload) > FACTS_AT_ONCE and len(facts) > 1:
        step = max(1, len(facts) * FACTS_AT_ONCE // len(payload))
        return b"".join([pack_facts(facts[at : at + step]) for at in range(0, len(facts), step)])
    longest = LONGEST_TEXT
    while len(payload) > MOST_FACTS:
        longest //= 2
        payload = FACTS.pack([shortened(facts[0], longest)])
    return BLOCK.pack(BLOCK_FACTS, len(payload)) + payload


def print_plainly(text: str, error: bool) -> None:
    """Writes it where the program's own streams would, without us."""
    try:
        write_all(2 if error else 1, text.encode("utf-8", "replace"))
    except OSError:
        pass  # the program has closed that, too


class Records(deque[bytes]):
    """Records on their way. A subclass, so that one run's `append` may do more: see `WatchedValues`."""


class Channel:
    """Carries records and facts from any thread to `write`, in order; counts what it leaves out.

    `write(bytes)` may block and may raise OSError when nobody listens any more: from then on nothing is recorded, and
    what the program prints goes where it went without us.
    """

    def __init__(self, write: Callable[[bytes], object], now: Callable[[], int], record_cap: int = RECORD_CAP) -> None:
        self.records = Records()  # packed
        self.facts: deque[Fact] = deque()
        self.look: Callable[[], None] = lambda: None  # what the sender samples each time round
        self.held_back: Callable[[], int] = lambda: 0  # real nanoseconds that reporting threads waited so far
        self.crowd: Callable[[bool], None] = lambda _crowded: None  # told when there is too much to send, and no more
        self.pause: Callable[[float], None] = time.sleep  # what the sender does between two looks
        self.goes_deaf: Callable[[], object] = lambda: None  # called once when nobody listens any more
        self._relayed: deque[bytes] = deque()  # blocks of other processes
        self._relayed_size = 0
        self._first_text = 0
        self._write = write
        self._now = now
        self._record_cap = record_cap
        self._sent = 0
        self._left_out = 0
        self._texts = 0
        self._text_count = 0
        self._texts_left_out = 0
        self._text_guard = _thread.RLock()  # two threads must not get one id; a finaliser may print in between
        self._last_tick = -TICK_PERIOD
        self._turn = _thread.allocate_lock()  # one sender at a time: the thread, or whoever flushes at the end
        self._closed = False
        self.deaf = False  # closed because nobody listens any more
        self._crowded = False
        self._serving = _thread.allocate_lock()  # held by the sender thread

    @property
    def reported(self) -> int:
        """How many records there were so far."""
        return self._sent + self._left_out + len(self.records)

    def start(self) -> None:
        """Starts the sender thread; `threading` never hears of it, so the program does not either."""
        with without_signals():
            _thread.start_new_thread(self._serve, ())

    def text(self, text: str, error: bool = False) -> int:
        """Sends a text once; returns its id, or 0 when no more texts are kept."""
        left_out = 0
        if len(text) > LONGEST_TEXT:
            text, left_out = text[:LONGEST_TEXT], len(text) - LONGEST_TEXT
        with self._text_guard:
            if self._texts + len(text) > TEXT_CAP or self._text_count >= TEXT_COUNT_CAP:
                self._texts_left_out += 1
                return 0
            self._texts += len(text)
            self._text_count += 1
            number = self._first_text + self._text_count
            self.facts.append(TextFact(number, text, error, left_out))
        return number

    def further_texts(self) -> int:
        """An id that is smaller than those of texts that somebody else makes up from here on."""
        return self._first_text + TEXT_COUNT_CAP

    def hub(self, blocks: bytes) -> None:
        """Sends whole blocks of another process with the next write; waits while too many are to be sent."""
        while self._relayed_size > RELAYED_CAP and not self._closed:
            _sleep(PERIOD)
        self._relayed.append(blocks)
        self._relayed_size += len(blocks)  # one thread adds while another takes away: a guess, and enough

    def fork(self) -> None:
        """In a forked child: nothing is sent for now, and the parent sends what waits here."""
        cpython.reset_lock(self._text_guard, self._turn, self._serving)
        self._closed = True
        self.goes_deaf = lambda: None  # whom nobody hears here is not the program's own process
        self.records.clear()
        self.facts.clear()
        self._relayed.clear()

    def move(self, write: Callable[[bytes], object], pause: Callable[[float], None], number: int) -> None:
        """From here on this is the channel of process `number`, with another end."""
        self._write, self.pause = write, pause
        self._first_text = number << TEXT_BITS
        self._sent = self._left_out = self._texts = self._text_count = self._texts_left_out = 0
        self._last_tick = -TICK_PERIOD
        self._crowded = self._closed = self.deaf = False

    def forget(self) -> None:
        """In a forked child that nobody hears: what it reports is thrown away, lest it fill the memory."""

        def clear() -> None:
            while True:
                self._drop()
                _sleep(FORGET_PERIOD)

        _thread.start_new_thread(clear, ())

    def _serve(self) -> None:
        with self._serving:
            while not self._closed:
                try:
                    untraced()
                    self._look_and_send()
                    self.pause(PERIOD)
                except BaseException:  # whatever the program has made of the libraries, or thrown in here
                    _sleep(PERIOD)
        while self.deaf:
            try:
                self._drop()
                _sleep(PERIOD)
            except BaseException:
                continue

    def _look_and_send(self) -> None:
        with self._turn:
            if self._closed:
                return
            try:
                self.look()
            finally:
                self._send_all()

    def wait(self, seconds: float) -> None:
        """Waits so many seconds at most until the sender thread has seen that the channel is closed."""
        if self._serving.acquire(True, seconds):
            self._serving.release()

    def flush(self, last: bool = False) -> None:
        """Sends everything reported so far from the calling thread; `last` also closes the channel."""
        with self._turn:
            if self._closed:
                return
            if last:
                self._account()
            self._send_all()
            if last:
                self._closed = True

    def _send_all(self) -> None:
        """Sends what is there now, no more: a program that reports without end must not keep the sender for ever.

        All of it in one write: each write gives the GIL away, and eight busy threads give it back only after 40 ms.
        """
        waiting = len(self.records)
        if waiting > PENDING_CAP or self._sent >= self._record_cap:
            waiting = self._thin_out(waiting)
        self._sent += waiting
        crowded = waiting > CROWD
        if crowded != self._crowded:
            self._crowded = crowded
            self.crowd(crowded)
        pieces = []
        facts = self._taken(self.facts, len(self.facts))
        if facts:
            pieces.append(pack_facts(facts))
        while waiting > 0:
            pieces.append(pack_records(self._taken(self.records, min(waiting, BATCH))))
            waiting -= BATCH
        if self._relayed:
            blocks = self._taken(self._relayed, len(self._relayed))
            self._relayed_size -= sum(map(len, blocks))
            pieces += blocks
        now = self._now()
        if now - self._last_tick >= (BUSY_TICK_PERIOD if self.records else TICK_PERIOD):
            self._last_tick = now
            pieces.append(pack_records([RECORD.pack(now, self.held_back(), 0, 0, _TICK)]))
        if pieces:
            try:
                self._write(b"".join(pieces))
            except OSError:
                self._go_deaf(facts, b"".join(one[BLOCK.size :] for one in pieces if one[0] == BLOCK_RECORDS))

    def _go_deaf(self, facts: list[Fact], records: bytes) -> None:
        """Nobody listens any more: threads that wait for room go on. These could not be sent."""
        self._closed = self.deaf = True
        if self._crowded:
            self._crowded = False
            self.crowd(False)
        try:
            self.goes_deaf()
        except OSError:
            pass  # nobody can be told
        facts += self._taken(self.facts, len(self.facts))
        waiting: list[bytes] = self._taken(self.records, len(self.records))
        records += b"".join(waiting)
        printed = {value for _, value, _, _, word in RECORD.iter_unpack(records) if word >> 16 & 0xFF == Kind.PRINT}
        for fact in facts:
            if isinstance(fact, TextFact) and fact.id in printed:
                print_plainly(fact.text, fact.error)

    def _drop(self) -> None:
        """Throws away what nobody hears, lest it fill the memory."""
        for waiting in (self.records, self.facts, self._relayed):
            waiting.clear()
        self._relayed_size = 0

    @staticmethod
    def _taken(queue: deque[Item], count: int) -> list[Item]:
        """The first so many of a queue to which others append meanwhile."""
        take = queue.popleft
        return [take() for _ in range(count)]

    def _thin_out(self, waiting: int) -> int:
        """Keeps what threads' lives need, counts and drops the rest. Returns how many are still to be sent."""
        kept = [record for record in (self.records.popleft() for _ in range(waiting)) if record[KIND_AT] in _ALWAYS]
        self._left_out += waiting - len(kept)
        self.records.extendleft(reversed(kept))
        self._account()
        return len(kept)

    def _account(self) -> None:
        """Says how much was left out so far."""
        if self._left_out:
            self.facts.append(LostFact(Lost.RECORDS, self._left_out))
        if self._texts_left_out:
            self.facts.append(LostFact(Lost.TEXTS, self._texts_left_out))
