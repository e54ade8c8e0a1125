"""Random programs with locks, semaphores, queues, events, conditions and barriers, and with their own account.

A program is a plain Python text. Before each step that may wait, and after it, it writes a line to a file by one call
of `os.write`: when, who, what (want, got, left, drop, end), of which thing, how, and in which line. A lock's "got" and
"drop" are written while it is held, so the lines are in the order of the holders. `Account` reads the file: who waits
for what at the end, and in which circles. It is a second opinion, and knows nothing of Thread Theatre.
"""

import random
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ACCOUNT = "account.txt"
TIMES = (0.001, 0.003, 0.01, 0.02, 0.05)  # seconds that a thread may sleep
PATIENCES = (0.05, 0.2, 0.6)  # seconds that a wait with a time-out may take
HEAD = '''"""Made by `python -m bench truth`, seed {seed}."""
import os
import queue
import threading
import time

_file = os.open("account.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def say(*words):
    os.write(_file, (" ".join((f"{time.monotonic():.6f}", *words)) + "\\n").encode())


'''


@dataclass
class Text:
    """The lines of a program."""

    lines: list[str] = field(default_factory=list)

    def add(self, depth: int, text: str) -> int:
        """Appends a line; returns its number."""
        self.lines.append("    " * depth + text)
        return len(self.lines)

    def say(self, depth: int, what: str, thing: str, kind: str) -> None:
        """A line of the account, which names the line of the program after it."""
        self.add(depth, f'say(ME, "{what}", "{thing}", "{kind}", "{len(self.lines) + 2}")')


class Maker:
    """Makes one program from a seed; the same seed makes the same one on every Python."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._text = Text(HEAD.replace("{seed}", str(seed)).splitlines())
        choose = self._random
        self._locks = [f"lock_{one}" for one in "abcd"[: choose.randint(1, 4)]]
        self._reentrant = {lock for lock in self._locks if choose.random() < 0.2}
        self._semaphores = {f"places_{n}": choose.randint(1, 2) for n in range(choose.randint(0, 1))}
        self._queues = {f"box_{n}": choose.choice((0, 0, 1, 2)) for n in range(choose.randint(0, 2))}
        self._events = [f"event_{n}" for n in range(choose.randint(0, 2))]
        self._conditions = [f"changed_{n}" for n in range(choose.randint(0, 1))]
        self._barriers: dict[str, int] = {}
        self.daemons = False  # all but the main thread are, so it ends with that
        self._threads = [f"worker_{n}" for n in range(choose.randint(2, 5))]
        if choose.random() < 0.15:
            self._barriers["all_there"] = choose.randint(2, len(self._threads))

    @property
    def threads(self) -> tuple[str, ...]:
        """All that it has."""
        return ("MainThread", *self._threads)

    def program(self) -> str:
        """Its text; to be asked for once."""
        text, choose = self._text, self._random
        for lock in self._locks:
            text.add(0, f"{lock} = threading.{'RLock' if lock in self._reentrant else 'Lock'}()")
        for name, size in self._semaphores.items():
            text.add(0, f"{name} = threading.Semaphore({size})")
        for name, size in self._queues.items():
            text.add(0, f"{name} = queue.Queue({size})")
        for name in self._events:
            text.add(0, f"{name} = threading.Event()")
        for name in self._conditions:
            text.add(0, f"{name} = threading.Condition()")
            text.add(0, f"{name}_flag = []")
        for name, parties in self._barriers.items():
            text.add(0, f"{name} = threading.Barrier({parties})")
        for name in self._threads:
            text.add(0, "")
            text.add(0, "")
            text.add(0, f"def {name}():")
            text.add(1, f'ME = "{name}"')
            self._body(1, choose.randint(2, 6), ())
            text.add(1, 'say(ME, "end")')
        self._main()
        return "\n".join(text.lines) + "\n"

    def _main(self) -> None:
        text, choose = self._text, self._random
        text.add(0, "")
        text.add(0, "")
        text.add(0, 'ME = "MainThread"')
        self.daemons = daemon = choose.random() < 0.25
        joined = not daemon or choose.random() < 0.5
        for name in self._threads:
            text.add(0, f'{name}_thread = threading.Thread(target={name}, name="{name}", daemon={daemon})')
        for name in self._threads:
            text.add(0, f"{name}_thread.start()")
        if choose.random() < 0.7:  # else most of them would stand still
            self._help()
        if choose.random() < 0.3:
            self._body(0, 1, ())
        for name in self._threads:
            if joined:
                text.say(0, "want", name, "join")
                text.add(0, f"{name}_thread.join()")
                text.say(0, "got", name, "join")
        if not joined:
            text.say(0, "want", "time", "timed")
            text.add(0, f"time.sleep({choose.choice((0.3, 1.2))})")
            text.say(0, "got", "time", "sleep")
        text.add(0, 'say(ME, "end")')

    def _help(self) -> None:
        """The main thread hands out what the others may wait for."""
        for name in self._events:
            self._text.add(0, f"{name}.set()")
        for name, size in self._queues.items():
            for number in range(0 if size else self._random.randint(2, 6)):
                self._text.add(0, f"{name}.put({number})")

    def _body(self, depth: int, steps: int, held: tuple[str, ...]) -> None:
        for _ in range(steps):
            self._step(depth, held)

    def _step(self, depth: int, held: tuple[str, ...]) -> None:
        choose = self._random
        makers = [(8 if len(held) < 3 else 0, self._lock), (3, self._sleep)]
        makers += [(3, self._queue)] if self._queues else []
        makers += [(2, self._event)] if self._events else []
        makers += [(2, self._semaphore)] if self._semaphores and len(held) < 3 else []
        makers += [(2, self._condition)] if self._conditions else []
        makers += [(1, self._barrier)] if self._barriers and not held else []
        weights = [weight for weight, _ in makers]
        choose.choices([make for _, make in makers], weights)[0](depth, held)

    def _sleep(self, depth: int, _held: tuple[str, ...]) -> None:
        self._text.add(depth, f"time.sleep({self._random.choice(TIMES)})")

    def _lock(self, depth: int, held: tuple[str, ...]) -> None:
        text, choose = self._text, self._random
        free = [one for one in self._locks if one not in held]
        again = [one for one in held if one in self._reentrant]
        itself = [one for one in held if one in self._locks and one not in self._reentrant]
        name = choose.choice(free) if free else None
        if again and choose.random() < 0.2:
            name = choose.choice(again)
        elif itself and choose.random() < 0.03:
            name = choose.choice(itself)
        if name is None:
            return self._sleep(depth, held)
        how, kind = choose.random(), "rlock" if name in self._reentrant else "lock"
        if how < 0.2:
            text.say(depth, "want", name, "timed")
            text.add(depth, f"if {name}.acquire(timeout={choose.choice(PATIENCES)}):")
            text.say(depth + 1, "got", name, kind)
            self._body(depth + 1, choose.randint(1, 2), (*held, name))
            text.say(depth + 1, "drop", name, kind)
            text.add(depth + 1, f"{name}.release()")
            text.add(depth, "else:")
            text.say(depth + 1, "left", name, kind)
            text.add(depth + 1, "pass")
        elif how < 0.6:
            text.say(depth, "want", name, kind)
            text.add(depth, f"with {name}:")
            text.say(depth + 1, "got", name, kind)
            self._body(depth + 1, choose.randint(1, 3), (*held, name))
            text.say(depth + 1, "drop", name, kind)
        else:
            text.say(depth, "want", name, kind)
            text.add(depth, f"{name}.acquire()")
            text.say(depth, "got", name, kind)
            self._body(depth, choose.randint(1, 2), (*held, name))
            text.say(depth, "drop", name, kind)
            text.add(depth, f"{name}.release()")
        return None

    def _semaphore(self, depth: int, held: tuple[str, ...]) -> None:
        text, choose = self._text, self._random
        name = choose.choice(list(self._semaphores))
        if name in held:
            return self._sleep(depth, held)
        text.say(depth, "want", name, "semaphore")
        text.add(depth, f"with {name}:")
        text.say(depth + 1, "got", name, "semaphore")
        self._body(depth + 1, choose.randint(1, 2), (*held, name))
        text.say(depth + 1, "drop", name, "semaphore")
        return None

    def _queue(self, depth: int, _held: tuple[str, ...]) -> None:
        text, choose = self._text, self._random
        name, how = choose.choice(list(self._queues)), choose.random()
        if how < 0.5:
            text.say(depth, "want", name, "put")
            text.add(depth, f"{name}.put({choose.randint(0, 9)})")
            text.say(depth, "got", name, "put")
        elif how < 0.8:
            text.say(depth, "want", name, "get")
            text.add(depth, f"{name}.get()")
            text.say(depth, "got", name, "get")
            text.add(depth, f"{name}.task_done()")
        else:
            text.add(depth, "try:")
            text.say(depth + 1, "want", name, "timed")
            text.add(depth + 1, f"{name}.get(timeout={choose.choice(PATIENCES)})")
            text.say(depth + 1, "got", name, "get")
            text.add(depth + 1, f"{name}.task_done()")
            text.add(depth, "except queue.Empty:")
            text.say(depth + 1, "left", name, "get")
            text.add(depth + 1, "pass")

    def _event(self, depth: int, _held: tuple[str, ...]) -> None:
        text, choose = self._text, self._random
        name, how = choose.choice(self._events), choose.random()
        if how < 0.5:
            text.add(depth, f"{name}.set()")
        elif how < 0.6:
            text.add(depth, f"{name}.clear()")
        elif how < 0.8:
            text.say(depth, "want", name, "event")
            text.add(depth, f"{name}.wait()")
            text.say(depth, "got", name, "event")
        else:
            text.say(depth, "want", name, "timed")
            text.add(depth, f"{name}.wait(timeout={choose.choice(PATIENCES)})")
            text.say(depth, "got", name, "event")

    def _condition(self, depth: int, held: tuple[str, ...]) -> None:
        text, choose = self._text, self._random
        name = choose.choice(self._conditions)
        if name in held:
            return self._sleep(depth, held)
        text.say(depth, "want", name, "lock")
        text.add(depth, f"with {name}:")
        text.say(depth + 1, "got", name, "lock")
        if choose.random() < 0.6:
            text.add(depth + 1, f"{name}_flag.append(1)")
            text.add(depth + 1, f"{name}.{choose.choice(('notify', 'notify_all'))}()")
        else:
            text.add(depth + 1, f"while not {name}_flag:")
            text.say(depth + 2, "want", name, "condition")
            text.add(depth + 2, f"{name}.wait()")
            text.say(depth + 2, "got", name, "condition")
        text.say(depth + 1, "drop", name, "lock")
        return None

    def _barrier(self, depth: int, _held: tuple[str, ...]) -> None:
        text, name = self._text, next(iter(self._barriers))
        text.say(depth, "want", name, "barrier")
        text.add(depth, f"{name}.wait()")
        text.say(depth, "got", name, "barrier")


@dataclass(frozen=True)
class Want:
    """What a thread waits for: its name, how, and in which line."""

    thing: str
    kind: str  # lock, rlock, semaphore, put, get, event, condition, barrier, join; timed: it will end by itself
    line: int
    since: float  # seconds


class Account:
    """What a program said of itself, as far as it came."""

    def __init__(self, path: Path) -> None:
        self.holders: dict[str, list[str]] = defaultdict(list)  # lock -> who had it, one after the other
        self.wants: dict[str, Want] = {}  # thread -> what it waits for now
        self.ended: set[str] = set()
        self._has: dict[str, list[str]] = defaultdict(list)  # lock or semaphore -> who has it now, as often as it does
        self.last = 0.0  # seconds: when somebody said something last
        self.stood: dict[frozenset[str], float] = {}  # threads in a circle, also with time-outs -> seconds, the longest
        self.of_locks: set[frozenset[str]] = set()  # those of them in which nobody waits for a semaphore
        self._since: dict[frozenset[str], float] = {}  # the circles of now -> when each closed
        for row in path.read_text("utf-8").splitlines() if path.exists() else ():
            self._take(*[*row.split(), "", "", "0"][:6])

    def _take(self, *words: str) -> None:
        when, thread, what, thing, kind, line = words
        self.last = float(when)
        if what == "want":
            self.wants[thread] = Want(thing, kind, int(line), self.last)
            if kind == "condition":
                self._has[thing].remove(thread)
        elif what == "end":
            self.ended.add(thread)
        elif what == "drop":
            self._has[thing].remove(thread)
        else:  # "got", or "left" by a time-out
            self.wants.pop(thread, None)
            if what == "got" and kind in {"lock", "rlock", "semaphore", "condition"}:
                self._has[thing].append(thread)
                if kind in {"lock", "rlock"}:
                    self.holders[thing].append(thread)
        self._remember()

    def _remember(self) -> None:
        """How long each circle has stood."""
        now, of_locks = set(self._circles(self.wants, places=True)), set(self._circles(self.wants, places=False))
        for circle in now - self._since.keys():
            self._since[circle] = self.last
        for circle, since in list(self._since.items()):
            self.stood[circle] = max(self.stood.get(circle, 0.0), self.last - since)
            if circle not in now:
                del self._since[circle]
        self.of_locks |= of_locks

    @property
    def blocked(self) -> dict[str, Want]:
        """Threads that wait without a time-out."""
        return {thread: want for thread, want in self.wants.items() if want.kind != "timed"}

    def circles(self, *, places: bool = False) -> Iterator[frozenset[str]]:
        """Threads of which each waits for a lock that the next has, or for its end.

        `places`: or for a semaphore that one thread alone has taken.
        """
        return self._circles(self.blocked, places)

    def _circles(self, blocked: dict[str, Want], places: bool) -> Iterator[frozenset[str]]:
        seen = set[str]()
        for start in blocked:
            path: list[str] = []
            thread: str | None = start
            while thread is not None and thread in blocked and thread not in path and thread not in seen:
                path.append(thread)
                thread = self._next(blocked[thread], places)
            if thread in path:
                yield frozenset(path[path.index(thread) :])
            seen.update(path)

    def _next(self, want: Want, places: bool) -> str | None:
        if want.kind == "join":
            return want.thing
        owners = set(self._has.get(want.thing, ()))
        if want.thing in self._has and (
            want.kind in {"lock", "rlock", "timed"} or (places and want.kind == "semaphore" and len(owners) == 1)
        ):
            return next(iter(owners), None)
        return None

    def rests(self, threads: Collection[str]) -> bool:
        """Whether each of these threads has ended, or waits for what no time-out ends."""
        return all(thread in self.ended or thread in self.blocked for thread in threads)
